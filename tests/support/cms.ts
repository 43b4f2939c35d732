// CMS signatures and time-stamp tokens, made byte by byte so that each part can be wrong.

import { constants, createHash, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  integer,
  derNull,
  octetString,
  oid,
  sequence,
  set,
  tagged,
  time,
  tlv,
} from '../../src/core/crypto/der-writer.ts';
import { children, encodingOf, readNode } from '../../src/core/crypto/der.ts';

export type TestHash = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

const HASH_IDS: Readonly<Record<TestHash, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const ECDSA_IDS: Readonly<Record<string, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
export const DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
export const TIME_STAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const SIGNATURE_TIME_STAMP = '1.2.840.113549.1.9.16.2.14';

export const attribute = (id: string, ...values: readonly Buffer[]): Buffer => sequence(oid(id), set(...values));

export const ATTRIBUTES = {
  contentType: (type: string) => attribute('1.2.840.113549.1.9.3', oid(type)),
  messageDigest: (digest: Buffer) => attribute('1.2.840.113549.1.9.4', octetString(digest)),
  signingTime: (at: Date) => attribute('1.2.840.113549.1.9.5', time(at)),
  signingCertificate: (certificate: Buffer) =>
    attribute(
      '1.2.840.113549.1.9.16.2.12',
      sequence(sequence(sequence(octetString(createHash('sha1').update(certificate).digest())))),
    ),
  signingCertificateV2: (certificate: Buffer) =>
    attribute(
      '1.2.840.113549.1.9.16.2.47',
      sequence(sequence(sequence(octetString(createHash('sha256').update(certificate).digest())))),
    ),
};

export interface CmsOptions {
  readonly key: KeyObject;
  /** DER, the signer's first. */
  readonly certificates: readonly Buffer[];
  readonly hash?: TestHash;
  readonly padding?: 'pkcs1' | 'rsaEncryption' | 'pss';
  readonly signingTime?: Date | null;
  readonly contentType?: string;
  /** Encapsulated; detached without it. */
  readonly content?: Buffer;
  /** Instead of the usual ones. */
  readonly attributes?: (usual: readonly Buffer[]) => readonly Buffer[];
  /** `written`: the order given is both written and signed. `unsorted`: written so, and signed as DER. */
  readonly order?: 'der' | 'written' | 'unsorted';
  readonly withSigningCertificate?: boolean;
  /** The certificates named in the signer's id, where it is not the first. */
  readonly named?: Buffer;
  readonly certificatesIncluded?: readonly Buffer[];
  /** Makes tokens over the signature value. */
  readonly timeStamps?: (signature: Buffer) => readonly Buffer[];
  readonly signers?: number;
  /** Changes the signature value. */
  readonly spoil?: (signature: Buffer) => Buffer;
  /** AlgorithmIdentifier that is written instead of the one that was used. */
  readonly signatureAlgorithm?: Buffer;
  /** Without attributes the signature is over this content itself. */
  readonly bareOver?: Buffer;
}

const sorted = (members: readonly Buffer[]): Buffer[] => members.toSorted((a, b) => Buffer.compare(a, b));

/** SignedData over content of this digest. */
export function makeCms(digest: Buffer, options: CmsOptions): Buffer {
  const { key, certificates, hash = 'sha256', contentType = DATA, order = 'der' } = options;
  const [leaf = Buffer.alloc(0)] = certificates;
  const digestAlgorithm = sequence(oid(HASH_IDS[hash]), derNull());
  const attributes =
    order === 'der' ? sorted(attributesOf(digest, leaf, options)) : attributesOf(digest, leaf, options);
  const signedSet = set(...(order === 'unsorted' ? sorted(attributes) : attributes));
  const over = options.bareOver ?? signedSet;
  const signature = (options.spoil ?? ((value: Buffer) => value))(signatureOver(over, key, hash, options));
  const stamps = options.timeStamps?.(signature) ?? [];
  const signerInfo = sequence(
    integer(1),
    issuerAndSerial(options.named ?? leaf),
    digestAlgorithm,
    ...(options.bareOver === undefined ? [tagged(0, ...attributes)] : []),
    options.signatureAlgorithm ?? signatureAlgorithm(key, hash, options),
    octetString(signature),
    ...(stamps.length === 0 ? [] : [tagged(1, attribute(SIGNATURE_TIME_STAMP, ...stamps))]),
  );
  const content = options.content === undefined ? [] : [tagged(0, octetString(options.content))];
  const signedData = sequence(
    integer(options.content === undefined ? 1 : 3),
    set(digestAlgorithm),
    sequence(oid(contentType), ...content),
    tagged(0, ...(options.certificatesIncluded ?? certificates)),
    set(...Array.from({ length: options.signers ?? 1 }, () => signerInfo)),
  );
  return sequence(oid(SIGNED_DATA), tagged(0, signedData));
}

