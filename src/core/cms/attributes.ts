// Attributes of a signer (RFC 5652 section 5.3, 11; RFC 5035), signed and unsigned.

import {
  DerFault,
  type DerNode,
  TAG,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  oidValue,
  readWhole,
  timeValue,
  unsignedInteger,
} from '../crypto/der.ts';
import { SHA1, SHA256 } from '../pki/signed.ts';

export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
  countersignature: '1.2.840.113549.1.9.6',
  algorithmProtection: '1.2.840.113549.1.9.52',
  contentTimeStamp: '1.2.840.113549.1.9.16.2.20',
  archiveTimeStamp: '0.4.0.1733.2.4',
  hashIndex: '0.4.0.19122.1.5',
  olderHashIndex: '0.4.0.19122.1.4',
  oldestHashIndex: '0.4.0.1733.2.5',
  contentHints: '1.2.840.113549.1.9.16.2.4',
  signaturePolicy: '1.2.840.113549.1.9.16.2.15',
  certificateValues: '1.2.840.113549.1.9.16.2.23',
  revocationValues: '1.2.840.113549.1.9.16.2.24',
  revocationArchival: '1.2.840.113583.1.1.8',
} as const;

/** DER values by the attribute's identifier. */
export type Attributes = ReadonlyMap<string, readonly Buffer[]>;

/** A signer's certificate as a signed attribute names it. */
export interface NamedCertificate {
  /** Identifier of the hash. */
  readonly hash: string;
  readonly digest: Buffer;
  /** Hex serial number, where it is named too. */
  readonly serial: string | undefined;
}

export interface SignedAttributes {
  /** The bytes that may have been signed: the DER of the set, and the set as it stands where its order is not DER's. */
  readonly encodings: readonly Buffer[];
  readonly contentType: string;
  readonly messageDigest: Buffer;
  /** Milliseconds since 1970, as the signer's clock claimed. */
  readonly signingTime: number | null;
  /** Of both attributes there are for it; empty: none. */
  readonly signingCertificates: readonly NamedCertificate[];
  /** RFC 6211: identifiers of digest and signature algorithm that the signer meant. */
  readonly algorithms: { readonly digest: string; readonly signature: string | undefined } | undefined;
  readonly attributes: Attributes;
}

/**
 * None has no value. Unsigned ones stand more than once in practice, as proof is added; their values are one list, in
 * which none stands twice: only a copy says the same again.
 */
export function readUnsignedAttributes(node: DerNode): Attributes {
  const attributes = new Map<string, readonly Buffer[]>();
  for (const { id, values } of children(node).map(readAttribute)) {
    const valuesBefore = attributes.get(id) ?? [];
    for (const [index, value] of values.entries()) {
      if ([...valuesBefore, ...values.slice(0, index)].some((sibling) => sibling.equals(value)))
        throw new DerFault('attribute value twice');
    }
    attributes.set(id, [...valuesBefore, ...values]);
  }
  return attributes;
}

function readAttribute(node: DerNode): { readonly id: string; readonly values: readonly Buffer[] } {
  const [type, set, ...rest] = children(expectTag(node, TAG.sequence));
  const values = children(expectTag(set, TAG.set)).map(encodingOf);
  if (rest.length > 0 || values.length === 0) throw new DerFault('attribute');
  return { id: oidValue(type), values };
}

/**
 * `isCountersignature`: over another signature's value, which has no content type (RFC 5652 section 11.4); the answer's is
 * then empty.
 */
export function readSignedAttributes(node: DerNode, isCountersignature: boolean): SignedAttributes {
  const list = children(node).map(readAttribute);
  const attributes = new Map(list.map(({ id, values }) => [id, values]));
  // RFC 5652 section 5.3: no signed attribute twice.
  if (attributes.size !== list.length) throw new DerFault('attribute');
  const time = single(attributes, ATTRIBUTE.signingTime);
  const protection = single(attributes, ATTRIBUTE.algorithmProtection);
  return {
    encodings: encodingsOf(node),
    contentType: isCountersignature ? '' : oidValue(wholeNode(required(attributes, ATTRIBUTE.contentType))),
    messageDigest: contentOf(readWhole(required(attributes, ATTRIBUTE.messageDigest), TAG.octetString)),
    signingTime: time === undefined ? null : timeValue(wholeNode(time)),
    signingCertificates: [
      ...namedCertificate(single(attributes, ATTRIBUTE.signingCertificate), SHA1),
      ...namedCertificate(single(attributes, ATTRIBUTE.signingCertificateV2), SHA256),
    ],
    algorithms: protection === undefined ? undefined : protectedAlgorithms(protection),
    attributes,
  };
}

/** RFC 6211 section 2; a MAC in place of a signature algorithm is none of a signature. */
function protectedAlgorithms(value: Buffer): SignedAttributes['algorithms'] {
  const [digest, signature, ...rest] = children(readWhole(value, TAG.sequence));
  if (rest.length > 0) throw new DerFault('attribute');
  return {
    digest: oidValue(children(expectTag(digest, TAG.sequence))[0]),
    signature: signature?.tag === context(1) ? oidValue(children(signature)[0]) : undefined,
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

/** RFC 5035 sections 3 and 4: `SEQUENCE { SEQUENCE OF ESSCertID, … }`; the first one is the signer's certificate. */
function namedCertificate(value: Buffer | undefined, defaultHash: string): NamedCertificate[] {
  if (value === undefined) return [];
  const [list] = children(readWhole(value, TAG.sequence));
  const [first] = children(expectTag(list, TAG.sequence));
  const fields = children(expectTag(first, TAG.sequence));
  const algorithmField = defaultHash === SHA256 && fields[0]?.tag === TAG.sequence ? fields.shift() : undefined;
  const hash = algorithmField === undefined ? defaultHash : oidValue(children(algorithmField)[0]);
  const [digest, issuerSerial, ...rest] = fields;
  if (rest.length > 0) throw new DerFault('signing certificate');
  return [{ hash, digest: contentOf(expectTag(digest, TAG.octetString)), serial: serialOf(issuerSerial) }];
}

/** `IssuerSerial ::= SEQUENCE { GeneralNames, INTEGER }`. */
function serialOf(node: DerNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const [names, serial, ...rest] = children(expectTag(node, TAG.sequence));
  expectTag(names, TAG.sequence);
  if (rest.length > 0) throw new DerFault('signing certificate');
  return unsignedInteger(serial).toString('hex');
}
