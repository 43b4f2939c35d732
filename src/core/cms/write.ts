// Writes a detached CMS signature of one signer, as CAdES asks for at its baseline (EN 319 122-1 clause 6, level B-B): what
// is signed names content, certificate and time. The key may be far away, so what it has to sign is handed out first.

import { createHash } from 'node:crypto';
import { children, encodingOf, readNode } from '../crypto/der.ts';
import { integer, derNull, octetString, oid, sequence, set, tagged, time } from '../crypto/der-writer.ts';
import { SHA256 } from '../pki/signed.ts';
import { ATTRIBUTE } from './attributes.ts';
import { DATA, SIGNED_DATA } from './signed-data.ts';

/** RFC 5754 section 2: identifiers of SHA-2 have no parameters. */
const DIGEST_ALGORITHM = sequence(oid(SHA256));

/** AlgorithmIdentifiers of signatures over SHA-256, by the names that signers go by. */
export const SIGNATURE_ALGORITHMS = {
  ES256: sequence(oid('1.2.840.10045.4.3.2')),
  RS256: sequence(oid('1.2.840.113549.1.1.11'), derNull()),
} as const;

/** The attributes that are signed in place of the content: a DER SET. `digest`: SHA-256 of the content. */
export function attributesToSign(digest: Buffer, certificate: Buffer, at: Date): Buffer {
  const certificateHash = createHash('sha256').update(certificate).digest();
  const attributes = [
    attribute(ATTRIBUTE.contentType, oid(DATA)),
    attribute(ATTRIBUTE.signingTime, time(at)),
    attribute(ATTRIBUTE.messageDigest, octetString(digest)),
    // RFC 5035 section 4: the hash is SHA-256 where none is named.
    attribute(ATTRIBUTE.signingCertificateV2, sequence(sequence(sequence(octetString(certificateHash))))),
  ];
  return set(...attributes.toSorted((a, b) => Buffer.compare(a, b)));
}

function attribute(id: string, value: Buffer): Buffer {
  return sequence(oid(id), set(value));
}

export interface SignedAttributes {
  /** From `attributesToSign`. */
  readonly attributes: Buffer;
  /** Over these bytes. */
  readonly signature: Buffer;
  readonly algorithm: keyof typeof SIGNATURE_ALGORITHMS;
  /** DER, the signer's first. */
  readonly certificates: readonly [Buffer, ...Buffer[]];
}

/** The whole signature, DER: what belongs into a `.p7s` file. */
export function detachedSignature({ attributes, signature, algorithm, certificates }: SignedAttributes): Buffer {
  const implicitly = Buffer.from(attributes);
  // RFC 5652 section 5.4: signed as a SET, written as `[0]` IMPLICIT.
  implicitly[0] = 0xa0;
  const signerInfo = sequence(
    integer(1),
    issuerAndSerial(certificates[0]),
    DIGEST_ALGORITHM,
    implicitly,
    SIGNATURE_ALGORITHMS[algorithm],
    octetString(signature),
  );
  const signedData = sequence(
    integer(1),
    set(DIGEST_ALGORITHM),
    sequence(oid(DATA)),
    tagged(0, ...certificates.toSorted((a, b) => Buffer.compare(a, b))),
    set(signerInfo),
  );
  return sequence(oid(SIGNED_DATA), tagged(0, signedData));
}

/** As they stand in the certificate. */
function issuerAndSerial(certificate: Buffer): Buffer {
  const [tbs] = children(readNode(certificate, 0, certificate.length));
  const fields = tbs === undefined ? [] : children(tbs);
  const [serial, , issuer] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  if (serial === undefined || issuer === undefined) throw new TypeError('no certificate');
  return sequence(encodingOf(issuer), encodingOf(serial));
}
