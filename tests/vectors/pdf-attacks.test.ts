// PDF files that cheat, by family: whatever else is told of them, the signature under attack is never valid. The files they
// start from are valid, which each case makes sure of, so that nothing is refused for another reason than the attack.
//
// Family                                      described by
// incremental saving, signature wrapping,     Mladenov, Mainka, Meyer zu Selhausen, Grothe, Schwenk: 1 Trillion Dollar
//   universal forgery                           Refund: How To Spoof PDF Signatures, CCS 2019
// shadow: hide, replace, hide and replace     Mainka, Mladenov, Rohlmann: Shadow Attacks, NDSS 2021
// certification: evil annotation (EAA),       Rohlmann, Mladenov, Mainka, Schwenk: Breaking the Specification: PDF
//   sneaky signature (SSA)                      Certification, IEEE S&P 2021
// byte ranges, cross-references, bytes        ISO 32000-1 sections 7.5 and 12.8.1, and what readers made of them
//   behind the end, two forms in one file

import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { oid, derNull, sequence } from '../../src/core/crypto/der-writer.ts';
import { ATTRIBUTES, makeCms, pssAlgorithm } from '../support/cms.ts';
import {
  type DocumentPki,
  createDocumentPki,
  daysBefore,
  evidenceFor,
  summary,
  verifyPdf,
} from '../support/document-pki.ts';
import {
  BASE_OBJECTS,
  type Objects,
  type RevisionOptions,
  type SignOptions,
  addRevision,
  addSignature,
  lastSection,
  makeDocument,
  stream,
  withFields,
} from '../support/pdf.ts';

let pki: DocumentPki;
let rsa: DocumentPki;
beforeAll(async () => {
  [pki, rsa] = await Promise.all([createDocumentPki(), createDocumentPki('rsa-2048')]);
});

type Change = Partial<SignOptions> & { readonly cmsMore?: Partial<SignOptions['cms']> };

function signed(change: Change = {}, base: Buffer = makeDocument()): Buffer {
  const { cmsMore, ...more } = change;
  const cms = { ...pki.person.cms, signingTime: daysBefore(1), ...cmsMore };
  return addSignature(base, { field: 10, objects: withFields([10]), cms, ...more });
}

const told = (file: Buffer): readonly string[] => summary(verifyPdf(file, evidenceFor(pki)));

const PASSED = ['Signature10 passed', 'file passed'];
const EVIL = stream('BT /F1 12 Tf 72 770 Td (Pay 999) Tj ET');
const CATALOG = String(withFields([10])[1]);
const PAGE = String(withFields([10])[3]);

/** A revision put behind a signed file. */
interface Later {
  readonly name: string;
  /** Of the finding on the signature. */
  readonly change: string;
  readonly objects: Objects;
  readonly options?: RevisionOptions;
  /** What is signed, where it is not the minimal document. */
  readonly base?: () => Buffer;
  readonly sign?: Change;
}

const PLAIN_FIELD = '<< /Type /Annot /Subtype /Widget /FT /Tx /T (Note) /Rect [10 10 90 30] /P 3 0 R';
const withNote = (): Buffer => makeDocument({ ...BASE_OBJECTS, ...withFields([8]), 8: `${PLAIN_FIELD} >>` });
const noted: Change = { objects: withFields([8, 10]) };
const perms = (level: number): Change => ({
  keys: `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P ${level} /V /1.2 >> >>]`,
});
const certified = (level: number, fields: readonly number[]): Change => ({
  ...perms(level),
  objects: withFields(fields, { catalog: '/Perms << /DocMDP 11 0 R >>' }),
});
const locking = (parameters: string): Change => ({
  ...noted,
  keys: `/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 ${parameters} >> >>]`,
});
const freeText = (more = '') => `<< /Type /Annot /Subtype /FreeText /Rect [0 0 595 842] /Contents (Pay 999) ${more}>>`;
const annotated = (list: string, fields = '[10 0 R]') => PAGE.replace(`/Annots ${fields}`, `/Annots [${list}]`);
const newField = (more: string) =>
  `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Later) /F 132 /P 3 0 R /Rect [0 0 10 10] ${more}>>`;
const twoFields = (field: string): Objects => ({ ...withFields([10, 30]), 30: field });
const form = (keys: string): string => CATALOG.replace('/SigFlags 3', `/SigFlags 3 ${keys}`);

