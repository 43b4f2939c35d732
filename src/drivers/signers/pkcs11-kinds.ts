// The kinds of keys in tokens that sign here: how PKCS#11 names, feeds and shows them. Numbers are those of OASIS PKCS #11
// 2.40 (pkcs11t.h).

import type { JsonWebKey } from 'node:crypto';
import { integer, sequence } from '../../core/crypto/der-writer.ts';

const CKA_MODULUS = 0x120;
const CKA_PUBLIC_EXPONENT = 0x122;
const CKA_EC_PARAMS = 0x180;
const CKA_EC_POINT = 0x181;

export interface KeyKind {
  /** CKA_KEY_TYPE. */
  readonly keyType: number;
  /** CKM_…; it signs what `input` makes. */
  readonly mechanism: number;
  /** The token's input, from a SHA-256 digest. */
  readonly input: (digest: Buffer) => Buffer;
  /** The port's form of what the token answers. */
  readonly output: (signature: Buffer) => Buffer;
  /** Attributes of the public key object. */
  readonly attributes: readonly [number, number];
  /** From these attributes, in their order; undefined when it is a key that does not sign here. */
  readonly publicKey: (attributes: readonly Buffer[]) => JsonWebKey | undefined;
}

const NONE = Buffer.alloc(0);

/** `DigestInfo` of SHA-256 up to the digest (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export const KEY_KINDS: readonly KeyKind[] = [
  {
    keyType: 3, // CKK_EC
    mechanism: 0x1041, // CKM_ECDSA
    input: (digest) => digest,
    output: derOfRaw,
    attributes: [CKA_EC_PARAMS, CKA_EC_POINT],
    publicKey: p256Key,
  },
  {
    keyType: 0, // CKK_RSA
    mechanism: 0x0001, // CKM_RSA_PKCS
    input: (digest) => Buffer.concat([DIGEST_INFO, digest]),
    output: (signature) => signature,
    attributes: [CKA_MODULUS, CKA_PUBLIC_EXPONENT],
    publicKey: ([n = NONE, e = NONE]) => ({ kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }),
  },
];

/** prime256v1, 1.2.840.10045.3.1.7, as DER. */
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');
const POINT_BYTES = 65;
const UNCOMPRESSED = 0x04;

/** The point is 04 ‖ x ‖ y within an OCTET STRING; some tokens leave the OCTET STRING out. */
function p256Key([parameters = NONE, encoded = NONE]: readonly Buffer[]): JsonWebKey | undefined {
  const point = encoded.subarray(-POINT_BYTES);
  if (!parameters.equals(P256) || point.length !== POINT_BYTES || point[0] !== UNCOMPRESSED) return undefined;
  const coordinate = (from: number, to: number): string => point.subarray(from, to).toString('base64url');
  return { kty: 'EC', crv: 'P-256', x: coordinate(1, 33), y: coordinate(33, 65) };
}

/** r ‖ s, as PKCS#11 has it, as `SEQUENCE { r, s }` (RFC 3279 section 2.2.3). */
function derOfRaw(raw: Buffer): Buffer {
  const half = raw.length / 2;
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}
