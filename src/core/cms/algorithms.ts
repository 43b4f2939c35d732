// The algorithms of CMS signatures (RFC 5754, RFC 8702 left out): which hash a digest identifier means, and how a
// signature value is checked when it and the signature identifier are read together.

import { constants, createHash } from 'node:crypto';
import { type Refusal, type Result, refuse, ok } from '../problems/finding.ts';
import { children, DerFault, oidValue, readWhole, TAG } from '../crypto/der.ts';
import { HASHES, SHA1, signatureMethodOf } from '../pki/signed.ts';
import type { HashName, SignatureMethod } from '../crypto/keys.ts';

/** Only to be named to people: no longer proof of anything, or asked for by no rule here. */
const OTHER_HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'MD5'],
  [SHA1, 'SHA-1'],
  ['2.16.840.1.101.3.4.2.4', 'SHA-224'],
  ['2.16.840.1.101.3.4.2.5', 'SHA-512/224'],
  ['2.16.840.1.101.3.4.2.6', 'SHA-512/256'],
  ['2.16.840.1.101.3.4.2.7', 'SHA3-224'],
  ['2.16.840.1.101.3.4.2.8', 'SHA3-256'],
  ['2.16.840.1.101.3.4.2.9', 'SHA3-384'],
  ['2.16.840.1.101.3.4.2.10', 'SHA3-512'],
]);

/** The same for signature algorithms. */
const OTHER_SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'RSA with MD5'],
  ['1.2.840.113549.1.1.5', 'RSA with SHA-1'],
  ['1.2.840.10040.4.3', 'DSA with SHA-1'],
  ['2.16.840.1.101.3.4.3.2', 'DSA with SHA-256'],
  ['1.2.840.10045.4.1', 'ECDSA with SHA-1'],
  ['2.16.840.1.101.3.4.3.13', 'RSA with SHA3-224'],
  ['2.16.840.1.101.3.4.3.14', 'RSA with SHA3-256'],
  ['2.16.840.1.101.3.4.3.15', 'RSA with SHA3-384'],
  ['2.16.840.1.101.3.4.3.16', 'RSA with SHA3-512'],
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
]);

/** rsaEncryption: says "RSA" and leaves the hash to the digest algorithm (RFC 3370 section 3.2). */
const RSA = '1.2.840.113549.1.1.1';

/** The hash of an identifier, or a refusal `document-signature-algorithm` that names it. */
export function hashNamed(id: string): Result<HashName> {
  const hash = HASHES.get(id);
  return hash === undefined ? forbidden(OTHER_HASHES.get(id) ?? id) : ok(hash.name);
}

function forbidden(algorithm: string): Refusal {
  return refuse('document-signature-algorithm', { algorithm });
}

/** The method that checks this signer's value; hash and signature algorithm must say the same. */
export function methodOf(signer: {
  readonly digestAlgorithm: string;
  /** DER AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer;
}): Result<SignatureMethod> {
  const hash = hashNamed(signer.digestAlgorithm);
  if (!hash.ok) return hash;
  try {
    const id = oidValue(children(readWhole(signer.signatureAlgorithm, TAG.sequence))[0]);
    if (id === RSA) return ok({ hash: hash.value, keys: ['rsa'], padding: constants.RSA_PKCS1_PADDING });
    const method = signatureMethodOf(signer.signatureAlgorithm);
    if (method === undefined) return forbidden(OTHER_SIGNATURES.get(id) ?? id);
    return method.hash === hash.value ? ok(method) : forbidden(`${id}, ${hash.value}`);
  } catch (error) {
    if (error instanceof DerFault) return refuse('document-signature-malformed', { reason: error.reason });
    throw error;
  }
}

/** Names of node:crypto for hashes that only name a certificate, where SHA-1 still does no harm. */
const NAMING_HASHES: ReadonlyMap<string, string> = new Map([
  [SHA1, 'sha1'],
  ...[...HASHES].map(([id, { name }]) => [id, name] as const),
]);

/** Whether the digest by this hash is that of these bytes; false for a hash that is not known. */
export function isDigestOf(hash: string, digest: Buffer, bytes: Buffer): boolean {
  const name = NAMING_HASHES.get(hash);
  return name !== undefined && createHash(name).update(bytes).digest().equals(digest);
}

/** Bytes of a digest by this hash; undefined for a hash that is not in use. */
export function hashLengthOf(hash: string): number | undefined {
  return HASH_LENGTHS.get(hash);
}

const HASH_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['1.2.840.113549.2.5', 16],
  ['1.3.14.3.2.26', 20],
  ['2.16.840.1.101.3.4.2.4', 28],
  ...[...HASHES].map(([id, { length }]) => [id, length] as const),
  // SHA-3 (FIPS 202).
  ['2.16.840.1.101.3.4.2.7', 28],
  ['2.16.840.1.101.3.4.2.8', 32],
  ['2.16.840.1.101.3.4.2.9', 48],
  ['2.16.840.1.101.3.4.2.10', 64],
]);
