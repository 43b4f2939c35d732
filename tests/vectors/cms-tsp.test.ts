// Public CMS signatures and time-stamp tokens, good and damaged: what the reader and verifier of signatures inside documents
// say of each. Trust is not asked; the files' authorities are nobody's here.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { hashNamed } from '../../src/core/cms/algorithms.ts';
import { ATTRIBUTE } from '../../src/core/cms/attributes.ts';
import { readSignedData } from '../../src/core/cms/signed-data.ts';
import type { SignedData } from '../../src/core/cms/signed-data.ts';
import { readTimeStamp, TIME_STAMP_INFO } from '../../src/core/cms/time-stamp.ts';
import { certificatesOf, checkSigner, onlySigner } from '../../src/core/cms/verify.ts';
import { step } from '../../src/core/finding.ts';
import type { Step } from '../../src/core/finding.ts';
import { parseCertificate } from '../../src/core/pki/certificate.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';

const VERDICTS = z.looseObject({
  cases: z.array(z.looseObject({ id: z.string(), file: z.string(), expected: z.string() })),
});

/** What is neither a signature nor a token, and is only asked not to be taken for one. */
const OTHER = [/^rfc3161\/(hashedMessage|req|resp)/, /\.(ers|bin|data|cer|crl|gz)$/, /^bc\/(asn1|cmp)/, /\.tsd\.der$/];

/** Outcomes that satisfy what the corpus expects. */
function expectedOf(id: string, expected: string): readonly string[] {
  if (OTHER.some((pattern) => pattern.test(id)) && !id.startsWith('bc/rfc4134/')) return ['refused'];
  if (expected.startsWith('RFC 4134')) return ['refused'];
  if (expected.startsWith('not-ok')) return ['refused', 'time stamp refused'];
  return expected.startsWith('parses as') ? ['passed', 'refused: document-signature-invalid'] : ['passed'];
}

/** The value is right, over the content inside or, detached, over whatever its digest says. */
function verify(signedData: SignedData): Step<{ readonly stamps: readonly boolean[] }> {
  const signer = onlySigner(signedData);
  if (!signer.ok) return signer;
  const certificates = certificatesOf(signedData, signer.value.id);
  if (!certificates.ok) return certificates;
  const leaf = parseCertificate(certificates.value[0]);
  if (!leaf.ok) return leaf;
  const hash = hashNamed(signer.value.digestAlgorithm);
  if (!hash.ok) return hash;
  const { content, contentType } = signedData;
  const claimed = signer.value.signedAttributes?.messageDigest ?? Buffer.alloc(0);
  const digest = content === null ? claimed : createHash(hash.value).update(content).digest();
  const checked = checkSigner(signer.value, leaf.value, {
    contentType,
    digest,
    needsSigningCertificate: contentType === TIME_STAMP_INFO,
  });
  if (!checked.ok) return checked;
  const tokens = signer.value.unsignedAttributes.get(ATTRIBUTE.signatureTimeStamp) ?? [];
  return step({ stamps: tokens.map((token) => doesStamp(token, signer.value.signature)) });
}

function doesStamp(token: Buffer, signature: Buffer): boolean {
  const read = readTimeStamp(token);
  if (!read.ok) return false;
  const { hash, digest } = read.value.imprint;
  return createHash(hash).update(signature).digest().equals(digest) && verify(read.value.signedData).ok;
}

function outcomeOf(bytes: Buffer, expected: readonly string[]): string {
  const read = readSignedData(bytes, true);
  const verified = read.ok ? verify(read.value) : read;
  if (!verified.ok) return expected.includes('refused') ? 'refused' : `refused: ${verified.code}`;
  return verified.value.stamps.includes(false) ? 'time stamp refused' : 'passed';
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
    const outcomes = expectedOf(id, expected);
    judge(id, outcomes, outcomeOf(readFileSync(join(folder, file)), outcomes), ledger);
  });
});
