// What is attached, judged by the whole way into the gateway, row by row of the table of bad inputs. What an archive can
// say of itself has its own table beside the reader of archives.

import { describe, expect, test } from '@jest/globals';
import type { OpenedFile } from '../../src/core/message/message.ts';
import { wrapped, zip } from '../support/archive.ts';
import { judged, type Judged } from '../support/judged.ts';
import { documentPackage, pdf, raw, type AttachmentFields } from '../support/packages.ts';

const PROGRAM = Buffer.concat([Buffer.from('4d5a90000300', 'hex'), Buffer.alloc(100)]);
const HTML = Buffer.from('<!DOCTYPE html><script>1</script>');
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
const WORD = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(500)]);
const DESTROYED = Buffer.from(pdf().toString('utf8'));
/** Plain at its beginning: the binary content comes later. */
const DESTROYED_LATER = Buffer.concat([
  Buffer.from(`%PDF-1.4\n${'% 1234567\n'.repeat(30)}stream\n`),
  Buffer.from(Buffer.from('789ced9d8ff1e3c7d5ff', 'hex').toString('utf8')),
]);
/** The smallest office file: several entries, the first of which tells. */
const DOCX = zip([{ name: '[Content_Types].xml' }, { name: 'word/document.xml' }]);
const ODT = zip([
  { name: 'mimetype', method: 'stored', content: Buffer.from('application/vnd.oasis.opendocument.text') },
  { name: 'content.xml' },
]);
const OOXML = 'application/vnd.openxmlformats-officedocument';

function of(...attachments: readonly AttachmentFields[]): Judged {
  return judged(documentPackage({ attachments }));
}

/** `null`: as the sender's program labels it. */
function file(name: string, bytes: Buffer, contentType: string | null = null): AttachmentFields {
  return { name, bytes, contentType };
}

const REFUSED: readonly (readonly [row: string, what: string, readonly AttachmentFields[], code: string])[] = [
  ['T1', 'on the manifest and absent', [{}, { present: false }], 'attachment-missing'],
  ['T2', 'not on the manifest', [{}, { listed: false }], 'attachment-unlisted'],
  ['T3', 'two with one content id', [{ contentId: 'x' }, { contentId: 'x' }], 'attachment-duplicated'],
  ['T4', 'broken base64', [{ encoded: 'Zm9*' }], 'attachment-encoding-invalid'],
  ['T4', 'base64 in CDATA', [{ encoded: raw('<![CDATA[Zm9v]]>') }], 'attachment-encoding-invalid'],
  ['T5', 'empty', [{ encoded: '' }], 'attachment-empty'],
  ['T5', 'empty inside', [file('a.doc', wrapped(Buffer.alloc(0)))], 'attachment-empty'],
  ['T5', 'an archive of nothing', [file('a.doc', zip([]))], 'attachment-empty'],
  ['T7', '1,001 files', Array.from({ length: 1001 }, () => ({})), 'attachment-too-many'],
  ['T8', 'declared PDF, a program', [{ name: 'a.pdf', bytes: PROGRAM }], 'attachment-type-mismatch'],
  ['T8', 'declared PDF, a program inside', [file('a.pdf', wrapped(PROGRAM))], 'attachment-type-mismatch'],
  [
    'T8',
    'labelled PDF, a program inside',
    [file('a.doc', wrapped(PROGRAM), 'application/pdf')],
    'attachment-type-mismatch',
  ],
  ['T9', 'a program', [file('a.doc', PROGRAM)], 'attachment-type-forbidden'],
  ['T9', 'a program inside', [file('a.doc', wrapped(PROGRAM))], 'attachment-type-forbidden'],
  [
    'T9',
    'a program inside what looks like an office file',
    [file('a.docx', zip([{ name: '[Content_Types].xml', content: PROGRAM }]))],
    'attachment-type-forbidden',
  ],
  [
    'T9',
    'bytes that say nothing, under a name that says nothing',
    [file('a.xyz', Buffer.from([0, 1, 2]))],
    'attachment-type-forbidden',
  ],
  ['T9', 'the same inside', [file('a.xyz', wrapped(Buffer.from([0, 1, 2])))], 'attachment-type-forbidden'],
  ['T9', 'a name that is started', [file('a.js', Buffer.from('var a = 1;'))], 'attachment-type-forbidden'],
  ['T10', 'two files under a name of one', [file('a.pdf', zip([{}, {}]))], 'attachment-archive-shape'],
  ['T10', 'an archive in an archive', [file('a.pdf', wrapped(zip([{}])))], 'attachment-archive-shape'],
  ['T10', 'an archive of several in an archive', [file('a.pdf', wrapped(zip([{}, {}])))], 'attachment-archive-shape'],
  [
    'T10',
    'a path under the name of an office file',
    [file('a.docx', zip([{ name: 'word/document.xml' }]))],
    'attachment-archive-shape',
  ],
  ['T10', 'a bomb', [file('a.doc', wrapped(Buffer.alloc(40_000_000)))], 'attachment-too-large'],
  ['T12', 'a path', [file('../a.pdf', pdf())], 'attachment-name-invalid'],
  ['T12', 'a control character', [file('a\u0007.pdf', pdf())], 'xml-not-well-formed'],
  ['T12', 'a control character that XML can write', [file('a\u0085.pdf', pdf())], 'attachment-name-invalid'],
  ['T12', 'text turned round', [file('bao-cao\u202efdp.doc', pdf())], 'attachment-name-invalid'],
  ['T12', 'a reserved name', [file('CON.pdf', pdf())], 'attachment-name-invalid'],
  ['T12', 'a full stop at the end', [file('a.pdf.', pdf())], 'attachment-name-invalid'],
  ['T13', '256 bytes', [file(`${'ế'.repeat(84)}.pdf`, pdf())], 'attachment-name-invalid'],
  ['T15', 'an archive with a password', [file('a.doc', zip([{ flags: 0x0801 }]))], 'attachment-encrypted'],
  ['T18', 'SVG', [file('a.svg', SVG)], 'attachment-type-forbidden'],
  ['T18', 'SVG inside', [file('a.png', wrapped(SVG))], 'attachment-type-forbidden'],
  ['T18', 'HTML', [file('a.pdf', HTML)], 'attachment-type-forbidden'],
  ['T18', 'HTML inside', [file('a.pdf', wrapped(HTML))], 'attachment-type-forbidden'],
  ['–', 'a PDF that a conversion to text destroyed', [file('a.pdf', DESTROYED)], 'attachment-corrupt'],
  ['–', 'the same inside', [file('a.pdf', wrapped(DESTROYED))], 'attachment-corrupt'],
  ['–', 'a PDF destroyed behind its beginning', [file('a.pdf', DESTROYED_LATER)], 'attachment-corrupt'],
  [
    '–',
    'an archive destroyed',
    [file('a.doc', Buffer.from(wrapped(WORD.fill(7, 100, 300)).toString('utf8')))],
    'attachment-corrupt',
  ],
];

