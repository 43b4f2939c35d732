// What stands over the entries of an evidence container: a manifest, the gateway's signature over it, and a time stamp over
// both where an authority is set up. An authority that is away does no harm: the container then has no stamp.

import { createHash, randomBytes } from 'node:crypto';
import { readTimeStampAnswer, timeStampRequest } from '../core/cms/time-stamp-protocol.ts';
import { checkTimeStamp } from '../core/cms/time-stamp.ts';
import { attributesToSign, detachedSignature, SIGNATURE_ALGORITHMS } from '../core/cms/write.ts';
import { ENTRY } from '../core/evidence/entries.ts';
import { writeManifest, type ManifestEntry } from '../core/evidence/manifest.ts';
import type { ZipEntry } from '../core/formats/archive/zip.ts';
import { selfSignedCertificate, selfSignedFields } from '../core/pki/self-signed.ts';
import { ProblemError } from '../core/problem-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Signer } from '../ports/signer.ts';
import type { TimeStamper } from '../ports/time-stamper.ts';

/** An entry with its hash, known before its bytes are read. */
export interface HashedEntry extends ZipEntry, ManifestEntry {}

export interface SealParts {
  readonly signer: Signer;
  readonly clock: Clock;
  /** Null: nothing is stamped. */
  readonly stamper: TimeStamper | null;
}

/** DER, the signer's own first. */
export type CertificateChain = readonly [Buffer, ...Buffer[]];

/** Milliseconds that a container waits for its stamp. */
const PATIENCE = 5_000;
const NONCE_BYTES = 16;

export function entryOf(name: string, bytes: Buffer): HashedEntry {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, sha256, size: bytes.length, open: () => whole(bytes) };
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield await Promise.resolve(bytes);
}

/** The entries that stand over these. */
export async function sealEntries(
  entries: readonly HashedEntry[],
  chain: CertificateChain,
  { signer, clock, stamper }: SealParts,
): Promise<readonly HashedEntry[]> {
  const manifest = entryOf(ENTRY.manifest, writeManifest({ signature: ENTRY.signature, entries }));
  const attributes = attributesToSign(Buffer.from(manifest.sha256, 'hex'), chain[0], clock.now());
  const value = await signer.sign(attributes);
  const signed = detachedSignature({ attributes, signature: value, algorithm: signer.algorithm, certificates: chain });
  const sealed = [manifest, entryOf(ENTRY.signature, signed)];
  const stamps = stamper === null ? [] : await stampEntries(sealed, stamper);
  return [...sealed, ...stamps];
}

/** A time stamp stands over a manifest of its own (EN 319 162-1 clause 4.4.4.2), which lists the first and its signature. */
async function stampEntries(sealed: readonly HashedEntry[], stamper: TimeStamper): Promise<readonly HashedEntry[]> {
  const list = writeManifest({ signature: ENTRY.timeStamp, entries: sealed });
  const question = { digest: createHash('sha256').update(list).digest(), nonce: randomBytes(NONCE_BYTES) };
  const answer = await ask(stamper, timeStampRequest(question));
  if (answer === undefined) return [];
  const read = readTimeStampAnswer(answer, question);
  if (!read.ok || !checkTimeStamp(read.value.stamp, question.digest).ok) return [];
  return [entryOf(ENTRY.stampedManifest, list), entryOf(ENTRY.timeStamp, read.value.token)];
}

async function ask(stamper: TimeStamper, request: Buffer): Promise<Buffer | undefined> {
  try {
    return await stamper.ask(request, AbortSignal.timeout(PATIENCE));
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/** CMS names a signer by a certificate; a key that has none vouches for itself. */
export async function certificatesOf(signer: Signer): Promise<CertificateChain> {
  const [own, ...issuers] = signer.certificates;
  if (own !== undefined) return [own, ...issuers];
  const algorithm = SIGNATURE_ALGORITHMS[signer.algorithm];
  const fields = selfSignedFields(signer.publicKey, algorithm);
  return [selfSignedCertificate(fields, algorithm, await signer.sign(fields))];
}
