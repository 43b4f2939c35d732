// Whether the certificates of a path were revoked at an instant, as far as the lists at hand can tell.

import type { Finding } from '../finding.ts';
import type { Certificate } from './certificate.ts';
import { findRevocation } from './crl.ts';
import type { Crl, Revocation } from './crl.ts';
import { KEY_USAGE } from './extensions.ts';
import type { TrustPath } from './path.ts';
import { isSignedBy } from './signed.ts';

/** One certificate of a path with the lists that may speak of it, newest first, their signatures checked. */
export interface CheckedCertificate {
  readonly certificate: Certificate;
  readonly lists: readonly Crl[];
  /** Lists that bear the issuer's name and cannot be used. */
  readonly faults: readonly Finding[];
}

export type RevocationStatus =
  | { readonly kind: 'good'; readonly list: Crl; /** Revoked, but after the instant. */ readonly later?: Revocation }
  | { readonly kind: 'revoked'; readonly list: Crl; readonly revocation: Revocation }
  | { readonly kind: 'stale'; readonly list: Crl }
  | { readonly kind: 'unknown' }
  /** Nothing can be told, and the anchor says that nothing needs to be. */
  | { readonly kind: 'not-published' };

/** Remembers which list's signature an issuer's key made: a list is checked once, not once for every signer. */
export interface ListMemory {
  get(key: string): boolean | undefined;
  set(key: string, isGenuine: boolean): void;
}

/** Collects, for every certificate of a path, the lists that its issuer signed. Independent of the instant. */
export function collectLists(
  path: TrustPath,
  crls: ReadonlyMap<string, readonly Crl[]>,
  memory: ListMemory,
): CheckedCertificate[] {
  return path.certificates.map((certificate, index) => {
    const issuer = path.certificates[index + 1] ?? path.anchor.certificate;
    const lists: Crl[] = [];
    const faults: Finding[] = [];
    for (const crl of crls.get(certificate.issuerKey) ?? []) {
      if (!speaksOf(crl, certificate)) continue;
      if (isIssuedBy(crl, issuer, memory)) lists.push(crl);
      else faults.push(invalidList(crl));
    }
    return { certificate, lists, faults };
  });
}

function invalidList(crl: Crl): Finding {
  const thisUpdate = new Date(crl.thisUpdate).toISOString();
  return {
    code: 'crl-invalid',
    severity: 'warning',
    facts: { reason: 'signature', issuer: crl.issuerText, thisUpdate },
  };
}

function isIssuedBy(crl: Crl, issuer: Certificate, memory: ListMemory): boolean {
  if (issuer.keyUsage !== null && (issuer.keyUsage & KEY_USAGE.crlSign) === 0) return false;
  const key = `${crl.fingerprint}:${issuer.keySha256}`;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const isGenuine = isSignedBy(crl.signed, issuer.key);
  memory.set(key, isGenuine);
  return isGenuine;
}

/** A list of some certificates only, or of one place only, says nothing of the others. */
function speaksOf(crl: Crl, certificate: Certificate): boolean {
  const { only, places } = crl.scope;
  const isAuthority = certificate.basicConstraints?.authority === true;
  if ((only === 'users' && isAuthority) || (only === 'authorities' && !isAuthority)) return false;
  return places.length === 0 || places.some((place) => certificate.distributionPoints.includes(place));
}

/**
 * The newest list decides. A list may be younger than the instant: what it knows of the past is better knowledge, unless
 * the certificate had expired before it was made, when its entry may have been dropped; then an older one is asked.
 */
export function statusAt(checked: CheckedCertificate, instant: number): RevocationStatus {
  for (const list of checked.lists) {
    const revocation = findRevocation(list, checked.certificate.serial);
    if (revocation !== undefined && revocation.reason !== 'removeFromCRL') {
      const isRevoked = revocation.at <= instant;
      return isRevoked ? { kind: 'revoked', list, revocation } : { kind: 'good', list, later: revocation };
    }
    if (list.thisUpdate > checked.certificate.notAfter) continue;
    return { kind: instant <= (list.nextUpdate ?? list.thisUpdate) ? 'good' : 'stale', list };
  }
  return { kind: 'unknown' };
}
