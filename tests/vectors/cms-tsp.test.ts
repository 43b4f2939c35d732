// Public CMS signatures and time-stamp tokens, good and damaged: what the reader and verifier of signatures inside documents
// say of each. Trust is not checked, because no one trusts the files' authorities here.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { hashNamed } from '../../src/core/cms/algorithms.ts';
import { ATTRIBUTE } from '../../src/core/cms/attributes.ts';
import { besideFault } from '../../src/core/cms/beside.ts';
import { type SignedData, type SignerInfo, readSignedData } from '../../src/core/cms/signed-data.ts';
import { readTimeStamp, TIME_STAMP_INFO } from '../../src/core/cms/time-stamp.ts';
import { readTimeStampResponse } from '../../src/core/cms/time-stamp-response.ts';
import { signerCertificates, checkSigner } from '../../src/core/cms/verify.ts';
import { type Refusal, type Result, refuse, ok } from '../../src/core/problems/finding.ts';
import type { ProblemCode } from '../../src/core/problems/problems.ts';
import { type Certificate, parseCertificate } from '../../src/core/pki/certificate.ts';
import { findRevocation, parseCrl } from '../../src/core/pki/crl.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';

const VERDICTS = z.looseObject({
  cases: z.array(z.looseObject({ id: z.string(), file: z.string(), expected: z.string() })),
});

/** What a file of the corpus is, by its name: each kind has its own reader, and no other takes it. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^rfc3161\/resp/, 'response'],
  [
    /^rfc3161\/(hashedMessage|req)|\.(ers|data|cer|crl|gz|eml)$|(BIN|Test)\.bin$|^bc\/(asn1|cmp)|\.tsd\.der$|rfc4134\/ExContent/,
    'none',
  ],
];
type Kind = 'signed data' | 'response' | 'none';

const kindOf = (id: string): Kind => KINDS.find(([pattern]) => pattern.test(id))?.[1] ?? 'signed data';

/** Examples of RFC 4134 that are SignedData; each rests on SHA-1, or on DSA, or has no signer to be looked at. */
const EXAMPLES = 'bc/rfc4134/4.';
/** Nothing of them is proof any more; that they are read is what the corpus says. */
const NO_PROOF = [
  'SHA-1',
  'SHA3-224',
  'SHA3-256',
  'SHA3-384',
  'SHA3-512',
  'RSA with SHA3-256',
  '1.2.840.113549.1.1.10',
  // Two hashes, which RFC 8933 forbids.
  '1.2.840.113549.1.1.13, sha256',
].map((name) => `read, by ${name}`);
/** They are read, but not their certificate: its policies are not what that extension holds. */
const CERTIFICATE_DAMAGED = /^eu-dss\/dss-667\/(BER|DER)_reordered/;
/** The file's only fault is that its authority revoked the certificate: lists tell that, and no signature. */
const ABOUT_THE_CERTIFICATE = new Set(['eu-dss/dss-1220/CAdES-BpB_revoked_signingCertificate.p7m']);

/** Outcomes that satisfy what the corpus expects. */
function expectedOf(id: string, expected: string): readonly string[] {
  if (kindOf(id) === 'none') return ['refused: document-signature-malformed'];
  if (expected.startsWith('RFC 4134')) return id.startsWith(EXAMPLES) ? [...NO_PROOF, ...EXAMPLE_REFUSALS] : REFUSALS;
  if (expected.startsWith('rejection')) return ['refused: time-stamp-unusable'];
  if (ABOUT_THE_CERTIFICATE.has(id)) return ['passed'];
  if (expected.startsWith('not-ok')) return [...REFUSALS, ...NO_PROOF];
  // A client that asked for no certificate knows it already.
  if (id === 'rfc3161/respNoCert') return ['read, without its certificate'];
  if (CERTIFICATE_DAMAGED.test(id)) return ['refused: certificate-malformed'];
  return expected.startsWith('parses') ? ['passed', ...NO_PROOF] : ['passed'];
}

const REFUSALS = [
  'document-signature-malformed',
  'document-signature-invalid',
  'document-signature-algorithm',
  'certificate-malformed',
  'certificate-revoked',
].map((code) => `refused: ${code}`);
const EXAMPLE_REFUSALS = ['document-signature-malformed', 'certificate-malformed'].map((code) => `refused: ${code}`);

