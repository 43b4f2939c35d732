// Writes a ZIP that is a function of its entries: stored, dated at the beginning of ZIP's time, names in UTF-8, the sums
// before the data, so that even a reader that goes from front to back finds everything. Each entry is read twice for that.

import { ProblemError } from '../../problem-error.ts';
import { crc32 } from '../archive/crc32.ts';

export interface ZipEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The bytes, from the beginning at each call. */
  open(): AsyncIterable<Buffer>;
}

interface Written extends ZipEntry {
  readonly raw: Buffer;
  readonly sum: number;
  readonly offset: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** Version 2.0, which every reader knows; no more is needed without ZIP64. */
const VERSION = 20;
/** The name is UTF-8. */
const UTF8 = 0x0800;
const STORED = 0;
/** 1 January 1980, 0:00, as DOS writes a date; the time is 0. */
const DATE = 0x0021;

/** Beyond these the old fields do not count; no package comes near. */
const MAX_BYTES = 0xffff_ffff;
const MAX_ENTRIES = 0xffff;

/**
 * The archive in pieces. Rejects with `rendering-failed` when an entry does not give as many bytes as it says, or not the
 * same ones twice.
 */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Buffer, void, undefined> {
  const written: Written[] = [];
  let offset = 0;
  if (entries.length > MAX_ENTRIES) throw failed('entries');
  for (const entry of entries) {
    const raw = Buffer.from(entry.name, 'utf8');
    const sum = await sumOf(entry);
    const header = localHeader({ ...entry, raw, sum, offset });
    yield header;
    yield* checked(entry, sum);
    written.push({ ...entry, raw, sum, offset });
    offset += header.length + entry.size;
    if (offset > MAX_BYTES) throw failed('bytes');
  }
  const directory = Buffer.concat(written.map(centralHeader));
  yield Buffer.concat([directory, endOf(written.length, directory.length, offset)]);
}

async function sumOf(entry: ZipEntry): Promise<number> {
  let sum = 0;
  for await (const piece of entry.open()) sum = crc32(sum, piece);
  return sum;
}

async function* checked(entry: ZipEntry, expected: number): AsyncGenerator<Buffer, void, undefined> {
  let [size, sum] = [0, 0];
  for await (const piece of entry.open()) {
    size += piece.length;
    sum = crc32(sum, piece);
    yield piece;
  }
  if (size !== entry.size || sum !== expected) throw failed(entry.name);
}

function localHeader({ raw, sum, size }: Written): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL, 0);
  writeCommon(header, 4, sum, size, raw.length);
  return Buffer.concat([header, raw]);
}

function centralHeader({ raw, sum, size, offset }: Written): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, sum, size, raw.length);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, raw]);
}

/** What both headers say of an entry; the extra field behind it is left empty. */
function writeCommon(header: Buffer, at: number, sum: number, size: number, nameBytes: number): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(UTF8, at + 2);
  header.writeUInt16LE(STORED, at + 4);
  header.writeUInt16LE(0, at + 6);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(sum, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(nameBytes, at + 22);
}

function endOf(entries: number, directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

function failed(reason: string): ProblemError {
  return new ProblemError('rendering-failed', { reason });
}
