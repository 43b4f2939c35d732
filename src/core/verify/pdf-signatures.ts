// From a PDF's signatures, their digests and the evidence to the report. Each certificate is judged at the instant that is
// proven for its signature: a time stamp's, else that at which the file was first seen. What cannot be proven is undecided.

import { createHash } from 'node:crypto';
import { hashNamed } from '../cms/algorithms.ts';
import { ATTRIBUTE } from '../cms/attributes.ts';
import { besideFault } from '../cms/beside.ts';
import {
  MAX_TIME_STAMPS,
  type ProvenTime,
  type TimeStampToken,
  judgeTimeStamp,
  readTimeStamp,
} from '../cms/time-stamp.ts';
import { DATA, type SignedData, type SignerInfo } from '../cms/signed-data.ts';
import { certificatesOf, checkSigner } from '../cms/verify.ts';
import { type Finding, type Refusal, type Result, type Verdict, mostTelling, verdictOf } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Certificate } from '../pki/certificate.ts';
import { holderOf } from '../pki/enrolment.ts';
import { usageFault } from '../pki/path.ts';
import { addProofs, type Proofs } from '../pki/proof.ts';
import { type JudgedPath, judgeNamedSigner } from '../pki/signer.ts';
import { withCarried, type Trust } from '../pki/trust.ts';
import type { Enrolment } from '../registry/registry.ts';
import { findingOf } from './check.ts';
import { signerReport } from './signer-report.ts';
import { revocationFindings } from './checks/revocation.ts';
import { type PdfDocument, type PdfSignature, type UnusableSignature, isUsable } from '../pdf/read.ts';
import { judgeAdditions, type LaterSignatures } from './pdf-additions.ts';
import type { InstantSource, PdfReport, PdfSignatureReport, SignerKind } from './pdf-report.ts';
import { SUB_FILTERS } from '../pdf/sub-filters.ts';

/** What the judgement rests on besides the file. */
export interface PdfEvidence extends Trust {
  /** When the file was first seen. */
  readonly instant: Date;
  /** Of the issuing organisation; null where there is no registry. */
  readonly enrolments: readonly Enrolment[] | null;
  /** Of the sending organisation, which vouches for copies of what others issued. */
  readonly senderEnrolments: readonly Enrolment[] | null;
}

/** The evidence, and where what was used of it is noted. */
interface Judging extends PdfEvidence {
  readonly proofs: Proofs;
}

/**
 * Judges all signatures. `digestOf` answers the digest of a signature's ranges by its hash. Pure: the trust's memory
 * only spares repeated path work. What the verdict rests on is added to `proofs`.
 */
export function judgePdf(
  document: PdfDocument,
  digestOf: (signature: PdfSignature) => Buffer,
  pdf: PdfEvidence,
  proofs: Proofs = new Map(),
): PdfReport {
  const bringsAlong = Object.values(document.carried).some(({ length }) => length > 0);
  const basis: Judging = { ...(bringsAlong ? withCarried(pdf, document.carried) : pdf), proofs };
  const { revisions, findings } = document;
  const usable = document.signatures.filter(isUsable);
  const stamps = documentTimeStamps(usable, digestOf, basis);
  // The newest first: what a later revision may show depends on whose signature brought it.
  const later = new Map<string, PdfSignatureReport>();
  const reports = new Map<PdfSignature, PdfSignatureReport>();
  for (const signature of usable.toSorted((a, b) => b.ranges[1].end - a.ranges[1].end)) {
    const stamp = stamps.find((candidate) => candidate.signature === signature);
    const report =
      stamp === undefined
        ? judgeSignature(signature, digestOf(signature), { stamps, later }, basis)
        : timeStampReport(stamp, later);
    reports.set(signature, report);
    later.set(signature.field, report);
  }
  const signatures = document.signatures.map((signature) => {
    if (!isUsable(signature)) return unusable(signature, basis);
    const report = reports.get(signature);
    if (report === undefined) throw new Error('a signature was not judged');
    return report;
  });
  const unsigned: Finding[] =
    document.signatures.length === 0 && findings.every(({ severity }) => severity === 'warning')
      ? [{ code: 'document-unsigned', severity: 'info', facts: {} }]
      : [];
  const everyFinding = [...findings, ...unsigned];
  return { verdict: wholeVerdict(signatures, everyFinding), revisions, signatures, findings: everyFinding };
}

