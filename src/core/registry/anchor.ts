/** A certificate trusted for a stated purpose, between stated dates, with a stated way of learning of revocations. */
export interface Anchor {
  /** DER. */
  readonly certificate: Buffer;
  readonly purposes: readonly AnchorPurpose[];
  /** Inclusive, ISO instant. */
  readonly validFrom?: string;
  /** Exclusive, ISO instant. */
  readonly validTo?: string;
  /** `required`: an unknown status leaves the verdict undecided. `not-published`: this authority issues no lists. */
  readonly revocation: 'required' | 'not-published';
}

export const ANCHOR_PURPOSES = ['package-signature', 'document-signature', 'time-stamp', 'client-tls'] as const;

export type AnchorPurpose = (typeof ANCHOR_PURPOSES)[number];
