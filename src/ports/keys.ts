import type { SigningKey } from './signer.ts';

/** A key of the gateway, and the times of its first and last signature: both null before the first. */
export interface RecordedKey extends SigningKey {
  readonly firstUsed: Date | null;
  readonly lastUsed: Date | null;
}

/** The keys that signed receipts and heads; the store never drops one. */
export interface KeyStore {
  /** Records keys that will sign, or signed before there was a record. Leaves recorded keys as they are. */
  announce(keys: readonly SigningKey[]): Promise<void>;
  /** Records that the key signs now. */
  use(key: SigningKey): Promise<void>;
  /** Last used first. */
  list(): Promise<readonly RecordedKey[]>;
}
