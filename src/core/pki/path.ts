// Paths from a signer's certificate to an anchor (RFC 5280 section 6.1; of the anchor itself, path length and name
// constraints count, as RFC 5937 has it). The search looks at structure only, so that its result can be kept: dates are
// judged afterwards, at the actual instant, and so is revocation.

import { keyWeakness } from '../crypto/keys.ts';
import type { Facts } from '../problems/finding.ts';
import type { RefusalCode } from '../problems/problems.ts';
import type { Anchor, AnchorPurpose } from '../registry/anchor.ts';
import { type Certificate, certificateFacts, isSelfIssued } from './certificate.ts';
import { KEY_USAGE } from './extensions.ts';
import { grouped } from './groups.ts';
import { areNamesWithin } from './name-constraints.ts';
import { NO_DEMAND, type PolicyDemand, policiesOf } from './policies.ts';
import { isSignedBy } from './signed.ts';

/** An anchor ready for use. */
export interface TrustAnchor {
  readonly certificate: Certificate;
  readonly purposes: readonly AnchorPurpose[];
  /** Milliseconds since 1970: inclusive, exclusive. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly revocation: Anchor['revocation'];
}

/** Leaf first; the last one was issued by the anchor, which is not in the list. */
export interface TrustPath {
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
  /** Identifiers of the policies it is valid under (RFC 5280 section 6.1.6), often none. */
  readonly policies: readonly string[];
}

export interface PathFault {
  readonly code: RefusalCode;
  readonly facts: Facts;
  /** The higher, the nearer to a good path: of many faults the highest is the one worth telling. */
  readonly rank: number;
}

/** Paths that hold whatever the instant; when there is none, the most useful reason. */
export type PathSearch =
  | { readonly paths: readonly TrustPath[]; readonly fault: undefined }
  | { readonly paths: readonly []; readonly fault: PathFault };

/** Intermediates between leaf and anchor; the deepest hierarchies in public use have three. */
const MAX_INTERMEDIATES = 8;
/** Work one search may cost, whatever certificates a package brings along. */
const BUDGET = { signatures: 64, steps: 256, paths: 8 } as const;

/**
 * Why there is no path, from "knows nothing of this certificate" to "all but right". Order is rank.
 */
const FAULTS = [
  ['no-issuer', 'certificate-untrusted'],
  ['loop', 'certificate-malformed'],
  ['limits', 'certificate-malformed'],
  ['not-an-authority', 'certificate-untrusted'],
  ['signature', 'certificate-untrusted'],
  ['anchor-purpose', 'certificate-untrusted'],
  ['path-length', 'certificate-untrusted'],
  ['name-constraints', 'certificate-untrusted'],
  ['authority-usage', 'certificate-untrusted'],
  ['critical-extension', 'certificate-untrusted'],
  ['policy-mapping', 'certificate-untrusted'],
  ['policy', 'certificate-untrusted'],
  ['key-weak', 'certificate-key-weak'],
  ['anchor-dates', 'certificate-untrusted'],
  ['not-yet-valid', 'certificate-not-yet-valid'],
  ['expired', 'certificate-expired'],
] as const satisfies readonly (readonly [string, RefusalCode])[];

type FaultReason = (typeof FAULTS)[number][0];

function fault(reason: FaultReason, certificate: Certificate, facts: Facts = {}): PathFault {
  const rank = FAULTS.findIndex(([name]) => name === reason);
  return {
    code: FAULTS[rank]?.[1] ?? 'certificate-untrusted',
    facts: { reason, ...certificateFacts(certificate), issuer: certificate.issuerText, ...facts },
    rank,
  };
}

/** The nearer of two faults. */
export function nearest(a: PathFault | undefined, b: PathFault): PathFault {
  return a === undefined || b.rank > a.rank ? b : a;
}

export interface PathRequest {
  readonly leaf: Certificate;
  /** Those that came with the signature and those the gateway knows; only hints. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly purpose: AnchorPurpose;
  /** Absent: nothing is asked but what the authorities on the path ask themselves. */
  readonly policies?: PolicyDemand;
}

interface Search extends PathRequest {
  readonly bySubject: ReadonlyMap<string, readonly Certificate[]>;
  readonly anchorsBySubject: ReadonlyMap<string, readonly TrustAnchor[]>;
  readonly paths: TrustPath[];
  readonly spent: { signatures: number; steps: number };
  fault: PathFault | undefined;
}

/** Finds the paths of a certificate for a purpose, within a fixed budget. */
export function findPaths(request: PathRequest): PathSearch {
  const search: Search = {
    ...request,
    bySubject: grouped(request.intermediates, (certificate) => certificate.subjectKey),
    anchorsBySubject: grouped(request.anchors, (anchor) => anchor.certificate.subjectKey),
    paths: [],
    spent: { signatures: 0, steps: 0 },
    fault: undefined,
  };
  extend(search, [request.leaf]);
  if (search.paths.length > 0) return { paths: search.paths, fault: undefined };
  return { paths: [], fault: search.fault ?? fault('no-issuer', request.leaf) };
}

function note(search: Search, candidate: PathFault): void {
  search.fault = nearest(search.fault, candidate);
}

/** Tries every issuer of the chain's last certificate: anchors first, then intermediates, likely ones first. */
function extend(search: Search, chain: readonly [Certificate, ...Certificate[]]): void {
  const last = chain.at(-1) ?? chain[0];
  if (!afford(search, 'steps', last)) return;
  const anchors = search.anchorsBySubject.get(last.issuerKey) ?? [];
  for (const anchor of anchors) {
    if (!isIssuedBy(search, last, anchor.certificate)) continue;
    const structural = structuralFault(chain, anchor, search.purpose);
    if (structural === undefined) conclude(search, chain, anchor);
    else note(search, structural);
  }
  const candidates = search.bySubject.get(last.issuerKey) ?? [];
  if (anchors.length === 0 && candidates.length === 0) note(search, fault('no-issuer', last));
  for (const issuer of likelyFirst(last, candidates)) {
    if (search.paths.length >= BUDGET.paths) return;
    if (isSame(issuer, last) || anchors.some((anchor) => isSame(issuer, anchor.certificate))) continue;
    if (chain.some((certificate) => isSame(certificate, issuer))) note(search, fault('loop', issuer));
    else if (chain.length > MAX_INTERMEDIATES) note(search, fault('limits', issuer));
    else if (isIssuedBy(search, last, issuer)) extend(search, [...chain, issuer]);
  }
}

function conclude(search: Search, certificates: readonly Certificate[], anchor: TrustAnchor): void {
  const outcome = policiesOf(certificates, search.policies ?? NO_DEMAND);
  if (outcome.ok) search.paths.push({ certificates, anchor, policies: outcome.policies });
  else note(search, fault(outcome.reason, outcome.certificate));
}

/** RFC 5280 forbids a path to hold one name and key twice, whichever certificate says so. */
function isSame(a: Certificate, b: Certificate): boolean {
  return a.subjectKey === b.subjectKey && a.keySha256 === b.keySha256;
}

/** Key identifiers only order the tries: any issuer can write any. */
function likelyFirst(certificate: Certificate, issuers: readonly Certificate[]): readonly Certificate[] {
  if (issuers.length < 2 || certificate.authorityKeyId === null) return issuers;
  const isLikely = (issuer: Certificate): boolean => issuer.subjectKeyId === certificate.authorityKeyId;
  return [...issuers.filter(isLikely), ...issuers.filter((issuer) => !isLikely(issuer))];
}

function isIssuedBy(search: Search, certificate: Certificate, issuer: Certificate): boolean {
  const authority = authorityFault(issuer);
  if (authority !== undefined) {
    note(search, authority);
    return false;
  }
  if (!afford(search, 'signatures', certificate)) return false;
  if (isSignedBy(certificate.signed, issuer.key)) return true;
  note(search, fault('signature', certificate));
  return false;
}

function afford(search: Search, budget: 'signatures' | 'steps', certificate: Certificate): boolean {
  search.spent[budget] += 1;
  if (search.spent[budget] <= BUDGET[budget]) return true;
  note(search, fault('limits', certificate));
  return false;
}

/** Whether a certificate may issue others at all. A version 1 certificate may, but only as an anchor: see below. */
function authorityFault(issuer: Certificate): PathFault | undefined {
  const { basicConstraints, keyUsage, versionThree } = issuer;
  if (versionThree && basicConstraints?.authority !== true) return fault('not-an-authority', issuer);
  if (keyUsage !== null && (keyUsage & KEY_USAGE.keyCertSign) === 0) return fault('authority-usage', issuer);
  const weakness = keyWeakness(issuer.key);
  return weakness === undefined ? undefined : fault('key-weak', issuer, { key: weakness });
}

/** The rules for a whole path besides its signatures, policies and dates. */
function structuralFault(
  certificates: readonly Certificate[],
  anchor: TrustAnchor,
  purpose: AnchorPurpose,
): PathFault | undefined {
  if (!anchor.purposes.includes(purpose)) return fault('anchor-purpose', anchor.certificate);
  for (const certificate of certificates) {
    if (certificate.notUnderstood.length > 0) {
      return fault('critical-extension', certificate, { extension: certificate.notUnderstood.join(' ') });
    }
  }
  for (const issuer of certificates.slice(1)) {
    if (issuer.basicConstraints?.authority !== true) return fault('not-an-authority', issuer);
    if (!mayIssueFor(issuer, purpose)) return fault('authority-usage', issuer);
  }
  return constraintFault([...certificates, anchor.certificate]);
}

/** Path lengths and name constraints of every authority, the anchor's own included, on all that stands below it. */
function constraintFault(chain: readonly Certificate[]): PathFault | undefined {
  for (const [height, authority] of chain.entries()) {
    if (height === 0) continue;
    const below = chain.slice(0, height);
    const counted = below.slice(1).filter((certificate) => !isSelfIssued(certificate)).length;
    const limit = authority.basicConstraints?.pathLength ?? null;
    if (limit !== null && counted > limit) return fault('path-length', authority);
    const { nameConstraints } = authority;
    if (nameConstraints === null) continue;
    for (const [index, certificate] of below.entries()) {
      // Self-issued certificates are free of constraints unless they are the leaf (section 6.1.3 b).
      if (index > 0 && isSelfIssued(certificate)) continue;
      if (!areNamesWithin(certificate, nameConstraints)) return fault('name-constraints', certificate);
    }
  }
  return undefined;
}

const ANY_USAGE = '2.5.29.37.0';
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** Usages in certificates that sign, be it packages or documents: authorities know one kind of both. */
const SIGNING_USAGES = [
  ANY_USAGE,
  '1.3.6.1.5.5.7.3.36', // document signing (RFC 9336)
  '1.3.6.1.5.5.7.3.4', // e-mail protection, what national authorities put into signing certificates
  CLIENT_AUTHENTICATION, // beside the former in the same certificates
  '1.3.6.1.4.1.311.10.3.12', // document signing (Microsoft)
  '1.2.840.113583.1.1.5', // authentic documents (Adobe)
];

/** Extended key usages under which a certificate may serve a purpose. None stated: all. */
const PURPOSE_USAGES: Readonly<Record<AnchorPurpose, readonly string[]>> = {
  'package-signature': SIGNING_USAGES,
  'document-signature': SIGNING_USAGES,
  'time-stamp': [TIME_STAMPING],
  'client-tls': [ANY_USAGE, CLIENT_AUTHENTICATION],
};

function mayIssueFor(authority: Certificate, purpose: AnchorPurpose): boolean {
  const { extendedKeyUsage } = authority;
  return extendedKeyUsage === null || extendedKeyUsage.some((usage) => PURPOSE_USAGES[purpose].includes(usage));
}

/**
 * Curves (by OpenSSL's names) of keys that sign packages: P-256 and P-384, which every system that exchanges them can check.
 * Authorities, signers of documents and stampers of time may have P-521 besides, for their software is not the sender's choice.
 */
const PACKAGE_CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1']);

/** Why a leaf may not be used for a purpose, though it may well be trusted; undefined when it may. */
export function usageFault(leaf: Certificate, purpose: AnchorPurpose): Facts | undefined {
  const signs = KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation;
  const facts = certificateFacts(leaf);
  if (leaf.basicConstraints?.authority === true) return { reason: 'authority', ...facts };
  if (leaf.keyUsage === null || (leaf.keyUsage & signs) === 0) return { reason: 'key-usage', ...facts };
  const curve = leaf.key.asymmetricKeyDetails?.namedCurve;
  if (purpose === 'package-signature' && curve !== undefined && !PACKAGE_CURVES.has(curve))
    return { reason: 'key-curve', ...facts };
  if (purpose === 'time-stamp' && !isForTimeStampsOnly(leaf)) return { reason: 'time-stamping', ...facts };
  if (!mayIssueFor(leaf, purpose)) return { reason: 'extended-key-usage', ...facts };
  return undefined;
}

/** RFC 3161 section 2.3: this usage, no other, and critical. */
function isForTimeStampsOnly({ extendedKeyUsage, isExtendedKeyUsageCritical }: Certificate): boolean {
  const [usage, ...moreUsages] = extendedKeyUsage ?? [];
  return isExtendedKeyUsageCritical && usage === TIME_STAMPING && moreUsages.length === 0;
}

/** The fault in a path's dates at an instant (milliseconds since 1970); undefined: there is none. */
export function datesFault(path: TrustPath, instant: number): PathFault | undefined {
  let worst: PathFault | undefined;
  for (const certificate of [path.anchor.certificate, ...path.certificates.toReversed()]) {
    if (!(instant >= certificate.notBefore)) worst = nearest(worst, fault('not-yet-valid', certificate));
    if (!(instant <= certificate.notAfter)) worst = nearest(worst, fault('expired', certificate));
  }
  const { validFrom, validTo, certificate } = path.anchor;
  if (!(instant >= validFrom && instant < validTo)) worst = nearest(worst, fault('anchor-dates', certificate));
  return worst;
}
