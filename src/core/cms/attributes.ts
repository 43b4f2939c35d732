// Attributes of a signer (RFC 5652 section 5.3, 11; RFC 5035), signed and unsigned.

import {
  children,
  contentOf,
  DerFault,
  encodingOf,
  expectTag,
  oidValue,
  readWhole,
  TAG,
  timeValue,
} from '../pki/der.ts';
import type { DerNode } from '../pki/der.ts';

export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
} as const;

/** DER values by the attribute's identifier. */
export type Attributes = ReadonlyMap<string, readonly Buffer[]>;

/** A signer's certificate as a signed attribute names it. */
export interface NamedCertificate {
  /** Identifier of the hash. */
  readonly hash: string;
  readonly digest: Buffer;
}

export interface SignedAttributes {
  /** What may have been signed: the DER of the set, and the set as it stands where its order is not DER's. */
  readonly encodings: readonly Buffer[];
  readonly contentType: string;
  readonly messageDigest: Buffer;
  /** Milliseconds since 1970, as the signer's clock claimed. */
  readonly signingTime: number | null;
  /** Of both attributes there are for it; empty: none. */
  readonly signingCertificates: readonly NamedCertificate[];
}

/** None has no value. Unsigned ones stand more than once in practice, as proof is added; their values are one list. */
export function readUnsignedAttributes(node: DerNode): Attributes {
  const attributes = new Map<string, readonly Buffer[]>();
  for (const { id, values } of children(node).map(readAttribute)) {
    attributes.set(id, [...(attributes.get(id) ?? []), ...values]);
  }
  return attributes;
}

function readAttribute(node: DerNode): { readonly id: string; readonly values: readonly Buffer[] } {
  const [type, set, ...rest] = children(expectTag(node, TAG.sequence));
  const values = children(expectTag(set, TAG.set)).map(encodingOf);
  if (rest.length > 0 || values.length === 0) throw new DerFault('attribute');
  return { id: oidValue(type), values };
}

export function readSignedAttributes(node: DerNode): SignedAttributes {
  const list = children(node).map(readAttribute);
  const attributes = new Map(list.map(({ id, values }) => [id, values]));
  // RFC 5652 section 5.3: no signed attribute twice.
  if (attributes.size !== list.length) throw new DerFault('attribute');
  const time = single(attributes, ATTRIBUTE.signingTime);
  return {
    encodings: encodingsOf(node),
    contentType: oidValue(wholeNode(required(attributes, ATTRIBUTE.contentType))),
    messageDigest: contentOf(readWhole(required(attributes, ATTRIBUTE.messageDigest), TAG.octetString)),
    signingTime: time === undefined ? null : timeValue(wholeNode(time)),
    signingCertificates: [
      ...namedCertificate(single(attributes, ATTRIBUTE.signingCertificate), SHA1),
      ...namedCertificate(single(attributes, ATTRIBUTE.signingCertificateV2), SHA256),
    ],
  };
}

function wholeNode(encoding: Buffer): DerNode {
  return readWhole(encoding, encoding[0] ?? 0);
}

/** The attributes that decide something have exactly one value. */
function single(attributes: Attributes, id: string): Buffer | undefined {
  const values = attributes.get(id);
  if (values !== undefined && values.length !== 1) throw new DerFault('attribute values');
  return values?.[0];
}

function required(attributes: Attributes, id: string): Buffer {
  const value = single(attributes, id);
  if (value === undefined) throw new DerFault('attribute missing');
  return value;
}

/**
 * RFC 5652 section 5.4: signed is the DER of the set, whose members are in order. Some signers signed the members in the
 * order in which they wrote them; either way the same attributes are what was signed.
 */
function encodingsOf(node: DerNode): Buffer[] {
  const asWritten = Buffer.from(encodingOf(node));
  asWritten[0] = TAG.set;
  const members = children(node).map(encodingOf);
  const sorted = members.toSorted((a, b) => Buffer.compare(a, b));
  if (sorted.every((member, index) => member === members[index])) return [asWritten];
  const header = asWritten.subarray(0, node.content - node.start);
  return [Buffer.concat([header, ...sorted]), asWritten];
}

const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';

/** RFC 5035 sections 3 and 4: `SEQUENCE { SEQUENCE OF ESSCertID, … }`; the first one is the signer's certificate. */
function namedCertificate(value: Buffer | undefined, defaultHash: string): NamedCertificate[] {
  if (value === undefined) return [];
  const [list] = children(readWhole(value, TAG.sequence));
  const [first] = children(expectTag(list, TAG.sequence));
  const fields = children(expectTag(first, TAG.sequence));
  const stated = defaultHash === SHA256 && fields[0]?.tag === TAG.sequence ? fields.shift() : undefined;
  const hash = stated === undefined ? defaultHash : oidValue(children(stated)[0]);
  return [{ hash, digest: contentOf(expectTag(fields[0], TAG.octetString)) }];
}
