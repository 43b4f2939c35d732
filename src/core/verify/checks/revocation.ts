import type { Finding } from '../../problems/finding.ts';
import { type Certificate, certificateFacts } from '../../pki/certificate.ts';
import type { Revocation } from '../../pki/crl.ts';
import {
  type CheckedCertificate,
  type RevocationStatus,
  causeOf,
  faultsAt,
  isUnknownToResponder,
  updates,
} from '../../pki/revocation-status.ts';
import type { JudgedPath } from '../../pki/signer.ts';
import type { Trust } from '../../pki/trust.ts';
import type { Check } from '../check.ts';

/**
 * No certificate of the path was revoked at the instant. A status that lists and answers do not tell is undecided,
 * never passed.
 */
export const revocation: Check = {
  name: 'revocation',
  about: 'package',
  needs: ['path', 'revocation-data'],
  run(_opened, basis, { path }) {
    return path === undefined ? [] : revocationFindings(path, basis);
  },
};

/** Findings from lists and answers about a path, at the instant at which it was judged. */
export function revocationFindings(
  path: JudgedPath,
  { faults, asOf }: Pick<Trust, 'faults' | 'asOf'>,
): readonly Finding[] {
  const findings = path.statuses.flatMap((status, index) => {
    const certificate = path.certificates[index];
    return certificate === undefined ? [] : statusFindings(status, certificate, asOf);
  });
  const isOpen = findings.some(({ severity }) => severity === 'undecided');
  return [...findings, ...faults.filter(({ code }) => isOpen && UNUSED.has(code))];
}

/** Faults of lists and answers that could not be fetched or read: they may be the ones that were needed. */
const UNUSED: ReadonlySet<string> = new Set(['crl-invalid', 'ocsp-invalid', 'revocation-unobtained']);

function statusFindings(status: RevocationStatus, statements: CheckedCertificate, asOf: number): readonly Finding[] {
  const { certificate } = statements;
  switch (status.kind) {
    case 'not-published':
      return [];
    case 'good':
      return status.laterRevocation === undefined ? [] : [revoked(certificate, status.laterRevocation, 'warning')];
    case 'revoked':
      return [revoked(certificate, status.revocation, 'error')];
    case 'stale': {
      const facts = { ...certificateFacts(certificate), issuer: certificate.issuerText, ...updates(status.source) };
      return [{ code: 'revocation-stale', severity: 'undecided', facts }];
    }
    case 'unknown': {
      const answer = isUnknownToResponder(statements) ? { answered: 'unknown' } : {};
      const facts = { ...certificateFacts(certificate), issuer: certificate.issuerText, ...answer };
      return [{ code: 'revocation-unknown', severity: 'undecided', facts }, ...faultsAt(statements, asOf)];
    }
  }
}

/** A revocation after the instant is a warning: a signature made before it stands, and people should know. */
function revoked(certificate: Certificate, revocation: Revocation, severity: 'error' | 'warning'): Finding {
  const revokedAt = new Date(revocation.at).toISOString();
  const facts = { ...certificateFacts(certificate), revokedAt, reason: revocation.reason, cause: causeOf(revocation) };
  return { code: 'certificate-revoked', severity, facts };
}
