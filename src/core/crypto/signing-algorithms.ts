/** What the gateway's own keys sign by: P-256, or RSA with PKCS #1 v1.5; SHA-256 in both. Names of RFC 7518. */
export const SIGNING_ALGORITHMS = ['ES256', 'RS256'] as const;

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];