/** A time stamp that proves nothing takes nothing away from signatures; one that is broken was tampered with. */
function wholeVerdict(signatures: readonly PdfSignatureReport[], findings: readonly Finding[]): Verdict {
  const verdicts = signatures.map(({ kind, verdict }) => {
    return kind === 'document-time-stamp' && verdict === 'undecided' ? 'passed' : verdict;
  });
  const everyVerdict = [...verdicts, verdictOf(findings)];
  if (everyVerdict.includes('failed')) return 'failed';
  return everyVerdict.includes('undecided') ? 'undecided' : 'passed';
}

interface DocumentTimeStamp {
  readonly signature: PdfSignature;
  readonly proven: Result<ProvenTime, ProblemCode>;
  /** By when it is known to have been there, and by what. */
  readonly sight: Seen;
}

/** An instant by which something was there. */
interface Seen {
  readonly at: number;
  readonly by: 'document-time-stamp' | 'first-seen';
}

/**
 * The newest first: each later one that holds proves when those before it were there, so that an authority that has
 * expired since is judged at a time when it had not (EN 319 142-1 section 5.4.3).
 */
function documentTimeStamps(
  signatures: readonly PdfSignature[],
  digestOf: (signature: PdfSignature) => Buffer,
  basis: Judging,
): readonly DocumentTimeStamp[] {
  const stamps: DocumentTimeStamp[] = [];
  for (const signature of signatures.toSorted((a, b) => b.ranges[1].end - a.ranges[1].end)) {
    if (signature.content.kind !== 'time-stamp') continue;
    const { token } = signature.content;
    const sight = seenBy(signature, stamps, basis);
    // Two authorities' clocks differ a little: a stamp that is later than what covers it is judged at its own time.
    const instant = Math.min(Math.max(sight.at, token.at), basis.instant.getTime());
    stamps.push({
      signature,
      sight,
      proven: judgeTimeStamp(token, digestOf(signature), basis, instant, basis.proofs),
    });
  }
  return stamps;
}

