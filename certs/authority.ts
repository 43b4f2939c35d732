// A small certificate authority for development, demonstrations and tests. For real traffic the anchors are those of the
// national authorities (see README.md); nothing here is fit to replace them.

import { createPublicKey, generateKeyPair, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import {
  authorityKeyId,
  basicConstraints,
  buildCertificate,
  buildCrl,
  distinguishedName,
  keyUsage,
  subjectKeyId,
} from './x509.ts';
import type { CertificateTemplate, CrlTemplate, NameParts, RevokedEntry } from './x509.ts';

const generate = promisify(generateKeyPair);
const DAY = 24 * 3600 * 1000;
/** Certificates begin a little in the past, for clocks that differ. */
const CLOCK_SLACK = 5 * 60 * 1000;

export type KeyKind = 'ec' | 'rsa' | 'rsa-2048';

/** A new key pair: EC P-256, RSA 3072 or RSA 2048. */
export async function newKeyPair(kind: KeyKind): Promise<KeyObject> {
  const { privateKey } =
    kind === 'ec'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: kind === 'rsa' ? 3072 : 2048, publicExponent: 0x10001 });
  return privateKey;
}

/** 16 random bytes: unique without a register, positive, never longer than RFC 5280 allows. */
export function newSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  return serial;
}

export interface Authority {
  /** DER Name. */
  readonly name: Buffer;
  readonly key: KeyObject;
  /** DER; the last one is the root. */
  readonly chain: readonly [Buffer, ...Buffer[]];
}

export interface AuthorityOptions {
  readonly name: NameParts;
  readonly key: KeyKind | KeyObject;
  readonly now: Date;
  readonly days: number;
  /** Absent: a root of its own. */
  readonly parent?: Authority;
  readonly pathLength?: number;
  /** Fields that shall differ from the right ones. */
  readonly override?: Partial<CertificateTemplate>;
}

/** A root, or an intermediate under a parent. */
export async function createAuthority(options: AuthorityOptions): Promise<Authority> {
  const { now, days, parent, pathLength, override = {} } = options;
  const key = typeof options.key === 'string' ? await newKeyPair(options.key) : options.key;
  const name = distinguishedName(options.name);
  const publicKey = createPublicKey(key);
  const issuerKey = parent?.key ?? key;
  const template: CertificateTemplate = {
    serial: newSerial(),
    issuer: parent?.name ?? name,
    subject: name,
    ...validity(now, days),
    publicKey,
    extensions: [
      basicConstraints(true, pathLength),
      keyUsage('keyCertSign', 'cRLSign'),
      subjectKeyId(publicKey),
      authorityKeyId(createPublicKey(issuerKey)),
    ],
    ...override,
  };
  return { name, key, chain: [buildCertificate(template, issuerKey), ...(parent?.chain ?? [])] };
}

/** An authority that exists already. */
export function existingAuthority(name: Buffer, key: KeyObject, chain: readonly [Buffer, ...Buffer[]]): Authority {
  return { name, key, chain };
}

function validity(now: Date, days: number): Pick<CertificateTemplate, 'notBefore' | 'notAfter'> {
  return { notBefore: new Date(now.getTime() - CLOCK_SLACK), notAfter: new Date(now.getTime() + days * DAY) };
}

export interface IssueOptions {
  readonly subject: NameParts;
  readonly publicKey: KeyObject;
  readonly now: Date;
  readonly days: number;
  readonly override?: Partial<CertificateTemplate>;
}

export interface Issued {
  /** DER. */
  readonly certificate: Buffer;
  readonly serial: Buffer;
}

/** A certificate with which an organisation signs packages. */
export function issue(authority: Authority, options: IssueOptions): Issued {
  const { subject, publicKey, now, days, override = {} } = options;
  const template: CertificateTemplate = {
    serial: newSerial(),
    issuer: authority.name,
    subject: distinguishedName(subject),
    ...validity(now, days),
    publicKey,
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature', 'nonRepudiation'),
      subjectKeyId(publicKey),
      authorityKeyId(createPublicKey(authority.key)),
    ],
    ...override,
  };
  return { certificate: buildCertificate(template, authority.key), serial: template.serial };
}

export interface CrlOptions {
  readonly now: Date;
  /** Days until the next list. */
  readonly days: number;
  /** Rises with every list. */
  readonly number: number;
  readonly revoked: readonly RevokedEntry[];
  readonly override?: Partial<CrlTemplate>;
}

/** The authority's revocation list, DER. */
export function issueCrl(authority: Authority, options: CrlOptions): Buffer {
  const { now, days, number, revoked, override = {} } = options;
  const { notBefore: thisUpdate, notAfter: nextUpdate } = validity(now, days);
  const template: CrlTemplate = { issuer: authority.name, thisUpdate, nextUpdate, number, revoked, ...override };
  return buildCrl(template, authority.key);
}
