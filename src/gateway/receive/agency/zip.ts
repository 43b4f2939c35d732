// Opens a ZIP of `metadata.json` and files. The archive must have one reading only: equal names and sizes in both
// headers, entries one behind the other, correct checksums. Files are read once for their hashes and again when they
// are needed, never kept.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { refuse, ok, type Refusal, type Result } from '../../../core/problems/finding.ts';
import { METADATA_NAME } from '../../../core/formats/agency/metadata.ts';
import { partKey, readMetadata, type AgencyPart } from '../../../core/formats/agency/read.ts';
import { inflated } from '../../../core/archive/inflated.ts';
import {
  archiveEnd,
  directoryEntries,
  directoryPlace,
  longestDirectory,
  TAIL_BYTES,
  type ArchiveEnd,
  type DirectoryPlace,
} from '../../../core/archive/listing.ts';
import {
  FLAG,
  LARGE_END_BYTES,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  localHeader,
  METHOD,
  signatureAt,
  type CentralHeader,
  type LocalHeader,
} from '../../../core/archive/records.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import { AGENCY_LIMITS, type ContainerLimits } from './limits.ts';
import { brokenContainer, openedFrom, type OpenedAgencyPackage } from './opened.ts';
import { fileAccess, isStorageFault, range, type RandomAccess } from './random-access.ts';

/**
 * The package in a file on disk, or in other bytes with random access. They are closed with the answered package, and
 * at once after a refusal. Faults of storage reject.
 */
export async function openAgencyPackage(
  source: string | RandomAccess,
  limits: ContainerLimits = AGENCY_LIMITS,
): Promise<Result<OpenedAgencyPackage>> {
  const bytes = typeof source === 'string' ? await fileAccess(source) : source;
  try {
    const opened = await openZip(bytes, limits);
    if (!opened.ok) await bytes.close();
    return opened;
  } catch (error) {
    await bytes.close();
    if (error instanceof ProblemError || isStorageFault(error)) throw error;
    return brokenContainer('damaged');
  }
}

async function openZip(bytes: RandomAccess, limits: ContainerLimits): Promise<Result<OpenedAgencyPackage>> {
  const end = archiveEnd(await piece(bytes, Math.max(0, bytes.size - TAIL_BYTES), bytes.size));
  const large = end.large === null ? null : await piece(bytes, end.large, end.large + LARGE_END_BYTES);
  const place = directoryPlace(end, large);
  if (place.entries > limits.files + 1) return refuse('attachment-too-many', { limit: limits.files });
  const directory = await piece(bytes, place.offset, place.offset + longestDirectory(place.entries));
  const listed = list(directory, place.entries);
  if (!listed.ok) return listed;
  const laidOut = await lay(bytes, listed.value, isClear(end, place) ? place.offset : Infinity);
  if (!laidOut.ok) return laidOut;
  const entries = laidOut.value;

  const first = entries.find(({ name }) => name === METADATA_NAME);
  if (first === undefined) return refuse('metadata-missing');
  if (first.entry.size > limits.metadataBytes) return refuse('payload-too-large', { limit: limits.metadataBytes });
  const text: Buffer[] = [];
  for await (const bit of contentOf(bytes, first)) text.push(bit);
  const json = Buffer.concat(text);
  const metadata = readMetadata(json);
  if (!metadata.ok) return metadata;

  const files = entries.filter((entry) => entry !== first);
  const size = sizeFault(files, limits);
  if (size !== undefined) return size;
  const parts: AgencyPart[] = [];
  for (const file of files) {
    const { name, entry } = file;
    parts.push({ name, size: entry.size, sha256: await hashOf(bytes, file), open: () => contentOf(bytes, file) });
  }
  const sha256 = createHash('sha256').update(json).digest('hex');
  return await openedFrom('zip', { value: metadata.value, size: json.length, sha256 }, parts, () => bytes.close());
}

/** The bytes `[start, end)`, or as many of them as there are. */
async function piece(bytes: RandomAccess, start: number, end: number): Promise<Buffer> {
  const bits: Buffer[] = [];
  for await (const bit of range(bytes, start, Math.min(end, bytes.size))) bits.push(bit);
  return Buffer.concat(bits);
}

interface Listed {
  readonly name: string;
  readonly entry: CentralHeader;
}

interface Located extends Listed {
  /** Offset of the entry's data. */
  readonly start: number;
}

function list(directory: Buffer, count: number): Result<readonly Listed[]> {
  const listed: Listed[] = [];
  const keys = new Set<string>();
  const entries = directoryEntries(directory);
  while (listed.length < count) {
    const { value: entry } = entries.next();
    if (entry === undefined || isTorn(entry)) throw new Error('the directory is damaged');
    const name = nameOf(entry);
    const fault = name === undefined ? 'name-encoding' : entryFault(name, entry);
    if (name === undefined || fault !== undefined) return brokenContainer(fault ?? '', name);
    if (keys.has(partKey(name))) return brokenContainer('duplicate', name);
    keys.add(partKey(name));
    listed.push({ name, entry });
  }
  return ok(listed);
}

/** The length of an old cipher's own header. */
const CIPHER_BYTES = 12;

