// Packages of older dialects, put into the strict form: to the byte what the same document in the standard's own spelling
// becomes.

import { describe, expect, test } from '@jest/globals';
import { documentBytes } from '../../src/core/formats/edxml/write.ts';
import { DATE_SPELLINGS, LEFT_OUT, OTHER_NAMES } from '../../src/core/formats/edxml/spellings.ts';
import type { DocumentMessage } from '../../src/core/message/message.ts';
import { documentPackage, pdf, type DocumentFields } from '../support/packages.ts';
import { documentOf, notedBy, readPackage } from '../support/read-package.ts';

const EDOC = 'http://www.e-doc.vn/Schema/';

const KINDS: readonly DocumentFields[] = ['0', '1', '2', '3'].map((BussinessDocType) => ({
  BussinessDocType,
  BussinessDocReason: 'Theo yêu cầu',
  BussinessDocumentId: 'H99.12,2026/10/01,9/UBND-VP',
  ResponseFor: [{ OrganId: 'H99.13', Code: '1/VP', DocumentId: 'H99.13,1', PromulgationDate: '2026/10/01' }],
}));

/** With everything that has another name somewhere. */
const FULL: DocumentMessage = {
  ...documentOf(documentPackage({ fields: KINDS[2] ?? {} })),
  from: { organId: 'H99.12', organizationInCharge: 'UBND tỉnh Mẫu' },
  bussiness: {
    bussinessDocReason: 'Theo yêu cầu',
    documentInfo: true,
    receiverList: [{ organId: 'H99.14', receiverType: 'added' }],
  },
};

describe('eDoc software of before the national axis', () => {
  test.each(KINDS)('kind $BussinessDocType', async (fields) => {
    const old = documentPackage({
      dialect: { namespace: EDOC, spelling: 'variant', prefix: '', attachments: 'in-envelope', cid: 'neither' },
      fields: {
        ...fields,
        PromulgationDate: '20/11/2026',
        DueDate: '01/12/2026 17:00:00',
        TraceHeaders: [{ OrganId: 'H99.12', Timestamp: '20/11/2026 08:29:51' }],
      },
    });
    const standard = documentPackage({
      fields: {
        ...fields,
        PromulgationDate: '2026/11/20',
        DueDate: '2026/12/01',
        TraceHeaders: [{ OrganId: 'H99.12', Timestamp: '2026/11/20 08:29:51' }],
      },
    });
    expect(old.includes('BusinessDocType')).toBe(true);
    expect(notedBy(readPackage(old))).toEqual(
      expect.arrayContaining(['namespace-legacy', 'spelling-variant', 'date-format']),
    );
    expect(notedBy(readPackage(standard))).toEqual([]);
    expect((await strict(documentOf(old))).toString()).toBe((await strict(documentOf(standard))).toString());
  });

  test.each(LEFT_OUT)('$element is passed over, and noted', async ({ element }) => {
    const plain = await strict(FULL);
    const carrying = plain
      .toString()
      .replace('</edXML:MessageHeader>', `<edXML:${element}><Error>9</Error></edXML:${element}>$&`);
    expect(notedBy(readPackage(Buffer.from(carrying)))).toEqual(['unknown-element']);
    expect((await strict(documentOf(Buffer.from(carrying)))).equals(plain)).toBe(true);
  });
});

test.each(OTHER_NAMES)('$spelled is read as $element', async ({ element, spelled }) => {
  const plain = await strict(FULL);
  const text = plain.toString();
  const other = text.replaceAll(new RegExp(`(</?(?:edXML:)?)${element}(?=[ >])`, 'g'), `$1${spelled}`);
  expect(other).not.toBe(text);
  const read = readPackage(Buffer.from(other));
  expect(notedBy(read)).toEqual([element === 'edXML' ? 'root-variant' : 'spelling-variant']);
  expect((await strict(documentOf(Buffer.from(other)))).toString()).toBe(text);
});

test.each(DATE_SPELLINGS)('$example is read as $standard', async ({ example, standard }) => {
  const written = (Timestamp: string, DueDate: string) =>
    documentPackage({ fields: { DueDate, TraceHeaders: [{ OrganId: 'H99.12', Timestamp }] } });
  const timed = example.includes(':');
  const date = standard.slice(0, 10);
  const other = written(timed ? example : '2026/11/20 08:29:51', timed ? date : example);
  const own = written(timed ? standard : '2026/11/20 08:29:51', date);
  expect(notedBy(readPackage(other))).toEqual(['date-format']);
  expect((await strict(documentOf(other))).equals(await strict(documentOf(own)))).toBe(true);
});

function strict(message: DocumentMessage): Promise<Buffer> {
  return documentBytes(message, [{ contentId: 'a', attachmentName: 'a.pdf', content: pdf() }]);
}