/** Every signature's value is right, over the content inside or, detached, over whatever its digest says. */
function verify(signedData: SignedData): Result<null> {
  if (signedData.signers.length === 0) return refuse('document-signature-malformed', { reason: 'signers' });
  for (const signer of signedData.signers) {
    const verified = verifySigner(signedData, signer);
    if (!verified.ok) return verified;
  }
  return ok(null);
}

function verifySigner(signedData: SignedData, signer: SignerInfo): Result<null> {
  const certificates = signerCertificates(signedData, signer.id);
  if (!certificates.ok) return certificates;
  const leaf = parseCertificate(certificates.value[0]);
  if (!leaf.ok) return leaf;
  const hash = hashNamed(signer.digestAlgorithm);
  if (!hash.ok) return hash;
  const { content, contentType } = signedData;
  const claimed = signer.signedAttributes?.messageDigest ?? Buffer.alloc(0);
  const digestOf = (name: string): Buffer | undefined => {
    if (content !== null) return createHash(name).update(content).digest();
    return name === hash.value ? claimed : undefined;
  };
  const checked = checkSigner(signer, leaf.value, {
    contentType,
    digest: digestOf(hash.value) ?? claimed,
    needsSigningCertificate: contentType === TIME_STAMP_INFO,
  });
  if (!checked.ok) return checked;
  const beside = besideFault(signedData, signer, digestOf);
  if (beside !== undefined) return beside;
  for (const token of signer.unsignedAttributes.get(ATTRIBUTE.signatureTimeStamp) ?? []) {
    const stamped = verifyStamp(token, signer.signature);
    if (!stamped.ok) return stamped;
  }
  return carriedStatus(signedData, leaf.value);
}

function verifyStamp(token: Buffer, signature: Buffer): Result<null> {
  const read = readTimeStamp(token);
  if (!read.ok) return read;
  const { hash, digest } = read.value.imprint;
  const isOver = createHash(hash).update(signature).digest().equals(digest);
  return isOver ? verify(read.value.signedData) : refuse('document-signature-invalid', { reason: 'imprint' });
}

/** Whether a list that came along names the certificate; who made the list is not asked. */
function carriedStatus({ revocation }: SignedData, leaf: Certificate): Result<null> {
  for (const der of revocation.crls) {
    const crl = parseCrl(der);
    if (!crl.ok || crl.value.issuerKey !== leaf.issuerKey) continue;
    if (findRevocation(crl.value, leaf.serial) !== undefined) return refuse('certificate-revoked');
  }
  return ok(null);
}

function readKind(id: string, bytes: Buffer): Result<SignedData> | Refusal<ProblemCode> {
  if (kindOf(id) !== 'response') return readSignedData(bytes, true);
  const token = readTimeStampResponse(bytes);
  return token.ok ? ok(token.value.stamp.signedData) : token;
}

function outcomeOf(id: string, bytes: Buffer): string {
  const read = readKind(id, bytes);
  const verified = read.ok ? verify(read.value) : read;
  if (verified.ok) return 'passed';
  if (kindOf(id) === 'response' && read.ok && read.value.certificates.length === 0)
    return 'read, without its certificate';
  const { code, facts } = verified;
  return code === 'document-signature-algorithm' ? `read, by ${String(facts['algorithm'])}` : `refused: ${code}`;
}

describeCorpus('cms-tsp', (folder) => {
  const path = join(folder, 'verdicts.json');
  const { cases } = existsSync(path) ? VERDICTS.parse(JSON.parse(readFileSync(path, 'utf8'))) : { cases: [] };
  const ledger = readLedger('cms-tsp');

  test('is there, and so is every case of the ledger', () => {
    expect(cases.length).toBeGreaterThan(100);
    const ids = new Set(cases.map(({ id }) => id));
    expect([...ledger.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  test.each(cases)('$id', ({ id, file, expected }) => {
    judge(id, expectedOf(id, expected), outcomeOf(id, readFileSync(join(folder, file))), ledger);
  });
});
