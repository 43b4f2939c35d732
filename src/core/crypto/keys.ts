// The keys that are strong enough to be believed, and the way node:crypto checks their signatures. Sources: RFC 8017
// (RSA), RFC 4050 section 3.3 (an ECDSA value is r‖s, never DER).

import { type KeyObject, constants } from 'node:crypto';

export type HashName = 'sha256' | 'sha384' | 'sha512';

/** The way a signature value is checked. */
export interface SignatureMethod {
  /** SHA-1 only where a table of a profile says so. */
  readonly hash: HashName | 'sha1';
  /** The key types of node:crypto that may be used with it. */
  readonly keys: readonly ('rsa' | 'rsa-pss' | 'ec')[];
  /** RSA padding constant of node:crypto; absent for ECDSA. */
  readonly padding?: number;
  /** PSS salt in bytes, by its definition the length of the hash. */
  readonly saltLength?: number;
}

/** A table without a prototype, so that `constructor` and its kin are not rows. */
export function table<Row>(rows: Readonly<Record<string, Row>>): Readonly<Partial<Record<string, Row>>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, Row>, rows));
}

export const pkcs1 = (hash: SignatureMethod['hash']): SignatureMethod => ({
  hash,
  keys: ['rsa'],
  padding: constants.RSA_PKCS1_PADDING,
});
export const pss = (hash: HashName, saltLength: number): SignatureMethod => ({
  hash,
  keys: ['rsa', 'rsa-pss'],
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength,
});
export const ecdsa = (hash: HashName): SignatureMethod => ({ hash, keys: ['ec'] });

/** Length in bytes of r‖s by the OpenSSL name of the curve (FIPS 186-4: P-256, P-384, P-521). */
const RAW_ECDSA_LENGTH = table<number>({ prime256v1: 64, secp384r1: 96, secp521r1: 132 });

/** NIST SP 800-131A and NĐ 23/2025 practice: no less than 112 bits of strength. */
const MINIMUM_RSA_BITS = 2048;
/** Larger moduli and exponents bring no strength that is needed, only work for the verifier. */
const MAXIMUM_RSA_BITS = 8192;
const MINIMUM_RSA_EXPONENT = 65537n;
const MAXIMUM_RSA_EXPONENT = 1n << 64n;

/** Why a key is not good enough to be believed, in a few words for the facts; undefined when it is. */
export function keyWeakness(key: KeyObject): string | undefined {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') {
    const bits = details.modulusLength ?? 0;
    const exponent = details.publicExponent ?? 0n;
    if (bits < MINIMUM_RSA_BITS || bits > MAXIMUM_RSA_BITS) return `RSA ${bits}`;
    if (exponent < MINIMUM_RSA_EXPONENT || exponent > MAXIMUM_RSA_EXPONENT || exponent % 2n === 0n)
      return 'RSA exponent';
    return undefined;
  }
  if (key.asymmetricKeyType === 'ec') {
    const curve = details.namedCurve ?? 'unnamed curve';
    return RAW_ECDSA_LENGTH[curve] === undefined ? `EC ${curve}` : undefined;
  }
  return key.asymmetricKeyType ?? 'unknown';
}

/** Length in bytes that an ECDSA signature value of this key must have; undefined for other keys. */
export function rawEcdsaLength(key: KeyObject): number | undefined {
  return RAW_ECDSA_LENGTH[key.asymmetricKeyDetails?.namedCurve ?? ''];
}
