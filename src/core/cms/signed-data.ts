// CMS SignedData (RFC 5652 section 5) as facts. Reading believes nothing and judges only the form, also of the known
// parts beside the signature: a damaged part leaves no certainty about its meaning.

import { type Result, refuse, ok } from '../problems/finding.ts';
import {
  DerFault,
  type DerNode,
  TAG,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  implicit,
  oidValue,
  readWhole,
  smallInteger,
  unsignedInteger,
} from '../crypto/der.ts';
import {
  ATTRIBUTE,
  type Attributes,
  type SignedAttributes,
  readSignedAttributes,
  readUnsignedAttributes,
} from './attributes.ts';
import { firstValue } from './definite.ts';
import { checkCertificateValues, checkContentHints, checkSignaturePolicy } from './hints.ts';
import {
  type RevocationData,
  readArchival,
  readRevocationChoices,
  readRevocationValues,
  signedShape,
} from './revocation-data.ts';

export const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** id-data: the bytes themselves. */
export const DATA = '1.2.840.113549.1.7.1';

/** A signature with its chain, revocation data and time stamps; larger data are an attack on the parser. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_CERTIFICATES = 64;
const MAX_SIGNERS = 16;

/** The name by which a SignerInfo points to its certificate. */
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
  /** Version to signature, each field as it stands: what archive time stamps are over. */
  readonly fields: readonly Buffer[];
  /** Identifier and value of each unsigned attribute's value, as they stand. */
  readonly unsignedEncodings: readonly (readonly [Buffer, Buffer])[];
}

export interface SignedData {
  readonly contentType: string;
  /** DER of the identifier. */
  readonly contentTypeEncoding: Buffer;
  /** Null: detached. */
  readonly content: Buffer | null;
  /** DER, X.509 only. */
  readonly certificates: readonly Buffer[];
  /** DER of every choice of certificates and of revocation data, as they stand. */
  readonly choices: { readonly certificates: readonly Buffer[]; readonly revocation: readonly Buffer[] };
  /** Revocation data in the lists of the SignedData and in attributes of its signers. */
  readonly revocation: RevocationData;
  readonly signers: readonly SignerInfo[];
}

/**
 * Reads a ContentInfo that holds SignedData. After it only zero bytes may follow when `isPadded` (a PDF reserves more room
 * than it needs), else nothing. Refuses with `document-signature-malformed`.
 */
export function readSignedData(bytes: Buffer, isPadded = false): Result<SignedData> {
  if (bytes.length > MAX_BYTES) return refuse('document-signature-malformed', { reason: 'size' });
  try {
    const { der, end } = firstValue(bytes);
    const rest = bytes.subarray(end);
    if (isPadded ? rest.some((byte) => byte !== 0) : rest.length > 0) throw new DerFault('trailing bytes');
    return ok(readContentInfo(der));
  } catch (error) {
    if (error instanceof DerFault) return refuse('document-signature-malformed', { reason: error.reason });
    throw error;
  }
}

/** Time stamps within time stamps, and signatures over signatures. */
const MAX_NESTING = 8;

function readContentInfo(der: Buffer, depth = 0): SignedData {
  if (depth > MAX_NESTING) throw new DerFault('nesting');
  const [type, wrapped, ...rest] = children(readWhole(der, TAG.sequence));
  if (oidValue(type) !== SIGNED_DATA || rest.length > 0) throw new DerFault('not signed data');
  const [signedData, ...surplus] = children(expectTag(wrapped, context(0)));
  if (surplus.length > 0) throw new DerFault('trailing bytes');
  const [version, digests, encapsulated, ...optional] = children(expectTag(signedData, TAG.sequence));
  smallInteger(version);
  expectTag(digests, TAG.set);
  const list = expectTag(optional.pop(), TAG.set);
  const [contentType, content, ...extra] = children(expectTag(encapsulated, TAG.sequence));
  if (extra.length > 0) throw new DerFault('trailing bytes');
  const certificates = optional[0]?.tag === context(0) ? optional.shift() : undefined;
  const lists = optional[0]?.tag === context(1) ? optional.shift() : undefined;
  if (optional.length > 0) throw new DerFault('unexpected field');
  const signers = limited(children(list), MAX_SIGNERS, 'too many signers').map((signer) => {
    return readSignerInfo(signer, depth, false);
  });
  const stamps = signers.flatMap(
    ({ signedAttributes }) => signedAttributes?.attributes.get(ATTRIBUTE.contentTimeStamp) ?? [],
  );
  if (stamps.some((stamp, index) => stamps.slice(0, index).some((sibling) => sibling.equals(stamp))))
    throw new DerFault('attribute value twice');
  return {
    contentType: oidValue(contentType),
    contentTypeEncoding: encodingOf(expectTag(contentType, TAG.oid)),
    content: content === undefined ? null : readContent(content),
    certificates: certificates === undefined ? [] : readCertificates(certificates),
    choices: { certificates: encodingsIn(certificates), revocation: encodingsIn(lists) },
    revocation: together([
      ...(lists === undefined ? [] : [readRevocationChoices(lists)]),
      ...signers.flatMap(revocationDataOf),
    ]),
    signers,
  };
}

