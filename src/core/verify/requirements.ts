// The requirements of each profile (src/decisions/0011-documents.md). The checks read them here; no check knows a
// profile by name.

import type { Message } from '../message/message.ts';

export interface Requirements {
  /**
   * `required`: there and valid. `if-there`: valid where there is one; a broken signature never counts as an absent
   * one. `recorded`: checked and reported without consequence, because hubs rewrite packages and writers insert
   * dummies.
   */
  readonly packageSignature: 'required' | 'if-there' | 'recorded';
  /** Whether the main document must bear a signature of the organisation that issued it. */
  readonly mainDocument: 'by-agency' | 'any';
  /** Whether a package with an unsigned main document is marked as being for reference only. */
  readonly unsigned: 'marked' | 'as-it-is';
  /** A document whose signature does not hold is refused, or delivered with its verdict shown to the receiver. */
  readonly brokenDocument: 'refused' | 'shown';
}

/** Requirements by the key of the profile. Under each of them, every signature that is there must hold. */
const BY_PROFILE = {
  'strict/package': {
    packageSignature: 'required',
    mainDocument: 'any',
    unsigned: 'as-it-is',
    brokenDocument: 'refused',
  },
  'strict/document': {
    packageSignature: 'if-there',
    mainDocument: 'by-agency',
    unsigned: 'as-it-is',
    brokenDocument: 'refused',
  },
  'axis/document': {
    packageSignature: 'recorded',
    mainDocument: 'any',
    unsigned: 'marked',
    brokenDocument: 'shown',
  },
  'legacy-sha1/package': {
    packageSignature: 'required',
    mainDocument: 'any',
    unsigned: 'as-it-is',
    brokenDocument: 'refused',
  },
} as const satisfies Readonly<Record<string, Requirements>>;

/** The requirements for a message under a profile (`profileKey`); an unknown profile gets the strictest. */
export function requirementsOf(profile: string, kind: Message['kind']): Requirements {
  const requirements = Object.hasOwn(BY_PROFILE, profile)
    ? BY_PROFILE[profile as keyof typeof BY_PROFILE]
    : BY_PROFILE['strict/package'];
  return kind === 'status' ? ofStatus(requirements) : requirements;
}

/** A status has no documents, and the connection that serves its sender vouches for it. */
function ofStatus({ packageSignature, brokenDocument }: Requirements): Requirements {
  const vouched = packageSignature === 'required' ? 'if-there' : packageSignature;
  return { packageSignature: vouched, mainDocument: 'any', unsigned: 'as-it-is', brokenDocument };
}
