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
export type Proofs = ReadonlyMap<string, Proof>;

/** A path as it was judged: see `JudgedPath`. */
interface Judged {
  readonly path: TrustPath;
  readonly statuses: readonly { readonly kind: string; readonly source?: { readonly proofs: readonly Proof[] } }[];
}

/** The certificates of paths, the anchors' among them, and what decided on each. */
export function proofsOf(paths: readonly Judged[]): Proofs {
  const proofs = new Map<string, Proof>();
  for (const { path, statuses } of paths) {
    for (const certificate of [...path.certificates, path.anchor.certificate]) {
      proofs.set(certificate.fingerprint, certificateProof(certificate));
    }
    for (const proof of statuses.flatMap(({ source }) => source?.proofs ?? [])) proofs.set(proof.sha256, proof);
  }
  return proofs;
}

/** As reports name them. */
export function proofNames(proofs: Proofs): readonly ProofName[] {
  return [...proofs.values()].map(({ kind, sha256 }) => ({ kind, sha256 }));
}

/** A proof that comes as bytes. */
export function proofOf(kind: Proof['kind'], der: Buffer): Proof {
  return { kind, sha256: createHash('sha256').update(der).digest('hex'), der };
}
