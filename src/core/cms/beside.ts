// Countersignatures and archive time stamps (EN 319 122-1 section 5.5.3) stand beside a signature and are over it. No
// verdict rests on them here, but one that was put beside another signature, or whose proof was exchanged, shows that
// the whole was changed after its makers left it.

import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '../problems/finding.ts';
import { DerFault, type DerNode, TAG, children, contentOf, expectTag, oidValue, readWhole } from '../crypto/der.ts';
import { hashNamed, isDigestOf } from './algorithms.ts';
import { ATTRIBUTE } from './attributes.ts';
import { type SignedData, type SignerInfo, countersignaturesOf } from './signed-data.ts';
import { readTimeStamp } from './time-stamp.ts';

/** `digestOf`: of what is signed, by a hash; undefined where it cannot be told. */
export function besideFault(
  signedData: SignedData,
  signer: SignerInfo,
  digestOf: (hash: string) => Buffer | undefined,
): Refusal | undefined {
  try {
    for (const { signedAttributes, digestAlgorithm } of countersignaturesOf(signer)) {
      const isOver =
        signedAttributes === null || isDigestOf(digestAlgorithm, signedAttributes.messageDigest, signer.signature);
      if (!isOver) return refuse('document-signature-invalid', { reason: 'countersignature' });
    }
    for (const token of signer.unsignedAttributes.get(ATTRIBUTE.archiveTimeStamp) ?? []) {
      if (!isArchiveOf(token, signedData, signer, digestOf))
        return refuse('document-signature-invalid', { reason: 'archive-time-stamp' });
    }
    return undefined;
  } catch (error) {
    if (error instanceof DerFault) return refuse('document-signature-malformed', { reason: error.reason });
    throw error;
  }
}

/** A token by a hash that proves nothing any more is left alone, as is one that says in an older way what it is over. */
function isArchiveOf(
  bytes: Buffer,
  signedData: SignedData,
  signer: SignerInfo,
  digestOf: (hash: string) => Buffer | undefined,
): boolean {
  const token = readTimeStamp(bytes);
  if (!token.ok) return token.code === 'document-signature-algorithm';
  const [stamper] = token.value.signedData.signers;
  const [index] = stamper?.unsignedAttributes.get(ATTRIBUTE.hashIndex) ?? [];
  if (index === undefined) return OLDER_INDEXES.some((id) => stamper?.unsignedAttributes.has(id));
  if (!isIndexOf(index, signedData, signer)) return false;
  const { hash, digest } = token.value.imprint;
  const content = digestOf(hash);
  if (content === undefined) return true;
  const over = createHash(hash).update(signedData.contentTypeEncoding).update(content);
  for (const field of signer.fields) over.update(field);
  return over.update(index).digest().equals(digest);
}

const OLDER_INDEXES = [ATTRIBUTE.olderHashIndex, ATTRIBUTE.oldestHashIndex];

/**
 * `ATSHashIndexV3 ::= SEQUENCE { AlgorithmIdentifier, certificates, lists, attribute values }`, each a SEQUENCE OF OCTET
 * STRING (section 5.5.2): every digest must be that of something which is there.
 */
function isIndexOf(index: Buffer, signedData: SignedData, signer: SignerInfo): boolean {
  const [algorithm, certificates, lists, values, ...rest] = children(readWhole(index, TAG.sequence));
  if (rest.length > 0) throw new DerFault('hash index');
  const hash = hashNamed(oidValue(children(expectTag(algorithm, TAG.sequence))[0]));
  if (!hash.ok) return true;
  const areThere = (list: DerNode | undefined, encodings: readonly (readonly Buffer[])[]): boolean => {
    const digests = new Set(encodings.map((parts) => digestHex(hash.value, parts)));
    return children(expectTag(list, TAG.sequence)).every((entry) => digests.has(contentOf(entry).toString('hex')));
  };
  return (
    areThere(certificates, alone(signedData.choices.certificates)) &&
    areThere(lists, alone([...signedData.choices.revocation, ...signedData.revocation.crls])) &&
    areThere(values, signer.unsignedEncodings)
  );
}

const alone = (encodings: readonly Buffer[]): Buffer[][] => encodings.map((encoding) => [encoding]);

function digestHex(hash: string, parts: readonly Buffer[]): string {
  const digest = createHash(hash);
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}
