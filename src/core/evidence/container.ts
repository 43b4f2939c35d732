// Opens an evidence container, checks its structure, and compares its entries with its manifest. `seals.ts` judges the
// manifest.

import { createHash } from 'node:crypto';
import type { Finding } from '../problems/finding.ts';
import { hasStatedSum, storedBytes, storedEntries, type StoredEntry } from '../archive/stored.ts';
import type { ByteSource } from '../archive/source.ts';
import { CONTAINER_TYPE, ENTRY, proofNamed } from './entries.ts';
import { isEntryName, readManifest, type Manifest } from './manifest.ts';

export interface EvidenceContainer {
  /** Entries by name, in their order. */
  readonly entries: ReadonlyMap<string, StoredEntry>;
  /** Lower-case hex SHA-256 of the bytes of each entry that the manifest lists. */
  readonly digests: ReadonlyMap<string, string>;
  /** Faults of the entries; empty when each is there and as the manifest lists it. */
  readonly findings: readonly Finding[];
  /** An entry's bytes in pieces; nothing for a missing entry. */
  pieces(name: string): Iterable<Buffer>;
  /** A small entry whole; undefined for a missing entry, or one that is too large for its kind. */
  small(name: string): Buffer | undefined;
}

/** Limit of entries that are read whole; revocation lists have a limit of their own. */
const SMALL_BYTES = 8 * 1024 * 1024;

/** Entries outside the manifest: it cannot list itself, nor the signature and time stamp over it. */
const BESIDE: ReadonlySet<string> = new Set([
  ENTRY.mimetype,
  ENTRY.manifest,
  ENTRY.signature,
  ENTRY.stampedManifest,
  ENTRY.timeStamp,
]);

/** Entries without which nothing can be proved. */
const REQUIRED = [
  ENTRY.manifest,
  ENTRY.signature,
  ENTRY.package,
  ENTRY.receipt,
  ENTRY.receiptSignature,
  ENTRY.report,
  ENTRY.enrolments,
] as const;

/**
 * Reads the container once. A damaged container, or a file that is no container, has a finding `evidence-malformed` and
 * no entries.
 */
export function openContainer(source: ByteSource): EvidenceContainer {
  const listing = storedEntries(source);
  const reason = typeof listing === 'string' ? listing : shapeFault(source, listing);
  if (typeof listing === 'string' || reason !== undefined) return withFindings(source, [], [malformed(reason ?? '')]);
  const container = withFindings(source, listing, []);
  const bytes = container.small(ENTRY.manifest);
  const manifest = bytes === undefined ? undefined : readManifest(bytes);
  const gaps = REQUIRED.filter((name) => !container.entries.has(name)).map((name) => entryFault('missing', name));
  if (manifest?.signature !== ENTRY.signature) {
    return withFindings(source, listing, gaps.length > 0 ? gaps : [malformed('manifest')]);
  }
  return compared(source, listing, manifest, gaps);
}

function shapeFault(source: ByteSource, entries: readonly StoredEntry[]): string | undefined {
  const [first] = entries;
  const type = first === undefined ? '' : Buffer.concat([...storedBytes(source, first)].slice(0, 1)).toString('latin1');
  if (first?.name !== ENTRY.mimetype || type !== CONTAINER_TYPE) return 'mimetype';
  if (!entries.every(({ name }) => isEntryName(name))) return 'name';
  return entries.every((entry) => hasStatedSum(source, entry)) ? undefined : 'sum';
}

function withFindings(
  source: ByteSource,
  listing: readonly StoredEntry[],
  findings: readonly Finding[],
  digests: ReadonlyMap<string, string> = new Map(),
): EvidenceContainer {
  const entries = new Map(listing.map((entry) => [entry.name, entry]));
  const pieces = (name: string): Iterable<Buffer> => {
    const entry = entries.get(name);
    return entry === undefined ? [] : storedBytes(source, entry);
  };
  return {
    entries,
    digests,
    findings,
    pieces,
    small(name) {
      const entry = entries.get(name);
      return entry === undefined || entry.end - entry.start > SMALL_BYTES
        ? undefined
        : Buffer.concat([...pieces(name)]);
    },
  };
}

/** Findings for listed entries that are missing or have another hash, and for entries that are not listed. */
function compared(
  source: ByteSource,
  listing: readonly StoredEntry[],
  manifest: Manifest,
  gaps: readonly Finding[],
): EvidenceContainer {
  const container = withFindings(source, listing, []);
  const findings = [...gaps];
  const digests = new Map<string, string>();
  const lists = new Set(manifest.entries.map(({ name }) => name));
  for (const { name, sha256 } of manifest.entries) {
    if (!container.entries.has(name)) {
      if (!gaps.some(({ facts }) => facts['name'] === name)) findings.push(entryFault('missing', name));
      continue;
    }
    const digest = sha256Of(container.pieces(name));
    digests.set(name, digest);
    // A proof is named by its hash: another name would be another proof.
    if (digest !== sha256 || (proofNamed(name)?.sha256 ?? digest) !== digest)
      findings.push(entryFault('changed', name));
  }
  for (const { name } of listing)
    if (!lists.has(name) && !BESIDE.has(name)) findings.push(entryFault('unlisted', name));
  return withFindings(source, listing, findings, digests);
}

/** Lower-case hex SHA-256. */
export function sha256Of(pieces: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** The finding for a file that is no evidence container. */
export function malformed(reason: string): Finding {
  return { code: 'evidence-malformed', severity: 'error', facts: { reason } };
}

const FAULTS = {
  changed: 'evidence-entry-changed',
  missing: 'evidence-entry-missing',
  unlisted: 'evidence-entry-unlisted',
} as const;

/** The finding for a fault of one entry. */
export function entryFault(fault: keyof typeof FAULTS, name: string): Finding {
  return { code: FAULTS[fault], severity: 'error', facts: { name }, place: name };
}
