import type { Proof } from '../core/pki/proof.ts';

/** One proof as it lies in the record. */
export type KeptProof = Pick<Proof, 'kind' | 'sha256'> & { /** In bytes. */ readonly size: number };

/** The proofs of verdicts, by hash: each is kept once for all messages, and never changed or removed. */
export interface ProofStore {
  /** Resolves when all of them are durable; kept ones cost nothing. */
  keep(proofs: Iterable<Proof>): Promise<void>;
  /** The kept proofs among these hashes, in their order. */
  find(sha256: readonly string[]): Promise<readonly KeptProof[]>;
  /** The bytes of a proof in pieces; an unknown hash, or bytes that no longer have it, end in `content-corrupt`. */
  open(sha256: string): AsyncIterable<Buffer>;
}
