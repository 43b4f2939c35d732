import type { Anchor } from '../../core/pki/anchor.ts';
import { isSelfIssued, parseCertificate } from '../../core/pki/certificate.ts';
import { ProblemError } from '../../core/problem-error.ts';
import { readDer } from './der-files.ts';

export interface TrustFiles {
  readonly anchors: readonly Anchor[];
  /** DER. */
  readonly intermediates: readonly Buffer[];
}

/** Whoever names a file of anchors by hand trusts it for whatever is signed. */
const PURPOSES: Anchor['purposes'] = ['package-signature', 'document-signature', 'time-stamp'];

/**
 * Reads trusted certificates from files and folders. Self-issued certificates become anchors for signatures of packages and
 * documents and for time stamps; the others only help to find paths, so that nobody is trusted by lying in the wrong folder. Rejects with
 * `file-unreadable`, also for one bad certificate: with trust, half of what was meant is not good enough.
 */
export async function readTrustFiles(paths: readonly string[], revocation: Anchor['revocation']): Promise<TrustFiles> {
  const anchors: Anchor[] = [];
  const intermediates: Buffer[] = [];
  for (const { file, der } of await readDer(paths, 'CERTIFICATE')) {
    const certificate = parseCertificate(der);
    if (!certificate.ok) {
      const reason = `${certificate.code} (${String(certificate.facts['reason'])})`;
      throw new ProblemError('file-unreadable', { file, reason });
    }
    if (isSelfIssued(certificate.value)) anchors.push({ certificate: der, purposes: PURPOSES, revocation });
    else intermediates.push(der);
  }
  return { anchors, intermediates };
}
