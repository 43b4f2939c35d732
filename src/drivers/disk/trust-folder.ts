import type { Refusal, Result } from '../../core/problems/finding.ts';
import type { Anchor } from '../../core/registry/anchor.ts';
import { type Certificate, isSelfIssued, parseCertificate } from '../../core/pki/certificate.ts';
import { parseCrl } from '../../core/pki/crl.ts';
import { parseOcspResponse } from '../../core/pki/ocsp.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ProblemCode } from '../../core/problems/problems.ts';
import { readDer } from './der-files.ts';

export interface TrustFiles {
  readonly anchors: readonly Anchor[];
  /** DER. */
  readonly intermediates: readonly Buffer[];
}

/** A person who names a file of anchors by hand trusts it for everything that is signed. */
const PURPOSES: Anchor['purposes'] = ['package-signature', 'document-signature', 'time-stamp'];

/**
 * Reads trusted certificates from files and folders. Self-issued certificates become anchors for the purposes; the
 * others only help to find paths, so that no certificate is trusted for lying in the wrong folder. Rejects with
 * `file-unreadable`, also for one bad certificate: with trust, half of what was meant is not good enough.
 */
export async function readTrustFiles(
  paths: readonly string[],
  revocation: Anchor['revocation'],
  purposes = PURPOSES,
): Promise<TrustFiles> {
  const certificates = await readCertificates(paths);
  return {
    anchors: certificates.filter(isSelfIssued).map(({ der }) => ({ certificate: der, purposes, revocation })),
    intermediates: certificates.filter((certificate) => !isSelfIssued(certificate)).map(({ der }) => der),
  };
}

/** Every certificate under the paths. Rejects with `file-unreadable` for one that cannot be read, naming file and reason. */
export async function readCertificates(paths: readonly string[]): Promise<Certificate[]> {
  const files = await readDer(paths, 'CERTIFICATE');
  return files.map(({ file, der }) => {
    const certificate = parseCertificate(der);
    if (!certificate.ok) throw unusable(file, certificate);
    return certificate.value;
  });
}

/** Every revocation list under the paths, DER. Rejects with `file-unreadable` likewise. */
export async function readLists(paths: readonly string[]): Promise<Buffer[]> {
  return usable(await readDer(paths, 'X509 CRL'), parseCrl);
}

/** Every OCSP answer under the paths, DER. Rejects with `file-unreadable` likewise. */
export async function readAnswers(paths: readonly string[]): Promise<Buffer[]> {
  return usable(await readDer(paths, 'OCSP RESPONSE'), parseOcspResponse);
}

function usable(
  files: Awaited<ReturnType<typeof readDer>>,
  parse: (der: Buffer) => Result<unknown, ProblemCode>,
): Buffer[] {
  return files.map(({ file, der }) => {
    const parsing = parse(der);
    if (!parsing.ok) throw unusable(file, parsing);
    return der;
  });
}

function unusable(file: string, { code, facts }: Refusal<ProblemCode>): ProblemError {
  return new ProblemError('file-unreadable', { file, reason: `${code} (${String(facts['reason'])})` });
}
