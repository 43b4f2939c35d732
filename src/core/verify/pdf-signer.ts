// The signer of one signature in a PDF file: whether it made the signature, and whether its certificate held at the moment
// at which it is judged.

import { hashNamed } from '../cms/algorithms.ts';
import { besideFault } from '../cms/beside.ts';
import { DATA, type SignedData, type SignerInfo } from '../cms/signed-data.ts';
import type { ProvenTime } from '../cms/time-stamp.ts';
import { signerCertificates, checkSigner } from '../cms/verify.ts';
import type { Finding } from '../problems/finding.ts';
import type { Certificate } from '../pki/certificate.ts';
import { holderOf } from '../pki/enrolment.ts';
import { usageFault } from '../pki/path.ts';
import { type JudgedPath, judgeNamedSigner } from '../pki/signer.ts';
import { SUB_FILTERS } from '../pdf/sub-filters.ts';
import type { PdfEvidence } from './basis.ts';
import { findingOf } from './check.ts';
import { revocationFindings } from './checks/revocation.ts';
import type { InstantSource, SignerKind } from './pdf-report.ts';
import type { Sight } from './pdf-time-stamps.ts';

/** The instant a signature is judged at. */
export interface Moment {
  readonly at: number;
  readonly by: InstantSource;
  readonly claimed: number | null;
}

/** A time stamp over the signature's value proves more than what covers the file, unless it came later. */
export function momentOf(stamp: ProvenTime | undefined, sight: Sight, claimed: number | null): Moment {
  if (stamp !== undefined && stamp.latest <= sight.at) return { at: stamp.latest, by: 'time-stamp', claimed };
  return { ...sight, claimed };
}

/** What is found of a signature's value and of who made it. */
export interface SignerJudgement {
  /** Undefined: no certificate names itself as the signer's. */
  readonly leaf: Certificate | undefined;
  readonly findings: readonly Finding[];
  /** The signer's, where there is one. */
  readonly paths: readonly JudgedPath[];
}

/** Checks the signature over a digest and judges its certificate at a moment. */
export function judgeSigner(
  content: { readonly signedData: SignedData; readonly signer: SignerInfo },
  over: { readonly digest: Buffer; readonly subFilter: string; readonly moment: Moment },
  basis: PdfEvidence,
): SignerJudgement {
  const { moment } = over;
  const certificates = signerCertificates(content.signedData, content.signer.id);
  if (!certificates.ok) return { leaf: undefined, findings: [findingOf(certificates)], paths: [] };
  const judgement = judgeNamedSigner(certificates.value, 'document-signature', basis, moment.at);
  if (!judgement.ok) return { leaf: undefined, findings: [findingOf(judgement)], paths: [] };
  const { signer, best } = judgement.value;
  const { leaf } = signer;
  const findings = [...valueFindings(content, over, leaf), ...usageFindings(leaf)];
  if (!best.ok) return { leaf, findings: [...findings, findingOf(best)], paths: [] };
  const path = best.value;
  return {
    leaf,
    findings: [...findings, ...datesFindings(path, moment), ...revocations(path, basis, moment)],
    paths: [path],
  };
}

/** The signer's key made it over this digest, and nothing beside it contradicts. */
function valueFindings(
  { signedData, signer }: Parameters<typeof judgeSigner>[0],
  { digest, subFilter }: Parameters<typeof judgeSigner>[1],
  leaf: Certificate,
): readonly Finding[] {
  const check = checkSigner(signer, leaf, {
    contentType: DATA,
    digest,
    needsSigningCertificate: subFilter === SUB_FILTERS.cades,
  });
  const fault = check.ok ? besideFault(signedData, signer, digestBy(signer, digest)) : check;
  return fault === undefined ? [] : [findingOf(fault)];
}

function usageFindings(leaf: Certificate): readonly Finding[] {
  const usage = usageFault(leaf, 'document-signature');
  return usage === undefined ? [] : [{ code: 'certificate-usage', severity: 'error', facts: usage }];
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

/** Whose the certificate is at the moment, as the enrolments tell. */
export function kindOf(leaf: Certificate, { enrolments, senderEnrolments }: PdfEvidence, { at }: Moment): SignerKind {
  if (enrolments === null) return 'unknown';
  const holder = holderOf(leaf, enrolments, at);
  if (holder !== undefined) return KINDS[holder];
  return holderOf(leaf, senderEnrolments ?? [], at) === 'organisation' ? 'copy' : 'other';
}
