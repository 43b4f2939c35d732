// A verdict rests on certificates, revocation lists and OCSP answers besides the package. They are named by their hash
// and kept, so that the verdict can be proved again when none of them can be fetched any more.

import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import type { TrustPath } from './path.ts';
import type { ProofKind } from './proof-kinds.ts';

export interface Proof {
  readonly kind: ProofKind;
  /** Lower-case hex SHA-256 of `der`. */
  readonly sha256: string;
  readonly der: Buffer;
}

export type ProofName = Pick<Proof, 'kind' | 'sha256'>;

/** A certificate as a proof. */
export function certificateProof({ der, fingerprint }: Certificate): Proof {
  return { kind: 'certificate', sha256: fingerprint, der };
}

/** By hash, in the order in which they were needed. */
export type Proofs = Map<string, Proof>;

/** A path as it was judged: see `JudgedPath`. */
interface Judged {
  readonly path: TrustPath;
  readonly statuses: readonly { readonly kind: string; readonly source?: { readonly proofs: readonly Proof[] } }[];
}

/** Adds a path's certificates, the anchor's among them, and what decided on each. */
export function addProofs(proofs: Proofs, { path, statuses }: Judged): void {
  for (const certificate of [...path.certificates, path.anchor.certificate]) {
    proofs.set(certificate.fingerprint, certificateProof(certificate));
  }
  for (const proof of statuses.flatMap(({ source }) => source?.proofs ?? [])) proofs.set(proof.sha256, proof);
}

/** As reports name them. */
export function proofNames(proofs: Proofs): readonly ProofName[] {
  return [...proofs.values()].map(({ kind, sha256 }) => ({ kind, sha256 }));
}

/** A proof that comes as bytes. */
export function proofOf(kind: Proof['kind'], der: Buffer): Proof {
  return { kind, sha256: createHash('sha256').update(der).digest('hex'), der };
}
