// How far a document message of a connection is trusted (src/decisions/0011-documents.md). A profile holds between its
// dates; outside them the connection is trusted like one without a profile.

import { instantOf } from '../message/vietnam-time.ts';

/**
 * `strict`: signatures decide, SHA-256 or better. `axis`: the package signature is recorded and never trusted, those of the
 * documents decide. `legacy-sha1`: as strict over the package, with RSA-SHA1 and the Signature of the package's namespace.
 */
export const PROFILE_NAMES = ['strict', 'axis', 'legacy-sha1'] as const;

export interface TrustProfile {
  readonly profile: (typeof PROFILE_NAMES)[number];
  /** The bearer of the signature that counts: the package, or its main document. */
  readonly evidence: 'package' | 'document';
  /** Whether a package may be signed by a person enrolled for its issuer; refused by default. */
  readonly personalCertificates?: 'allowed' | 'refused' | undefined;
  /** Inclusive, ISO instant. */
  readonly validFrom?: string | undefined;
  /** Exclusive, ISO instant. */
  readonly validTo?: string | undefined;
}

/** The allowed choices; a profile that accepts weak signatures must have an end date. */
const CHOICES = [
  { profile: 'strict', evidence: 'package', mayBeEndless: true },
  { profile: 'strict', evidence: 'document', mayBeEndless: true },
  { profile: 'axis', evidence: 'document', mayBeEndless: true },
  { profile: 'legacy-sha1', evidence: 'package', mayBeEndless: false },
] as const;

/** Whether a connection may have this profile. */
export function isProfile({ profile, evidence, validTo }: TrustProfile): boolean {
  const choice = CHOICES.find((choice) => choice.profile === profile && choice.evidence === evidence);
  return choice !== undefined && (choice.mayBeEndless || validTo !== undefined);
}

export const STRICT_PACKAGE: TrustProfile = { profile: 'strict', evidence: 'package' };

/** The key of a profile in reports and audit rows: `strict/document`. */
export function profileKey({ profile, evidence }: TrustProfile): string {
  return `${profile}/${evidence}`;
}

/** The profile with its dates, for people: `axis/document from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z`. */
export function profileText(trust: TrustProfile): string {
  const { validFrom, validTo, personalCertificates } = trust;
  return [
    profileKey(trust),
    ...(personalCertificates === 'allowed' ? ['personal certificates allowed'] : []),
    ...(validFrom === undefined ? [] : [`from ${validFrom}`]),
    ...(validTo === undefined ? [] : [`until ${validTo}`]),
  ].join(' ');
}

/** The profile that holds at an instant. */
export function profileAt(trust: TrustProfile, instant: Date): TrustProfile {
  const at = instant.getTime();
  const hasBegun = trust.validFrom === undefined || at >= instantOf(trust.validFrom);
  const hasEnded = trust.validTo !== undefined && at >= instantOf(trust.validTo);
  return hasBegun && !hasEnded ? trust : STRICT_PACKAGE;
}
