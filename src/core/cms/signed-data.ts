// CMS SignedData (RFC 5652 section 5) as facts. Reading believes nothing and decides nothing but form.

import { refuse, step } from '../finding.ts';
import type { Step } from '../finding.ts';
import {
  children,
  context,
  contentOf,
  DerFault,
  encodingOf,
  expectTag,
  implicit,
  oidValue,
  readWhole,
  smallInteger,
  TAG,
  unsignedInteger,
} from '../pki/der.ts';
import type { DerNode } from '../pki/der.ts';
import { readSignedAttributes, readUnsignedAttributes } from './attributes.ts';
import type { Attributes, SignedAttributes } from './attributes.ts';
import { firstValue } from './definite.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** A signature with its chain, revocation data and time stamps; what is larger is an attack on whoever parses it. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_CERTIFICATES = 64;
const MAX_SIGNERS = 16;

/** How a SignerInfo names its certificate. */
export type SignerId =
  | { readonly by: 'issuer'; /** DER Name. */ readonly issuer: Buffer; /** Hex. */ readonly serial: string }
  | { readonly by: 'key'; /** Hex subject key identifier. */ readonly keyId: string };

export interface SignerInfo {
  readonly id: SignerId;
  /** Dotted identifier of the hash. */
  readonly digestAlgorithm: string;
  /** DER AlgorithmIdentifier. */
  readonly signatureAlgorithm: Buffer;
  readonly signature: Buffer;
  /** Null: the signature is directly over the content. */
  readonly signedAttributes: SignedAttributes | null;
  readonly unsignedAttributes: Attributes;
}

export interface SignedData {
  readonly contentType: string;
  /** Null: detached. */
  readonly content: Buffer | null;
  /** DER, X.509 only. */
  readonly certificates: readonly Buffer[];
  readonly signers: readonly SignerInfo[];
}

/**
 * Reads a ContentInfo that holds SignedData. After it only zero bytes may follow when `isPadded` (a PDF reserves more room
 * than it needs), else nothing. Refuses with `document-signature-malformed`.
 */
export function readSignedData(bytes: Buffer, isPadded = false): Step<SignedData> {
  if (bytes.length > MAX_BYTES) return refuse('document-signature-malformed', { reason: 'size' });
  try {
    const { der, end } = firstValue(bytes);
    const rest = bytes.subarray(end);
    if (isPadded ? rest.some((byte) => byte !== 0) : rest.length > 0) throw new DerFault('trailing bytes');
    return step(readContentInfo(der));
  } catch (error) {
    if (error instanceof DerFault) return refuse('document-signature-malformed', { reason: error.reason });
    throw error;
  }
}

function readContentInfo(der: Buffer): SignedData {
  const [type, wrapped, ...rest] = children(readWhole(der, TAG.sequence));
  if (oidValue(type) !== SIGNED_DATA || rest.length > 0) throw new DerFault('not signed data');
  const [signedData, ...more] = children(expectTag(wrapped, context(0)));
  if (more.length > 0) throw new DerFault('trailing bytes');
  const [version, digests, encapsulated, ...optional] = children(expectTag(signedData, TAG.sequence));
  smallInteger(version);
  expectTag(digests, TAG.set);
  const signers = expectTag(optional.pop(), TAG.set);
  const [contentType, content, ...extra] = children(expectTag(encapsulated, TAG.sequence));
  if (extra.length > 0) throw new DerFault('trailing bytes');
  return {
    contentType: oidValue(contentType),
    content: content === undefined ? null : readContent(content),
    certificates: readCertificates(optional),
    signers: limited(children(signers), MAX_SIGNERS, 'too many signers').map(readSignerInfo),
  };
}

function readContent(node: DerNode): Buffer {
  const [octets, ...rest] = children(expectTag(node, context(0)));
  if (rest.length > 0) throw new DerFault('trailing bytes');
  return contentOf(expectTag(octets, TAG.octetString));
}

/** Attribute certificates and obsolete forms are passed over, as are lists, which need not be believed to be used. */
function readCertificates(optional: readonly DerNode[]): Buffer[] {
  const certificates: Buffer[] = [];
  for (const [index, field] of optional.entries()) {
    if (field.tag === context(0) && index === 0) {
      for (const choice of children(field)) if (choice.tag === TAG.sequence) certificates.push(encodingOf(choice));
    } else if (field.tag !== context(1) || index !== optional.length - 1) {
      throw new DerFault('unexpected field');
    }
  }
  return limited(certificates, MAX_CERTIFICATES, 'too many certificates');
}

function readSignerInfo(node: DerNode): SignerInfo {
  const [version, id, digest, ...rest] = children(expectTag(node, TAG.sequence));
  smallInteger(version);
  const signed = rest[0]?.tag === context(0) ? rest.shift() : undefined;
  const [algorithm, signature, unsigned, ...more] = rest;
  if (more.length > 0) throw new DerFault('trailing bytes');
  return {
    id: readSignerId(id),
    digestAlgorithm: oidValue(children(expectTag(digest, TAG.sequence))[0]),
    signatureAlgorithm: encodingOf(expectTag(algorithm, TAG.sequence)),
    signature: contentOf(expectTag(signature, TAG.octetString)),
    signedAttributes: signed === undefined ? null : readSignedAttributes(signed),
    unsignedAttributes: unsigned === undefined ? new Map() : readUnsignedAttributes(expectTag(unsigned, context(1))),
  };
}

function readSignerId(node: DerNode | undefined): SignerId {
  if (node?.tag === implicit(0)) return { by: 'key', keyId: contentOf(node).toString('hex') };
  const [issuer, serial, ...rest] = children(expectTag(node, TAG.sequence));
  if (rest.length > 0) throw new DerFault('trailing bytes');
  return {
    by: 'issuer',
    issuer: encodingOf(expectTag(issuer, TAG.sequence)),
    serial: unsignedInteger(serial).toString('hex'),
  };
}

function limited<T>(list: T[], limit: number, reason: string): T[] {
  if (list.length > limit) throw new DerFault(reason);
  return list;
}