const LATER: Readonly<Record<string, readonly Later[]>> = {
  'incremental saving': [
    { name: 'content replaced', change: 'page-content', objects: { 4: EVIL } },
    { name: 'content replaced in a stream', change: 'page-content', objects: { 4: EVIL }, options: { form: 'stream' } },
    {
      name: 'content hidden beside a table',
      change: 'page-content',
      objects: { 4: EVIL },
      options: { form: 'hybrid', hidden: [4] },
    },
    {
      name: 'page points to other content',
      change: 'page-content',
      objects: { 3: PAGE.replace('4 0 R', '50 0 R'), 50: EVIL },
    },
    {
      name: 'resources of the page',
      change: 'page-resources',
      objects: { 3: PAGE.replace('5 0 R', '51 0 R'), 51: '<< /Type /Font >>' },
    },
    {
      name: 'page added',
      change: 'pages',
      objects: { 2: '<< /Type /Pages /Kids [3 0 R 50 0 R] /Count 2 >>', 50: PAGE },
    },
    {
      name: 'page tree replaced',
      change: 'page-content',
      objects: {
        1: CATALOG.replace('2 0 R', '50 0 R'),
        50: '<< /Type /Pages /Kids [51 0 R] /Count 1 >>',
        51: PAGE.replace('4 0 R', '52 0 R').replace('2 0 R', '50 0 R'),
        52: EVIL,
      },
    },
    {
      name: 'catalog replaced',
      change: 'actions',
      objects: { 50: CATALOG.replace('>> >>', '>> /OpenAction << /S /JavaScript /JS (x) >> >>') },
      options: { root: 50 },
    },
    {
      name: 'action on opening',
      change: 'actions',
      objects: { 1: CATALOG.replace('>> >>', '>> /OpenAction << /S /JavaScript /JS (x) >> >>') },
    },
    { name: 'font removed', change: 'page-resources', objects: { 5: null } },
    {
      name: 'object with another generation of a key',
      change: 'page-resources',
      objects: { 5: '<< /Type /Font /Subtype /Type3 >>' },
    },
    {
      name: 'length of a stream',
      change: 'page-content',
      objects: { 7: '9' },
      base: () =>
        makeDocument({ ...BASE_OBJECTS, 4: '<< /Length 7 0 R >>\nstream\n(Pay 1000) Tj\nendstream', 7: '13' }),
    },
    {
      name: 'object stream replaced',
      change: 'document',
      objects: { 1: CATALOG, 3: PAGE, 5: '<< /Type /Font /Subtype /Type3 >>' },
      options: { form: 'stream', packed: { container: 6, objects: [1, 3, 5] } },
      base: () => makeDocument(BASE_OBJECTS, { form: 'stream', packed: { container: 6, objects: [1, 3, 5] } }),
      sign: { form: 'stream' },
    },
    {
      name: 'encryption',
      change: 'Encrypt',
      objects: { 50: '<< /Filter /Standard >>' },
      options: { trailer: '/Encrypt 50 0 R' },
    },
  ],
  shadow: [
    {
      name: 'hide: picture over the text removed',
      change: 'page-resources',
      objects: { 7: stream('', '/Subtype /Image ') },
      base: () => makeDocument({ ...BASE_OBJECTS, 7: stream('x', '/Subtype /Image ') }),
      sign: {
        objects: { ...withFields([10]), 3: PAGE.replace('/F1 5 0 R >>', '/F1 5 0 R >> /XObject << /Im 7 0 R >>') },
      },
    },
    {
      name: 'hide and replace: another page tree lies ready, and a later table leads to it',
      change: 'page-content',
      objects: { 1: CATALOG.replace('2 0 R', '52 0 R') },
      base: () =>
        makeDocument({
          ...BASE_OBJECTS,
          50: EVIL,
          51: PAGE.replace('4 0 R', '50 0 R').replace('2 0 R', '52 0 R'),
          52: '<< /Type /Pages /Kids [51 0 R] /Count 1 >>',
        }),
    },
    {
      name: 'hide and replace: content exchanged for what lies ready',
      change: 'page-content',
      objects: { 3: PAGE.replace('4 0 R', '50 0 R') },
      base: () => makeDocument({ ...BASE_OBJECTS, 50: EVIL }),
    },
    {
      name: 'replace: font',
      change: 'page-resources',
      objects: { 5: '<< /Type /Font /Subtype /Type1 /BaseFont /Evil >>' },
    },
    {
      name: 'replace: an object that did not exist',
      change: 'page-content',
      objects: { 50: EVIL },
      base: () => makeDocument({ ...BASE_OBJECTS, 3: String(BASE_OBJECTS[3]).replace('4 0 R', '[4 0 R 50 0 R]') }),
      sign: { objects: { ...withFields([10]), 3: PAGE.replace('4 0 R', '[4 0 R 50 0 R]') } },
    },
    {
      name: 'replace: an object that was free',
      change: 'page-content',
      objects: { 7: EVIL },
      base: () => makeDocument({ ...BASE_OBJECTS, 7: null }),
      sign: { objects: { ...withFields([10]), 3: PAGE.replace('4 0 R', '[4 0 R 7 0 R]') } },
    },
    {
      name: 'replace: resources shared with the form',
      change: 'page-resources',
      objects: { 7: '<< /Font << /F1 5 0 R >> /XObject << /X 50 0 R >> >>', 50: EVIL },
      base: () => makeDocument({ ...BASE_OBJECTS, 7: '<< /Font << /F1 5 0 R >> >>' }),
      sign: {
        objects: {
          1: form('/DR 7 0 R'),
          3: PAGE.replace('/Resources << /Font << /F1 5 0 R >> >>', '/Resources 7 0 R'),
        },
      },
    },
    {
      name: 'replace: content that is also proof',
      change: 'page-content',
      objects: { 4: EVIL },
      sign: { objects: { ...withFields([10], { catalog: '/DSS << /Certs [4 0 R] >> ' }) } },
    },
    {
      name: 'replace: content that is also metadata',
      change: 'page-content',
      objects: { 4: EVIL },
      sign: { objects: { ...withFields([10], { catalog: '/Metadata 4 0 R ' }) } },
    },
    {
      name: 'replace: metadata that is also what is done on opening',
      change: 'actions',
      objects: { 7: stream('evil') },
      base: () => makeDocument({ ...BASE_OBJECTS, 7: stream('harmless') }),
      sign: { objects: withFields([10], { catalog: '/Metadata 7 0 R /OpenAction 7 0 R ' }) },
    },
    {
      name: 'replace: metadata that also holds objects',
      change: 'document',
      objects: { 6: stream('5 0 << /Type /Font /Subtype /Type3 >>', '/Type /ObjStm /N 1 /First 4 ') },
      options: { form: 'stream' },
      base: () => makeDocument(BASE_OBJECTS, { form: 'stream', packed: { container: 6, objects: [5] } }),
      sign: { form: 'stream', objects: withFields([10], { catalog: '/Metadata 6 0 R ' }) },
    },
  ],
  'annotations and fields': [
    {
      name: 'free text over the page',
      change: 'annotation',
      objects: { 3: annotated('10 0 R 50 0 R'), 50: freeText() },
    },
    {
      name: 'annotation that was there moved',
      change: 'annotation',
      objects: { 7: freeText('/F 2 ') },
      base: () => makeDocument({ ...BASE_OBJECTS, 7: freeText() }),
      sign: { objects: { ...withFields([10]), 3: annotated('7 0 R 10 0 R') } },
    },
    {
      name: 'annotations of a list of its own',
      change: 'annotation',
      objects: { 7: '[10 0 R 50 0 R]', 50: freeText() },
      base: () => makeDocument({ ...BASE_OBJECTS, 7: '[10 0 R]' }),
      sign: { objects: { ...withFields([10]), 3: PAGE.replace('[10 0 R]', '7 0 R') } },
    },
    { name: 'annotations removed', change: 'annotation-removed', objects: { 3: annotated('') } },
    {
      name: 'text field added',
      change: 'form',
      objects: twoFields('<< /Type /Annot /Subtype /Widget /FT /Tx /T (T) /V (Pay 999) /Rect [0 0 300 300] >>'),
    },
    {
      name: 'signature field with an action',
      change: 'form',
      objects: twoFields(newField('/AA << /E << /S /JavaScript /JS (x) >> >> ')),
    },
    {
      name: 'signature field over the page, painted and not signed',
      change: 'signature-picture',
      objects: twoFields(newField('/MK << /BG [1] >> ').replace('[0 0 10 10]', '[0 0 595 842]')),
    },
    {
      name: 'a picture that lay ready in a field which no page listed',
      change: 'form',
      objects: { 3: annotated('8 0 R 10 0 R') },
      base: () => makeDocument({ ...BASE_OBJECTS, 8: freeText().replace('/FreeText', '/Widget /FT /Tx /T (Note)') }),
      sign: { objects: { ...withFields([10]), 1: CATALOG.replace('[10 0 R]', '[8 0 R 10 0 R]') } },
    },
    {
      name: 'a picture that lay ready in a note which no page listed',
      change: 'annotation',
      objects: { 3: annotated('8 0 R 10 0 R') },
      base: () => makeDocument({ ...BASE_OBJECTS, 8: freeText() }),
    },
    {
      name: 'a field that is shown a second time',
      change: 'form',
      objects: { 3: annotated('8 0 R 10 0 R 8 0 R') },
      base: withNote,
      sign: noted,
    },
    {
      name: 'the page turned',
      change: 'page-size',
      objects: { 2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /Rotate 180 >>' },
    },
    {
      name: 'a way up that is not the way down',
      change: 'page',
      objects: {
        3: PAGE.replace('/Parent 2 0 R', '/Parent 50 0 R'),
        50: '<< /Type /Pages /Kids [3 0 R] /Rotate 180 >>',
      },
    },
    {
      name: 'a key twice in a page',
      change: 'page',
      objects: { 3: PAGE.replace('/Contents', '/Contents 50 0 R /Contents'), 50: EVIL },
    },
    {
      name: 'layers',
      change: 'layers',
      objects: { 1: form('').replace('/AcroForm', '/OCProperties << /OCGs [] /D << /BaseState /OFF >> >> /AcroForm') },
    },
    {
      name: 'signature moved',
      change: 'form',
      objects: { 10: newField('/V 11 0 R ').replace('Later', 'Signature10') },
    },
    {
      name: 'fields drawn anew',
      change: 'form-resources',
      objects: { 1: CATALOG.replace('[10 0 R]', '[8 0 R 10 0 R] /NeedAppearances true') },
      base: withNote,
      sign: noted,
    },
    { name: 'XFA form', change: 'form', objects: { 1: form('/XFA 50 0 R'), 50: stream('<xdp/>') } },
    {
      name: 'text field moved while filled',
      change: 'form',
      objects: { 8: `${PLAIN_FIELD.replace('[10 10 90 30]', '[0 0 595 842]')} /V (x) >>` },
      base: withNote,
      sign: noted,
    },
  ],
  certification: [
    {
      name: 'nothing allowed, field filled in',
      change: 'field-value',
      objects: { 8: `${PLAIN_FIELD} /V (x) >>` },
      base: withNote,
      sign: certified(1, [8, 10]),
    },
    {
      name: 'nothing allowed, signed again',
      change: 'signature-field',
      objects: { ...withFields([10, 30], { catalog: '/Perms << /DocMDP 11 0 R >>' }), 30: newField('') },
      sign: certified(1, [10]),
    },
    {
      name: 'sneaky signature: allowed to sign, with a picture over the page',
      change: 'signature-picture',
      objects: {
        ...withFields([10, 30], { catalog: '/Perms << /DocMDP 11 0 R >>' }),
        30: newField('/MK << /BG [1] >> ').replace('[0 0 10 10]', '[0 0 595 842]'),
      },
      sign: certified(2, [10]),
    },
    {
      name: 'filling allowed, annotated',
      change: 'annotation',
      objects: { 3: annotated('10 0 R 50 0 R'), 50: freeText() },
      sign: certified(2, [10]),
    },
    {
      name: 'annotating allowed, annotated',
      change: 'annotation',
      objects: { 3: annotated('10 0 R 50 0 R'), 50: freeText() },
      sign: certified(3, [10]),
    },
    {
      name: 'annotating allowed, content replaced',
      change: 'page-content',
      objects: { 4: EVIL },
      sign: certified(3, [10]),
    },
    { name: 'certification taken away', change: 'document', objects: { 1: CATALOG }, sign: certified(2, [10]) },
    {
      name: 'all fields locked',
      change: 'field-value',
      objects: { 8: `${PLAIN_FIELD} /V (x) >>` },
      base: withNote,
      sign: locking('/Action /All'),
    },
    {
      name: 'this field locked',
      change: 'field-value',
      objects: { 8: `${PLAIN_FIELD} /V (x) >>` },
      base: withNote,
      sign: locking('/Action /Include /Fields [(Note)]'),
    },
    {
      name: 'other fields left open',
      change: 'field-value',
      objects: { 8: `${PLAIN_FIELD} /V (x) >>` },
      base: withNote,
      sign: locking('/Action /Exclude /Fields [(Other)]'),
    },
    {
      name: 'a lock of unknown form',
      change: 'field-value',
      objects: { 8: `${PLAIN_FIELD} /V (x) >>` },
      base: withNote,
      sign: locking('/Action /Perhaps'),
    },
  ],
};

describe.each(Object.entries(LATER))('%s', (_family, cases) => {
  test.each(cases)('$name', ({ change, objects, options, base, sign }) => {
    const before = signed(sign, base?.());
    expect(told(before)).toEqual(PASSED);
    const lines = told(addRevision(before, objects, options));
    if (change === 'Encrypt') {
      expect(lines).toEqual(['file undecided pdf-encrypted']);
      return;
    }
    expect(lines[0]).toMatch(/^Signature10 failed /);
    expect(lines[0]).toContain(`pdf-changed-after-signing(${change})`);
    expect(lines.at(-1)).toBe('file failed');
  });
});

/** How the signature itself may be wrong: name, what is told, how it is made. */
const RANGE: readonly (readonly [string, string, Change])[] = [
  ['no ByteRange', 'pdf-coverage(ByteRange or Contents missing)', { byteRange: () => 'null' }],
  ['zeros', 'pdf-coverage(ByteRange)', { byteRange: () => '[0 0 0 0]' }],
  ['negative', 'pdf-coverage(ByteRange)', { byteRange: ([, a, b, c]) => `[0 ${a} -${b} ${c}]` }],
  ['three numbers', 'pdf-coverage(ByteRange)', { byteRange: ([, a, b]) => `[0 ${a} ${b}]` }],
  ['five numbers', 'pdf-coverage(ByteRange)', { byteRange: ([, a, b, c]) => `[0 ${a} ${b} ${c} 0]` }],
  ['six numbers', 'pdf-coverage(ByteRange)', { byteRange: ([, a, b, c]) => `[0 ${a} ${b} ${c} ${b + c} 0]` }],
  ['fractions', 'pdf-coverage(ByteRange)', { byteRange: ([, a, b, c]) => `[0 ${a}.5 ${b} ${c}]` }],
  ['names', 'pdf-coverage(ByteRange)', { byteRange: () => '[/A /B /C /D]' }],
  ['a reference', 'pdf-coverage(ByteRange or Contents missing)', { byteRange: () => '5 0 R' }],
  [
    'beyond the file',
    'pdf-coverage(ByteRange beyond the file)',
    { byteRange: ([, a, b, c]) => `[0 ${a} ${b} ${c + 1}]` },
  ],
  ['the first byte left out', 'pdf-coverage(ByteRange)', { byteRange: ([, a, b, c]) => `[1 ${a - 1} ${b} ${c}]` }],
  [
    'a gap that begins before Contents',
    'pdf-coverage(gap is not Contents)',
    { byteRange: ([, a, b, c]) => `[0 ${a - 5} ${b} ${c}]` },
  ],
  [
    'a gap that ends behind Contents',
    'pdf-coverage(gap is not Contents)',
    { byteRange: ([, a, b, c]) => `[0 ${a} ${b + 5} ${c - 5}]` },
  ],
  [
    'an end before that of the revision',
    'pdf-coverage(end is not that of a revision)',
    { byteRange: ([, a, b, c]) => `[0 ${a} ${b} ${c - 9}]` },
  ],
  ['ranges that overlap', 'pdf-coverage(ByteRange)', { byteRange: ([, a, , c]) => `[0 ${a} ${a} ${c}]` }],
  ['two of them', 'pdf-coverage(key twice)', { keys: '/ByteRange [0 1 2 3]' }],
  ['two of them, one in disguise', 'pdf-coverage(key twice)', { keys: '/Byte#52ange [0 1 2 3]' }],
  ['two Contents', 'pdf-coverage(key twice)', { keys: '/Contents <00>' }],
  ['two types', 'pdf-coverage(key twice)', { keys: '/Type /Other' }],
];

describe('universal forgery and byte ranges', () => {
  test.each(RANGE)('%s', (_name, expected, change) => {
    expect(told(signed(change)).slice(0, 1)).toEqual([`Signature10 failed ${expected}`]);
  });

  test.each([
    ['null', 'null'],
    ['empty', '<>'],
    ['one zero byte', '<00>'],
    ['a literal string', '(abc)'],
    ['missing', ''],
  ])('Contents %s', (_name, contents) => {
    const right = signed();
    const range = /\/ByteRange \[[\d ]+\]/.exec(right.toString('latin1'))?.[0] ?? '';
    const file = addRevision(makeDocument(), {
      ...withFields([10]),
      10: newField('/V 11 0 R '),
      11: `<< /Type /Sig /SubFilter /adbe.pkcs7.detached ${range} ${contents === '' ? '' : `/Contents ${contents}`} >>`,
    });
    expect(told(file)[0]).toMatch(/^Later failed pdf-coverage/);
  });

  test('a value that is no dictionary', () => {
    const file = addRevision(makeDocument(), { ...withFields([10]), 10: newField('/V (signed) ') });
    expect(told(file)[0]).toBe('Later failed pdf-coverage(signature dictionary)');
  });
});

describe('Contents', () => {
  const spaced = (digits: string): string => `${digits.slice(0, -2)}  `;
  test.each<readonly [string, string, Change]>([
    [
      'bytes behind the signature',
      'document-signature-malformed(trailing bytes)',
      { hex: (digits) => `${digits.slice(0, -2)}01` },
    ],
    ['white space within', 'pdf-coverage(Contents)', { hex: spaced }],
    ['no CMS', 'document-signature-malformed(unexpected tag 0)', { contents: () => Buffer.alloc(10) }],
    ['cut short', 'document-signature-malformed(truncated)', { contents: () => Buffer.of(0x30, 0x82, 0xff, 0xff) }],
    ['another form', 'document-signature-algorithm(adbe.pkcs7.sha1)', { subFilter: 'adbe.pkcs7.sha1' }],
    ['an older form', 'document-signature-algorithm(adbe.x509.rsa_sha1)', { subFilter: 'adbe.x509.rsa_sha1' }],
  ])('%s', (_name, expected, change) => {
    expect(told(signed(change))[0]).toBe(`Signature10 failed ${expected}`);
  });
});

describe('the signature in Contents', () => {
  const over = (make: (digest: Buffer) => Buffer): Change => ({
    contents: (content) => make(createHash('sha256').update(content).digest()),
  });
  const cms = () => pki.person.cms;
  const SHA384_RSA = () => sequence(oid('1.2.840.113549.1.1.12'), derNull());
  test.each<readonly [string, string, () => Change]>([
    [
      'another digest',
      'document-signature-invalid(content-changed)',
      () => over(() => makeCms(Buffer.alloc(32), cms())),
    ],
    [
      'a value that is one bit off',
      'document-signature-invalid(value)',
      () => ({ cmsMore: { spoil: (value) => ((value[40]! ^= 1), value) } }),
    ],
    ['a value of nothing', 'document-signature-invalid(value)', () => ({ cmsMore: { spoil: () => Buffer.alloc(0) } })],
    ["another signer's key", 'document-signature-invalid(value)', () => ({ cmsMore: { key: pki.agency.key } })],
    ['two signers', 'document-signature-malformed(signers)', () => ({ cmsMore: { signers: 2 } })],
    ['no signer', 'document-signature-malformed(signers)', () => ({ cmsMore: { signers: 0 } })],
    [
      'no certificate of the signer',
      'document-signature-malformed(signer-certificate)',
      () => ({ cmsMore: { certificatesIncluded: [pki.sub.chain[0]] } }),
    ],
    [
      'a certificate that is named and is another',
      'document-signature-invalid(signing-certificate)',
      () => ({
        cmsMore: {
          named: pki.agency.certificate,
          certificatesIncluded: [pki.agency.certificate, pki.sub.chain[0]],
          key: pki.agency.key,
        },
      }),
    ],
    [
      'CAdES without its certificate',
      'document-signature-malformed(signing-certificate)',
      () => ({ subFilter: 'ETSI.CAdES.detached', cmsMore: { withSigningCertificate: false } }),
    ],
    [
      'content of another type',
      'document-signature-malformed(content-type)',
      () => ({ cmsMore: { contentType: '1.2.3.4' } }),
    ],
    [
      'content inside',
      'document-signature-malformed(not detached)',
      () => ({ cmsMore: { content: Buffer.from('x') } }),
    ],
    [
      'no signed attributes',
      'document-signature-malformed(signed-attributes)',
      () => over((digest) => makeCms(digest, { ...cms(), bareOver: digest })),
    ],
    [
      'an attribute twice',
      'document-signature-malformed(attribute)',
      () => ({ cmsMore: { attributes: (usual) => [...usual, usual[0]!] } }),
    ],
    [
      'two signing times',
      'document-signature-malformed(attribute)',
      () => ({ cmsMore: { attributes: (usual) => [...usual, ATTRIBUTES.signingTime(daysBefore(2))] } }),
    ],
    [
      'no message digest',
      'document-signature-malformed(attribute missing)',
      () => ({ cmsMore: { attributes: (usual) => usual.slice(0, 2) } }),
    ],
    [
      'Ed25519',
      'document-signature-algorithm(Ed25519)',
      () => ({ cmsMore: { signatureAlgorithm: sequence(oid('1.3.101.112')) } }),
    ],
    ['SHA-1', 'document-signature-algorithm(SHA-1)', () => ({ cmsMore: { hash: 'sha1' } })],
    ['MD5', 'document-signature-algorithm(MD5)', () => ({ cmsMore: { ...rsa.person.cms, hash: 'md5' } })],
    [
      'hash and signature that disagree',
      'document-signature-algorithm(1.2.840.113549.1.1.12, sha256)',
      () => ({ cmsMore: { ...rsa.person.cms, signatureAlgorithm: SHA384_RSA() } }),
    ],
    [
      'PSS with another mask hash',
      'document-signature-algorithm(1.2.840.113549.1.1.10)',
      () => ({
        cmsMore: { ...rsa.person.cms, padding: 'pss', signatureAlgorithm: pssAlgorithm('sha256', 'sha1', 32) },
      }),
    ],
    [
      'PSS with another salt than it says',
      'document-signature-invalid(value)',
      () => ({
        cmsMore: { ...rsa.person.cms, padding: 'pss', signatureAlgorithm: pssAlgorithm('sha256', 'sha256', 20) },
      }),
    ],
  ])('%s', (_name, expected, change) => {
    const lines = told(signed(change()));
    expect(lines[0]).toMatch(/^Signature10 failed /);
    expect(lines[0]).toContain(expected);
  });

  test('every byte counts', () => {
    const right = signed();
    const gap = /\/Contents </.exec(right.toString('latin1'))?.index ?? 0;
    for (let at = 20; at < right.length; at += 97) {
      if (at > gap && at < gap + 24_000) continue;
      const file = Buffer.from(right);
      file[at] = (file[at] ?? 0) ^ 1;
      expect([at, told(file).at(-1)?.startsWith('file passed') === true && told(file).length > 1]).toEqual([at, false]);
    }
  });
});

describe('signature wrapping', () => {
  /** The signed second part moved away, with a document of the attacker's where it was. */
  function wrapped(): Buffer {
    const right = signed();
    const text = right.toString('latin1');
    const [, gap = 0, resume = 0, length = 0] = (/\/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/.exec(text) ?? [])
      .slice(1)
      .map(Number);
    const inserted = Buffer.concat([Buffer.from('4 0 obj\n'), EVIL, Buffer.from('\nendobj\n')]);
    const file = Buffer.concat([right.subarray(0, resume), inserted, right.subarray(resume)]);
    const range = `[0 ${gap} ${resume + inserted.length} ${length}]`;
    const place = text.indexOf('/ByteRange [') + '/ByteRange '.length;
    file.write(range.padEnd(60), place, 'latin1');
    return file;
  }

  test('bytes between Contents and the second range', () => {
    expect(told(wrapped())[0]).toMatch(/^Signature10 failed |^file failed /);
  });

  test('a second string within the gap', () => {
    expect(told(signed({ hex: (digits) => `${digits.slice(0, -4)}><00` }))).toEqual([
      'file failed pdf-malformed(dictionary)',
    ]);
  });

  test('a second Contents for the gap', () => {
    const right = signed();
    const at = right.indexOf('/Contents <') + '/Contents '.length;
    const file = Buffer.concat([right.subarray(0, at), Buffer.from('<00> /X '), right.subarray(at)]);
    expect(told(file)[0]).toMatch(/^Signature10 failed |^file failed /);
  });
});

describe('cross-references', () => {
  test('bytes behind the end that no revision owns', () => {
    const file = Buffer.concat([signed(), Buffer.from('4 0 obj\n'), EVIL, Buffer.from('\nendobj\n')]);
    expect(told(file)).toEqual(['file failed pdf-malformed(end of file)']);
  });

  test('bytes behind the end that lead back to the signed revision', () => {
    const right = signed();
    const tail = `\nstartxref\n${lastSection(right)}\n%%EOF\n`;
    const file = Buffer.concat([right, Buffer.from('4 0 obj\n'), EVIL, Buffer.from(`\nendobj\n${tail}`)]);
    expect(told(file)[0]).toBe('Signature10 failed pdf-changed-after-signing(stray-bytes)');
  });

  test('a revision that leads past the signed one', () => {
    const base = makeDocument();
    const right = signed({}, base);
    const file = addRevision(right, { ...withFields([10]), 4: EVIL }, { prev: lastSection(base) });
    expect(told(file)[0]).not.toMatch(/^Signature10 passed/);
    const all = { 10: 0, 11: 0 };
    const text = right.toString('latin1');
    const whole = addRevision(
      right,
      { ...withFields([10]), 4: EVIL, 10: '', 11: '' },
      {
        prev: lastSection(base),
        misplace: (object, offset) => (object in all ? text.indexOf(`${object} 0 obj`) : offset),
      },
    );
    expect(told(whole)[0]).toBe('Signature10 failed pdf-coverage(revision is not part of the file)');
  });

  test('an entry that points to an object of another revision', () => {
    const evil = Buffer.concat([Buffer.from('4 0 obj\n'), EVIL, Buffer.from('\nendobj\n')]);
    const base = Buffer.concat([makeDocument().subarray(0, 15), evil]);
    const document = addRevision(base, BASE_OBJECTS);
    const right = signed({}, document);
    expect(told(right)).toEqual(PASSED);
    const file = addRevision(right, { 4: '' }, { misplace: () => 15 });
    expect(told(file)[0]).toBe(
      'Signature10 failed pdf-changed-after-signing(page-content) pdf-changed-after-signing(stray-bytes)',
    );
  });

  test('an entry that points to no object', () => {
    const file = addRevision(signed(), { 4: EVIL }, { misplace: (_object, offset) => offset + 3 });
    expect(told(file)[0]).toBe('Signature10 failed pdf-malformed(number expected)');
  });

  test('a loop', () => {
    const right = signed();
    const file = addRevision(right, {}, { prev: right.length });
    expect(told(file)).toEqual(['file failed pdf-malformed(cross-reference loop)']);
  });

  test('the signature taken out of the form', () => {
    const file = addRevision(signed(), { 1: CATALOG.replace('[10 0 R]', '[]'), 3: annotated('') });
    expect(told(file)).toEqual(['file undecided document-signature-unlisted']);
    const both = addSignature(signed(), {
      field: 20,
      objects: withFields([10, 20]),
      cms: pki.agency.cms,
    });
    const taken = addRevision(both, { 1: CATALOG.replace('[10 0 R]', '[20 0 R]') });
    expect(told(taken)[0]).toContain('Signature20 failed pdf-changed-after-signing(form)');
  });

  test('the signature replaced by a copy', () => {
    const right = signed();
    const text = right.toString('latin1');
    const body = text.slice(text.indexOf('11 0 obj') + 9, text.indexOf('endobj', text.indexOf('11 0 obj')));
    expect(told(addRevision(right, { 11: body }))[0]).toBe('Signature10 failed pdf-coverage(gap is not Contents)');
  });

  test('a revision between that shows nothing, and one after that shows what it prepared', () => {
    const hidden = addRevision(signed(), { 50: EVIL });
    expect(told(hidden)).toEqual(PASSED);
    const file = addRevision(hidden, { 3: PAGE.replace('4 0 R', '50 0 R') });
    expect(told(file)[0]).toBe('Signature10 failed pdf-changed-after-signing(page-content)');
  });

  test.each([
    [
      'an archive before it',
      () => Buffer.concat([Buffer.from('PK\x03\x04'), signed()]),
      'Signature10 failed pdf-coverage(bytes before the header)',
    ],
    [
      'an archive behind it',
      () => Buffer.concat([signed(), Buffer.from('PK\x05\x06'.padEnd(22, '\0'))]),
      'file failed pdf-malformed(end of file)',
    ],
    [
      'another PDF behind it',
      () => Buffer.concat([signed(), makeDocument()]),
      'file undecided document-signature-unlisted',
    ],
  ])('two forms in one file: %s', (_name, make, expected) => {
    expect(told(make())[0]).toBe(expected);
  });

  test('two signature fields of one name', () => {
    const both = addSignature(signed(), {
      field: 20,
      name: 'Signature10',
      objects: withFields([10, 20]),
      cms: pki.agency.cms,
    });
    expect(told(both).at(-1)).toBe('file failed pdf-field-name-duplicated');
  });

  test('a comment that a reader may take for an object', () => {
    const right = signed();
    const file = addRevision(Buffer.concat([right, Buffer.from('%\r4 0 obj (x) endobj\n')]), {}, {});
    expect(told(file)[0]).toContain('Signature10 failed pdf-changed-after-signing(stray-bytes)');
  });

  test('no judgement touches the bytes', () => {
    const file = addRevision(signed(), { 4: EVIL });
    const before = createHash('sha256').update(file).digest('hex');
    told(file);
    expect(createHash('sha256').update(file).digest('hex')).toBe(before);
  });

  test('names the revision', () => {
    const both = addSignature(signed(), { field: 20, objects: withFields([10, 20]), cms: pki.agency.cms });
    const report = verifyPdf(addRevision(both, { 4: EVIL }), evidenceFor(pki));
    for (const { findings } of report.signatures) {
      expect(findings.filter(({ severity }) => severity === 'error').map(({ facts }) => facts)).toEqual([
        { revision: 4, change: 'page-content', object: 3, page: 1 },
      ]);
    }
  });
});
