// Certificates and revocation lists from templates. A template may be wrong in any way: the test PKI is made of such.

import { createHash, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  bitString,
  boolean,
  enumerated,
  implicit,
  integer,
  derNull,
  octetString,
  oid,
  printableString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from '../src/core/crypto/der-writer.ts';

export interface Extension {
  readonly oid: string;
  readonly critical?: boolean;
  /** DER, put into the OCTET STRING. */
  readonly value: Buffer;
}

const ATTRIBUTES = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  L: '2.5.4.7',
  CN: '2.5.4.3',
  UID: '0.9.2342.19200300.100.1.1',
} as const;

/** Parts of a name, outermost first. */
export type NameParts = readonly (readonly [keyof typeof ATTRIBUTES, string])[];

/** A DER Name: UTF-8 as Vietnamese needs it, the country code printable as the standard demands. */
export function distinguishedName(parts: NameParts): Buffer {
  return sequence(
    ...parts.map(([type, value]) => {
      return set(sequence(oid(ATTRIBUTES[type]), type === 'C' ? printableString(value) : utf8String(value)));
    }),
  );
}

export interface CertificateTemplate {
  readonly serial: Buffer;
  /** DER Names. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Extension[];
  readonly hash?: Hash;
  /** The serial number's INTEGER as it shall stand, instead of `serial`. */
  readonly rawSerial?: Buffer;
}

export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

const RSA_SIGNATURES: Readonly<Record<Hash, string>> = {
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};
const ECDSA_SIGNATURES: Readonly<Record<Hash, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};

export function signatureAlgorithm(key: KeyObject, hash: Hash): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(oid(RSA_SIGNATURES[hash]), derNull())
    : sequence(oid(ECDSA_SIGNATURES[hash]));
}

function signed(tbsFields: (algorithm: Buffer) => Buffer, key: KeyObject, hash: Hash): Buffer {
  const algorithm = signatureAlgorithm(key, hash);
  const tbs = tbsFields(algorithm);
  return sequence(tbs, algorithm, bitString(sign(hash, tbs, key)));
}

export function extensionList(extensions: readonly Extension[]): Buffer {
  return sequence(
    ...extensions.map(({ oid: id, critical, value }) => {
      return sequence(oid(id), ...(critical === true ? [boolean(true)] : []), octetString(value));
    }),
  );
}

/** A certificate signed by the issuer's key, DER. */
export function buildCertificate(template: CertificateTemplate, issuerKey: KeyObject): Buffer {
  const { serial, issuer, subject, notBefore, notAfter, publicKey, extensions, hash = 'sha256' } = template;
  const fields = (algorithm: Buffer): Buffer =>
    sequence(
      tagged(0, integer(2)),
      template.rawSerial ?? integer(serial),
      algorithm,
      issuer,
      sequence(time(notBefore), time(notAfter)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      ...(extensions.length === 0 ? [] : [tagged(3, extensionList(extensions))]),
    );
  return signed(fields, issuerKey, hash);
}

export interface RevokedEntry {
  readonly serial: Buffer;
  readonly at: Date;
  /** CRLReason number (RFC 5280 section 5.3.1). */
  readonly reason?: number;
}

export interface CrlTemplate {
  readonly issuer: Buffer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly number: number;
  readonly revoked: readonly RevokedEntry[];
  /** Besides the number and the issuer's key identifier. */
  readonly extensions?: readonly Extension[];
}

/** A revocation list signed by the issuer's key, DER. */
export function buildCrl(template: CrlTemplate, issuerKey: KeyObject): Buffer {
  const { issuer, thisUpdate, nextUpdate, number, revoked, extensions = [] } = template;
  const entries = revoked.map(({ serial, at, reason }) => {
    const reasons = reason === undefined ? [] : [extensionList([{ oid: '2.5.29.21', value: enumerated(reason) }])];
    return sequence(integer(serial), time(at), ...reasons);
  });
  const extensionsOfList = [
    authorityKeyId(createPublicKey(issuerKey)),
    { oid: '2.5.29.20', value: integer(number) },
    ...extensions,
  ];
  const fields = (algorithm: Buffer): Buffer =>
    sequence(
      integer(1),
      algorithm,
      issuer,
      time(thisUpdate),
      time(nextUpdate),
      ...(entries.length === 0 ? [] : [sequence(Buffer.concat(entries))]),
      tagged(0, extensionList(extensionsOfList)),
    );
  return signed(fields, issuerKey, 'sha256');
}

/** RFC 7093 section 2, method 1: the first 160 bits of SHA-256 over the key. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);
}

export function subjectKeyId(key: KeyObject): Extension {
  return { oid: '2.5.29.14', value: octetString(keyId(key)) };
}

export function authorityKeyId(issuerKey: KeyObject): Extension {
  return { oid: '2.5.29.35', value: sequence(implicit(0, keyId(issuerKey))) };
}

export function basicConstraints(authority: boolean, pathLength?: number): Extension {
  const fields = [...(authority ? [boolean(true)] : []), ...(pathLength === undefined ? [] : [integer(pathLength)])];
  return { oid: '2.5.29.19', critical: true, value: sequence(...fields) };
}

const KEY_USAGE_BITS = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyCertSign: 5,
  cRLSign: 6,
} as const;

export type KeyUsageName = keyof typeof KEY_USAGE_BITS;

export function keyUsage(...names: readonly KeyUsageName[]): Extension {
  const bits = names.map((name) => KEY_USAGE_BITS[name]);
  const byte = bits.reduce<number>((value, bit) => value | (0x80 >> bit), 0);
  return { oid: '2.5.29.15', critical: true, value: bitString(Buffer.of(byte), 7 - Math.max(...bits, 0)) };
}

export function extendedKeyUsage(...ids: readonly string[]): Extension {
  return { oid: '2.5.29.37', value: sequence(...ids.map(oid)) };
}

/** A directory subtree that names must lie in, or must not. */
export function nameConstraints(kind: 'permitted' | 'excluded', subtree: Buffer): Extension {
  const list = sequence(tagged(4, subtree));
  return { oid: '2.5.29.30', critical: true, value: sequence(tagged(kind === 'permitted' ? 0 : 1, list)) };
}

export function certificatePolicies(...ids: readonly string[]): Extension {
  return { oid: '2.5.29.32', value: sequence(...ids.map((id) => sequence(oid(id)))) };
}

/** Pairs of a policy of the issuer's and the one below it that counts as the same. */
export function policyMappings(...pairs: readonly (readonly [issuer: string, subject: string])[]): Extension {
  const value = sequence(...pairs.map(([issuer, subject]) => sequence(oid(issuer), oid(subject))));
  return { oid: '2.5.29.33', critical: true, value };
}

/** After how many further certificates a policy must be stated, and none may be mapped any more. */
export function policyConstraints(constraints: {
  readonly requireExplicit?: number;
  readonly inhibitMapping?: number;
}): Extension {
  const { requireExplicit, inhibitMapping } = constraints;
  const fields = [requireExplicit, inhibitMapping].flatMap((count, number) => {
    return count === undefined ? [] : [implicit(number, Buffer.of(count))];
  });
  return { oid: '2.5.29.36', critical: true, value: sequence(...fields) };
}

export function inhibitAnyPolicy(skip: number): Extension {
  return { oid: '2.5.29.54', critical: true, value: integer(skip) };
}
