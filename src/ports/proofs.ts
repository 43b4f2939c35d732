import type { Proof } from '../core/pki/proof.ts';

/** One proof as it lies in the record. */
export type KeptProof = Pick<Proof, 'kind' | 'sha256'> & { /** In bytes. */ readonly size: number };

/** What verdicts rested on, by its hash: kept once, however many messages need it, and never changed or removed. */
export interface ProofStore {
  /** Resolves when all of them are durable; those that are there already cost nothing. */
  keep(proofs: Iterable<Proof>): Promise<void>;
  /** Those of these hashes that are there, in their order. */
  find(sha256: readonly string[]): Promise<readonly KeptProof[]>;
  /** The bytes of one in pieces; a hash that is not there, or bytes that no longer have it, end in `content-corrupt`. */
  open(sha256: string): AsyncIterable<Buffer>;
}
