import type { Finding } from '../../finding.ts';
import { certificateFacts } from '../../pki/certificate.ts';
import type { Crl, Revocation } from '../../pki/crl.ts';
import type { CheckedCertificate, RevocationStatus } from '../../pki/revocation.ts';
import type { Check } from '../check.ts';

/** No certificate of the path was revoked at the instant. What the lists cannot tell is undecided, never passed. */
export const revocation: Check = {
  name: 'revocation',
  needs: ['path'],
  run(_opened, evidence, { path }) {
    if (path === undefined) return [];
    const findings = path.statuses.flatMap((status, index) => {
      const checked = path.certificates[index];
      return checked === undefined ? [] : statusFindings(status, checked);
    });
    const isUnknown = findings.some((finding) => finding.code === 'revocation-unknown');
    const unread = evidence.faults.filter((fault) => isUnknown && fault.code === 'crl-invalid');
    return [...findings, ...unread];
  },
};

function statusFindings(status: RevocationStatus, { certificate, faults }: CheckedCertificate): readonly Finding[] {
  const facts = certificateFacts(certificate);
  switch (status.kind) {
    case 'not-published':
      return [];
    case 'good':
      return status.later === undefined ? [] : [revoked(facts, status.later, 'warning')];
    case 'revoked':
      return [revoked(facts, status.revocation, 'error')];
    case 'stale':
      return [{ code: 'revocation-stale', severity: 'undecided', facts: { ...facts, ...listFacts(status.list) } }];
    case 'unknown':
      return [{ code: 'revocation-unknown', severity: 'undecided', facts }, ...faults];
  }
}

/** Revoked after the instant it is a warning: what was signed before stands, and people should know. */
function revoked(facts: Finding['facts'], { at, reason }: Revocation, severity: 'error' | 'warning'): Finding {
  const revokedAt = new Date(at).toISOString();
  return { code: 'certificate-revoked', severity, facts: { ...facts, revokedAt, reason } };
}

function listFacts(list: Crl): Finding['facts'] {
  const thisUpdate = new Date(list.thisUpdate).toISOString();
  return list.nextUpdate === null
    ? { thisUpdate }
    : { thisUpdate, nextUpdate: new Date(list.nextUpdate).toISOString() };
}
