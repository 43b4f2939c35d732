// Which signatures decide under which profile: every profile, with every state of the package's signature, of the main
// document and of an annex.

import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority } from '../../../../certs/authority.ts';
import { createTestPki, list, material, type PkiMaterial } from '../../../../certs/test-pki.ts';
import type { Attachment, DocumentMessage, StatusMessage } from '../../../../src/core/message/message.ts';
import type { OpenedPackage } from '../../../../src/core/open/opened.ts';
import { parseCertificate } from '../../../../src/core/pki/certificate.ts';
import { matchByKey } from '../../../../src/core/pki/enrolment.ts';
import { readTrust, type Trust } from '../../../../src/core/pki/trust.ts';
import type { TrustProfile } from '../../../../src/core/registry/profile.ts';
import type { Enrolment } from '../../../../src/core/registry/registry.ts';
import { firstCause, mustWait, refusalCause } from '../../../../src/core/verify/cause.ts';
import type { Basis } from '../../../../src/core/verify/basis.ts';
import type { OpenedPdf } from '../../../../src/core/verify/ground.ts';
import type { Report } from '../../../../src/core/verify/report.ts';
import { verify } from '../../../../src/core/verify/verify.ts';
import {
  AGENCY,
  createDocumentPki,
  createSigner,
  NOW,
  openedPdf,
  type DocumentSigner,
} from '../../../support/document-pki.ts';
import { makeTimeStamp } from '../../../support/cms.ts';
import { addSignature, makeDocument, withFields } from '../../../support/pdf.ts';
import { MESSAGE, openedWith, signatureBy } from './material.ts';

const PACKAGES = ['absent', 'valid', 'broken'] as const;
const PDFS = ['unsigned', 'agency', 'other', 'broken', 'undecided'] as const;

type PackageState = (typeof PACKAGES)[number];
type PdfState = (typeof PDFS)[number];

let right: PkiMaterial;
let trust: Trust;
let enrolments: readonly Enrolment[];
let pdfs: Readonly<Record<PdfState | 'stamped', OpenedPdf>>;

beforeAll(async () => {
  right = material(await createTestPki(NOW));
  const pki = await createDocumentPki();
  const silent = await createAuthority({
    name: [['CN', 'Cấp dưới không công bố']],
    key: 'ec',
    now: new Date(NOW.getTime() - 1000 * 24 * 3600 * 1000),
    days: 2000,
    parent: pki.root,
  });
  const unlisted = await createSigner(silent, AGENCY);
  trust = readTrust({
    anchors: [
      ...right.anchors,
      { certificate: pki.root.chain[0], purposes: ['document-signature'], revocation: 'required' },
    ],
    intermediates: right.intermediates,
    crls: [...right.crls, list(pki.root, NOW), list(pki.sub, NOW)],
  });
  const enrolled = [right.certificates[0], pki.agency.certificate, unlisted.certificate];
  enrolments = enrolled.map((der) => {
    const parsed = parseCertificate(der ?? Buffer.alloc(0));
    if (!parsed.ok) throw new Error(parsed.code);
    return { organisation: 'H99.12', match: matchByKey(parsed.value) };
  });
  const byAgency = signedPdf(pki.agency);
  pdfs = {
    unsigned: openedPdf(makeDocument()),
    agency: openedPdf(byAgency),
    other: openedPdf(signedPdf(pki.person)),
    broken: openedPdf(Buffer.from(byAgency.toString('latin1').replace('Pay 100', 'Pay 900'), 'latin1')),
    undecided: openedPdf(signedPdf(unlisted)),
    stamped: openedPdf(stampedPdf(pki.stamper)),
  };
});

function signedPdf({ cms }: DocumentSigner): Buffer {
  return addSignature(makeDocument(), { field: 10, name: 'S', cms, objects: withFields([10]) });
}

/** Only a time stamp is in it. */
function stampedPdf({ cms }: DocumentSigner): Buffer {
  return addSignature(makeDocument(), {
    field: 10,
    name: 'T',
    subFilter: 'ETSI.RFC3161',
    objects: withFields([10]),
    cms,
    contents: (content) => makeTimeStamp(content, { ...cms, at: NOW }),
  });
}

