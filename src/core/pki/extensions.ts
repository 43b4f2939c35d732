// Extensions of a certificate (RFC 5280 section 4.2): those that decide something here, read strictly; the identifiers
// of the others that are critical, so that the judge of the certificate can refuse it.

import {
  DerFault,
  type DerNode,
  TAG,
  booleanValue,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  implicit,
  namedBits,
  oidValue,
  readWhole,
  smallInteger,
} from '../crypto/der.ts';
import { type DistributionPoint, readDistributionPoints, uriOf } from './distribution-point.ts';
import { NO_POLICIES, POLICY_READERS, type PolicyExtensions } from './policy-extensions.ts';

/** Bits of KeyUsage, by their number in the standard. */
export const KEY_USAGE = {
  digitalSignature: 1 << 0,
  /** Also called contentCommitment. */
  nonRepudiation: 1 << 1,
  keyCertSign: 1 << 5,
  crlSign: 1 << 6,
} as const;

/** A GeneralName: its tag, and its content (for a directory name the DER Name). */
export interface GeneralName {
  readonly tag: number;
  readonly content: Buffer;
}

export const GENERAL_NAME = {
  email: implicit(1),
  dns: implicit(2),
  directory: context(4),
  uri: implicit(6),
} as const;

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export interface Extensions extends PolicyExtensions {
  /** Null: the certificate has no such extension. */
  readonly basicConstraints: { readonly authority: boolean; readonly pathLength: number | null } | null;
  /** Bits of `KEY_USAGE`. */
  readonly keyUsage: number | null;
  readonly extendedKeyUsage: readonly string[] | null;
  /** RFC 3161 asks it of time-stamping authorities. */
  readonly isExtendedKeyUsageCritical: boolean;
  readonly alternativeNames: readonly GeneralName[];
  readonly nameConstraints: NameConstraints | null;
  /** Hex. Hints for finding an issuer, never a reason to believe one. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** The places of lists for this certificate, and of lists of later changes (freshestCRL). */
  readonly distributionPoints: readonly DistributionPoint[];
  readonly freshestPoints: readonly DistributionPoint[];
  /** Addresses that answer for its status (OCSP), as the certificate writes them. */
  readonly ocspUrls: readonly string[];
  /** Its issuer lets it answer for others without being asked about itself (RFC 6960 section 4.2.2.2.1). */
  readonly isOcspNoCheck: boolean;
  /** Identifiers of extensions that must be understood and are not. */
  readonly notUnderstood: readonly string[];
  /** Version 3 certificates only have extensions at all. */
  readonly versionThree: boolean;
}

export const NO_EXTENSIONS: Extensions = {
  ...NO_POLICIES,
  basicConstraints: null,
  keyUsage: null,
  extendedKeyUsage: null,
  isExtendedKeyUsageCritical: false,
  alternativeNames: [],
  nameConstraints: null,
  subjectKeyId: null,
  authorityKeyId: null,
  distributionPoints: [],
  freshestPoints: [],
  ocspUrls: [],
  isOcspNoCheck: false,
  notUnderstood: [],
  versionThree: false,
};

const READERS = new Map<string, (value: Buffer, isCritical: boolean) => Partial<Extensions>>([
  ['2.5.29.14', (value) => ({ subjectKeyId: contentOf(readWhole(value, TAG.octetString)).toString('hex') })],
  ['2.5.29.15', (value) => ({ keyUsage: namedBits(readWhole(value, TAG.bitString)) })],
  ['2.5.29.17', (value) => ({ alternativeNames: children(readWhole(value, TAG.sequence)).map(generalName) })],
  ['2.5.29.19', (value) => ({ basicConstraints: readBasicConstraints(value) })],
  ['2.5.29.30', (value) => ({ nameConstraints: readNameConstraints(value) })],
  ['2.5.29.31', (value) => ({ distributionPoints: readDistributionPoints(value) })],
  ['2.5.29.35', (value) => ({ authorityKeyId: readAuthorityKeyId(value) })],
  ['2.5.29.37', readExtendedKeyUsage],
  ['2.5.29.46', (value) => ({ freshestPoints: readDistributionPoints(value) })],
  ['1.3.6.1.5.5.7.1.1', (value) => ({ ocspUrls: readOcspUrls(value) })],
  ['1.3.6.1.5.5.7.48.1.5', () => ({ isOcspNoCheck: true })],
  ...POLICY_READERS,
]);

