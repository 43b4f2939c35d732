// X.509 certificates and revocation lists have one frame: `SEQUENCE { tbs, algorithm, BIT STRING }` and a signature
// over tbs. Only algorithms of the table count (RFC 4055, RFC 5758); SHA-1 and MD5 are no longer proof of anything.

import { constants, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { HashName, SignatureMethod } from '../crypto/keys.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  children,
  context,
  encodingOf,
  expectTag,
  oidValue,
  readWhole,
  smallInteger,
  wholeBytes,
} from '../crypto/der.ts';

export interface Signed {
  /** The whole value. */
  readonly source: Buffer;
  /** The signed bytes, header included. */
  readonly tbs: Buffer;
  /** DER AlgorithmIdentifier outside tbs; equal to the one inside, which is what the signature protects. */
  readonly algorithm: Buffer;
  readonly signature: Buffer;
}

/** Splits the outer SEQUENCE; answers the children of tbs beside. */
export function readSigned(der: Buffer): { readonly signed: Signed; readonly fields: readonly DerNode[] } {
  const outer = readWhole(der, TAG.sequence);
  const [tbs, algorithm, signature, ...rest] = children(outer);
  if (rest.length > 0) throw new DerFault('trailing bytes');
  const signed: Signed = {
    source: der,
    tbs: encodingOf(expectTag(tbs, TAG.sequence)),
    algorithm: encodingOf(expectTag(algorithm, TAG.sequence)),
    signature: wholeBytes(signature),
  };
  return { signed, fields: children(expectTag(tbs, TAG.sequence)) };
}

const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

const SIGNATURES = new Map<string, SignatureMethod>([
  ['1.2.840.113549.1.1.11', { hash: 'sha256', keys: ['rsa'], padding: constants.RSA_PKCS1_PADDING }],
  ['1.2.840.113549.1.1.12', { hash: 'sha384', keys: ['rsa'], padding: constants.RSA_PKCS1_PADDING }],
  ['1.2.840.113549.1.1.13', { hash: 'sha512', keys: ['rsa'], padding: constants.RSA_PKCS1_PADDING }],
  ['1.2.840.10045.4.3.2', { hash: 'sha256', keys: ['ec'] }],
  ['1.2.840.10045.4.3.3', { hash: 'sha384', keys: ['ec'] }],
  ['1.2.840.10045.4.3.4', { hash: 'sha512', keys: ['ec'] }],
]);

/** Identifiers of hashes. SHA-1 only names things; nothing is proved by it. */
export const SHA1 = '1.3.14.3.2.26';
export const SHA256 = '2.16.840.1.101.3.4.2.1';

/** By identifier; length in bytes. */
export const HASHES = new Map<string, { readonly name: HashName; readonly length: number }>([
  [SHA256, { name: 'sha256', length: 32 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'sha384', length: 48 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', length: 64 }],
]);

/** The method that an AlgorithmIdentifier names; undefined for one that is not relied on. */
export function signatureMethodOf(algorithm: Buffer): SignatureMethod | undefined {
  try {
    return readMethod(algorithm);
  } catch (error) {
    if (error instanceof DerFault) return undefined;
    throw error;
  }
}

function readMethod(algorithm: Buffer): SignatureMethod | undefined {
  const [id, parameters, ...rest] = children(readWhole(algorithm, TAG.sequence));
  if (rest.length > 0) throw new DerFault('algorithm');
  const oid = oidValue(id);
  if (oid === RSA_PSS) return parameters === undefined ? undefined : pssMethod(parameters);
  const method = SIGNATURES.get(oid);
  const plain = parameters === undefined || (parameters.tag === TAG.null && parameters.content === parameters.end);
  return plain ? method : undefined;
}

/**
 * RFC 4055 section 3.1, narrowed: one hash for both. Absent fields mean SHA-1, which is refused; an absent salt is 20 bytes
 * long, and the trailer field may say what it is without being said.
 */
function pssMethod(parameters: DerNode): SignatureMethod | undefined {
  const fields = new Map(children(expectTag(parameters, TAG.sequence)).map((field) => [field.tag, field]));
  const [hashField, maskField] = [fields.get(context(0)), fields.get(context(1))];
  const [saltField, trailerField] = [fields.get(context(2)), fields.get(context(3))];
  if (hashField === undefined || maskField === undefined) return undefined;
  if (trailerField !== undefined && smallInteger(children(trailerField)[0]) !== TRAILER) return undefined;
  const hash = hashOf(children(hashField)[0]);
  const [maskId, maskHash] = children(expectTag(children(maskField)[0], TAG.sequence));
  if (hash === undefined || oidValue(maskId) !== MGF1 || hashOf(maskHash) !== hash) return undefined;
  const saltLength = saltField === undefined ? DEFAULT_SALT_BYTES : smallInteger(children(saltField)[0]);
  return { hash: hash.name, keys: ['rsa', 'rsa-pss'], padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

const DEFAULT_SALT_BYTES = 20;
/** `trailerFieldBC`, the only one there is. */
const TRAILER = 1;

function hashOf(algorithm: DerNode | undefined): { readonly name: HashName; readonly length: number } | undefined {
  return HASHES.get(oidValue(children(expectTag(algorithm, TAG.sequence))[0]));
}

/** Whether this key made this signature, by an algorithm of the table. */
export function isSignedBy(signed: Signed, key: KeyObject): boolean {
  const method = signatureMethodOf(signed.algorithm);
  if (method === undefined) return false;
  return verifyValue(method, key, signed.tbs, signed.signature, 'der');
}

/** One signature value checked by one key; false also where key and method do not belong together. */
export function verifyValue(
  method: SignatureMethod,
  key: KeyObject,
  data: Buffer,
  value: Buffer,
  dsaEncoding: 'der' | 'ieee-p1363',
): boolean {
  if (!method.keys.some((type) => type === key.asymmetricKeyType)) return false;
  const { hash, padding, saltLength } = method;
  try {
    const options = {
      key,
      dsaEncoding,
      ...(padding === undefined ? {} : { padding }),
      ...(saltLength === undefined ? {} : { saltLength }),
    };
    return verify(hash, data, options, value);
  } catch {
    // OpenSSL throws, instead of answering, for a key whose own PSS parameters forbid the method.
    return false;
  }
}

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
