import type { SigningKey } from './signer.ts';

/** A key of the gateway's own, and from when to when it signed: both null when it has not yet. */
export interface RecordedKey extends SigningKey {
  readonly firstUsed: Date | null;
  readonly lastUsed: Date | null;
}

/** The keys that receipts and heads were signed with: none is ever dropped. */
export interface KeyStore {
  /** Records keys that will sign, or did before there was a record. Those that are there stay as they are. */
  announce(keys: readonly SigningKey[]): Promise<void>;
  /** Records that the key signs now. */
  use(key: SigningKey): Promise<void>;
  /** Last used first. */
  list(): Promise<readonly RecordedKey[]>;
}