/** By the earliest document time stamp that holds and was put on after it, else when the file was first seen. */
function seenBy(signature: PdfSignature, stamps: readonly DocumentTimeStamp[], basis: PdfEvidence): Seen {
  const times = stamps.flatMap(({ signature: stamp, proven }) => {
    return proven.ok && stamp.ranges[1].end > signature.ranges[1].end ? [proven.value.latest] : [];
  });
  if (times.length === 0) return { at: basis.instant.getTime(), by: 'first-seen' };
  return { at: Math.min(...times), by: 'document-time-stamp' };
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

function unusable({ field, subFilter, claims, refusal }: UnusableSignature, basis: PdfEvidence): PdfSignatureReport {
  return {
    field,
    kind: subFilter === SUB_FILTERS.timeStamp ? 'document-time-stamp' : 'signature',
    subFilter,
    verdict: 'failed',
    signer: null,
    signerKind: 'unknown',
    claims,
    claimedAt: null,
    timeStamp: null,
    judgedAt: basis.instant.toISOString(),
    judgedBy: 'first-seen',
    revision: null,
    findings: [findingOf(refusal)],
  };
}

function timeStampReport({ signature, proven, sight }: DocumentTimeStamp, later: LaterSignatures): PdfSignatureReport {
  const { field, subFilter, claims, revision } = signature;
  const { additions, findings: changes } = judgeAdditions(signature, later);
  const findings = [...(proven.ok ? [] : [timeStampFault(proven)]), ...changes];
  return {
    field,
    kind: 'document-time-stamp',
    subFilter,
    verdict: verdictOf(findings),
    signer: proven.ok ? signerReport(proven.value.authority) : null,
    signerKind: 'other',
    claims,
    claimedAt: null,
    timeStamp: proven.ok ? stampFacts(proven.value) : null,
    judgedAt: iso(sight.at),
    judgedBy: sight.by,
    revision,
    ...(additions.length === 0 ? {} : { additions }),
    findings,
  };
}

/** Broken, or only nobody's to rely on. */
function timeStampFault(refusal: Refusal<ProblemCode>): Finding {
  const isBroken = refusal.code.startsWith('document-signature-');
  return isBroken ? findingOf(refusal) : { ...unusableStamp(refusal), severity: 'undecided' };
}

function unusableStamp({ code, facts }: Refusal<ProblemCode>): Finding {
  return { code: 'time-stamp-unusable', severity: 'warning', facts: { ...facts, reason: code } };
}

function stampFacts({ at, authority }: ProvenTime): NonNullable<PdfSignatureReport['timeStamp']> {
  return { at: iso(at), authority: authority.subjectText };
}

/** The instant a signature is judged at. */
interface Moment {
  readonly at: number;
  readonly by: InstantSource;
  readonly claimed: number | null;
}

function judgeSignature(
  signature: PdfSignature,
  digest: Buffer,
  { stamps, later }: { readonly stamps: readonly DocumentTimeStamp[]; readonly later: LaterSignatures },
  basis: Judging,
): PdfSignatureReport {
  const { field, subFilter, claims, revision, content, restrictions } = signature;
  const findings: Finding[] = [];
  const sight = seenBy(signature, stamps, basis);
  const stamp = content.kind === 'signature' ? signatureTimeStamp(content.signer, sight, basis, findings) : undefined;
  const claimed = content.kind === 'signature' ? (content.signer.signedAttributes?.signingTime ?? null) : null;
  const moment = momentOf(stamp, sight, claimed);
  const leaf =
    content.kind === 'signature' ? judgeSigner(content, { digest, subFilter, moment }, basis, findings) : undefined;
  const { additions, findings: changes } = judgeAdditions(signature, later);
  findings.push(...changes);
  if (moment.by === 'first-seen' && claimed !== null) {
    findings.push({ code: 'document-time-unproven', severity: 'info', facts: { claimed: iso(claimed) } });
  }
  return {
    field,
    kind: restrictions.isCertification ? 'certification' : 'signature',
    subFilter,
    verdict: verdictOf(findings),
    signer: leaf === undefined ? null : signerReport(leaf),
    signerKind: leaf === undefined ? 'unknown' : kindOf(leaf, basis, moment),
    claims,
    claimedAt: claimed === null ? null : iso(claimed),
    timeStamp: stamp === undefined ? null : stampFacts(stamp),
    judgedAt: iso(moment.at),
    judgedBy: moment.by,
    revision,
    ...(additions.length === 0 ? {} : { additions }),
    findings: mostTelling(findings),
  };
}

/** The earliest time stamp over the signature's value that holds; those that do not are noted. */
function signatureTimeStamp(
  signer: SignerInfo,
  sight: Seen,
  basis: Judging,
  findings: Finding[],
): ProvenTime | undefined {
  let earliest: ProvenTime | undefined;
  const tokens = signer.unsignedAttributes.get(ATTRIBUTE.signatureTimeStamp) ?? [];
  for (const token of tokens.slice(0, MAX_TIME_STAMPS)) {
    const stamp = readTimeStamp(token);
    const proven = stamp.ok ? judgeStampOver(stamp.value, signer.signature, sight, basis) : stamp;
    if (!proven.ok) findings.push(unusableStamp(proven));
    else if (earliest === undefined || proven.value.latest < earliest.latest) earliest = proven.value;
  }
  return earliest;
}

function judgeStampOver(
  token: TimeStampToken,
  value: Buffer,
  sight: Seen,
  basis: Judging,
): Result<ProvenTime, ProblemCode> {
  const digest = createHash(token.imprint.hash).update(value).digest();
  const instant = Math.min(Math.max(sight.at, token.at), basis.instant.getTime());
  return judgeTimeStamp(token, digest, basis, instant, basis.proofs);
}

function momentOf(stamp: ProvenTime | undefined, sight: Seen, claimed: number | null): Moment {
  if (stamp !== undefined && stamp.latest <= sight.at) return { at: stamp.latest, by: 'time-stamp', claimed };
  return { ...sight, claimed };
}

/** Checks the signature and its certificate; answers the certificate where there is one. */
function judgeSigner(
  content: { readonly signedData: SignedData; readonly signer: SignerInfo },
  over: { readonly digest: Buffer; readonly subFilter: string; readonly moment: Moment },
  basis: Judging,
  findings: Finding[],
): Certificate | undefined {
  const { digest, subFilter, moment } = over;
  const certificates = certificatesOf(content.signedData, content.signer.id);
  if (!certificates.ok) {
    findings.push(findingOf(certificates));
    return undefined;
  }
  const judgement = judgeNamedSigner(certificates.value, 'document-signature', basis, moment.at);
  if (!judgement.ok) {
    findings.push(findingOf(judgement));
    return undefined;
  }
  const { leaf } = judgement.value.signer;
  const check = checkSigner(content.signer, leaf, {
    contentType: DATA,
    digest,
    needsSigningCertificate: subFilter === SUB_FILTERS.cades,
  });
  const beside = check.ok ? besideFault(content.signedData, content.signer, digestBy(content.signer, digest)) : check;
  if (beside !== undefined) findings.push(findingOf(beside));
  const usage = usageFault(leaf, 'document-signature');
  if (usage !== undefined) findings.push({ code: 'certificate-usage', severity: 'error', facts: usage });
  const { best } = judgement.value;
  if (best.ok) addProofs(basis.proofs, best.value);
  if (best.ok) findings.push(...datesFindings(best.value, moment), ...revocations(best.value, basis, moment));
  else findings.push(findingOf(best));
  return leaf;
}

/** What is signed was digested by the signer's hash only. */
function digestBy({ digestAlgorithm }: SignerInfo, digest: Buffer): (hash: string) => Buffer | undefined {
  const fileHash = hashNamed(digestAlgorithm);
  return (hash) => (fileHash.ok && fileHash.value === hash ? digest : undefined);
}

/**
 * Expired when first seen, with nothing that proves when it signed: it may have signed in time, and nobody can say (EN 319
 * 102-1 section 5.3, OUT_OF_BOUNDS_NO_POE). What the signer's own clock claims decides nothing.
 */
function datesFindings({ fault }: JudgedPath, { by }: Moment): Finding[] {
  if (fault === undefined) return [];
  const { code, facts } = fault;
  const mayBeInTime = by === 'first-seen' && code === 'certificate-expired';
  return [{ code, severity: mayBeInTime ? 'undecided' : 'error', facts }];
}

/** As for packages; but ended for cessation and with no proof of when it signed, it may have signed before. */
function revocations(path: JudgedPath, basis: PdfEvidence, { by, claimed }: Moment): Finding[] {
  return revocationFindings(path, basis).map((finding) => {
    if (finding.code !== 'certificate-revoked' || finding.severity !== 'error' || by !== 'first-seen') return finding;
    const isCessation = finding.facts['cause'] === 'cessation';
    const mayBeBefore = claimed === null || claimed < Date.parse(String(finding.facts['revokedAt']));
    return isCessation && mayBeBefore ? { ...finding, severity: 'undecided' } : finding;
  });
}

/** By whose enrolment names the certificate. */
const KINDS = { organisation: 'agency', person: 'competent-person' } as const;

function kindOf(leaf: Certificate, { enrolments, senderEnrolments }: PdfEvidence, { at }: Moment): SignerKind {
  if (enrolments === null) return 'unknown';
  const holder = holderOf(leaf, enrolments, at);
  if (holder !== undefined) return KINDS[holder];
  return holderOf(leaf, senderEnrolments ?? [], at) === 'organisation' ? 'copy' : 'other';
}
