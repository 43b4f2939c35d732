// The published XSD against the writer, the reader's table and everything that deviates from the strict form.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BUSSINESS_DOC_TYPES, STATUSES, URGENCY } from '../../src/core/message/code-lists/enumerations.ts';
import { ROOT, type ElementRule } from '../../src/core/formats/edxml/elements.ts';
import { documentBytes, writeStatus } from '../../src/core/formats/edxml/write.ts';
import { arbitraryDocument, arbitraryFiles, arbitraryStatus } from '../support/arbitrary-message.ts';
import { documentPackage, statusPackage } from '../support/packages.ts';
import { documentOf, statusOf } from '../support/read-package.ts';
import { filledTemplate } from '../support/strict-xsd.ts';
import { schemaCodes, schemaTree, strictFault } from '../support/xsd.ts';

const FILE = { contentId: 'f1', attachmentName: 'Công văn.pdf', content: Buffer.from('%PDF-1.7') };
const FULL = documentOf(
  documentPackage({
    fields: {
      BussinessDocType: '2',
      BussinessDocReason: 'Cập nhật',
      BussinessDocumentId: 'H99.12,2026/10/01,9/UBND-VP',
      Priority: '1',
      Direction: 'true',
      ResponseFor: [{ OrganId: 'H99.13', Code: '1/VP', DocumentId: 'H99.13,1', PromulgationDate: '2026/10/01' }],
      ToPlaces: ['Như trên'],
    },
  }),
);
const DOCUMENT = await documentBytes(
  {
    ...FULL,
    bussiness: {
      ...FULL.bussiness,
      documentInfo: true,
      documentReceiver: true,
      receiverList: [{ organId: 'H99.14', receiverType: 'added' }],
      replacementInfoList: [{ documentId: 'H99.12,1', organIdList: ['H99.13'] }],
    },
  },
  [FILE, { ...FILE, contentId: 'f2' }],
);
const STATUS = writeStatus(statusOf(statusPackage()));

