// The authorities and signers of signed documents: an agency, a person, and a time-stamp authority.

import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  type Authority,
  type IssueOptions,
  type KeyKind,
  createAuthority,
  issue,
  newKeyPair,
} from '../../certs/authority.ts';
import { list } from '../../certs/test-pki.ts';
import {
  type CertificateTemplate,
  type NameParts,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectKeyId,
} from '../../certs/x509.ts';
import type { Anchor } from '../../src/core/registry/anchor.ts';
import { matchByKey } from '../../src/core/pki/enrolment.ts';
import { parseCertificate } from '../../src/core/pki/certificate.ts';
import { readTrust } from '../../src/core/pki/trust.ts';
import type { PdfEvidence } from '../../src/core/verify/basis.ts';
import { footprintsOf, type Ground, type OpenedPdf } from '../../src/core/verify/ground.ts';
import { judgePdf } from '../../src/core/verify/pdf-signatures.ts';
import { digestRanges, readPdf } from '../../src/core/pdf/read.ts';
import type { PdfReport } from '../../src/core/verify/pdf-report.ts';
import { bufferSource } from '../../src/core/archive/source.ts';
import type { Enrolment } from '../../src/core/registry/registry.ts';
import type { Facts } from '../../src/core/problems/finding.ts';
import { type CmsOptions, type TimeStampOptions, makeTimeStamp } from './cms.ts';

export const NOW = new Date('2026-11-22T03:00:00.000Z');
export const DAY = 24 * 3600 * 1000;
export const daysBefore = (days: number): Date => new Date(NOW.getTime() - days * DAY);

export const AGENCY: NameParts = [
  ['C', 'VN'],
  ['O', 'UBND xã Mẫu Một'],
  ['CN', 'UBND xã Mẫu Một'],
];
export const PERSON: NameParts = [
  ['C', 'VN'],
  ['O', 'UBND xã Mẫu Một'],
  ['CN', 'Nguyễn Văn Mẫu'],
];
const STAMPER: NameParts = [
  ['C', 'VN'],
  ['CN', 'Dấu thời gian Mẫu'],
];

export interface DocumentSigner {
  readonly key: KeyObject;
  readonly certificate: Buffer;
  readonly serial: Buffer;
  /** What a CMS needs. */
  readonly cms: CmsOptions;
}

export interface DocumentPki {
  readonly root: Authority;
  readonly sub: Authority;
  readonly agency: DocumentSigner;
  readonly person: DocumentSigner;
  readonly stamper: DocumentSigner;
}

const YEAR = 365;

export async function createDocumentPki(kind: KeyKind = 'ec'): Promise<DocumentPki> {
  const begin = daysBefore(10 * YEAR);
  const name = (cn: string): NameParts => [
    ['C', 'VN'],
    ['O', 'Cơ quan chứng thực Mẫu'],
    ['CN', cn],
  ];
  const root = await createAuthority({ name: name('Gốc Mẫu'), key: kind, now: begin, days: 30 * YEAR });
  const sub = await createAuthority({
    name: name('Cấp dưới Mẫu'),
    key: kind,
    now: begin,
    days: 29 * YEAR,
    parent: root,
  });
  return {
    root,
    sub,
    agency: await createSigner(sub, AGENCY, kind),
    person: await createSigner(sub, PERSON, kind),
    stamper: await createSigner(sub, STAMPER, kind, {}, timeStamping),
  };
}

/** A certificate that has been valid for a year and will be for two more, if not told otherwise. */
export async function createSigner(
  authority: Authority,
  subject: NameParts,
  kind: KeyKind | KeyObject = 'ec',
  more: Partial<IssueOptions> = {},
  override: (publicKey: KeyObject) => Partial<CertificateTemplate> = () => ({}),
): Promise<DocumentSigner> {
  const key = typeof kind === 'string' ? await newKeyPair(kind) : kind;
  const publicKey = createPublicKey(key);
  const { certificate, serial } = issue(authority, {
    subject,
    publicKey,
    now: daysBefore(YEAR),
    days: 3 * YEAR,
    override: override(publicKey),
    ...more,
  });
  return { key, certificate, serial, cms: { key, certificates: [certificate, authority.chain[0]] } };
}

