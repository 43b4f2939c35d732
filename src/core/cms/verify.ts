// Whether a signer of a SignedData made this signature over content of this digest. Whose certificate it is and whether it
// is trusted is judged elsewhere; here its key is only used.

import { type Result, refuse, ok } from '../problems/finding.ts';
import type { Certificate } from '../pki/certificate.ts';
import {
  children,
  context,
  DerFault,
  encodingOf,
  expectTag,
  oidValue,
  readWhole,
  TAG,
  unsignedInteger,
} from '../crypto/der.ts';
import { readExtensions } from '../pki/extensions.ts';
import { verifyValue } from '../pki/signed.ts';
import { isDigestOf, methodOf } from './algorithms.ts';
import type { NamedCertificate, SignedAttributes } from './attributes.ts';
import type { SignedData, SignerId, SignerInfo } from './signed-data.ts';

/** The one signer there may be: who else signed would be believed by some readers and passed over by others. */
export function onlySigner(signedData: SignedData): Result<SignerInfo> {
  const [signer, ...surplus] = signedData.signers;
  if (signer === undefined || surplus.length > 0)
    return refuse('document-signature-malformed', { reason: 'signers', count: signedData.signers.length });
  return ok(signer);
}

/** The certificate that the signer names, first, and the others that came along, all DER. */
export function signerCertificates(signedData: SignedData, id: SignerId): Result<readonly [Buffer, ...Buffer[]]> {
  const candidates = signedData.certificates.filter((der) => isNamed(der, id));
  const [leaf] = candidates;
  if (leaf === undefined || candidates.some((der) => !der.equals(leaf)))
    return refuse('document-signature-malformed', { reason: 'signer-certificate', count: candidates.length });
  return ok([leaf, ...signedData.certificates.filter((der) => !der.equals(leaf))]);
}

/** A certificate that cannot be read is no signer's: others come along that the signer may not have chosen. */
function isNamed(der: Buffer, id: SignerId): boolean {
  try {
    const [tbs] = children(readWhole(der, TAG.sequence));
    const fields = children(expectTag(tbs, TAG.sequence));
    const [serial, , issuer] = fields[0]?.tag === context(0) ? fields.slice(1) : fields;
    if (id.by === 'key') {
      const extensions = fields.find((field) => field.tag === context(3));
      const [list] = extensions === undefined ? [] : children(extensions);
      return list !== undefined && readExtensions(expectTag(list, TAG.sequence)).subjectKeyId === id.keyId;
    }
    return (
      unsignedInteger(serial).toString('hex') === id.serial &&
      encodingOf(expectTag(issuer, TAG.sequence)).equals(id.issuer)
    );
  } catch (error) {
    if (error instanceof DerFault) return false;
    throw error;
  }
}

/** The content that the signature has to be over. */
export interface SignedContent {
  readonly contentType: string;
  /** By the hash of the signer's digest algorithm. */
  readonly digest: Buffer;
  /** CAdES (EN 319 122-1 section 5.2.2) and time stamps (RFC 3161 section 2.4.2): the certificate must itself be signed. */
  readonly needsSigningCertificate: boolean;
}

/**
 * Checks digest, attributes and value with the certificate's key; answers the claimed signing time. Refuses with
 * `document-signature-algorithm`, `document-signature-malformed` or `document-signature-invalid`.
 */
export function checkSigner(
  signer: SignerInfo,
  certificate: Certificate,
  signed: SignedContent,
): Result<{ readonly signingTime: number | null }> {
  const method = methodOf(signer);
  if (!method.ok) return method;
  const attributes = signer.signedAttributes;
  if (attributes === null) return refuse('document-signature-malformed', { reason: 'signed-attributes' });
  if (attributes.contentType !== signed.contentType)
    return refuse('document-signature-malformed', { reason: 'content-type' });
  const references = attributes.signingCertificates;
  if (references.length === 0 && signed.needsSigningCertificate)
    return refuse('document-signature-malformed', { reason: 'signing-certificate' });
  if (!references.every((reference) => isNameOf(reference, certificate)))
    return refuse('document-signature-invalid', { reason: 'signing-certificate' });
  if (!areMeant(attributes.algorithms, signer))
    return refuse('document-signature-invalid', { reason: 'algorithm-protection' });
  if (!attributes.messageDigest.equals(signed.digest))
    return refuse('document-signature-invalid', { reason: 'content-changed' });
  const isRight = attributes.encodings.some((encoding) => {
    return verifyValue(method.value, certificate.key, encoding, signer.signature, 'der');
  });
  if (!isRight) return refuse('document-signature-invalid', { reason: 'value' });
  return ok({ signingTime: attributes.signingTime });
}

function isNameOf({ hash, digest, serial }: NamedCertificate, certificate: Certificate): boolean {
  return isDigestOf(hash, digest, certificate.der) && (serial === undefined || serial === certificate.serial);
}

/** Whether the algorithms used are those that the signer says were meant (RFC 6211 section 3). */
function areMeant(protection: SignedAttributes['algorithms'], signer: SignerInfo): boolean {
  if (protection === undefined) return true;
  const algorithm = oidValue(children(readWhole(signer.signatureAlgorithm, TAG.sequence))[0]);
  return protection.digest === signer.digestAlgorithm && protection.signature === algorithm;
}
