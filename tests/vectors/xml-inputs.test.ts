// What may be wrong with the XML of a package, row by row (X1 to X40, src/docs/threats.md 11), and the one answer to
// each: through the one pass and the rules of business.

import { describe, expect, test } from '@jest/globals';
import { PROBLEMS, type Problem, type ProblemCode } from '../../src/core/problems/problems.ts';
import { validate } from '../../src/core/validate/validate.ts';
import { messageOf, openPackage } from '../support/open-package.ts';
import { documentPackage, element, find, QCVN, raw, type DocumentFields, type Node } from '../support/packages.ts';

const NOW = new Date('2026-11-22T03:00:00Z');

interface Refused {
  readonly row: string;
  readonly input: string;
  readonly make: () => Buffer;
  readonly code: ProblemCode;
}

const GOOD = documentPackage();
const XSI = { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' };
const NAMED = 'Công văn số 15';

/** The good package with this in place of its declaration. */
function headed(start: string | Buffer): Buffer {
  const rest = GOOD.subarray(GOOD.indexOf('<edXML'));
  return Buffer.concat([Buffer.from(start), rest]);
}

function edited(edit: (root: Node) => unknown): Buffer {
  return documentPackage({ edit: (root) => void edit(root) });
}

/** Markup as the last child of MessageHeader. */
function inHeader(markup: string | Buffer): Buffer {
  return edited((root) => find(root, 'MessageHeader').children.push(raw(markup)));
}

function fielded(fields: DocumentFields): Buffer {
  return documentPackage({ fields });
}

function encodedAs(encoding: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`<?xml version="1.0" encoding="${encoding}"?>`, 'latin1'), bytes]);
}

/** The package under another declaration, its letters in one byte each. */
function singleByte(encoding: string): Buffer {
  return encodedAs(encoding, Buffer.from(headed('').toString('utf8'), 'latin1'));
}

const BILLION_LAUGHS = `<!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, index) => `<!ENTITY ${'bcdefghij'[index] ?? ''} "${`&${'abcdefghij'[index] ?? ''};`.repeat(10)}">`).join('')}]>`;

