// Packages of our own making: against an independent reader, and with the corpora's texts put into them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeCorpus, readLedger } from '../support/corpora.ts';
import { documentPackage, pdf, raw, statusPackage, type PackageOptions } from '../support/packages.ts';
import { codeOf, documentOf, readPackage } from '../support/read-package.ts';
import { routedBy, routedByOracle } from '../support/oracle.ts';

describe('an independent reader routes alike', () => {
  const packages: readonly [string, Buffer][] = [
    ...dialects().map(([name, options]): [string, Buffer] => [name, documentPackage(options)]),
    ...(['01', '02', '03', '04', '05', '06', '13', '15', '16'] as const).map((StatusCode): [string, Buffer] => [
      `status ${StatusCode}`,
      statusPackage({ fields: { StatusCode } }),
    ]),
  ];
  test.each(packages)('%s', (_, bytes) => {
    const result = readPackage(bytes);
    expect(result.ok && routedBy(result.value.message)).toEqual(routedByOracle(bytes));
  });
});

function dialects(): readonly [string, PackageOptions][] {
  const To = [
    { OrganId: 'H99.13' },
    { OrganId: '000.00.13.H99' },
    { OrganId: 'H99.14', OrganName: 'Cơ quan & <đơn vị>' },
  ];
  const attachments = [
    { name: 'một.pdf' },
    { name: 'hai.pdf', bytes: pdf('hai') },
    { name: 'ba.pdf', bytes: pdf('ba') },
  ];
  return [
    ['as the library writes it', {}],
    ['several recipients and files', { fields: { To }, attachments }],
    ['references in a subject', { fields: { Subject: raw('A &amp; B &lt;C&gt; &quot;D&quot; &#7871;') } }],
    ['CDATA in a subject', { fields: { Subject: raw('<![CDATA[A & B <C>]]>') } }],
    ['comments between', { fields: { Subject: raw('Về <!-- không đọc -->việc') } }],
    ['line ends', { fields: { Subject: 'hai\r\ndòng' }, dialect: { lineEnd: '\r\n' } }],
    ['another prefix', { dialect: { prefix: 'ns2' }, attachments }],
    ['no prefix, in reverse', { dialect: { prefix: '', reversed: true } }],
    ['in the envelope, wrapped', { dialect: { attachments: 'in-envelope', wrap: 76, cid: 'reference' }, attachments }],
    ['in the body, variant names', { dialect: { attachments: 'in-body', spelling: 'variant' } }],
    ['a byte order mark', { dialect: { bom: true } }],
    ['revocation', { fields: { BussinessDocType: '1', BussinessDocReason: 'Thu hồi văn bản điện tử' } }],
    [
      'an unknown element of the same name below',
      {
        fields: { Content: raw('x') },
        edit: (root) =>
          root.children.push({
            name: 'Other',
            attributes: {},
            children: [{ name: 'Subject', attributes: {}, children: ['giả'] }],
          }),
      },
    ],
  ];
}

interface TextCase {
  readonly id: string;
  readonly text: string;
  readonly expected: 'accept' | 'reject';
  readonly problem?: string;
  readonly decoded_sha256?: string;
}

describeCorpus('base64', (folder) => {
  const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: TextCase[] };
  const ledger = readLedger('base64');

  test.each(cases.filter(({ id }) => !ledger.has(id)))(
    'in a package: $id (T4, T5)',
    ({ text, expected, problem, decoded_sha256 }) => {
      // A NUL is no character of XML: the package falls before the attachment does.
      const wanted = ['\u0000', '\u000b', '\u000c'].some((control) => text.includes(control))
        ? 'xml-not-well-formed'
        : problem;
      const bytes = documentPackage({ attachments: [{ name: 'a.txt', encoded: raw(text) }] });
      expect(codeOf(readPackage(bytes))).toBe(expected === 'accept' ? 'ok' : wanted);
      if (expected === 'accept') expect(documentOf(bytes).attachments[0]?.sha256).toBe(decoded_sha256);
    },
  );
});