describe('refused', () => {
  test.each(REFUSED)('%s: %s', (_row, _what, attachments, code) => {
    expect(of(...attachments).code).toBe(code);
  });
});

interface Taken {
  readonly row: string;
  readonly what: string;
  readonly attachment: AttachmentFields;
  readonly mediaType: string;
  readonly opened?: Partial<OpenedFile>;
  /** Codes of what is noted. */
  readonly noted?: readonly string[];
}

const OPENED = ['attachment-opened'];

const TAKEN: readonly Taken[] = [
  { row: 'T9', what: 'a PDF', attachment: file('a.pdf', pdf()), mediaType: 'application/pdf' },
  {
    row: 'T10',
    what: 'a .doc as the national library wraps it',
    attachment: file('a.doc', wrapped(WORD), 'application/zip'),
    mediaType: 'application/zip',
    opened: { mediaType: 'application/x-ole-storage', size: WORD.length, method: 'deflated' },
    noted: OPENED,
  },
  {
    row: 'T10',
    what: 'a PDF wrapped, and labelled as if it were not',
    attachment: file('a.pdf', wrapped(pdf()), 'application/pdf'),
    mediaType: 'application/zip',
    opened: { mediaType: 'application/pdf', size: pdf().length },
    noted: [...OPENED, 'content-type-mismatch'],
  },
  {
    row: 'T10',
    what: 'a wrapped file whose archive has a code page’s name',
    attachment: file('báo cáo.pdf', zip([{ name: Buffer.from([0x42, 0xdf, 0x6f]), flags: 0, content: pdf() }])),
    mediaType: 'application/zip',
    opened: { mediaType: 'application/pdf' },
    noted: OPENED,
  },
  {
    row: 'T10',
    what: 'an .xlsx wrapped, because the library does not know it',
    attachment: file('a.xlsx', wrapped(DOCX, '1f6e1a52.xlsx')),
    mediaType: 'application/zip',
    opened: { mediaType: OOXML },
    noted: OPENED,
  },
  {
    row: 'T10',
    what: 'a .rar wrapped',
    attachment: file('a.rar', wrapped(Buffer.from('Rar!\u001a\u0007\u0001'))),
    mediaType: 'application/zip',
    opened: { mediaType: 'application/vnd.rar' },
    noted: OPENED,
  },
  {
    row: 'T10',
    what: 'an archive of the sender’s own',
    attachment: file('a.zip', zip([{}, {}])),
    mediaType: 'application/zip',
  },
  {
    row: 'T10',
    what: 'the same with one file',
    attachment: file('a.ZIP', wrapped(pdf())),
    mediaType: 'application/zip',
  },
  {
    row: 'T10',
    what: 'the same, whatever is in it',
    attachment: file('a.zip', zip([{ flags: 1 }])),
    mediaType: 'application/zip',
  },
  { row: 'T10', what: 'a .docx', attachment: file('a.docx', DOCX, 'application/docx'), mediaType: OOXML },
  { row: 'T10', what: 'a .docx called .doc', attachment: file('a.doc', DOCX), mediaType: OOXML },
  { row: 'T10', what: 'an .odt', attachment: file('a.odt', ODT), mediaType: 'application/vnd.oasis.opendocument.text' },
  {
    row: 'T10',
    what: 'a .docx that begins as no other',
    attachment: file('a.docx', zip([{ name: 'theme.xml' }, { name: '[Content_Types].xml' }])),
    mediaType: 'application/zip',
  },
  {
    row: 'T10',
    what: 'a spreadsheet with fields for more than 4 GB',
    attachment: file(
      'a.xlsx',
      zip([{ name: '[Content_Types].xml', descriptor: 'signed-64' }, { name: 'xl/workbook.xml' }]),
    ),
    mediaType: OOXML,
  },
  { row: 'T13', what: '255 bytes', attachment: file(`${'ế'.repeat(83)}12.pdf`, pdf()), mediaType: 'application/pdf' },
  {
    row: 'T14',
    what: 'Vietnamese, composed',
    attachment: file('Công văn số 1.pdf'.normalize('NFC'), pdf()),
    mediaType: 'application/pdf',
  },
  {
    row: 'T14',
    what: 'Vietnamese, decomposed',
    attachment: file('Công văn số 1.pdf'.normalize('NFD'), pdf()),
    mediaType: 'application/pdf',
  },
  {
    row: 'T15',
    what: 'a PDF with a password, as the rules of validation have it',
    attachment: file('a.pdf', Buffer.concat([pdf(), Buffer.from('trailer <</Encrypt 5 0 R>>')])),
    mediaType: 'application/pdf',
  },
  {
    row: 'T16',
    what: 'a PDF that acts when opened',
    attachment: file(
      'a.pdf',
      pdf('<</OpenAction<</S/JavaScript/JS(app.launchURL)>>/AA<</O<</S/Launch/F(cmd.exe)>>>>>>'),
    ),
    mediaType: 'application/pdf',
  },
  {
    row: 'T17',
    what: 'PDF and ZIP at once',
    attachment: file('a.pdf', Buffer.concat([pdf(), zip([{}])])),
    mediaType: 'application/pdf',
  },
  {
    row: '–',
    what: 'text with signs of replacement',
    attachment: file('a.txt', Buffer.from('\ufffd\ufffd\ufffd Kính gửi')),
    mediaType: 'text/plain',
  },
];

