// Writes a ZIP that is a function of its entries: stored, dated at the beginning of ZIP's time, names in UTF-8, the sums
// before the data, so that even a reader that goes from front to back finds everything. Each entry is read twice for that.

import { ProblemError } from '../problems/problem-error.ts';
import { crc32 } from './crc32.ts';
import { FLAG, METHOD, type EntryHeader } from './records.ts';
import { centralRecord, endRecord, localRecord } from './writing.ts';

export interface ZipEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The bytes, from the beginning at each call. */
  open(): AsyncIterable<Buffer>;
}

interface Written {
  readonly header: EntryHeader;
  readonly offset: number;
}

/** Beyond these the old fields do not count; no package comes near. */
const MAX_BYTES = 0xffff_ffff;
const MAX_ENTRIES = 0xffff;

/**
 * The archive in pieces. Rejects with `rendering-failed` when an entry does not give as many bytes as it says, or not the
 * same ones twice.
 */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Buffer, void, undefined> {
  const records: Written[] = [];
  let offset = 0;
  if (entries.length > MAX_ENTRIES) throw failure('entries');
  for (const entry of entries) {
    const header = headerOf(entry, await sumOf(entry));
    const record = localRecord(header);
    yield record;
    yield* withCheck(entry, header.crc);
    records.push({ header, offset });
    offset += record.length + entry.size;
    if (offset > MAX_BYTES) throw failure('bytes');
  }
  const directory = Buffer.concat(records.map(({ header, offset: at }) => centralRecord(header, at)));
  yield Buffer.concat([directory, endRecord(records.length, { offset, length: directory.length })]);
}

function headerOf({ name, size }: ZipEntry, crc: number): EntryHeader {
  return { flags: FLAG.utf8, method: METHOD.stored, crc, compressedSize: size, size, name: Buffer.from(name, 'utf8') };
}

async function sumOf(entry: ZipEntry): Promise<number> {
  let sum = 0;
  for await (const piece of entry.open()) sum = crc32(sum, piece);
  return sum;
}

async function* withCheck(entry: ZipEntry, expectedSize: number): AsyncGenerator<Buffer, void, undefined> {
  let [size, sum] = [0, 0];
  for await (const piece of entry.open()) {
    size += piece.length;
    sum = crc32(sum, piece);
    yield piece;
  }
  if (size !== entry.size || sum !== expectedSize) throw failure(entry.name);
}

function failure(reason: string): ProblemError {
  return new ProblemError('rendering-failed', { reason });
}