function attachment(index: number, more: Partial<Attachment> = {}): Attachment {
  return {
    contentId: `c${index}`,
    attachmentName: `tep-${index}.pdf`,
    mediaType: 'application/pdf',
    offset: 100 * index,
    encodedLength: 4,
    size: 3,
    sha256: `${index}`.repeat(64),
    ...more,
  };
}

function signatureOf(state: PackageState): OpenedPackage['signature'] {
  if (state === 'absent') return { kind: 'absent' };
  const change = state === 'broken' ? { documentDigest: Buffer.alloc(32) } : {};
  return { kind: 'present', material: signatureBy(right, change) };
}

interface Facts {
  readonly profile: TrustProfile;
  readonly state: PackageState;
  readonly documents: readonly (PdfState | 'stamped' | 'no-pdf')[];
  readonly kind?: 'document' | 'status';
  readonly evidence?: Partial<Basis>;
}

function report({ profile, state, documents, kind = 'document', evidence = {} }: Facts): Report {
  const message: DocumentMessage | StatusMessage =
    kind === 'status' ? STATUS : { ...MESSAGE, attachments: documents.map((_each, index) => attachment(index + 1)) };
  const read = documents.flatMap((each, index) =>
    each === 'no-pdf' ? [] : [[100 * (index + 1), pdfs[each]] as const],
  );
  return verify(openedWith(signatureOf(state), message), {
    ...trust,
    instant: NOW,
    profile,
    enrolments,
    senderEnrolments: enrolments,
    scans: null,
    documents: new Map(read),
    ...evidence,
  }).report;
}

const STATUS: StatusMessage = {
  kind: 'status',
  from: { organId: 'H99.13' },
  responseFor: { organId: 'H99.12', code: '7/QĐ-UBND', documentId: 'x' },
  statusCode: '03',
  timestamp: '2026-11-22T10:00:00',
};

/** `refused code`, or what becomes of an ordinary message: disposition, verdict, and the cause of the verdict. */
function outcome(judged: Report): string {
  const refusal = refusalCause(judged);
  if (refusal !== null) return `refused ${refusal.code}`;
  const marked = judged.findings.some(({ code }) => code === 'documents-unsigned') ? ' for-reference' : '';
  const cause = firstCause(judged);
  const verdict = cause === null ? judged.verdict : `${judged.verdict} ${cause.code}`;
  return `${mustWait(judged, false) ? 'held' : 'accepted'} ${verdict}${marked}`;
}

const STRICT_PACKAGE: TrustProfile = { profile: 'strict', evidence: 'package' };
const STRICT_DOCUMENT: TrustProfile = { profile: 'strict', evidence: 'document' };
const AXIS: TrustProfile = { profile: 'axis', evidence: 'document' };
const LEGACY: TrustProfile = { profile: 'legacy-sha1', evidence: 'package', validTo: '2027-01-01T00:00:00Z' };

const passed = 'accepted passed';
const held = 'held undecided revocation-unknown';
const broken = 'refused attachment-signature-invalid';
const shown = 'accepted failed attachment-signature-invalid';
const all = (outcome: string): Readonly<Record<PdfState, string>> => ({
  unsigned: outcome,
  agency: outcome,
  other: outcome,
  broken: outcome,
  undecided: outcome,
});

/** By profile, the package's signature, and the main document. */
const byPackage: Readonly<Record<PackageState, Readonly<Record<PdfState, string>>>> = {
  absent: all('refused signature-missing'),
  valid: { unsigned: passed, agency: passed, other: passed, broken, undecided: held },
  broken: all('refused signature-invalid'),
};
const axis: Readonly<Record<PdfState, string>> = {
  unsigned: 'accepted passed for-reference',
  agency: passed,
  other: passed,
  broken: shown,
  undecided: held,
};
const byMain: Readonly<Record<PdfState, string>> = {
  unsigned: 'refused document-signature-missing',
  agency: passed,
  other: 'refused signer-not-sender',
  broken,
  undecided: held,
};

const ROWS: readonly (readonly [TrustProfile, Readonly<Record<PackageState, Readonly<Record<PdfState, string>>>>])[] = [
  [STRICT_PACKAGE, byPackage],
  [LEGACY, byPackage],
  [AXIS, { absent: axis, valid: axis, broken: axis }],
  [
    STRICT_DOCUMENT,
    {
      absent: byMain,
      valid: byMain,
      // A broken signature is never upgraded to an absent one.
      broken: { ...all('refused signature-invalid'), unsigned: 'refused document-signature-missing' },
    },
  ],
];

