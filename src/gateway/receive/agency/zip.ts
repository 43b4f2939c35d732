// Opens a ZIP of `metadata.json` and files. One reading only: names and sizes in both headers, entries one behind the
// other, sums that hold. Files are read through once for their hashes and again when they are needed, never kept.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { refuse, step, type Refusal, type Step } from '../../../core/problems/finding.ts';
import { METADATA_NAME } from '../../../core/formats/agency/metadata.ts';
import { partKey, readMetadata, type AgencyPart } from '../../../core/formats/agency/read.ts';
import { FLAG, METHOD } from '../../../core/archive/records.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import { AGENCY_LIMITS, type ContainerLimits } from './limits.ts';
import { brokenContainer, openedFrom, type OpenedAgencyPackage } from './opened.ts';
import { fileAccess, isStorageFault, range, type RandomAccess } from './random-access.ts';

/**
 * The package in a file on disk, or in whatever can be read at any place. It is closed with what is answered, and at once
 * when it is refused. Faults of storage reject.
 */
export async function openAgencyPackage(
  source: string | RandomAccess,
  limits: ContainerLimits = AGENCY_LIMITS,
): Promise<Step<OpenedAgencyPackage>> {
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

async function openZip(bytes: RandomAccess, limits: ContainerLimits): Promise<Step<OpenedAgencyPackage>> {
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: true };
  const zip = await yauzl.fromRandomAccessReaderPromise(new Access(bytes), bytes.size, options);
  if (zip.entryCount > limits.files + 1) return refuse('attachment-too-many', { limit: limits.files });
  const listed = await list(zip);
  if (!listed.ok) return listed;
  const entries = listed.value;
  const fault = await layoutFault(zip, entries, bytes);
  if (fault !== undefined) return fault;

  const first = entries.find(({ name }) => name === METADATA_NAME);
  if (first === undefined) return refuse('metadata-missing');
  if (first.entry.uncompressedSize > limits.metadataBytes)
    return refuse('payload-too-large', { limit: limits.metadataBytes });
  const text: Buffer[] = [];
  for await (const piece of contentOf(zip, first.entry)) text.push(piece);
  const json = Buffer.concat(text);
  const metadata = readMetadata(json);
  if (!metadata.ok) return metadata;

  const files = entries.filter((entry) => entry !== first);
  const size = sizeFault(files, limits);
  if (size !== undefined) return size;
  const parts: AgencyPart[] = [];
  for (const { name, entry } of files) {
    const sha256 = await hashOf(zip, entry);
    parts.push({ name, size: entry.uncompressedSize, sha256, open: () => contentOf(zip, entry) });
  }
  const sha256 = createHash('sha256').update(json).digest('hex');
  return await openedFrom('zip', { value: metadata.value, size: json.length, sha256 }, parts, () => bytes.close());
}

interface Listed {
  readonly name: string;
  readonly entry: Entry;
}

async function list(zip: ZipFile): Promise<Step<readonly Listed[]>> {
  const listed: Listed[] = [];
  const keys = new Set<string>();
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry);
    const fault = name === undefined ? 'name-encoding' : entryFault(name, entry);
    if (name === undefined || fault !== undefined) return brokenContainer(fault ?? '', name);
    if (keys.has(partKey(name))) return brokenContainer('duplicate', name);
    keys.add(partKey(name));
    listed.push({ name, entry });
  }
  return step(listed);
}

/** UTF-8, whether the entry says so or not: not every tool that writes it sets the flag. */
function nameOf(entry: Entry): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(entry.fileNameRaw);
  } catch {
    return undefined;
  }
}

const FILE_TYPE = 0o170_000;
const REGULAR = 0o100_000;

function entryFault(name: string, entry: Entry): string | undefined {
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (entry.isEncrypted()) return 'encrypted';
  if (entry.compressionMethod !== METHOD.stored && entry.compressionMethod !== METHOD.deflated) return 'method';
  if (name.endsWith('/')) return 'folder';
  if (type !== 0 && type !== REGULAR) return 'special';
  return /[/\\\0]|^\.{1,2}$|^$|^[A-Za-z]:/.test(name.normalize('NFKC')) ? 'name' : undefined;
}