function attributesOf(digest: Buffer, leaf: Buffer, options: CmsOptions): readonly Buffer[] {
  const { signingTime, contentType = DATA, withSigningCertificate = true } = options;
  const usual = [
    ATTRIBUTES.contentType(contentType),
    ...(signingTime === null || signingTime === undefined ? [] : [ATTRIBUTES.signingTime(signingTime)]),
    ATTRIBUTES.messageDigest(digest),
    ...(withSigningCertificate ? [ATTRIBUTES.signingCertificateV2(leaf)] : []),
  ];
  return options.attributes?.(usual) ?? usual;
}

function signatureOver(data: Buffer, key: KeyObject, hash: TestHash, { padding }: CmsOptions): Buffer {
  if (padding !== 'pss') return sign(hash, data, key);
  const saltLength = createHash(hash).digest().length;
  return sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
}

function signatureAlgorithm(key: KeyObject, hash: TestHash, { padding = 'pkcs1' }: CmsOptions): Buffer {
  if (key.asymmetricKeyType === 'ec') return sequence(oid(ECDSA_IDS[hash] ?? ''));
  if (padding === 'pss') return pssAlgorithm(hash, hash, createHash(hash).digest().length);
  if (padding === 'rsaEncryption') return sequence(oid('1.2.840.113549.1.1.1'), derNull());
  return sequence(oid(RSA_IDS[hash]), derNull());
}

const RSA_IDS: Readonly<Record<TestHash, string>> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};

export function pssAlgorithm(hash: TestHash, maskHash: TestHash, salt: number): Buffer {
  const mask = sequence(oid('1.2.840.113549.1.1.8'), sequence(oid(HASH_IDS[maskHash]), derNull()));
  return sequence(
    oid('1.2.840.113549.1.1.10'),
    sequence(tagged(0, sequence(oid(HASH_IDS[hash]), derNull())), tagged(1, mask), tagged(2, integer(salt))),
  );
}

function issuerAndSerial(certificate: Buffer): Buffer {
  const [tbs] = children(readNode(certificate, 0, certificate.length));
  const [, serial, , issuer] = children(tbs!);
  return sequence(encodingOf(issuer!), encodingOf(serial!));
}

export interface TimeStampOptions extends Omit<CmsOptions, 'content' | 'contentType' | 'signingTime'> {
  readonly at: Date;
  readonly imprintHash?: TestHash;
  readonly fraction?: string;
}

/** An RFC 3161 token over these bytes. */
export function makeTimeStamp(
  over: Buffer,
  { at, imprintHash = 'sha256', fraction = '', ...options }: TimeStampOptions,
): Buffer {
  const digits = at.toISOString().slice(0, 19).replace(/[-:T]/g, '');
  const info = sequence(
    integer(1),
    oid('1.3.6.1.4.1.99999.5'),
    sequence(
      sequence(oid(HASH_IDS[imprintHash]), derNull()),
      octetString(createHash(imprintHash).update(over).digest()),
    ),
    integer(7),
    tlv(0x18, Buffer.from(`${digits}${fraction}Z`)),
    sequence(integer(1)),
  );
  const hash = options.hash ?? 'sha256';
  return makeCms(createHash(hash).update(info).digest(), {
    ...options,
    content: info,
    contentType: TIME_STAMP_INFO,
    signingTime: at,
  });
}

/** The same value with indefinite lengths outside the signed attributes and certificates, as some libraries write it. */
export function withIndefiniteLengths(der: Buffer, depth = 3): Buffer {
  const node = readNode(der, 0, der.length);
  if (depth === 0 || (node.tag & 0x20) === 0) return der;
  const inner = children(node).map((child) => withIndefiniteLengths(encodingOf(child), depth - 1));
  return Buffer.concat([Buffer.of(node.tag, 0x80), ...inner, Buffer.of(0, 0)]);
}
