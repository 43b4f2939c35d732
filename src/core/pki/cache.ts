// Results that are worth keeping between verifications. Only paths that were found are kept, so that no sender can push
// them out with certificates of its own making; document digests and signature values are never kept.

import type { Certificate } from './certificate.ts';
import type { PathSearch, TrustPath } from './path.ts';
import type { CheckedCertificate } from './revocation-status.ts';
import type { SignatureMemory } from './signed.ts';

/** A bounded memory: when it is full, what was longest not asked for goes. */
export interface Memory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

export function memory<V>(limit: number): Memory<V> {
  const values = new Map<string, V>();
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > limit && oldest !== undefined) values.delete(oldest);
    },
  };
}

export interface SignerCertificate {
  readonly leaf: Certificate;
  readonly companions: readonly Certificate[];
}

/** A path with the lists and answers that speak of it, whatever the instant. */
export interface CheckedPath {
  readonly path: TrustPath;
  readonly certificates: readonly CheckedCertificate[];
}

/** A signer and the paths that lead from it to an anchor. */
export interface SignerPaths {
  readonly signer: SignerCertificate;
  readonly search: PathSearch;
  readonly paths: readonly CheckedPath[];
}

/** What was worked out under one trust. Whoever judges with it or without it comes to the same. */
export interface TrustMemory {
  readonly paths: Memory<SignerPaths>;
  readonly signatures: SignatureMemory;
}

/** Lists, answers and responders whose signature is remembered. */
const SIGNATURES = 1024;

/** `signers`: how many different signers' paths are kept. */
export function trustMemory(signers: number): TrustMemory {
  return { paths: memory(signers), signatures: memory(SIGNATURES) };
}
