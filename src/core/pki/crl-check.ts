// A list is believed about a certificate (RFC 5280 section 6.3.3) when it is meant for it, and signed by its issuer or
// by a signer that this authority lets sign it.

import type { Finding } from '../problems/finding.ts';
import { keyWeakness } from '../crypto/keys.ts';
import type { AnchorPurpose } from '../registry/anchor.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import { ALL_REASONS, type DistributionPoint, isAtPoint, placeOfIssuer } from './distribution-point.ts';
import { KEY_USAGE } from './extensions.ts';
import { type TrustPath, datesFault, findPaths } from './path.ts';
import { NO_DEMAND } from './policies.ts';
import { type Proof, certificateProof } from './proof.ts';
import {
  type BelievedList,
  type CheckedCertificate,
  seriesOf,
  statusAt,
  unused,
  updates,
  wasGoodBy,
} from './revocation-status.ts';
import { isGenuine } from './signed.ts';
import type { Trust } from './trust.ts';

/** What of a trust lists are judged by. */
type ListTrust = Pick<Trust, 'crls' | 'memory'>;

/** A certificate and the one that issued it. */
type Pair = Pick<CheckedCertificate, 'certificate' | 'issuer'>;

/** Finds the signer of a list that the issuer's own key did not sign, and the proofs that it may. */
export type SignerSearch = (
  list: Crl,
  issuer: Certificate,
) => { readonly signer: Certificate; readonly support: readonly Proof[] } | undefined;

/** The lists that may be believed about a certificate, newest first, and those of its issuer that may not. */
export function collectLists(
  pair: Pair,
  trust: ListTrust,
  otherSigner: SignerSearch,
): { readonly lists: readonly BelievedList[]; readonly faults: readonly Finding[] } {
  const lists: BelievedList[] = [];
  const faults: Finding[] = [];
  const { certificate, issuer } = pair;
  const published = issuersOf(certificate).flatMap((name) => trust.crls.get(name) ?? []);
  for (const list of published) {
    const reasons = list.baseNumber === null ? reasonsToldOf(list, certificate) : 0;
    if (reasons === 0) continue;
    const by = isMadeBy(list, issuer, trust) ? { signer: issuer, support: [] } : otherSigner(list, issuer);
    if (by === undefined) {
      faults.push(unused('crl-invalid', { reason: 'signature', issuer: list.issuerText, ...updates(list) }));
      continue;
    }
    const delta =
      published.find((candidate) => isChangeOf(candidate, list) && isMadeBy(candidate, by.signer, trust)) ?? null;
    lists.push({ list, delta, reasons, support: by.support });
  }
  return { lists, faults };
}

/** Names under which lists about a certificate may come. */
function issuersOf({ issuerKey, distributionPoints }: Certificate): readonly string[] {
  return [...new Set([issuerKey, ...distributionPoints.flatMap(({ issuers }) => issuers)])];
}

/** Bit n: the list would tell of this certificate's revocation for reason n. */
function reasonsToldOf(list: Crl, certificate: Certificate): number {
  const { only, reasons } = list.scope;
  const isAuthority = certificate.basicConstraints?.authority === true;
  if (only === 'attributes' || (only !== 'all' && (only === 'authorities') !== isAuthority)) return 0;
  // An issuer may publish a list beside the points that its certificate names.
  const points = [...certificate.distributionPoints, placeOfIssuer(certificate.issuerKey)];
  return points
    .filter((point) => isMeantFor(list, point, certificate))
    .reduce((union, point) => union | ((point.reasons ?? ALL_REASONS) & (reasons ?? ALL_REASONS) & ALL_REASONS), 0);
}

function isMeantFor(list: Crl, point: DistributionPoint, { issuerKey }: Certificate): boolean {
  const { place, isIndirect } = list.scope;
  const isByIssuer = list.issuerKey === issuerKey;
  const isRight = point.issuers.length === 0 ? isByIssuer : isIndirect && point.issuers.includes(list.issuerKey);
  return isRight && (place === null || isAtPoint(place, point, list.issuerKey));
}

/** RFC 5280 section 5.2.4: a delta follows a complete list of its series that is not older than its base. */
function isChangeOf(delta: Crl, list: Crl): boolean {
  if (delta.baseNumber === null || delta.number === null || list.number === null) return false;
  if (seriesOf(delta) !== seriesOf(list)) return false;
  const number = BigInt(`0x${list.number}`);
  return BigInt(`0x${delta.baseNumber}`) <= number && number < BigInt(`0x${delta.number}`);
}