describe('what the strict writer makes is valid', () => {
  test('documents of all kinds, with and without files', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDocument, arbitraryFiles, async (document, files) => {
        expect(strictFault(await documentBytes(document, files))).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('statuses', () => {
    fc.assert(
      fc.property(arbitraryStatus, (status) => expect(strictFault(writeStatus(status))).toBeUndefined()),
      { numRuns: 100 },
    );
  });

  test('with a signature of XML-DSig', async () => {
    const signature = Buffer.from('<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>');
    expect(strictFault(await documentBytes(FULL, [FILE], { signature }))).toBeUndefined();
  });

  test.each([...STATUSES.rows.map(({ code }) => code)])('status %s', (StatusCode) => {
    expect(strictFault(writeStatus(statusOf(statusPackage({ fields: { StatusCode } }))))).toBeUndefined();
  });

  test('both packages that the deviations start from', () => {
    expect([strictFault(DOCUMENT), strictFault(STATUS)]).toEqual([undefined, undefined]);
  });
});

type Edit = (xml: string) => string;

const swap =
  (from: string | RegExp, to: string): Edit =>
  (xml) => {
    const edited = xml.replace(from, to);
    expect(edited).not.toBe(xml);
    return edited;
  };
const without = (name: string): Edit => swap(new RegExp(`<(?:edXML:)?${name}>[^]*?</(?:edXML:)?${name}>\\s*`), '');
const filled = (name: string, text: string): Edit => swap(new RegExp(`(<edXML:${name}>)[^<]*`), `$1${text}`);
const renamed = (from: string, to: string): Edit => swap(new RegExp(`(</?(?:edXML:)?)${from}\\b`, 'g'), `$1${to}`);
/** An element before the one that it must follow. */
const moved =
  (name: string, before: string): Edit =>
  (xml) => {
    const found = new RegExp(`<edXML:${name}>[^]*?</edXML:${name}>\\s*`).exec(xml)?.[0] ?? '';
    expect(found).not.toBe('');
    return xml.replace(found, '').replace(`<edXML:${before}>`, `${found}<edXML:${before}>`);
  };

test.each<readonly [string, Buffer, Edit]>([
  ['DocumentId before To', DOCUMENT, moved('DocumentId', 'To')],
  ['ToPlaces before OtherInfo', DOCUMENT, moved('ToPlaces', 'OtherInfo')],
  ['Bussiness after TraceHeader', DOCUMENT, moved('TraceHeader', 'Bussiness')],
  ['PromulgationDate before DocumentId in ResponseFor', DOCUMENT, moved('PromulgationDate', 'DocumentId')],
  ['OrganName before OrganizationInCharge', DOCUMENT, moved('OrganName', 'OrganizationInCharge')],
  ['Mobile before Email', STATUS, moved('Mobile', 'Email')],
  [
    'AttachmentEncoded before the envelope',
    DOCUMENT,
    swap(/(<edXML:edXMLEnvelope[^]*<\/edXML:edXMLEnvelope>\s*)(<AttachmentEncoded>[^]*<\/AttachmentEncoded>)/, '$2$1'),
  ],
  [
    'AttachmentEncoded inside the envelope',
    DOCUMENT,
    swap(/(<\/edXML:edXMLEnvelope>\s*)(<AttachmentEncoded>[^]*<\/AttachmentEncoded>)/, '$2$1'),
  ],
  ['Business', DOCUMENT, renamed('Bussiness', 'Business')],
  ['BusinessDocType', DOCUMENT, renamed('BussinessDocType', 'BusinessDocType')],
  ['OrganInCharge', DOCUMENT, renamed('OrganizationInCharge', 'OrganInCharge')],
  ['Manifest', DOCUMENT, renamed('edXMLManifest', 'Manifest')],
  ['EdXML', DOCUMENT, renamed('edXML(?=[ >])', 'EdXML')],
  ['organId', DOCUMENT, renamed('OrganId', 'organId')],
  ['another namespace', DOCUMENT, swap(/QCVN_102_2016/g, 'QCVN_102_2022')],
  ['no namespace', DOCUMENT, (xml) => xml.replace(/ xmlns(?::edXML)?="[^"]*"/g, '').replaceAll('edXML:', '')],
  ...[
    'From',
    'To',
    'DocumentId',
    'Code',
    'CodeNumber',
    'PromulgationInfo',
    'PromulgationDate',
    'Subject',
    'OrganId',
  ].map((name) => [`no ${name}`, DOCUMENT, without(name)] as const),
  ...['From', 'ResponseFor', 'StatusCode', 'Timestamp', 'DocumentId'].map(
    (name) => [`status without ${name}`, STATUS, without(name)] as const,
  ),
  ['no BussinessDocType', DOCUMENT, without('BussinessDocType')],
  ['no header', DOCUMENT, without('edXMLHeader')],
  ['no envelope', DOCUMENT, swap(/<edXML:edXMLEnvelope[^]*<\/edXML:edXMLEnvelope>/, '')],
  ['empty Subject', DOCUMENT, filled('Subject', '')],
  ['promulgated dd/MM/yyyy', DOCUMENT, filled('PromulgationDate', '20/11/2026')],
  ['promulgated in ISO form', DOCUMENT, filled('PromulgationDate', '2026-11-20')],
  ['promulgated in month 13', DOCUMENT, filled('PromulgationDate', '2026/13/01')],
  ['due dd/MM/yyyy', DOCUMENT, filled('DueDate', '01/12/2026')],
  ['status time dd/MM/yyyy', STATUS, filled('Timestamp', '20/11/2026 10:25:11')],
  ['status time with a zone', STATUS, filled('Timestamp', '2026/11/20 10:25:11+07:00')],
  ['hop time in ISO form', DOCUMENT, filled('Timestamp', '2026-11-20T08:29:51')],
  ['status 07', STATUS, filled('StatusCode', '07')],
  ['status 1', STATUS, filled('StatusCode', '1')],
  ['kind 4', DOCUMENT, filled('BussinessDocType', '4')],
  ['urgency 5', DOCUMENT, filled('Priority', '5')],
  ['a code in lower case', DOCUMENT, filled('OrganId', 'h99.12')],
  ['a code with a blank', DOCUMENT, filled('OrganId', 'H99.12 ')],
  ['a code of 36 characters', DOCUMENT, filled('OrganId', 'A'.repeat(36))],
  ['-1 pages', DOCUMENT, filled('PageAmount', '-1')],
  ['Direction 1', DOCUMENT, filled('Direction', '1')],
  ['DocumentInfo true', DOCUMENT, filled('DocumentInfo', 'true')],
  ['ContentId without cid:', DOCUMENT, filled('ContentId', 'f1')],
  ['manifest without version', DOCUMENT, swap(' version="1.0">', '>')],
  ['manifest of version 2', DOCUMENT, swap('Manifest version="1.0"', 'Manifest version="2.0"')],
  [
    'xlink on a reference',
    DOCUMENT,
    swap('<edXML:Reference>', '<edXML:Reference xmlns:x="http://www.w3.org/1999/xlink" x:href="cid:f1">'),
  ],
  ['two attachments of one id', DOCUMENT, swap('<ContentId>cid:f2', '<ContentId>cid:f1')],
  ['what is no base64', DOCUMENT, swap(/(<edXML:ContentTransferEncoded[^>]*>)[^<]*/, '$1<x/>')],
  ['an unknown element', DOCUMENT, swap('<edXML:Subject>', '<edXML:Secrecy>0</edXML:Secrecy><edXML:Subject>')],
  ['a foreign element', DOCUMENT, swap('<edXML:Subject>', '<x xmlns="urn:x"/><edXML:Subject>')],
  ['text between elements', DOCUMENT, swap('<edXML:Subject>', 'x<edXML:Subject>')],
  ['two envelopes', DOCUMENT, swap(/(<edXML:edXMLEnvelope[^]*<\/edXML:edXMLEnvelope>)/, '$1$1')],
  ['two attachment blocks', DOCUMENT, swap(/(<AttachmentEncoded>[^]*<\/AttachmentEncoded>)/, '$1$1')],
  ['two subjects', DOCUMENT, swap(/(<edXML:Subject>[^<]*<\/edXML:Subject>)/, '$1$1')],
  [
    'a Signature in the namespace of the standard',
    DOCUMENT,
    swap('</edXML:edXMLHeader>', '<Signature/></edXML:edXMLHeader>'),
  ],
  ['a status code in a document', DOCUMENT, swap('<edXML:To>', '<edXML:StatusCode>01</edXML:StatusCode><edXML:To>')],
  [
    'an addressee in a status',
    STATUS,
    swap('<edXML:ResponseFor>', '<edXML:To><edXML:OrganId>H99</edXML:OrganId></edXML:To><edXML:ResponseFor>'),
  ],
])('%s is no strict form', (_, bytes, edit) => {
  expect(strictFault(Buffer.from(edit(bytes.toString('utf8'))))).toEqual(expect.any(String));
});

test.each([
  ['a place without part', '  {{One}}\n  {{Two}}\n', { One: ['1'] }, 'the template names Two'],
  ['a part without place', '  {{One}}\n', { One: ['1'], Two: ['2'] }, 'has no place for Two'],
  ['a place within a line', '  {{One}}\nx {{Two}}\n', { One: ['1'] }, 'a line of its own'],
])('a template with %s makes no schema', (_, template, parts, message) => {
  expect(() => filledTemplate(template, parts)).toThrow(message);
  expect(filledTemplate('  {{One}}\n', { One: ['1', '2'] })).toBe('  1\n  2\n');
});

/** As the national library writes them, and not made from the table of fields: a row that moves there is seen here. */
const ORDER = `
MessageHeader: From To DocumentId Code PromulgationInfo DocumentType Subject Content SignerInfo DueDate OtherInfo ResponseFor SteeringType ToPlaces StaffInfo StatusCode Description Timestamp
MessageHeader/From: OrganId OrganizationInCharge OrganName OrganAdd Email Telephone Fax Website
MessageHeader/To: OrganId OrganizationInCharge OrganName OrganAdd Email Telephone Fax Website
MessageHeader/Code: CodeNumber CodeNotation
MessageHeader/PromulgationInfo: Place PromulgationDate
MessageHeader/DocumentType: Type TypeDetail TypeName
MessageHeader/SignerInfo: Competence Position FullName
MessageHeader/OtherInfo: Priority SphereOfPromulgation TyperNotation PromulgationAmount PageAmount Direction Appendixes
MessageHeader/OtherInfo/Appendixes: Appendix
MessageHeader/ResponseFor: OrganId Code DocumentId PromulgationDate
MessageHeader/ToPlaces: Place
MessageHeader/StaffInfo: Department Staff Email Mobile
TraceHeaderList: Bussiness TraceHeader
TraceHeaderList/Bussiness: DocumentId BussinessDocType BussinessDocReason Paper BussinessDocumentInfo ReplacementInfoList StaffInfo
TraceHeaderList/Bussiness/BussinessDocumentInfo: DocumentInfo DocumentReceiver ReceiverList
TraceHeaderList/Bussiness/BussinessDocumentInfo/ReceiverList: Receiver
TraceHeaderList/Bussiness/BussinessDocumentInfo/ReceiverList/Receiver: OrganId ReceiverType
TraceHeaderList/Bussiness/ReplacementInfoList: ReplacementInfo
TraceHeaderList/Bussiness/ReplacementInfoList/ReplacementInfo: DocumentId OrganIdList
TraceHeaderList/Bussiness/ReplacementInfoList/ReplacementInfo/OrganIdList: OrganId
TraceHeaderList/Bussiness/StaffInfo: Department Staff Email Mobile
TraceHeaderList/TraceHeader: OrganId Timestamp
AttachmentEncoded: Attachment
AttachmentEncoded/Attachment: ContentId AttachmentName Description ContentType ContentTransferEncoded
`;

test('the elements of a message stand in the order of the national library', () => {
  const lines = [...schemaTree()].flatMap(([path, names]) => {
    const below = /^edXML\/(?:edXMLEnvelope\/edXMLHeader\/(.+)|(AttachmentEncoded.*))$/.exec(path);
    return below === null ? [] : [`${below[1] ?? below[2]}: ${names.join(' ')}`];
  });
  expect(lines).toEqual(ORDER.trim().split('\n'));
});

describe('the schema and the program', () => {
  test('name the same elements in the same order', () => {
    expect(Object.fromEntries(schemaTree())).toEqual(Object.fromEntries(readerTree()));
  });

  test.each([
    ['StatusCode', STATUSES.rows.map(({ code }) => code)],
    ['BussinessDocType', BUSSINESS_DOC_TYPES.rows.map(({ code }) => code)],
    ['Priority', URGENCY.rows.map(({ code }) => code)],
  ])('have the same codes of %s', (name, codes) => {
    expect(schemaCodes(name)).toEqual(codes);
  });
});

/** What the reader's table says, without what a strict writer never writes. */
function readerTree(): ReadonlyMap<string, readonly string[]> {
  const tree = new Map<string, readonly string[]>();
  const visit = (rule: ElementRule, path: string): void => {
    if (rule.kind !== 'group') return;
    const rows = [...rule.rows.values()].filter(
      ({ rule: child, note }) => note === null && !NEVER_WRITTEN.has(child.kind),
    );
    // Only one text in a ResponseFor: the group is for what others write.
    if (rows.length === 0 || rule.text) return;
    tree.set(
      path,
      rows.map(({ rule: child }) => child.name),
    );
    for (const { rule: child } of rows) visit(child, `${path}/${child.name}`);
  };
  visit(ROOT, ROOT.name);
  return tree;
}

/** The schema takes a Signature as an element of another namespace. */
const NEVER_WRITTEN: ReadonlySet<ElementRule['kind']> = new Set(['skipped', 'signature']);
