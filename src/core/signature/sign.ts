// Signing a package: one enveloped XML-DSig over all of it, as profile strict wants it. Only its digest is needed for that,
// so a package never stands in memory to be signed; the key stays with its keeper.

import { createHash } from 'node:crypto';
import { children, readWhole, TAG, unsignedInteger } from '../crypto/der.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { Canonicalizer } from '../xml/canonical.ts';
import { XmlFault } from '../xml/fault.ts';
import { XML_LIMITS } from '../xml/limits.ts';
import type { SigningAlgorithm } from '../crypto/signing-algorithms.ts';
import { XmlScanner } from '../xml/scanner.ts';
import {
  DSIG_NAMESPACE,
  ECDSA_SHA256_URI,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  RSA_SHA256_URI,
  SHA256_URI,
} from './algorithms.ts';

/** The part of a signer that signing needs; the signer port has it. */
export interface PackageSigner {
  readonly algorithm: SigningAlgorithm;
  /** DER, leaf first. At least one: without it no receiver can verify. */
  readonly certificates: readonly Buffer[];
  /** Over SHA-256 of the data; ECDSA as DER. */
  sign(data: Buffer): Promise<Buffer>;
}

const SIGNATURE_URI = { ES256: ECDSA_SHA256_URI, RS256: RSA_SHA256_URI } as const;
const P256_FIELD_BYTES = 32;
const HEADER_END = /<\/(?:[\w.-]+:)?edXMLHeader\s*>/g;
const SIGNATURE_START = /<(?:[\w.-]+:)?Signature[\s/>]/;

/**
 * Signs an unsigned edXML package and answers the signed bytes: those given, with `Signature` added as the last child of
 * `edXMLHeader` and nothing else touched. Rejects with `signature-duplicated` when there is one already,
 * `envelope-missing` without exactly one header, and as `packageDigest` and `signatureOver` do.
 */
export async function signPackage(xml: string | Buffer, signer: PackageSigner): Promise<Buffer> {
  const text = typeof xml === 'string' ? xml : xml.toString('utf8');
  if (SIGNATURE_START.test(text)) throw new ProblemError('signature-duplicated');
  const digest = await packageDigest([Buffer.from(text)]);
  const [headerEnd, ...surplus] = text.matchAll(HEADER_END);
  if (headerEnd === undefined || surplus.length > 0) throw new ProblemError('envelope-missing');
  const signature = await signatureOver(digest, signer);
  return Buffer.concat([
    Buffer.from(text.slice(0, headerEnd.index)),
    signature,
    Buffer.from(text.slice(headerEnd.index)),
  ]);
}

/**
 * SHA-256 of the exclusive canonical form of a package that has no signature yet: what its signature is to cover. Rejects
 * with what the gateway's own scanner would refuse (`xml-…`): that is not worth a signature.
 */
export async function packageDigest(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<Buffer> {
  const hash = createHash('sha256');
  const canonicalizer = new Canonicalizer('exclusive');
  canonicalizer.pourInto(hash);
  const scanner = new XmlScanner(canonicalizer, XML_LIMITS);
  for await (const piece of pieces) orRefused(() => scanner.feed(piece));
  orRefused(() => scanner.end());
  canonicalizer.flush();
  return hash.digest();
}

function orRefused(scan: () => void): void {
  try {
    scan();
  } catch (error) {
    if (error instanceof XmlFault) throw new ProblemError(error.code, error.facts, { cause: error });
    throw error;
  }
}

/**
 * The `Signature` element for a package of this digest, to be put into its header. Rejects with
 * `signing-certificate-missing` when no receiver could verify it, or as the signer rejects.
 */
export async function signatureOver(digest: Buffer, signer: PackageSigner): Promise<Buffer> {
  if (signer.certificates.length === 0) throw new ProblemError('signing-certificate-missing');
  const signedInfo = signedInfoOf(digest, SIGNATURE_URI[signer.algorithm]);
  const canonical = `<SignedInfo xmlns="${DSIG_NAMESPACE}">${signedInfo}</SignedInfo>`;
  const value = await signer.sign(Buffer.from(canonical));
  const signatureText = (signer.algorithm === 'ES256' ? rawFromDer(value) : value).toString('base64');
  const certificates = signer.certificates.map((der) => `<X509Certificate>${der.toString('base64')}</X509Certificate>`);
  return Buffer.from(
    `<Signature xmlns="${DSIG_NAMESPACE}"><SignedInfo>${signedInfo}</SignedInfo>` +
      `<SignatureValue>${signatureText}</SignatureValue>` +
      `<KeyInfo><X509Data>${certificates.join('')}</X509Data></KeyInfo></Signature>`,
  );
}

/** In its canonical spelling already: no white space, no empty-element tags. */
function signedInfoOf(digest: Buffer, signatureMethod: string): string {
  return (
    algorithm('CanonicalizationMethod', EXCLUSIVE_C14N) +
    algorithm('SignatureMethod', signatureMethod) +
    '<Reference URI="">' +
    `<Transforms>${algorithm('Transform', ENVELOPED_SIGNATURE)}${algorithm('Transform', EXCLUSIVE_C14N)}</Transforms>` +
    algorithm('DigestMethod', SHA256_URI) +
    `<DigestValue>${digest.toString('base64')}</DigestValue>` +
    '</Reference>'
  );
}

function algorithm(element: string, uri: string): string {
  return `<${element} Algorithm="${uri}"></${element}>`;
}

/** `SEQUENCE { r, s }` as r‖s, each padded to the size of the field (RFC 4050 section 3.3). */
function rawFromDer(der: Buffer): Buffer {
  const raw = Buffer.alloc(2 * P256_FIELD_BYTES);
  children(readWhole(der, TAG.sequence))
    .slice(0, 2)
    .forEach((node, index) => {
      const number = unsignedInteger(node);
      number.copy(raw, (index + 1) * P256_FIELD_BYTES - number.length);
    });
  return raw;
}