/** One extension as it stands, in a certificate, a list or a list's entry. */
export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** RFC 5280 section 4.2: never two of one kind. */
export function rawExtensions(list: DerNode): RawExtension[] {
  const ids = new Set<string>();
  return children(list).map((node) => {
    const [id, second, third, ...rest] = children(expectTag(node, TAG.sequence));
    const oid = oidValue(id);
    if (ids.has(oid) || rest.length > 0) throw new DerFault('extension');
    ids.add(oid);
    if (third === undefined) return { oid, critical: false, value: contentOf(expectTag(second, TAG.octetString)) };
    return {
      oid,
      critical: booleanValue(expectTag(second, TAG.boolean)),
      value: contentOf(expectTag(third, TAG.octetString)),
    };
  });
}

export function readExtensions(list: DerNode): Extensions {
  let extensions: Extensions = { ...NO_EXTENSIONS, versionThree: true };
  const notUnderstood: string[] = [];
  for (const { oid, critical, value } of rawExtensions(list)) {
    const reader = READERS.get(oid);
    if (reader !== undefined) extensions = { ...extensions, ...reader(value, critical) };
    else if (critical) notUnderstood.push(oid);
  }
  return { ...extensions, notUnderstood };
}

function readExtendedKeyUsage(value: Buffer, isCritical: boolean): Partial<Extensions> {
  const extendedKeyUsage = children(readWhole(value, TAG.sequence)).map(oidValue);
  return { extendedKeyUsage, isExtendedKeyUsageCritical: isCritical };
}

function readBasicConstraints(value: Buffer): NonNullable<Extensions['basicConstraints']> {
  const fields = children(readWhole(value, TAG.sequence));
  const authority = fields[0]?.tag === TAG.boolean ? booleanValue(fields[0]) : false;
  const [length, ...rest] = fields[0]?.tag === TAG.boolean ? fields.slice(1) : fields;
  if (rest.length > 0) throw new DerFault('basic constraints');
  return { authority, pathLength: length === undefined ? null : smallInteger(length) };
}

/** A GeneralName; directoryName is EXPLICIT because Name is a CHOICE. */
function generalName(node: DerNode): GeneralName {
  if (node.tag !== GENERAL_NAME.directory) return { tag: node.tag, content: contentOf(node) };
  const [name, ...rest] = children(node);
  if (rest.length > 0) throw new DerFault('general name');
  return { tag: node.tag, content: encodingOf(expectTag(name, TAG.sequence)) };
}

function readNameConstraints(value: Buffer): NameConstraints {
  const constraints: { permitted: GeneralName[]; excluded: GeneralName[] } = { permitted: [], excluded: [] };
  for (const field of children(readWhole(value, TAG.sequence))) {
    const subtrees = children(field).map((subtree) => {
      const [base, ...distances] = children(expectTag(subtree, TAG.sequence));
      // RFC 5280 section 4.2.1.10: minimum is zero (then not encoded), maximum is absent.
      if (base === undefined || distances.length > 0) throw new DerFault('name constraints');
      return generalName(base);
    });
    if (field.tag === context(0)) constraints.permitted.push(...subtrees);
    else if (field.tag === context(1)) constraints.excluded.push(...subtrees);
    else throw new DerFault('name constraints');
  }
  return constraints;
}

function readAuthorityKeyId(value: Buffer): string | null {
  const id = children(readWhole(value, TAG.sequence)).find((field) => field.tag === implicit(0));
  return id === undefined ? null : contentOf(id).toString('hex');
}

const ACCESS_OCSP = '1.3.6.1.5.5.7.48.1';

/** authorityInfoAccess (RFC 5280 section 4.2.2.1), as far as it says where to ask. */
function readOcspUrls(value: Buffer): string[] {
  return children(readWhole(value, TAG.sequence)).flatMap((description) => {
    const [method, location] = children(expectTag(description, TAG.sequence));
    return location !== undefined && oidValue(method) === ACCESS_OCSP ? uriOf(location) : [];
  });
}
