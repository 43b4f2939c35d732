// The entries of an evidence container (ASiC-E, ETSI EN 319 162-1): one table for its writer and its verifier.

import type { Proof } from '../pki/proof.ts';

export const CONTAINER_TYPE = 'application/vnd.etsi.asic-e+zip';

/** Entries with fixed names. */
export const ENTRY = {
  /** Clause 4.4.3.1: first, stored, and not itself listed. */
  mimetype: 'mimetype',
  package: 'package.edxml',
  receipt: 'receipt.json',
  receiptSignature: 'receipt.sig',
  receiptKey: 'receipt-key.pem',
  report: 'report.json',
  printedReport: 'report.pdf',
  enrolments: 'enrolments.json',
  statuses: 'statuses.json',
  trace: 'trace.json',
  gatewayCertificate: 'gateway.pem',
  manifest: 'META-INF/ASiCManifest.xml',
  signature: 'META-INF/signature.p7s',
  stampedManifest: 'META-INF/ASiCManifest-timestamp.xml',
  timeStamp: 'META-INF/timestamp.tst',
} as const;

const PROOFS: Readonly<Record<Proof['kind'], { readonly ending: string; readonly mediaType: string }>> = {
  certificate: { ending: 'cer', mediaType: 'application/pkix-cert' },
  crl: { ending: 'crl', mediaType: 'application/pkix-crl' },
  ocsp: { ending: 'ors', mediaType: 'application/ocsp-response' },
};

/** The entry of a proof: its bytes are DER, and its name is their SHA-256. */
export function proofEntry({ kind, sha256 }: Pick<Proof, 'kind' | 'sha256'>): string {
  return `proofs/${sha256}.${PROOFS[kind].ending}`;
}

/** The proof that an entry holds, by the entry's name; undefined for other entries. */
export function proofNamed(entry: string): Pick<Proof, 'kind' | 'sha256'> | undefined {
  const [, sha256, ending] = /^proofs\/([0-9a-f]{64})\.(cer|crl|ors)$/.exec(entry) ?? [];
  const kind = (['certificate', 'crl', 'ocsp'] as const).find((candidate) => PROOFS[candidate].ending === ending);
  return sha256 === undefined || kind === undefined ? undefined : { kind, sha256 };
}

const MEDIA_TYPES: readonly (readonly [pattern: RegExp, mediaType: string])[] = [
  [/\.edxml$/, 'application/xml'],
  [/\.xml$/, 'application/xml'],
  [/\.json$/, 'application/json'],
  [/\.pdf$/, 'application/pdf'],
  [/\.pem$/, 'application/x-pem-file'],
  [/\.p7s$/, 'application/pkcs7-signature'],
  [/\.tst$/, 'application/vnd.etsi.timestamp-token'],
  ...Object.values(PROOFS).map(({ ending, mediaType }) => [new RegExp(`\\.${ending}$`), mediaType] as const),
];

export function mediaTypeOf(entry: string): string {
  return MEDIA_TYPES.find(([pattern]) => pattern.test(entry))?.[1] ?? 'application/octet-stream';
}
