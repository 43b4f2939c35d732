/** What an authority says of a certificate's status: a list, or an answer. */
export const REVOCATION_KINDS = ['crl', 'ocsp'] as const;

export type RevocationKind = (typeof REVOCATION_KINDS)[number];

/** What a verdict rests on besides the package. */
export const PROOF_KINDS = ['certificate', ...REVOCATION_KINDS] as const;

export type ProofKind = (typeof PROOF_KINDS)[number];
