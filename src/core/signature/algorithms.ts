// The algorithms a signature may name under each profile, and what each means to node:crypto. A URI that is not in its
// table is refused; there is no default and no fallback. Sources: W3C XML Signature 1.1, RFC 9231 (identifiers), RFC 8017
// (RSA), RFC 4050 section 3.3 (an ECDSA value is r‖s, never DER).

import { type SignatureMethod, ecdsa, pkcs1, pss, table } from '../crypto/keys.ts';
import { QCVN_NAMESPACE } from '../message/names.ts';
import type { TrustProfile } from '../registry/profile.ts';

export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
export const ENVELOPED_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
/** No such identifier exists; the axis' own library writes it where it means the exclusive form. */
export const MISSPELT_EXCLUSIVE_C14N = 'http://www.w3.org/TR/xml-exc-c14n#';
export const INCLUSIVE_C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const SHA1_URI = 'http://www.w3.org/2000/09/xmldsig#sha1';
export const SHA256_URI = 'http://www.w3.org/2001/04/xmlenc#sha256';
const RSA_SHA1_URI = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
export const RSA_SHA256_URI = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const ECDSA_SHA256_URI = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

/** The algorithms that a profile takes in a package signature. */
export interface AcceptedAlgorithms {
  /** Of the Signature element and all that belongs to it. */
  readonly namespaces: readonly string[];
  readonly signatureMethods: Readonly<Partial<Record<string, SignatureMethod>>>;
  readonly digestMethods: readonly string[];
  /** Canonical forms of SignedInfo; those that keep comments are left out. */
  readonly signedInfoForms: readonly string[];
  /** Canonical forms of the document, as the transform after the enveloped one. */
  readonly documentForms: readonly string[];
}

/**
 * Left out on purpose: SHA-1 and MD5, DSA, HMAC, and `#rsa-pss` with free parameters (another salt or mask hash than the
 * method's own has no use here).
 */
const STRICT: AcceptedAlgorithms = {
  namespaces: [DSIG_NAMESPACE],
  signatureMethods: table<SignatureMethod>({
    [RSA_SHA256_URI]: pkcs1('sha256'),
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': pkcs1('sha384'),
    'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': pkcs1('sha512'),
    'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1': pss('sha256', 32),
    'http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1': pss('sha384', 48),
    'http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1': pss('sha512', 64),
    [ECDSA_SHA256_URI]: ecdsa('sha256'),
    'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384': ecdsa('sha384'),
    'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512': ecdsa('sha512'),
  }),
  digestMethods: [
    SHA256_URI,
    'http://www.w3.org/2001/04/xmldsig-more#sha384',
    'http://www.w3.org/2001/04/xmlenc#sha512',
  ],
  signedInfoForms: [EXCLUSIVE_C14N, INCLUSIVE_C14N],
  documentForms: [EXCLUSIVE_C14N, INCLUSIVE_C14N],
};

/** As the axis' own library signs: RSA-SHA1, a Signature that is of the package's namespace, a form by a wrong name. */
const LEGACY_SHA1: AcceptedAlgorithms = {
  namespaces: [...STRICT.namespaces, QCVN_NAMESPACE],
  signatureMethods: table<SignatureMethod>({ ...STRICT.signatureMethods, [RSA_SHA1_URI]: pkcs1('sha1') }),
  digestMethods: [...STRICT.digestMethods, SHA1_URI],
  signedInfoForms: STRICT.signedInfoForms,
  documentForms: [...STRICT.documentForms, MISSPELT_EXCLUSIVE_C14N],
};

export const ACCEPTED: Readonly<Record<TrustProfile['profile'], AcceptedAlgorithms>> = {
  strict: STRICT,
  axis: STRICT,
  'legacy-sha1': LEGACY_SHA1,
};

/** The only chain of transforms that a reference to the whole package may have. */
export function areTransformsAllowed(transforms: readonly string[], { documentForms }: AcceptedAlgorithms): boolean {
  const [first, second, ...rest] = transforms;
  if (first !== ENVELOPED_SIGNATURE || rest.length > 0) return false;
  return second === undefined || documentForms.includes(second);
}
