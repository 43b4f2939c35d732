// Signing a package: one enveloped XML-DSig over all of it, as profile strict wants it. xml-crypto canonicalises; the key
// stays with its keeper.

import { SignedXml } from 'xml-crypto';
import { children, readWhole, TAG, unsignedInteger } from '../pki/der.ts';
import { ProblemError } from '../problem-error.ts';
import { XmlFault } from '../xml/fault.ts';
import type { XmlHandler } from '../xml/handler.ts';
import { XML_LIMITS } from '../xml/limits.ts';
import { XmlScanner } from '../xml/scanner.ts';
import { ECDSA_SHA256_URI, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, RSA_SHA256_URI, SHA256_URI } from './algorithms.ts';

/** What signing needs of a signer; the signer port gives it. */
export interface PackageSigner {
  readonly algorithm: 'ES256' | 'RS256';
  /** DER, leaf first. At least one, or nobody can verify. */
  readonly certificates: readonly Buffer[];
  /** Over SHA-256 of the data; ECDSA as DER. */
  sign(data: Buffer): Promise<Buffer>;
}

const SIGNATURE_URI = { ES256: ECDSA_SHA256_URI, RS256: RSA_SHA256_URI } as const;
const P256_FIELD_BYTES = 32;
const HEADER = "//*[local-name(.)='edXMLHeader']";
const HEADER_END = /<\/(?:[\w.-]+:)?edXMLHeader\s*>/g;
const SIGNATURE_START = /<(?:[\w.-]+:)?Signature[\s/>]/;

/**
 * Signs an unsigned edXML package and answers the signed bytes: those given, with `Signature` added as the last child of
 * `edXMLHeader` and nothing else touched. Rejects with `signature-duplicated` when there is one already,
 * `envelope-missing` without exactly one header, what the scanner finds (`xml-…`), or whatever the signer rejects with.
 */
export async function signPackage(xml: string | Buffer, signer: PackageSigner): Promise<Buffer> {
  const text = typeof xml === 'string' ? xml : xml.toString('utf8');
  if (SIGNATURE_START.test(text)) throw new ProblemError('signature-duplicated');
  checkWellFormed(text);
  const [headerEnd, ...more] = text.matchAll(HEADER_END);
  if (headerEnd === undefined || more.length > 0) throw new ProblemError('envelope-missing');
  if (signer.certificates.length === 0)
    throw new ProblemError('signature-keyinfo-forbidden', { reason: 'no-certificate' });
  const signature = await computeSignature(text, signer);
  return Buffer.from(text.slice(0, headerEnd.index) + signature + text.slice(headerEnd.index));
}

const NOTHING_TO_DO: XmlHandler = { open: () => undefined, text: () => undefined, close: () => undefined };

/** What the gateway's own scanner would refuse is not worth a signature. */
function checkWellFormed(text: string): void {
  try {
    const scanner = new XmlScanner(NOTHING_TO_DO, XML_LIMITS);
    scanner.feed(Buffer.from(text));
    scanner.end();
  } catch (error) {
    if (error instanceof XmlFault) throw new ProblemError(error.code, error.facts, { cause: error });
    throw error;
  }
}

async function computeSignature(text: string, signer: PackageSigner): Promise<string> {
  const signedXml = new SignedXml({
    // The library insists on a key; ours never leaves its keeper.
    privateKey: 'kept by the signer',
    signatureAlgorithm: SIGNATURE_URI[signer.algorithm],
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
    getKeyInfoContent: () => keyInfo(signer.certificates),
  });
  signedXml.SignatureAlgorithms[SIGNATURE_URI[signer.algorithm]] = signatureAlgorithm(signer);
  signedXml.addReference({
    xpath: '/*',
    uri: '',
    isEmptyUri: true,
    transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N],
    digestAlgorithm: SHA256_URI,
  });
  await new Promise<void>((resolve, reject) => {
    const done = (error: Error | null): void => (error === null ? resolve() : reject(error));
    signedXml.computeSignature(text, { location: { reference: HEADER, action: 'append' } }, done);
  });
  return signedXml.getSignatureXml();
}

function keyInfo(certificates: readonly Buffer[]): string {
  const elements = certificates.map((der) => `<X509Certificate>${der.toString('base64')}</X509Certificate>`);
  return `<X509Data>${elements.join('')}</X509Data>`;
}

type SignatureAlgorithmClass = SignedXml['SignatureAlgorithms'][string];

/** The library's hook for keys it does not hold; it has no ECDSA of its own. */
function signatureAlgorithm(signer: PackageSigner): SignatureAlgorithmClass {
  return class {
    getSignature(signedInfo: unknown, _key: unknown, callback?: (error: Error | null, value?: string) => void): string {
      if (callback === undefined) throw new TypeError('signing is asynchronous');
      signer.sign(Buffer.from(String(signedInfo))).then(
        (value) => callback(null, (signer.algorithm === 'ES256' ? rawFromDer(value) : value).toString('base64')),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
      return '';
    }
    verifySignature(): boolean {
      return false;
    }
    getAlgorithmName(): string {
      return SIGNATURE_URI[signer.algorithm];
    }
  };
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
