import type { Certificate } from '../pki/certificate.ts';

export interface SignerReport {
  /** The subject of the certificate as RFC 2253 text for people; never parsed. */
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** Lower-case hex SHA-256 of the certificate. */
  readonly fingerprint: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly algorithm: string;
}

/** A signer's certificate as reports show it. */
export function signerReport(leaf: Certificate): SignerReport {
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.key;
  const size = asymmetricKeyDetails?.modulusLength ?? asymmetricKeyDetails?.namedCurve ?? '';
  return {
    subject: leaf.subjectText,
    issuer: leaf.issuerText,
    serial: leaf.serial,
    fingerprint: leaf.fingerprint,
    notBefore: new Date(leaf.notBefore).toISOString(),
    notAfter: new Date(leaf.notAfter).toISOString(),
    algorithm: `${asymmetricKeyType ?? ''} ${size}`.trim(),
  };
}