function isMadeBy(list: Crl, signer: Certificate, trust: ListTrust): boolean {
  const { subjectKey, keyUsage, key, keySha256 } = signer;
  const maySign = keyUsage === null || (keyUsage & KEY_USAGE.crlSign) !== 0;
  return (
    subjectKey === list.issuerKey &&
    maySign &&
    keyWeakness(key) === undefined &&
    isGenuine(list.fingerprint, list.signed, key, keySha256, trust.memory.signatures)
  );
}

/** Only the issuer's own key may sign. */
export const directOnly: SignerSearch = () => undefined;

/** Certificates of one name that are tried for one list. */
const MAX_CANDIDATES = 8;

interface Known {
  /** The path whose certificates are asked about: the signer must stand under the same anchor. */
  readonly path: TrustPath;
  readonly certificates: readonly Certificate[];
  readonly purpose: AnchorPurpose;
  readonly trust: ListTrust;
}

/**
 * Looks for another key under which an authority signs its lists, or for the authority that a distribution point names:
 * its certificate has a path to the same anchor, is within its dates when the list was made, and by other lists not
 * revoked. `pending`: lists whose own signers are being looked for, which therefore vouch for no other list.
 */
export function otherSigners(ground: Known, pending: ReadonlySet<string> = new Set()): SignerSearch {
  return (list, issuer) => {
    if (pending.has(list.fingerprint)) return undefined;
    const { path, certificates, trust } = ground;
    const { anchor } = path;
    const pool = new Set([...path.certificates.slice(1), anchor.certificate, ...certificates]);
    const candidates = [...pool].filter((candidate) => {
      return (
        candidate.subjectKey === list.issuerKey &&
        (path.certificates.includes(candidate) || maySignFor(candidate, issuer, list))
      );
    });
    for (const signer of candidates.slice(0, MAX_CANDIDATES)) {
      if (!isMadeBy(list, signer, trust)) continue;
      if (signer === anchor.certificate) return { signer, support: [] };
      const support = supportOf(signer, list, ground, new Set([...pending, list.fingerprint]));
      if (support !== undefined) return { signer, support };
    }
    return undefined;
  };
}

/**
 * That another of the same name is the same authority shows in its issuer, which is the same or the authority itself (or in
 * its standing in the path). Another authority must be one that the certificate names.
 */
function maySignFor(signer: Certificate, issuer: Certificate, { scope, issuerKey }: Crl): boolean {
  if (issuerKey !== issuer.subjectKey) return scope.isIndirect;
  return [issuer.issuerKey, issuer.subjectKey].includes(signer.issuerKey);
}

function supportOf(
  signer: Certificate,
  list: Crl,
  ground: Known,
  pending: ReadonlySet<string>,
): readonly Proof[] | undefined {
  const { path, certificates, purpose } = ground;
  const request = { leaf: signer, intermediates: certificates, anchors: [path.anchor], purpose, policies: NO_DEMAND };
  for (const signerPath of findPaths(request).paths) {
    if (datesFault(signerPath, list.thisUpdate) !== undefined) continue;
    const support = signerPath.certificates.map((certificate, index) => {
      const issuer = signerPath.certificates[index + 1] ?? signerPath.anchor.certificate;
      return vouchedFor({ certificate, issuer }, list.thisUpdate, ground, pending);
    });
    if (support.every((proofs) => proofs !== undefined)) return support.flat();
  }
  return undefined;
}

/** The certificate and what shows that its key was still its own when it signed; undefined: nothing does. */
function vouchedFor(pair: Pair, at: number, ground: Known, pending: ReadonlySet<string>): readonly Proof[] | undefined {
  const { lists } = collectLists(pair, ground.trust, otherSigners(ground, pending));
  const status = statusAt({ ...pair, lists, answers: [], faults: [] }, at);
  const proof = certificateProof(pair.certificate);
  if ('source' in status && wasGoodBy(status)) return [proof, ...status.source.proofs];
  const mayBeUnknown = ground.path.anchor.revocation === 'not-published' && status.kind !== 'revoked';
  return mayBeUnknown && status.kind !== 'good' ? [proof] : undefined;
}
