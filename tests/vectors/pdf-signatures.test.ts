// Signed PDF files that are right, in every form there is, and what is told of each. pdfsig and openssl are asked too.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { toPem } from '../../src/core/crypto/pem.ts';
import { isUsable, readPdf } from '../../src/core/pdf/read.ts';
import { bufferSource } from '../../src/core/archive/source.ts';
import { makePdf } from '../../src/demo/pdf.ts';
import { makeTimeStamp, withIndefiniteLengths, makeCms } from '../support/cms.ts';
import {
  type DocumentPki,
  PERSON,
  createDocumentPki,
  createSigner,
  daysBefore,
  evidenceFor,
  stampedAt,
  summary,
  verifyPdf,
} from '../support/document-pki.ts';
import { run } from '../support/external.ts';
import { BASE_OBJECTS, type SignOptions, addRevision, addSignature, makeDocument, withFields } from '../support/pdf.ts';
import { requireTool } from '../support/tools.ts';

let pki: DocumentPki;
let rsa: DocumentPki;
let folder: string;
beforeAll(async () => {
  [pki, rsa, folder] = await Promise.all([
    createDocumentPki(),
    createDocumentPki('rsa-2048'),
    mkdtemp(join(tmpdir(), 'lienthong-pdf-')),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const CLAIMED = daysBefore(1);
type Change = Partial<SignOptions> & { readonly cmsMore?: Partial<SignOptions['cms']> };

/** One person's signature on a minimal document. */
function one(change: Change = {}, file: Buffer = makeDocument()): Buffer {
  const { cmsMore, ...more } = change;
  const cms = { ...pki.person.cms, signingTime: CLAIMED, ...cmsMore };
  return addSignature(file, { field: 10, objects: withFields([10]), cms, ...more });
}

/** The agency's beside it. */
function two(change: Change = {}, file: Buffer = one()): Buffer {
  const { cmsMore, ...more } = change;
  const cms = { ...pki.agency.cms, signingTime: CLAIMED, ...cmsMore };
  return addSignature(file, {
    field: 20,
    objects: withFields([10, 20]),
    rect: '300 100 420 220',
    cms,
    ...more,
  });
}

const PASSED_ONE = ['Signature10 passed', 'file passed'];
const PASSED_TWO = ['Signature10 passed', 'Signature20 passed', 'file passed'];

/** Name, file, what is told; `peer` false where pdfsig cannot say. */
const RIGHT: readonly (readonly [string, () => Buffer | Promise<Buffer>, readonly string[]])[] = [
  ['one signature', () => one(), PASSED_ONE],
  ['two signatures', () => two(), PASSED_TWO],
  ['CAdES', () => one({ subFilter: 'ETSI.CAdES.detached' }), PASSED_ONE],
  ['no ESS attribute in adbe.pkcs7.detached', () => one({ cmsMore: { withSigningCertificate: false } }), PASSED_ONE],
  ['SHA-384', () => one({ cmsMore: { hash: 'sha384' } }), PASSED_ONE],
  ['SHA-512', () => one({ cmsMore: { hash: 'sha512' } }), PASSED_ONE],
  ['cross-reference streams and object streams', () => streams(), PASSED_TWO],
  ['a hybrid file', () => one({ form: 'hybrid', hidden: [11] }), PASSED_ONE],
  [
    'CMS with indefinite lengths',
    () =>
      one({
        contents: (signed) =>
          withIndefiniteLengths(
            makeCms(createHash('sha256').update(signed).digest(), { ...pki.person.cms, signingTime: CLAIMED }),
          ),
      }),
    PASSED_ONE,
  ],
  ['signed attributes in an order of their own', () => one({ cmsMore: { order: 'unsorted' } }), PASSED_ONE],
  ['white space after the end', () => Buffer.concat([one(), Buffer.from('\r\n')]), PASSED_ONE],
  ['a signature time stamp', () => two({ cmsMore: { timeStamps: stampedAt(pki.stamper, CLAIMED) } }), PASSED_TWO],
  [
    'certified for filling, then signed in a new field',
    () => two({ objects: withFields([10, 20], { catalog: '/Perms << /DocMDP 11 0 R >>' }) }, one(certifying(2))),
    ['Signature10 undecided pdf-field-added(signature)', 'Signature20 passed', 'file undecided'],
  ],
  [
    'certified for annotating, then signed in a new field',
    () => two({ objects: withFields([10, 20], { catalog: '/Perms << /DocMDP 11 0 R >>' }) }, one(certifying(3))),
    PASSED_TWO,
  ],
  ['a field that was prepared', () => prepared(), PASSED_ONE],
  [
    'a form field filled in afterwards',
    () => filled(''),
    ['Signature10 undecided pdf-field-filled(field-value)', 'file undecided'],
  ],
  ['a store of revocation data added', () => withStore(one()), PASSED_ONE],
  ['a store changed', () => withStore(withStore(one()), 2), PASSED_ONE],
  [
    'a document time stamp',
    () => documentStamped(one(certifying(1))),
    ['Signature10 passed', 'Stamp passed', 'file passed'],
  ],
  ['the date of change and metadata', () => redated(), PASSED_ONE],
  [
    'the document of the demonstration',
    () => one({ ...demo(), root: 1 }, makePdf('Công văn', ['Kính gửi'])),
    PASSED_ONE,
  ],
];

function streams(): Buffer {
  const base = makeDocument(BASE_OBJECTS, { form: 'stream', packed: { container: 6, objects: [1, 2, 3, 5] } });
  const first = one({ form: 'stream' }, base);
  return two({ form: 'stream', packed: { container: 30, objects: [1, 3] } }, first);
}

/** A certification that allows so much. */
function certifying(level: number): Change {
  const keys = `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P ${level} /V /1.2 >> >>]`;
  return { keys, objects: withFields([10], { catalog: '/Perms << /DocMDP 11 0 R >>' }) };
}

const TEXT_FIELD = '<< /Type /Annot /Subtype /Widget /FT /Tx /T (Note) /Rect [10 10 90 30] /P 3 0 R';

function withTextField(): Buffer {
  return makeDocument({ ...BASE_OBJECTS, ...withFields([8]), 8: `${TEXT_FIELD} >>` });
}

function filled(keys: string): Buffer {
  const signed = one({ objects: withFields([8, 10]), keys }, withTextField());
  return addRevision(signed, { 8: `${TEXT_FIELD} /V (Filled) >>` });
}

/** A signature in a field that the first revision holds. */
function prepared(): Buffer {
  const field = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature10) /F 132 /Rect [0 0 0 0] /P 3 0 R >>';
  return one({ objects: {} }, makeDocument({ ...BASE_OBJECTS, ...withFields([10]), 10: field }));
}

function withStore(file: Buffer, count = 1): Buffer {
  const store = `<< /Type /DSS /Certs [${Array.from({ length: count }, (_each, at) => `${61 + at} 0 R`).join(' ')}] >>`;
  const catalog = (withFields([10], { catalog: '/DSS 60 0 R ' })[1] ?? '').toString();
  return addRevision(file, { 1: catalog, 60: store, [60 + count]: '<< /Length 3 >>\nstream\nabc\nendstream' });
}

function documentStamped(file: Buffer): Buffer {
  return addSignature(file, {
    field: 40,
    name: 'Stamp',
    subFilter: 'ETSI.RFC3161',
    objects: withFields([10, 40], { catalog: '/Perms << /DocMDP 11 0 R >>' }),
    cms: pki.stamper.cms,
    contents: (signed) => makeTimeStamp(signed, { ...pki.stamper.cms, at: CLAIMED, fraction: '.25' }),
  });
}

function redated(): Buffer {
  const metadata = (text: string) => `<< /Type /Metadata /Length ${text.length} >>\nstream\n${text}\nendstream`;
  const info = (date: string) => `<< /Title (T) /ModDate (${date}) >>`;
  const catalog = (withFields([10], { catalog: '/Metadata 7 0 R ' })[1] ?? '').toString();
  const base = makeDocument({ ...BASE_OBJECTS, 7: metadata('old'), 9: info('D:2025') }, { trailer: '/Info 9 0 R' });
  const signed = one({ objects: { ...withFields([10]), 1: catalog }, trailer: '/Info 9 0 R' }, base);
  return addRevision(signed, { 7: metadata('newer'), 9: info('D:2026') }, { trailer: '/Info 9 0 R' });
}

/** Catalog and page of the demonstration's document with a field. */
function demo(): Pick<SignOptions, 'objects' | 'trailer'> {
  return {
    trailer: '/Info 6 0 R',
    objects: {
      1: '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R] /SigFlags 3 >> >>',
      3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [10 0 R] >>',
    },
  };
}

/** A document that a library made, with a page of its own numbering. */
async function fromLibrary(useObjectStreams: boolean): Promise<Buffer> {
  const document = await PDFDocument.create();
  const page = document.addPage([595, 842]);
  page.drawText('Made by a library', { font: await document.embedFont(StandardFonts.Helvetica) });
  const form = document.getForm();
  form.createTextField('Note').addToPage(page);
  const file = Buffer.from(await document.save({ useObjectStreams }));
  const read = document.context;
  const root = read.trailerInfo.Root;
  const catalog = document.catalog.toString().replace('>>', '/AcroForm << /Fields [200 0 R] /SigFlags 3 >> >>');
  expect(root).toBeDefined();
  return one(
    {
      field: 200,
      name: 'Signature10',
      root: Number(String(root).split(' ')[0]),
      form: useObjectStreams ? 'stream' : 'table',
      objects: { [Number(String(root).split(' ')[0])]: catalog.replace(/\/AcroForm \d+ 0 R/, '') },
    },
    file,
  );
}

describe('right signatures', () => {
  test.each(RIGHT)('%s', async (_name, make, expected) => {
    expect(summary(verifyPdf(await make(), evidenceFor(pki)))).toEqual(expected);
  });

  const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];
  const HASHES = ['sha256', 'sha384', 'sha512'] as const;
  test.each(CURVES.flatMap((curve) => HASHES.map((hash) => [curve, hash] as const)))(
    'ECDSA %s %s',
    async (curve, hash) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
      const signer = await createSigner(pki.sub, PERSON, privateKey);
      expect(summary(verifyPdf(one({ cmsMore: { ...signer.cms, hash } }), evidenceFor(pki)))).toEqual(PASSED_ONE);
    },
  );

  test.each(HASHES.flatMap((hash) => (['pkcs1', 'pss'] as const).map((padding) => [padding, hash] as const)))(
    'RSA %s %s',
    (padding, hash) => {
      const file = one({ cmsMore: { ...rsa.person.cms, padding, hash } });
      expect(summary(verifyPdf(file, evidenceFor(rsa)))).toEqual(PASSED_ONE);
    },
  );

  test.each([
    ['PKCS#1 v1.5', 'pkcs1'],
    ['rsaEncryption', 'rsaEncryption'],
    ['PSS', 'pss'],
  ] as const)('RSA %s', (_name, padding) => {
    const file = one({ cmsMore: { ...rsa.person.cms, padding } });
    expect(summary(verifyPdf(file, evidenceFor(rsa)))).toEqual(PASSED_ONE);
  });

  test.each([true, false])('a document made by pdf-lib, object streams %s', async (useObjectStreams) => {
    expect(summary(verifyPdf(await fromLibrary(useObjectStreams), evidenceFor(pki)))).toEqual(PASSED_ONE);
  });

  test('no signature', () => {
    const report = verifyPdf(makeDocument(), evidenceFor(pki));
    expect(report).toMatchObject({ verdict: 'passed', signatures: [], revisions: 1 });
    expect(report.findings.map(({ code }) => code)).toEqual(['document-unsigned']);
  });
});

describe('what is told', () => {
  test('who, when, and by what the instant is known', () => {
    const file = documentStamped(one(certifying(1)));
    const [signature, stamp] = verifyPdf(file, evidenceFor(pki)).signatures;
    expect(signature).toMatchObject({
      kind: 'certification',
      signerKind: 'other',
      claimedAt: CLAIMED.toISOString(),
      // A fraction of a second, and what the authority's clock may be wrong by.
      judgedAt: new Date(CLAIMED.getTime() + 1250).toISOString(),
      judgedBy: 'document-time-stamp',
      timeStamp: null,
      revision: 2,
      signer: { subject: 'CN=Nguyễn Văn Mẫu,O=UBND xã Mẫu Một,C=VN' },
    });
    expect(stamp).toMatchObject({
      kind: 'document-time-stamp',
      timeStamp: { at: new Date(CLAIMED.getTime() + 250).toISOString() },
      revision: 3,
    });
  });

  test('the agency is told by enrolment, and by nothing else', () => {
    const kinds = (evidence: ReturnType<typeof evidenceFor>) =>
      verifyPdf(two(), evidence).signatures.map(({ signerKind }) => signerKind);
    expect(kinds(evidenceFor(pki))).toEqual(['other', 'agency']);
    expect(kinds(evidenceFor(pki, { enrolled: [] }))).toEqual(['other', 'other']);
    expect(kinds(evidenceFor(pki, { enrolled: null }))).toEqual(['unknown', 'unknown']);
    expect(kinds(evidenceFor(pki, { persons: [pki.person] }))).toEqual(['competent-person', 'agency']);
    expect(kinds(evidenceFor(pki, { enrolled: [], senders: [pki.agency] }))).toEqual(['other', 'copy']);
    expect(kinds(evidenceFor(pki, { senders: [pki.agency] }))).toEqual(['other', 'agency']);
  });

  test('what the signer wrote beside', () => {
    const keys = "/Name (Nguyen Van Mau) /Reason <FEFF00530061006F0020007900201EBF0075> /M (D:20261122100000+07'00')";
    const [signature] = verifyPdf(one({ keys }), evidenceFor(pki)).signatures;
    expect(signature?.claims).toEqual({
      name: 'Nguyen Van Mau',
      reason: 'Sao y ếu',
      signedAt: "D:20261122100000+07'00'",
    });
  });

  test('a signature that no form lists', () => {
    const hidden = one({ objects: {} });
    expect(summary(verifyPdf(hidden, evidenceFor(pki)))).toEqual(['file undecided document-signature-unlisted']);
  });
});

describe('as others see it', () => {
  test.each(RIGHT)('pdfsig: %s', async (name, make, expected) => {
    const pdfsig = await requireTool('pdfsig');
    const path = join(folder, `${createHash('sha256').update(name).digest('hex')}.pdf`);
    await writeFile(path, await make());
    const told = await run(pdfsig, ['-nocert', path]);
    const stamps = expected.filter((line) => line.startsWith('Stamp')).length;
    expect(told.match(/Signature is Valid/g)).toHaveLength(expected.length - 1 - stamps);
    expect(told).not.toMatch(/Mismatch|Invalid/);
  });

  test('openssl: the CMS of a signature over its ranges', async () => {
    const openssl = await requireTool('openssl');
    const file = two();
    const root = join(folder, 'root.pem');
    await writeFile(root, toPem('CERTIFICATE', pki.root.chain[0]));
    for (const signature of readPdf(bufferSource(file)).signatures) {
      if (!isUsable(signature)) throw new Error('unusable');
      const [before, after] = signature.ranges;
      const [content, cms] = [join(folder, 'content'), join(folder, 'cms')];
      await writeFile(
        content,
        Buffer.concat([file.subarray(before.start, before.end), file.subarray(after.start, after.end)]),
      );
      const digits = file.toString('latin1', before.end + 1, after.start - 1);
      await writeFile(cms, Buffer.from(digits, 'hex'));
      const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', cms, '-content', content];
      await run(openssl, [
        ...verify,
        '-CAfile',
        root,
        '-purpose',
        'any',
        '-no_check_time',
        '-out',
        join(folder, 'out'),
      ]);
      await writeFile(content, 'something else');
      await expect(run(openssl, [...verify, '-CAfile', root, '-purpose', 'any', '-no_check_time'])).rejects.toThrow();
    }
  });
});
