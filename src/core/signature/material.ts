// The facts that the one pass over a package learned of its XML-DSig. The checks say whether they suffice.

import type { Finding } from '../problems/finding.ts';

export interface SignatureReference {
  /** `URI` as written; undefined when the attribute is absent. */
  readonly uri: string | undefined;
  readonly transforms: readonly string[];
  readonly digestMethod: string;
  readonly digestValue: Buffer;
}

export interface SignatureMaterial {
  /** Of the Signature element and all that belongs to it. */
  readonly namespace: string;
  readonly canonicalizationMethod: string;
  readonly signatureMethod: string;
  readonly references: readonly SignatureReference[];
  /** SignedInfo in the canonical form that `canonicalizationMethod` names: the bytes that were signed. */
  readonly signedInfo: Buffer;
  readonly signatureValue: Buffer;
  /** DER, in the order of X509Data; empty where the text is no base64 of anything. */
  readonly certificates: readonly Buffer[];
  /**
   * Digest of the whole document without the Signature, by the reference's own transforms and digest method, taken over
   * the very events the message was read from. Undefined when those name something outside the tables.
   */
  readonly documentDigest: Buffer | undefined;
}

/**
 * `malformed`: something that calls itself a signature is there but does not have the shape of one, stands in the wrong
 * place, or stands twice. It is never treated as absent.
 */
export type SignatureScan =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed'; readonly findings: readonly Finding[] }
  | { readonly kind: 'present'; readonly material: SignatureMaterial };
