// Attributes of CAdES (EN 319 122-1) on which nothing rests here. They are read all the same: who signed or passed on
// something that is not what it says did not mean what stands there.

import { children, contentOf, DerFault, expectTag, oidValue, readWhole, TAG } from '../crypto/der.ts';
import { hashLengthOf } from './algorithms.ts';
import { signedShape } from './revocation-data.ts';

/** RFC 2634 section 2.9: `SEQUENCE { UTF8String OPTIONAL, OBJECT IDENTIFIER }`. */
export function checkContentHints(value: Buffer): void {
  const fields = children(readWhole(value, TAG.sequence));
  const type = fields.pop();
  oidValue(type);
  if (fields.length > 1 || fields.some(({ tag }) => tag !== TAG.utf8String)) throw new DerFault('content hints');
}

/**
 * Section 5.2.9.1: the policy by its identifier and digest. The hash must be one, of a digest of its length; a digest of
 * nothing says that it is not known.
 */
export function checkSignaturePolicy(value: Buffer): void {
  const whole = readWhole(value, value[0] ?? 0);
  if (whole.tag === TAG.null) return;
  const [policy, hash] = children(expectTag(whole, TAG.sequence));
  oidValue(policy);
  if (hash === undefined) return;
  const [algorithm, digest, ...rest] = children(expectTag(hash, TAG.sequence));
  const length = hashLengthOf(oidValue(children(expectTag(algorithm, TAG.sequence))[0]));
  const digestValue = contentOf(expectTag(digest, TAG.octetString));
  const isUnknown = digestValue.every((byte) => byte === 0);
  if (rest.length > 0 || length === undefined || (!isUnknown && digestValue.length !== length))
    throw new DerFault('signature policy');
}

/** Section A.1.1.2: `SEQUENCE OF Certificate`. */
export function checkCertificateValues(value: Buffer): void {
  for (const certificate of children(readWhole(value, TAG.sequence))) signedShape(certificate, 'certificate');
}