const CASES = ROWS.flatMap(([profile, table]) =>
  PACKAGES.flatMap((state) =>
    PDFS.map((main) => ({
      name: `${profile.profile}/${profile.evidence}: package ${state}, document ${main}`,
      profile,
      state,
      main,
      expected: table[state][main],
    })),
  ),
);

describe('the table of profiles', () => {
  test.each(CASES)('$name → $expected', ({ profile, state, main, expected }) => {
    expect(outcome(report({ profile, state, documents: [main] }))).toBe(expected);
  });

  test.each([
    [STRICT_PACKAGE, 'valid', [passed, passed, passed, broken, held]],
    [STRICT_DOCUMENT, 'absent', [passed, passed, passed, broken, held]],
    [AXIS, 'absent', [passed, passed, passed, shown, held]],
    [LEGACY, 'valid', [passed, passed, passed, broken, held]],
  ] as const)('%o with an annex', (profile, state, expected) => {
    expect(PDFS.map((annex) => outcome(report({ profile, state, documents: ['agency', annex] })))).toEqual(expected);
  });

  test.each([
    [STRICT_PACKAGE, 'valid', passed],
    [STRICT_DOCUMENT, 'absent', 'refused document-signature-missing'],
    [AXIS, 'absent', 'accepted passed for-reference'],
  ] as const)('%o without a PDF file', (profile, state, expected) => {
    expect(outcome(report({ profile, state, documents: ['no-pdf'] }))).toBe(expected);
    expect(outcome(report({ profile, state, documents: [] }))).toBe(expected);
  });

  test.each([
    [STRICT_PACKAGE, [passed, passed, 'refused signature-invalid']],
    [STRICT_DOCUMENT, [passed, passed, 'refused signature-invalid']],
    [AXIS, [passed, passed, passed]],
    [LEGACY, [passed, passed, 'refused signature-invalid']],
  ] as const)('%o of a status', (profile, expected) => {
    expect(PACKAGES.map((state) => outcome(report({ profile, state, documents: [], kind: 'status' })))).toEqual(
      expected,
    );
  });
});

describe('the main document', () => {
  test('is the first PDF file, whatever stands before it', () => {
    const judged = report({ profile: STRICT_DOCUMENT, state: 'absent', documents: ['no-pdf', 'agency', 'other'] });
    expect(judged.verdict).toBe('passed');
    expect(judged.documents.map(({ place, main }) => [place, main])).toEqual([
      ['Attachment[2]', true],
      ['Attachment[3]', false],
    ]);
  });

  test('cannot be replaced by a signed annex', () => {
    const documents = ['unsigned', 'agency'] as const;
    expect(outcome(report({ profile: STRICT_DOCUMENT, state: 'absent', documents }))).toBe(
      'refused document-signature-missing',
    );
  });

  test('is for reference only on an axis when only a time stamp is on it, be an annex signed or not', () => {
    for (const main of ['unsigned', 'stamped'] as const) {
      const outcomes = PDFS.map((annex) =>
        outcome(report({ profile: AXIS, state: 'absent', documents: [main, annex] })),
      );
      expect(outcomes).toEqual([
        ...Array<string>(3).fill('accepted passed for-reference'),
        `${shown} for-reference`,
        `${held} for-reference`,
      ]);
    }
  });

  test('without a registry is told apart from one that was compared', () => {
    const judged = report({
      profile: STRICT_DOCUMENT,
      state: 'absent',
      documents: ['other'],
      evidence: { enrolments: null },
    });
    expect(outcome(judged)).toBe(passed);
    expect(judged.checks).toContainEqual({ name: 'document-signed', result: 'not-run' });
    expect(judged.findings.map(({ code }) => code)).toContain('enrolment-unchecked');
  });
});

