// Signed packages in any number and size, made without a library: the signature is written with blanks of the right
// length, the product's own pass says what belongs into them, and another program (xmlsec1) confirms the result.

import { sign, type KeyObject } from 'node:crypto';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import { documentPackage, type DocumentFields } from '../support/packages.ts';

export interface SigningKey {
  /** RSA of 2048 bits. */
  readonly key: KeyObject;
  /** DER, leaf first. */
  readonly certificates: readonly Buffer[];
}

export interface PackageFacts {
  readonly documentId: string;
  readonly number: string;
  readonly subject: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly attachments: readonly Buffer[];
}

const DIGEST_BLANK = `${'A'.repeat(43)}=`;
const VALUE_BLANK = `${'A'.repeat(342)}==`;

export function signedPackage(facts: PackageFacts, signer: SigningKey): Buffer {
  const unsigned = documentPackage({
    fields: fieldsOf(facts),
    attachments: facts.attachments.map((bytes, index) => ({ name: `tep-${index + 1}.pdf`, bytes })),
    signature: blankSignature(signer.certificates),
  });
  const reader = new PackageReader();
  for (let at = 0; at < unsigned.length; at += 1 << 18) reader.feed(unsigned.subarray(at, at + (1 << 18)));
  const opened = reader.end();
  if (!opened.ok) throw new Error(`the package for the benchmark is refused: ${opened.code}`);
  if (opened.value.signature.kind !== 'present') throw new Error('the package for the benchmark has no signature');
  const { documentDigest, signedInfo } = opened.value.signature.material;
  if (documentDigest === undefined) throw new Error('the package for the benchmark has no digest');
  const digest = documentDigest.toString('base64');
  const signed = sign('sha256', Buffer.from(signedInfo.toString('utf8').replace(DIGEST_BLANK, digest)), signer.key);
  fill(unsigned, DIGEST_BLANK, digest);
  fill(unsigned, VALUE_BLANK, signed.toString('base64'));
  return unsigned;
}

/** A PDF as far as its first bytes go, incompressible like a real one. */
export function attachmentOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), bytes, Buffer.from('\n%%EOF\n')]);
}

function fieldsOf(facts: PackageFacts): DocumentFields {
  return {
    From: { OrganId: facts.sender },
    To: facts.recipients.map((OrganId) => ({ OrganId })),
    DocumentId: facts.documentId,
    CodeNumber: facts.number,
    Subject: facts.subject,
  };
}

function blankSignature(certificates: readonly Buffer[]): string {
  const x509 = certificates.map((der) => `<X509Certificate>${der.toString('base64')}</X509Certificate>`).join('');
  return (
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>' +
    '<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>' +
    '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>' +
    '<Reference URI=""><Transforms>' +
    '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>' +
    '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>' +
    '</Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
    `<DigestValue>${DIGEST_BLANK}</DigestValue></Reference></SignedInfo>` +
    `<SignatureValue>${VALUE_BLANK}</SignatureValue><KeyInfo><X509Data>${x509}</X509Data></KeyInfo></Signature>`
  );
}

function fill(bytes: Buffer, blank: string, value: string): void {
  const at = bytes.indexOf(blank);
  if (at < 0 || value.length !== blank.length) throw new Error('a blank of the signature does not fit');
  bytes.write(value, at, 'latin1');
}