const REFUSED: readonly Refused[] = [
  row('X1', 'a PDF', () => Buffer.from('%PDF-1.7\n'), 'xml-not-well-formed'),
  row('X1', 'JSON', () => Buffer.from('{"a":1}'), 'xml-not-well-formed'),
  row('X2', 'cut at 90 %', () => GOOD.subarray(0, GOOD.length * 0.9), 'xml-not-well-formed'),
  row('X3', 'an empty DOCTYPE', () => headed('<!DOCTYPE edXML>'), 'xml-doctype-forbidden'),
  row(
    'X4',
    'an external entity of a file',
    () => headed('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    'xml-doctype-forbidden',
  ),
  row(
    'X5',
    'an external entity by http',
    () => headed('<!DOCTYPE x [<!ENTITY a SYSTEM "http://example.vn/">]>'),
    'xml-doctype-forbidden',
  ),
  row(
    'X5',
    'an external DTD by http',
    () => headed('<!DOCTYPE x SYSTEM "http://example.vn/x.dtd">'),
    'xml-doctype-forbidden',
  ),
  row('X6', 'a billion laughs', () => headed(BILLION_LAUGHS), 'xml-doctype-forbidden'),
  row(
    'X7',
    'XInclude',
    () => inHeader('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    'schema-invalid',
  ),
  row(
    'X8',
    'a style sheet',
    () => headed('<?xml-stylesheet href="http://example.vn/x.xsl"?>'),
    'xml-processing-instruction-forbidden',
  ),
  row('X8', 'another processing instruction', () => inHeader('<?php x?>'), 'xml-processing-instruction-forbidden'),
  row('X9', 'depth 10,000', () => inHeader(`${'<x>'.repeat(10_000)}${'</x>'.repeat(10_000)}`), 'xml-limits'),
  row(
    'X10',
    '100,000 attributes',
    () => inHeader(`<x${Array.from({ length: 100_000 }, (_, index) => ` a${index}=""`).join('')}/>`),
    'xml-limits',
  ),
  row('X11', 'a name of 1 MB', () => inHeader(`<${'x'.repeat(1 << 20)}/>`), 'xml-limits'),
  row('X12', '1,000,000 empty elements', () => inHeader('<x/>'.repeat(1_000_000)), 'xml-limits'),
  row(
    'X13',
    '100,000 namespaces',
    () => inHeader(`<x${Array.from({ length: 100_000 }, (_, index) => ` xmlns:a${index}="urn:a"`).join('')}/>`),
    'xml-limits',
  ),
  row(
    'X14',
    'UTF-16, declared',
    () =>
      Buffer.concat([
        Buffer.from([0xff, 0xfe]),
        Buffer.from(GOOD.toString('utf8').replace('UTF-8', 'UTF-16'), 'utf16le'),
      ]),
    'xml-encoding-unsupported',
  ),
  row('X14', 'UTF-16, not declared', () => Buffer.from(GOOD.toString('utf8'), 'utf16le'), 'xml-encoding-unsupported'),
  row('X14', 'UTF-7', () => singleByte('UTF-7'), 'xml-encoding-unsupported'),
  row('X14', 'EBCDIC', () => Buffer.from('4c6fa7949340', 'hex'), 'xml-encoding-unsupported'),
  row('X14', 'ISO-8859-1', () => singleByte('ISO-8859-1'), 'xml-encoding-unsupported'),
  row(
    'X15',
    'TCVN3 called UTF-8',
    () => fielded({ Subject: raw(Buffer.from([0x43, 0xab, 0x6e, 0x67, 0x20, 0x76, 0xa8, 0x6e])) }),
    'xml-encoding-unsupported',
  ),
  row(
    'X15',
    'cp1258 called UTF-8',
    () => fielded({ Subject: raw(Buffer.from([0x43, 0xf4, 0x6e, 0x67, 0x20, 0x76, 0xe3, 0x6e])) }),
    'xml-encoding-unsupported',
  ),
  row(
    'X16',
    'overlong UTF-8',
    () => fielded({ Subject: raw(Buffer.from([0x61, 0xc0, 0xaf, 0x61])) }),
    'xml-not-well-formed',
  ),
  row(
    'X16',
    'surrogates',
    () => fielded({ Subject: raw(Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x61])) }),
    'xml-not-well-formed',
  ),
  row(
    'X16',
    'U+FFFE',
    () => fielded({ Subject: raw(Buffer.from([0x61, 0xef, 0xbf, 0xbe, 0x61])) }),
    'xml-not-well-formed',
  ),
  row('X17', 'NUL', () => fielded({ Subject: raw(Buffer.from([0x61, 0x00, 0x61])) }), 'xml-not-well-formed'),
  row('X17', 'a reference to NUL', () => fielded({ Subject: raw('a&#0;a') }), 'xml-not-well-formed'),
  row('X20', 'XML 1.1', () => headed('<?xml version="1.1" encoding="UTF-8"?>'), 'xml-version-unsupported'),
  row('X21', 'two roots', () => Buffer.concat([GOOD, Buffer.from('<edXML/>')]), 'xml-not-well-formed'),
  row('X21', 'bytes behind', () => Buffer.concat([GOOD, Buffer.from('x')]), 'xml-not-well-formed'),
  row('X22', 'a foreign namespace', () => documentPackage({ dialect: { namespace: 'urn:other' } }), 'schema-invalid'),
  row(
    'X24',
    'two envelopes',
    () => edited((root) => root.children.push(find(root, 'edXMLEnvelope'))),
    'envelope-duplicated',
  ),
  row(
    'X25',
    'two attachment blocks',
    () => edited((root) => root.children.push(element('AttachmentEncoded'))),
    'attachments-duplicated',
  ),
  row(
    'X26',
    'an unknown element in TraceHeader',
    () => edited((root) => find(root, 'TraceHeader').children.push(element('Hop'))),
    'schema-invalid',
  ),
  row(
    'X26',
    'an unknown element in Signature',
    () => documentPackage({ signature: '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Extra/></Signature>' }),
    'schema-invalid',
  ),
  row('X28', 'organId for OrganId', () => edited((root) => (find(root, 'OrganId').name = 'organId')), 'schema-invalid'),
  row(
    'X29',
    'xsi:type',
    () => edited((root) => (find(root, 'From').attributes = { ...XSI, 'xsi:type': 'Organization' })),
    'schema-invalid',
  ),
  row(
    'X29',
    'xsi:nil',
    () => edited((root) => (find(root, 'Content').attributes = { ...XSI, 'xsi:nil': 'true' })),
    'schema-invalid',
  ),
  row(
    'X29',
    'xsi:schemaLocation',
    () => edited((root) => (root.attributes = { ...XSI, 'xsi:schemaLocation': `${QCVN} http://example.vn/x.xsd` })),
    'schema-invalid',
  ),
  row('X30', 'no From', () => fielded({ From: null }), 'field-missing'),
  row('X30', 'no To', () => fielded({ To: [] }), 'field-missing'),
  row('X30', 'no DocumentId', () => fielded({ DocumentId: null }), 'field-missing'),
  row(
    'X30',
    'no Code',
    () =>
      edited(
        (root) =>
          (find(root, 'MessageHeader').children = find(root, 'MessageHeader').children.filter(
            (child) => !(typeof child === 'object' && 'name' in child && child.name === 'Code'),
          )),
      ),
    'field-missing',
  ),
  row('X30', 'no Subject', () => fielded({ Subject: null }), 'field-missing'),
  row('X30', 'no PromulgationDate', () => fielded({ PromulgationDate: null }), 'field-missing'),
  row('X31', 'a Subject of white space', () => fielded({ Subject: ' \n\t ' }), 'field-missing'),
  row('X32', 'a Subject of 10,001 characters', () => fielded({ Subject: 'ế'.repeat(10_001) }), 'field-too-long'),
  row(
    'X34',
    'a comment inside OrganId',
    () => fielded({ From: { OrganId: raw('H99.<!-- -->12') } }),
    'organ-id-invalid',
  ),
  ...['2026/02/30', '0000/00/00', '2026/13/45'].map((date) =>
    row('X35', date, () => fielded({ PromulgationDate: date }), 'date-invalid'),
  ),
  row('X37', 'two years ahead', () => fielded({ PromulgationDate: '2028/11/22' }), 'date-invalid'),
  ...['１２', '12abc', '-1'].map((number) =>
    row('X38', number, () => fielded({ PageAmount: number }), 'field-invalid'),
  ),
];

