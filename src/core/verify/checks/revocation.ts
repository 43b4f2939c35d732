import type { Finding } from '../../finding.ts';
import { certificateFacts } from '../../pki/certificate.ts';
import type { Certificate } from '../../pki/certificate.ts';
import type { Crl, Revocation } from '../../pki/crl.ts';
import type { CheckedCertificate, RevocationStatus } from '../../pki/revocation.ts';
import type { JudgedPath } from '../../pki/signer.ts';
import type { Trust } from '../../pki/trust.ts';
import type { Check } from '../check.ts';

/** No certificate of the path was revoked at the instant. What the lists cannot tell is undecided, never passed. */
export const revocation: Check = {
  name: 'revocation',
  needs: ['path'],
  run(_opened, evidence, { path }) {
    return path === undefined ? [] : revocationFindings(path, evidence);
  },
};

/** What the lists tell of a path at the instant it was judged at. */
export function revocationFindings(path: JudgedPath, { faults }: Pick<Trust, 'faults'>): readonly Finding[] {
  const findings = path.statuses.flatMap((status, index) => {
    const checked = path.certificates[index];
    return checked === undefined ? [] : statusFindings(status, checked);
  });
  const isUnknown = findings.some((finding) => finding.code === 'revocation-unknown');
  return [...findings, ...faults.filter((fault) => isUnknown && fault.code === 'crl-invalid')];
}

function statusFindings(status: RevocationStatus, { certificate, faults }: CheckedCertificate): readonly Finding[] {
  switch (status.kind) {
    case 'not-published':
      return [];
    case 'good':
      return status.later === undefined ? [] : [revoked(certificate, status.later, 'warning')];
    case 'revoked':
      return [revoked(certificate, status.revocation, 'error')];
    case 'stale': {
      const facts = { ...certificateFacts(certificate), ...listFacts(status.list) };
      return [{ code: 'revocation-stale', severity: 'undecided', facts }];
    }
    case 'unknown':
      return [{ code: 'revocation-unknown', severity: 'undecided', facts: certificateFacts(certificate) }, ...faults];
  }
}

/** Revoked after the instant it is a warning: what was signed before stands, and people should know. */
function revoked(certificate: Certificate, revocation: Revocation, severity: 'error' | 'warning'): Finding {
  const revokedAt = new Date(revocation.at).toISOString();
  const facts = { ...certificateFacts(certificate), revokedAt, reason: revocation.reason };
  return { code: 'certificate-revoked', severity, facts };
}

function listFacts(list: Crl): Finding['facts'] {
  const thisUpdate = new Date(list.thisUpdate).toISOString();
  return list.nextUpdate === null
    ? { thisUpdate }
    : { thisUpdate, nextUpdate: new Date(list.nextUpdate).toISOString() };
}