const encodingsIn = (node: DerNode | undefined): Buffer[] => (node === undefined ? [] : children(node).map(encodingOf));

function together(pieces: readonly RevocationData[]): RevocationData {
  return { crls: pieces.flatMap(({ crls }) => crls), ocsps: pieces.flatMap(({ ocsps }) => ocsps) };
}

function revocationDataOf({ signedAttributes, unsignedAttributes }: SignerInfo): RevocationData[] {
  return [
    ...(signedAttributes?.attributes.get(ATTRIBUTE.revocationArchival) ?? []).map(readArchival),
    ...(unsignedAttributes.get(ATTRIBUTE.revocationValues) ?? []).map(readRevocationValues),
  ];
}

function readContent(node: DerNode): Buffer {
  const [octets, ...rest] = children(expectTag(node, context(0)));
  if (rest.length > 0) throw new DerFault('trailing bytes');
  return contentOf(expectTag(octets, TAG.octetString));
}

/** Attribute certificates and obsolete forms are passed over. */
function readCertificates(field: DerNode): Buffer[] {
  const certificates = children(field).filter((choice) => choice.tag === TAG.sequence);
  return limited(certificates, MAX_CERTIFICATES, 'too many certificates').map((certificate) => {
    return signedShape(certificate, 'certificate');
  });
}

function readSignerInfo(node: DerNode, depth: number, isCountersignature: boolean): SignerInfo {
  if (depth > MAX_NESTING) throw new DerFault('nesting');
  const fields = children(expectTag(node, TAG.sequence));
  const [version, id, digest, ...rest] = fields;
  smallInteger(version);
  const signed = rest[0]?.tag === context(0) ? rest.shift() : undefined;
  const [algorithm, signature, unsigned, ...surplus] = rest;
  if (surplus.length > 0) throw new DerFault('trailing bytes');
  const signedAttributes = signed === undefined ? null : readSignedAttributes(signed, isCountersignature);
  const unsignedAttributes =
    unsigned === undefined ? new Map() : readUnsignedAttributes(expectTag(unsigned, context(1)));
  for (const attributes of [signedAttributes?.attributes ?? new Map(), unsignedAttributes])
    checkValues(attributes, depth);
  return {
    id: readSignerId(id),
    digestAlgorithm: oidValue(children(expectTag(digest, TAG.sequence))[0]),
    signatureAlgorithm: encodingOf(expectTag(algorithm, TAG.sequence)),
    signature: contentOf(expectTag(signature, TAG.octetString)),
    signedAttributes,
    unsignedAttributes,
    fields: fields.slice(0, unsigned === undefined ? undefined : -1).map(encodingOf),
    unsignedEncodings: unsigned === undefined ? [] : children(unsigned).flatMap(attributeEncodings),
  };
}

function attributeEncodings(attribute: DerNode): [Buffer, Buffer][] {
  const [type, values] = children(attribute);
  if (type === undefined || values === undefined) return [];
  return children(values).map((value) => [encodingOf(type), encodingOf(value)]);
}

/** The signatures over this signature's value (RFC 5652 section 11.4). */
export function countersignaturesOf({ unsignedAttributes }: SignerInfo): readonly SignerInfo[] {
  const values = unsignedAttributes.get(ATTRIBUTE.countersignature) ?? [];
  return values.map((value) => readSignerInfo(readWhole(value, TAG.sequence), 0, true));
}

/** Readers of the values of known attributes. */
const VALUES = new Map<string, (value: Buffer, depth: number) => unknown>([
  [ATTRIBUTE.signatureTimeStamp, readContentInfo],
  [ATTRIBUTE.contentTimeStamp, readContentInfo],
  [ATTRIBUTE.archiveTimeStamp, readContentInfo],
  [
    ATTRIBUTE.countersignature,
    (value: Buffer, depth: number) => readSignerInfo(readWhole(value, TAG.sequence), depth, true),
  ],
  [ATTRIBUTE.contentHints, checkContentHints],
  [ATTRIBUTE.signaturePolicy, checkSignaturePolicy],
  [ATTRIBUTE.certificateValues, checkCertificateValues],
  [ATTRIBUTE.revocationValues, readRevocationValues],
  [ATTRIBUTE.revocationArchival, readArchival],
]);

function checkValues(attributes: Attributes, depth: number): void {
  for (const [id, values] of attributes) {
    const check = VALUES.get(id);
    if (check !== undefined) for (const value of values) check(value, depth + 1);
  }
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