describe('taken', () => {
  test.each(TAKEN)('$row: $what', ({ attachment, mediaType, opened, noted = [] }) => {
    const { code, findings, message } = of(attachment);
    expect(code).toBe('ok');
    expect(findings.map((finding) => finding.code)).toEqual(noted);
    const [read] = message === undefined || message.kind === 'status' ? [] : message.attachments;
    expect(read).toMatchObject({ attachmentName: attachment.name, size: attachment.bytes?.length, mediaType });
    if (opened === undefined) expect(read?.opened).toBeUndefined();
    else expect(read?.opened).toMatchObject(opened);
  });
});

test('a name that comes after the content, or only on the manifest, counts as well', () => {
  const reversed = (attachment: AttachmentFields) =>
    judged(documentPackage({ attachments: [attachment], dialect: { reversed: true } })).code;
  expect(reversed(file('a.zip', zip([{}, {}])))).toBe('ok');
  expect(reversed(file('a.pdf', zip([{}, {}])))).toBe('attachment-archive-shape');
});

test('many small bombs are limited together', () => {
  const bomb = wrapped(Buffer.alloc(15_000_000));
  const attachments = Array.from({ length: 30 }, (_, n) => file(`${n}.doc`, bomb));
  expect(of(...attachments.slice(0, 2)).code).toBe('ok');
  expect(of(...attachments).findings.map(({ code }) => code)).toContain('attachment-too-large');
});

test('pieces make no difference', () => {
  const bytes = documentPackage({ attachments: [file('a.doc', wrapped(WORD)), file('b.pdf', wrapped(pdf()))] });
  for (const pieces of [[1], [1000, 1, 7, 64], [4096]]) expect(judged(bytes, pieces)).toEqual(judged(bytes));
});
