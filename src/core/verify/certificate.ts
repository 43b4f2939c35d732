// Verifies a certificate by itself, without anything it signed: whether a path leads to an anchor for this purpose and
// holds at the instant. Path search, dates, usage and revocation are those of signatures.

import { type Finding, type Refusal, type Verdict, verdictOf } from '../problems/finding.ts';
import type { Anchor, AnchorPurpose } from '../registry/anchor.ts';
import type { Certificate } from '../pki/certificate.ts';
import { usageFault } from '../pki/path.ts';
import type { PolicyDemand } from '../pki/policies.ts';
import type { RevocationStatus } from '../pki/revocation-status.ts';
import { type JudgedPath, judgeNamedSigner } from '../pki/signer.ts';
import type { Trust } from '../pki/trust.ts';
import { findingOf } from './check.ts';
import { revocationFindings } from './checks/revocation.ts';
import { type SignerReport, signerReport } from './signer-report.ts';

/** A certificate's own dates compared with the instant. */
type Dates = 'valid' | 'expired' | 'not-yet-valid';

export interface CertificateOfPath extends SignerReport {
  readonly dates: Dates;
  /** `not-asked`: the search ended before it looked for the status. */
  readonly status: RevocationStatus['kind'] | 'not-asked';
}

export interface AnchorOfPath extends SignerReport {
  readonly dates: Dates;
  readonly revocation: Anchor['revocation'];
}

export interface CertificateReport {
  readonly verdict: Verdict;
  readonly purpose: AnchorPurpose;
  /** ISO instant at which the certificate was judged. */
  readonly instant: string;
  /** Leaf first, without the anchor. The leaf alone where no path was found; empty where it cannot be read. */
  readonly path: readonly CertificateOfPath[];
  readonly anchor: AnchorOfPath | null;
  /** Identifiers of the certificate policies the path is valid under. */
  readonly policies: readonly string[];
  readonly findings: readonly Finding[];
}

export interface CertificateQuestion {
  readonly purpose: AnchorPurpose;
  readonly policies: PolicyDemand;
  readonly instant: Date;
}

/** Judges a certificate (DER). Pure; what it rests on is in `trust`, intermediates included. */
export function verifyCertificate(der: Buffer, trust: Trust, question: CertificateQuestion): CertificateReport {
  const { purpose, policies, instant } = question;
  const signer = judgeNamedSigner([der], purpose, trust, instant.getTime(), policies);
  if (!signer.ok) return unreadable(signer, question);
  const { signer: paths, best } = signer.value;
  const usage = usageFault(paths.leaf, purpose);
  const findings: Finding[] = [
    ...(usage === undefined ? [] : [{ code: 'certificate-usage', severity: 'error', facts: usage } as const]),
    ...(best.ok ? pathFindings(best.value, trust) : [findingOf(best)]),
  ];
  return {
    verdict: verdictOf(findings),
    purpose,
    instant: instant.toISOString(),
    path: best.ok ? pathReport(best.value, instant) : [certificateReport(paths.leaf, instant, 'not-asked')],
    anchor: best.ok ? anchorReport(best.value, instant) : null,
    policies: best.ok ? best.value.path.policies : [],
    findings,
  };
}

function unreadable(refusal: Refusal, { purpose, instant }: CertificateQuestion): CertificateReport {
  const findings = [findingOf(refusal)];
  const empty = { path: [], anchor: null, policies: [] };
  return { verdict: verdictOf(findings), purpose, instant: instant.toISOString(), ...empty, findings };
}

function pathFindings(path: JudgedPath, trust: Trust): Finding[] {
  const { fault } = path;
  const dates: Finding[] = fault === undefined ? [] : [{ code: fault.code, severity: 'error', facts: fault.facts }];
  return [...dates, ...revocationFindings(path, trust)];
}

function pathReport({ path, statuses }: JudgedPath, instant: Date): CertificateOfPath[] {
  return path.certificates.map((certificate, index) => {
    return certificateReport(certificate, instant, statuses[index]?.kind ?? 'not-asked');
  });
}

function certificateReport(
  certificate: Certificate,
  instant: Date,
  status: CertificateOfPath['status'],
): CertificateOfPath {
  return { ...signerReport(certificate), dates: datesOf(certificate, instant), status };
}

function anchorReport({ path: { anchor } }: JudgedPath, instant: Date): AnchorOfPath {
  const { certificate, revocation } = anchor;
  return { ...signerReport(certificate), dates: datesOf(certificate, instant), revocation };
}

function datesOf({ notBefore, notAfter }: Certificate, instant: Date): Dates {
  if (instant.getTime() < notBefore) return 'not-yet-valid';
  return instant.getTime() > notAfter ? 'expired' : 'valid';
}