interface Accepted {
  readonly row: string;
  readonly input: string;
  readonly bytes: Buffer;
  /** Codes of what is noted; others may be. */
  readonly noted?: readonly ProblemCode[];
  readonly says?: object;
}

const ACCEPTED: readonly Accepted[] = [
  {
    row: 'X18',
    input: 'a byte order mark',
    bytes: documentPackage({ dialect: { bom: true } }),
    noted: ['byte-order-mark'],
  },
  { row: 'X19', input: 'CR LF line ends', bytes: documentPackage({ dialect: { lineEnd: '\r\n' } }) },
  {
    row: 'X23',
    input: 'another prefix',
    bytes: documentPackage({ dialect: { prefix: 'ns0' } }),
    noted: ['prefix-variant'],
  },
  {
    row: 'X26',
    input: 'an unknown element',
    bytes: inHeader('<edXML:Urgency>9</edXML:Urgency>'),
    noted: ['unknown-element'],
  },
  {
    row: 'X27',
    input: 'another order',
    bytes: documentPackage({ dialect: { reversed: true } }),
    noted: ['element-order'],
  },
  {
    row: 'X33',
    input: 'CDATA and markup in a Subject',
    bytes: fielded({ Subject: raw('<![CDATA[<b>A & B</b>]]>') }),
    says: { subject: '<b>A & B</b>' },
  },
  {
    row: 'X36',
    input: 'yyyy/MM/dd',
    bytes: fielded({ PromulgationDate: '2026/11/20' }),
    says: { promulgationInfo: { promulgationDate: '2026-11-20' } },
  },
  ...['20/11/2026', '2026-11-20'].map((date): Accepted => ({
    row: 'X36',
    input: date,
    bytes: fielded({ PromulgationDate: date }),
    noted: ['date-format'],
    says: { promulgationInfo: { promulgationDate: '2026-11-20' } },
  })),
  {
    row: 'X39',
    input: 'decomposed letters',
    bytes: fielded({ Subject: NAMED.normalize('NFD') }),
    says: { subject: NAMED.normalize('NFD') },
  },
  {
    row: 'X40',
    input: 'a turn of the writing direction',
    bytes: fielded({ Subject: 'A\u202eB' }),
    noted: ['bidi-control'],
    says: { subject: 'A\u202eB' },
  },
];

/** The answer is 400 in this row and 422 in another for the same code; a code has one status. */
const STATUS_TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['organ-id-invalid']);

describe('refused', () => {
  test.each(REFUSED)('$row: $input is $code', ({ row: name, make, code }) => {
    expect(answerTo(make())).toBe(code);
    const status = Number(name.slice(1)) < 30 ? 400 : 422;
    expect(STATUS_TOLD_ELSEWHERE.has(code) ? 422 : status).toBe((PROBLEMS[code] as Problem).http);
  });
});

describe('accepted', () => {
  test.each(ACCEPTED)('$row: $input', ({ bytes, noted = [], says = {} }) => {
    expect(answerTo(bytes)).toBe('accepted');
    expect(messageOf(bytes)).toMatchObject(says);
    expect(codesOf(bytes)).toEqual(expect.arrayContaining([...noted]));
  });
});

test('every row of the catalogue is here', () => {
  const rows = new Set([...REFUSED, ...ACCEPTED].map(({ row: name }) => name));
  expect([...rows].sort()).toEqual(Array.from({ length: 40 }, (_, index) => `X${index + 1}`).sort());
});

function row(name: string, input: string, make: () => Buffer, code: ProblemCode): Refused {
  return { row: name, input, make, code };
}

function answerTo(bytes: Buffer): string {
  const opened = openPackage(bytes);
  if (!opened.ok) return opened.code;
  return validate(opened.value.message, NOW).find(({ severity }) => severity === 'error')?.code ?? 'accepted';
}

function codesOf(bytes: Buffer): readonly string[] {
  const opened = openPackage(bytes);
  if (!opened.ok) return [];
  return [...opened.value.findings, ...validate(opened.value.message, NOW)].map(({ code }) => code);
}
