import type { KeyObject } from 'node:crypto';
import { isSignedBy } from './signed.ts';
import type { Signed } from './signed.ts';

/** Remembers which lists and answers a key made: each is checked once, not once for every signer. */
export interface SignatureMemory {
  get(key: string): boolean | undefined;
  set(key: string, isGenuine: boolean): void;
}

/** Whether a key made this; `fingerprint` and `keySha256` name the two. */
export function isGenuine(
  fingerprint: string,
  signed: Signed,
  key: KeyObject,
  keySha256: string,
  memory: SignatureMemory,
): boolean {
  const name = `${fingerprint}:${keySha256}`;
  const verdict = memory.get(name);
  if (verdict !== undefined) return verdict;
  const isGenuine = isSignedBy(signed, key);
  memory.set(name, isGenuine);
  return isGenuine;
}
