// Signatures made by hand, part by part, so that each vector is right in everything but what it is about.

import { constants, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import {
  ECDSA_SHA256_URI,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  RSA_SHA256_URI,
  SHA256_URI,
} from '../../src/core/signature/algorithms.ts';
import { STRICT_PACKAGE, type TrustProfile } from '../../src/core/registry/profile.ts';
import type { Enrolment } from '../../src/core/registry/registry.ts';
import { firstCause } from '../../src/core/verify/cause.ts';
import { verify } from '../../src/core/verify/verify.ts';
import { readTrust } from '../../src/core/pki/trust.ts';
import { explained, explainedStep } from '../support/explained.ts';
import type { PkiMaterial } from '../../certs/test-pki.ts';
import type { Report } from '../../src/core/verify/report.ts';

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const HEADER_END = '</edXML:edXMLHeader>';

export interface ReferenceParts {
  readonly uri?: string | null;
  readonly transforms?: readonly string[];
  /** Put inside the last Transform. */
  readonly transformContent?: string;
  readonly digestMethod?: string;
  readonly digestValue: string;
}

export interface SignatureParts {
  readonly signatureMethod?: string;
  readonly canonicalization?: string;
  readonly references: readonly ReferenceParts[];
  /** Makes the value from the canonical SignedInfo. */
  readonly value?: (signedInfo: Buffer) => Buffer;
  /** Content of KeyInfo. */
  readonly keyInfo?: string;
  readonly objects?: string;
}

/** A Signature element over SignedInfo in its canonical form, by this key. */
export function craft(pki: PkiMaterial, parts: SignatureParts): string {
  const isRsa = pki.key.asymmetricKeyType === 'rsa';
  const {
    signatureMethod = isRsa ? RSA_SHA256_URI : ECDSA_SHA256_URI,
    canonicalization = EXCLUSIVE_C14N,
    references,
    value = (data: Buffer) => sign('sha256', data, { key: pki.key, dsaEncoding: 'ieee-p1363' }),
    keyInfo = x509Data(pki.certificates),
    objects = '',
  } = parts;
  const content = [
    `<CanonicalizationMethod Algorithm="${canonicalization}"></CanonicalizationMethod>`,
    `<SignatureMethod Algorithm="${signatureMethod}"></SignatureMethod>`,
    ...references.map(reference),
  ].join('');
  const canonical = `<SignedInfo xmlns="${DSIG}">${content}</SignedInfo>`;
  const signatureValue = value(Buffer.from(canonical)).toString('base64');
  return (
    `<Signature xmlns="${DSIG}"><SignedInfo>${content}</SignedInfo><SignatureValue>${signatureValue}</SignatureValue>` +
    `<KeyInfo>${keyInfo}</KeyInfo>${objects}</Signature>`
  );
}

function reference(parts: ReferenceParts): string {
  const {
    uri = '',
    transforms = [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N],
    digestMethod = SHA256_URI,
    digestValue,
  } = parts;
  const last = transforms.length - 1;
  const elements = transforms.map((algorithm, index) => {
    return `<Transform Algorithm="${algorithm}">${index === last ? (parts.transformContent ?? '') : ''}</Transform>`;
  });
  return (
    `<Reference${uri === null ? '' : ` URI="${uri}"`}><Transforms>${elements.join('')}</Transforms>` +
    `<DigestMethod Algorithm="${digestMethod}"></DigestMethod><DigestValue>${digestValue}</DigestValue></Reference>`
  );
}

export function x509Data(certificates: readonly Buffer[]): string {
  const elements = certificates.map((der) => `<X509Certificate>${der.toString('base64')}</X509Certificate>`);
  return `<X509Data>${elements.join('')}</X509Data>`;
}

/** RSA-PSS by node:crypto, with whatever salt. */
export function pss(key: KeyObject, hash: string, saltLength: number): (data: Buffer) => Buffer {
  return (data) => sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
}

/** The package with this signature as the last child of its header. */
export function withSignature(unsigned: string, signature: string): string {
  return unsigned.replace(HEADER_END, () => `${signature}${HEADER_END}`);
}

export interface Result {
  /** `passed`, or the code of the refusal or of the verdict's first cause. */
  readonly code: string;
  readonly report: Report | null;
}

/** Reads and verifies as the gateway does. */
export function judge(
  xml: string | Buffer,
  pki: PkiMaterial,
  enrolments: readonly Enrolment[] | null = null,
  profile: TrustProfile = STRICT_PACKAGE,
): Result {
  const reader = new PackageReader();
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += 4096) reader.feed(bytes.subarray(at, at + 4096));
  const opened = explainedStep(reader.end());
  if (!opened.ok) return { code: opened.code, report: null };
  const evidence = {
    ...readTrust(pki),
    instant: pki.instant,
    profile,
    enrolments,
    senderEnrolments: null,
    scans: null,
    documents: new Map(),
  };
  const { report } = verify(opened.value, evidence);
  explained(report.findings);
  return { code: firstCause(report)?.code ?? report.verdict, report };
}
