import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../core/crypto/signing-algorithms.ts';

/** The public side of a key that signs. */
export interface SigningKey {
  /** Stable name of the key: lower-case hex SHA-256 of its SubjectPublicKeyInfo. */
  readonly keyId: string;
  /** `ES256` signatures are DER (`SEQUENCE { r, s }`), so that `openssl dgst -verify` takes them as they are. */
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: KeyObject;
}

/**
 * A private key that never leaves its keeper.
 *
 * Promises of every implementation: opening rejects with `key-unreadable` when the key cannot be used, naming the
 * reference and the reason but neither key nor PIN; many callers may use `sign` at once; it signs SHA-256 of `data`;
 * when that fails, and after `close`, it rejects with `signing-unavailable`, which reveals nothing of the key, because
 * senders may read it (its cause names the key).
 */
export interface Signer extends SigningKey {
  /** DER of the key's certificate and its chain, leaf first; empty when the key has none. */
  readonly certificates: readonly Buffer[];
  sign(data: Buffer): Promise<Buffer>;
  close(): Promise<void>;
}
