// Seals the entries of an evidence container: a manifest, the gateway's signature over it, and a time stamp over both
// where an authority is set up. When the authority does not answer, the container has no stamp.

import { createHash } from 'node:crypto';
import { attributesToSign, detachedSignature, SIGNATURE_ALGORITHMS } from '../../core/cms/write.ts';
import { ENTRY } from '../../core/evidence/entries.ts';
import { writeManifest, type ManifestEntry } from '../../core/evidence/manifest.ts';
import type { ZipEntry } from '../../core/archive/zip.ts';
import { assembleSelfSigned, selfSignedFields } from '../../core/pki/self-signed.ts';
import type { Signer } from '../../ports/signer.ts';
import type { TimeStamper } from '../../ports/time-stamper.ts';
import type { World } from '../../ports/world.ts';
import { askStamp } from './ask-stamp.ts';

/** An entry with its hash, known before its bytes are read. */
export interface HashedEntry extends ZipEntry, ManifestEntry {}

export interface SealPorts {
  readonly signer: Signer;
  /** Null: containers get no time stamp. */
  readonly stamper: TimeStamper | null;
}

/** DER, the signer's own certificate first. */
export type CertificateChain = readonly [Buffer, ...Buffer[]];

/** Milliseconds that a container waits for its stamp. */
const PATIENCE = 5_000;

export function entryOf(name: string, bytes: Buffer): HashedEntry {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, sha256, size: bytes.length, open: () => whole(bytes) };
}

async function* whole(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield await Promise.resolve(bytes);
}

/**
 * The seals over these entries. The signed manifest states whether a time stamp follows; where none comes, the gateway
 * signs a manifest without it.
 */
export async function sealEntries(
  entries: readonly HashedEntry[],
  chain: CertificateChain,
  { signer, stamper }: SealPorts,
  world: Pick<World, 'now' | 'randomBytes'>,
): Promise<readonly HashedEntry[]> {
  const seal = async (timeStamp: string | null): Promise<readonly HashedEntry[]> => {
    const manifest = entryOf(ENTRY.manifest, writeManifest({ signature: ENTRY.signature, entries, timeStamp }));
    const attributes = attributesToSign(Buffer.from(manifest.sha256, 'hex'), chain[0], world.now());
    const signature = await signer.sign(attributes);
    const parts = { attributes, signature, algorithm: signer.algorithm, certificates: chain };
    return [manifest, entryOf(ENTRY.signature, detachedSignature(parts))];
  };
  if (stamper === null) return seal(null);
  const sealed = await seal(ENTRY.timeStamp);
  const stamps = await stampEntries(sealed, stamper, world);
  return stamps === undefined ? seal(null) : [...sealed, ...stamps];
}

/**
 * A time stamp covers a manifest of its own (EN 319 162-1 clause 4.4.4.2), which lists the first manifest and its
 * signature. Undefined where the authority gives none.
 */
async function stampEntries(
  sealed: readonly HashedEntry[],
  stamper: TimeStamper,
  world: Pick<World, 'randomBytes'>,
): Promise<readonly HashedEntry[] | undefined> {
  const list = writeManifest({ signature: ENTRY.timeStamp, entries: sealed, timeStamp: null });
  const answer = await askStamp(list, stamper, world, AbortSignal.timeout(PATIENCE));
  return answer.ok ? [entryOf(ENTRY.stampedManifest, list), entryOf(ENTRY.timeStamp, answer.value.token)] : undefined;
}

/** The signer's certificates. CMS names a signer by a certificate, so a key without one gets a self-signed one. */
export async function sealCertificates(signer: Signer): Promise<CertificateChain> {
  const [certificate, ...issuers] = signer.certificates;
  if (certificate !== undefined) return [certificate, ...issuers];
  const algorithm = SIGNATURE_ALGORITHMS[signer.algorithm];
  const fields = selfSignedFields(signer.publicKey, algorithm);
  return [assembleSelfSigned(fields, algorithm, await signer.sign(fields))];
}