/** Whether the entry's flags, method and sizes contradict each other. */
function isTorn({ flags, method, size, compressedSize }: CentralHeader): boolean {
  const added = (flags & FLAG.encrypted) === 0 ? 0 : CIPHER_BYTES;
  return (flags & FLAG.strongEncryption) !== 0 || (method === METHOD.stored && compressedSize !== size + added);
}

/** Reads the name as UTF-8 even without the flag, because not every tool sets it. */
function nameOf(entry: CentralHeader): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry.name);
  } catch {
    return undefined;
  }
}

const FILE_TYPE = 0o170_000;
const REGULAR = 0o100_000;

function entryFault(name: string, { flags, method, attributes }: CentralHeader): string | undefined {
  const type = (attributes >>> 16) & FILE_TYPE;
  if ((flags & FLAG.encrypted) !== 0) return 'encrypted';
  if (method !== METHOD.stored && method !== METHOD.deflated) return 'method';
  if (name.endsWith('/')) return 'folder';
  if (type !== 0 && type !== REGULAR) return 'special';
  return /[/\\\0]|^\.{1,2}$|^$|^[A-Za-z]:/.test(name.normalize('NFKC')) ? 'name' : undefined;
}

/** Bytes behind an entry whose sizes were not known before: signature, checksum, two sizes of at most 8 bytes. */
const DESCRIPTOR_BYTES = 24;

/**
 * Both headers of every entry must agree, and entries must lie one behind the other from the first byte on: another
 * reader would read bytes between or shared by entries as something else. `directory`: offset of the directory.
 */
async function lay(
  bytes: RandomAccess,
  entries: readonly Listed[],
  directory: number,
): Promise<Result<readonly Located[]>> {
  const order = entries.toSorted((a, b) => a.entry.localOffset - b.entry.localOffset);
  const located = new Map<Listed, Located>();
  let [end, room] = [0, 0];
  for (const listed of order) {
    const { name, entry } = listed;
    const local = await localOf(bytes, entry);
    if (!isSame(local, entry)) return brokenContainer('headers-differ', name);
    if (entry.localOffset < end || entry.localOffset > end + room) return brokenContainer('layout', name);
    const start = entry.localOffset + local.length;
    located.set(listed, { name, entry, start });
    end = start + entry.compressedSize;
    room = (entry.flags & FLAG.descriptor) !== 0 ? DESCRIPTOR_BYTES : 0;
  }
  if (directory < end || directory > end + room) return brokenContainer('layout');
  return ok(entries.flatMap((listed) => located.get(listed) ?? []));
}

async function localOf(bytes: RandomAccess, { localOffset, compressedSize }: CentralHeader): Promise<LocalHeader> {
  const head = await piece(bytes, localOffset, localOffset + LOCAL_BYTES);
  if (head.length < LOCAL_BYTES || signatureAt(head, 0) !== LOCAL_SIGNATURE) throw new Error('no entry is there');
  const { length } = localHeader(head);
  if (localOffset + length + compressedSize > bytes.size) throw new Error('an entry ends behind the archive');
  return localHeader(await piece(bytes, localOffset, localOffset + length));
}

function isSame(local: LocalHeader, entry: CentralHeader): boolean {
  const sizesFollow = (entry.flags & FLAG.descriptor) !== 0;
  return (
    local.name.equals(entry.name) &&
    local.method === entry.method &&
    local.flags === entry.flags &&
    (sizesFollow ||
      (local.crc === entry.crc && local.compressedSize === entry.compressedSize && local.size === entry.size))
  );
}

const LARGE_OFFSET = 0xffff_ffff;
const LARGE_COUNT = 0xffff;

/** Whether the two end records of a large archive agree, so that no reader finds another directory. */
function isClear({ record, large }: ArchiveEnd, { entries, offset }: DirectoryPlace): boolean {
  return (
    large === null ||
    ([entries, LARGE_COUNT].includes(record.entries) && [offset, LARGE_OFFSET].includes(record.offset))
  );
}

function sizeFault(entries: readonly Listed[], limits: ContainerLimits): Refusal | undefined {
  let total = 0;
  for (const { name, entry } of entries) {
    const { size, compressedSize } = entry;
    total += size;
    if (size > limits.fileBytes) return refuse('attachment-too-large', { name, limit: limits.fileBytes });
    if (total > limits.totalBytes) return refuse('attachment-too-large', { name, limit: limits.totalBytes });
    if (size > limits.freeBytes && size > compressedSize * limits.ratio) return brokenContainer('ratio', name);
  }
  return undefined;
}

async function hashOf(bytes: RandomAccess, file: Located): Promise<string> {
  const hash = createHash('sha256');
  for await (const bit of contentOf(bytes, file)) hash.update(bit);
  return hash.digest('hex');
}

/**
 * The entry's bytes; fails when there are more than the entry states, and at their end when size or checksum differ.
 */
async function* contentOf(bytes: RandomAccess, { entry, start }: Located): AsyncGenerator<Buffer, void, undefined> {
  const data = range(bytes, start, start + entry.compressedSize);
  let [size, sum] = [0, 0];
  for await (const bit of entry.method === METHOD.stored ? data : inflated(data)) {
    size += bit.length;
    if (size > entry.size) break;
    sum = crc32(bit, sum);
    yield bit;
  }
  if (size !== entry.size || sum !== entry.crc) throw new Error('an entry is not what the archive says');
}