describe('the report', () => {
  test('has lines for every file and every signature in it', () => {
    const judged = report({ profile: STRICT_PACKAGE, state: 'valid', documents: ['agency', 'unsigned', 'broken'] });
    expect(
      judged.documents.map(({ attachmentName, verdict, signatures, findings }) => [
        attachmentName,
        verdict,
        signatures.map(({ verdict: one, signerKind }) => `${one} ${signerKind}`),
        findings.map(({ code }) => code),
      ]),
    ).toEqual([
      ['tep-1.pdf', 'passed', ['passed agency'], []],
      ['tep-2.pdf', 'passed', [], ['document-unsigned']],
      ['tep-3.pdf', 'failed', ['failed agency'], []],
    ]);
    expect(judged.findings).toContainEqual({
      code: 'attachment-signature-invalid',
      severity: 'error',
      facts: { name: 'tep-3.pdf', cause: 'document-signature-invalid' },
      place: 'Attachment[3]',
    });
  });

  test('names the file itself, out of the archive around it', () => {
    const file = { entryName: 'x', mediaType: 'application/pdf', size: 1, method: 'stored', offset: 0 } as const;
    const opened = { ...file, sha256: 'f'.repeat(64), compressedSize: 1 };
    const message = { ...MESSAGE, attachments: [attachment(1, { opened, mediaType: 'application/zip' })] };
    const { report: judged } = verify(openedWith({ kind: 'absent' }, message), {
      ...trust,
      instant: NOW,
      profile: AXIS,
      enrolments,
      senderEnrolments: enrolments,
      scans: null,
      documents: new Map([[100, pdfs.agency]]),
    });
    expect(judged.documents).toMatchObject([{ place: 'Attachment[1]', sha256: 'f'.repeat(64), verdict: 'passed' }]);
  });

  test('states the profile with its dates', () => {
    const dates = { validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' };
    expect(report({ profile: { ...AXIS, ...dates }, state: 'absent', documents: [] })).toMatchObject({
      profile: 'axis/document',
      profileDates: dates,
    });
    expect(report({ profile: AXIS, state: 'absent', documents: [] }).profileDates).toEqual({
      validFrom: null,
      validTo: null,
    });
  });

  test('records a signature of the package that proves nothing, and draws nothing from it', () => {
    const codes = PACKAGES.map((state) => {
      const judged = report({ profile: AXIS, state, documents: ['agency'] });
      expect(new Set(judged.findings.map(({ severity }) => severity))).toEqual(new Set(['info']));
      return judged.findings.map(({ code }) => code);
    });
    expect(codes).toEqual([
      ['envelope-unsigned'],
      ['signature-present-unchecked'],
      ['signature-present-unchecked', 'signature-invalid'],
    ]);
  });
});

describe('malware', () => {
  const scans = (kind: 'infected' | 'unavailable'): Partial<Basis> => ({
    scans: new Map([[100, kind === 'infected' ? { kind, name: 'Eicar' } : { kind, reason: 'down' }]]),
  });

  test.each([STRICT_PACKAGE, STRICT_DOCUMENT, AXIS, LEGACY])('refuses under %o, broken document or not', (profile) => {
    const state = profile.evidence === 'package' ? 'valid' : 'absent';
    for (const main of ['agency', 'broken'] as const) {
      const infected = report({ profile, state, documents: [main], evidence: scans('infected') });
      expect(outcome(infected)).toBe('refused attachment-malware');
    }
  });

  test('that no scanner looked for holds what a broken document would let through', () => {
    const judged = report({ profile: AXIS, state: 'absent', documents: ['broken'], evidence: scans('unavailable') });
    expect(judged.verdict).toBe('failed');
    expect(mustWait(judged, false)).toBe(true);
    expect(mustWait(judged, true)).toBe(true);
  });
});

test('an urgent document goes unchecked', () => {
  const judged = report({ profile: AXIS, state: 'absent', documents: ['undecided'] });
  expect([mustWait(judged, false), mustWait(judged, true)]).toEqual([true, false]);
});

test('urgency excuses an unknown certificate status and nothing else, whatever stands beside it', () => {
  const hidden: OpenedPdf = {
    ...pdfs.undecided,
    document: {
      ...pdfs.undecided.document,
      findings: [{ code: 'pdf-limits', severity: 'undecided', facts: { reason: 'objects' } }],
    },
  };
  const evidence = { documents: new Map([[100, hidden]]) };
  const judged = report({ profile: AXIS, state: 'absent', documents: ['undecided'], evidence });
  const open = judged.findings.filter(({ severity }) => severity === 'undecided').map(({ code }) => code);
  expect(open).toEqual(expect.arrayContaining(['pdf-limits', 'revocation-unknown']));
  expect([mustWait(judged, false), mustWait(judged, true)]).toEqual([true, true]);
});