/** Behind an entry whose sizes were not known before: signature, sum, two sizes, each of these at most 8 bytes. */
const DESCRIPTOR_BYTES = 24;

/**
 * Both headers of every entry must say the same, and entries must lie one behind the other from the first byte on: what
 * lies between them, or twice in one place, another reader would read as something else.
 */
async function layoutFault(
  zip: ZipFile,
  entries: readonly Listed[],
  bytes: RandomAccess,
): Promise<Refusal | undefined> {
  const order = entries.toSorted((a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader);
  let [end, room] = [0, 0];
  for (const { name, entry } of order) {
    const local = await zip.readLocalFileHeaderPromise(entry);
    const descriptor = (entry.generalPurposeBitFlag & FLAG.descriptor) !== 0;
    const same =
      local.fileName.equals(entry.fileNameRaw) &&
      local.compressionMethod === entry.compressionMethod &&
      local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
      (descriptor ||
        (local.crc32 === entry.crc32 &&
          local.compressedSize === entry.compressedSize &&
          local.uncompressedSize === entry.uncompressedSize));
    if (!same) return brokenContainer('headers-differ', name);
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < end || start > end + room) return brokenContainer('layout', name);
    end = local.fileDataStart + entry.compressedSize;
    room = descriptor ? DESCRIPTOR_BYTES : 0;
  }
  const directory = await directoryStart(zip, entries.length, bytes);
  return directory < end || directory > end + room ? brokenContainer('layout') : undefined;
}

const END_BYTES = 22;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const LARGE_END_BYTES = 56;
const LARGE_OFFSET = 0xffff_ffff;
const LARGE_COUNT = 0xffff;

/** As the end record says, and that of ZIP64 where there is one; beyond everything where they contradict each other. */
async function directoryStart(zip: ZipFile, entries: number, bytes: RandomAccess): Promise<number> {
  const at = bytes.size - END_BYTES - Buffer.byteLength(zip.comment, 'latin1');
  const [locator, end] = [Buffer.alloc(LOCATOR_BYTES), Buffer.alloc(END_BYTES)];
  await bytes.read(end, at);
  await bytes.read(locator, at - LOCATOR_BYTES);
  const [count, offset] = [end.readUInt16LE(10), end.readUInt32LE(16)];
  if (locator.readUInt32LE(0) !== LOCATOR) return count === entries ? offset : Infinity;
  const large = Buffer.alloc(LARGE_END_BYTES);
  await bytes.read(large, Number(locator.readBigUInt64LE(8)));
  const start = Number(large.readBigUInt64LE(48));
  return [entries, LARGE_COUNT].includes(count) && [start, LARGE_OFFSET].includes(offset) ? start : Infinity;
}

function sizeFault(entries: readonly Listed[], limits: ContainerLimits): Refusal | undefined {
  let total = 0;
  for (const { name, entry } of entries) {
    const { uncompressedSize: size, compressedSize } = entry;
    total += size;
    if (size > limits.fileBytes) return refuse('attachment-too-large', { name, limit: limits.fileBytes });
    if (total > limits.totalBytes) return refuse('attachment-too-large', { name, limit: limits.totalBytes });
    if (size > limits.freeBytes && size > compressedSize * limits.ratio) return brokenContainer('ratio', name);
  }
  return undefined;
}

async function hashOf(zip: ZipFile, entry: Entry): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of contentOf(zip, entry)) hash.update(piece);
  return hash.digest('hex');
}

/** The entry's bytes; fails at their end when the sum does not hold. */
async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
  let sum = 0;
  const stream: AsyncIterable<Buffer> = await zip.openReadStreamPromise(entry);
  for await (const piece of stream) {
    sum = crc32(piece, sum);
    yield piece;
  }
  if (sum !== entry.crc32) throw new Error('the sum of an entry does not hold');
}

/** As the library wants it. */
class Access extends yauzl.RandomAccessReader {
  readonly #bytes: RandomAccess;

  constructor(bytes: RandomAccess) {
    super();
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(range(this.#bytes, start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#bytes.read(buffer.subarray(offset, offset + length), position).then(
      (count) => callback(count === length ? null : new Error('the archive ends early')),
      (error: unknown) => callback(error as Error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
