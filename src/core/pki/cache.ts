// Results that are worth keeping between verifications. Only paths that were found are kept, so that no sender can push
// them out with certificates of its own making; document digests and signature values are never kept.

import type { SignatureMemory } from './signature-memory.ts';

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

export interface Cache<V> {
  readonly paths: Memory<V>;
  readonly signatures: SignatureMemory;
}

/** `signers`: how many different signers' paths are kept. */
export function cacheOf<V>(signers: number): Cache<V> {
  return { paths: memory<V>(signers), signatures: memory<boolean>(1024) };
}