export const timeStamping = (publicKey: KeyObject): Partial<CertificateTemplate> => ({
  extensions: [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    subjectKeyId(publicKey),
    { ...extendedKeyUsage('1.3.6.1.5.5.7.3.8'), critical: true },
  ],
});

export const ALL_PURPOSES: Anchor['purposes'] = ['document-signature', 'time-stamp'];

export interface EvidenceOptions {
  readonly instant?: Date;
  readonly purposes?: Anchor['purposes'];
  readonly crls?: readonly Buffer[];
  readonly revocation?: Anchor['revocation'];
  /** Whose certificates are enrolled for the issuing organisation. */
  readonly enrolled?: readonly DocumentSigner[] | null;
  /** Persons enrolled for it. */
  readonly persons?: readonly DocumentSigner[];
  /** Whose certificates are enrolled for the sending organisation. */
  readonly senders?: readonly DocumentSigner[];
}

export function evidenceFor(pki: DocumentPki, options: EvidenceOptions = {}): PdfEvidence {
  const { instant = NOW, purposes = ALL_PURPOSES, revocation = 'required', enrolled = [pki.agency] } = options;
  const crls = options.crls ?? [list(pki.root, NOW), list(pki.sub, NOW)];
  const anchors = [{ certificate: pki.root.chain[0], purposes, revocation }];
  const { persons = [], senders = [] } = options;
  const own = enrolled?.map((signer) => enrolmentFor('H99.12.01', signer, 'organisation'));
  const enrolments =
    own === undefined ? null : [...own, ...persons.map((signer) => enrolmentFor('H99.12.01', signer, 'person'))];
  const senderEnrolments = senders.map((signer) => enrolmentFor('H99.12', signer, 'organisation'));
  return { ...readTrust({ anchors, intermediates: [], crls }), instant, enrolments, senderEnrolments };
}

function enrolmentFor(
  organisation: string,
  { certificate }: DocumentSigner,
  holder: NonNullable<Enrolment['holder']>,
): Enrolment {
  const parsed = parseCertificate(certificate);
  if (!parsed.ok) throw new Error(parsed.code);
  return { organisation, match: matchByKey(parsed.value), holder };
}

/** A time stamp over a signature value. */
export function stampedAt(signer: DocumentSigner, at: Date, more: Partial<TimeStampOptions> = {}) {
  return (signature: Buffer): readonly Buffer[] => [makeTimeStamp(signature, { ...signer.cms, at, ...more })];
}

/** The report on a file, from its bytes. */
export function verifyPdf(file: Buffer, evidence: PdfEvidence, ground: Ground = EMPTY_PAPER): PdfReport {
  return judgePdf(openedPdf(file, ground), evidence).report;
}

const EMPTY_PAPER: Ground = { state: 'blank', words: '' };

/** A file that was read; every later addition stands on the same ground. */
export function openedPdf(file: Buffer, ground: Ground = EMPTY_PAPER): OpenedPdf {
  const source = bufferSource(file);
  const document = readPdf(source);
  return {
    document,
    digestOf: (signature) => digestRanges(source, signature),
    grounds: new Map(footprintsOf(document).map(({ addition }) => [addition, ground])),
  };
}

/** What a report comes to, in a line for each signature and one for the file. */
export function summary(report: PdfReport): readonly string[] {
  const line = (name: string, verdict: string, findings: PdfReport['findings']): string => {
    const told = findings.filter(({ severity }) => severity !== 'info');
    return [name, verdict, ...told.map(({ code, facts }) => `${code}${reasonOf(facts)}`)].join(' ');
  };
  return [
    ...report.signatures.map((each) => line(each.field, each.verdict, each.findings)),
    line('file', report.verdict, report.findings),
  ];
}

function reasonOf(facts: Facts): string {
  const reason = facts['change'] ?? facts['reason'] ?? facts['algorithm'];
  return reason === undefined ? '' : `(${String(reason)})`;
}
