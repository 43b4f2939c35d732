// What each profile asks of the evidence (src/decisions/0011-documents.md). The checks look here; none of them knows a
// profile by name.

import type { Message } from '../message/message.ts';

export interface Requirements {
  /**
   * `required`: there and valid. `if-there`: valid where there is one, for a broken signature is never upgraded to an
   * absent one. `recorded`: looked at and told, but no reason for anything, because hubs rewrite packages and writers
   * insert dummies.
   */
  readonly packageSignature: 'required' | 'if-there' | 'recorded';
  /** Whether the main document must bear a signature of the organisation that issued it. */
  readonly mainDocument: 'by-agency' | 'any';
  /** Whether a package whose main document nobody signed is marked as being for reference only. */
  readonly unsigned: 'marked' | 'as-it-is';
  /** What comes of a document whose signature does not hold: a refusal, or a verdict shown to whoever gets it. */
  readonly brokenDocument: 'refused' | 'shown';
}

/** By the key of the profile. Signatures that are there must hold under each of them. */
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

/** What holds for a message under a profile (`profileKey`); a profile that nobody knows is the strictest. */
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
