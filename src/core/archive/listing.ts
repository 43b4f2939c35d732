// What an archive says it holds: the record at its end, and the directory that this leads to (PKWARE APPNOTE 4.3.12 to 16,
// with the fields for more than 4 GB of 4.5.3).

import { corrupt } from './fault.ts';
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  centralHeader,
  END_BYTES,
  END_SIGNATURE,
  endRecord,
  LARGE_END_BYTES,
  LARGE_END_SIGNATURE,
  LOCATOR_BYTES,
  LOCATOR_SIGNATURE,
  signatureAt,
  ZIP64_SIZE,
  type CentralHeader,
  type EndRecord,
} from './records.ts';

const LONGEST_FIELD = 0xffff;
/** With so many of its last bytes, or all of them, an archive's end is known. */
export const TAIL_BYTES = LOCATOR_BYTES + END_BYTES + LONGEST_FIELD;
/** Of a directory's entry, with its name, extra fields and comment. */
const LONGEST_CENTRAL = CENTRAL_BYTES + 3 * LONGEST_FIELD;

export interface ArchiveEnd {
  readonly record: EndRecord;
  /** Where the record for more than 4 GB stands, which counts instead; null without one. */
  readonly large: number | null;
}

/** `tail`: the last `TAIL_BYTES` of the archive, or all of it. Throws `attachment-corrupt`. */
export function archiveEnd(tail: Buffer): ArchiveEnd {
  let at = tail.length - END_BYTES;
  while (at >= 0 && signatureAt(tail, at) !== END_SIGNATURE) at -= 1;
  if (at < 0) throw corrupt('end');
  const record = endRecord(tail.subarray(at));
  // The comment must reach the last byte: what lies behind it, or a signature within it, would be a second end.
  if (record.commentLength !== tail.length - at - END_BYTES) throw corrupt('end');
  const locator = at - LOCATOR_BYTES;
  const isLarge = locator >= 0 && signatureAt(tail, locator) === LOCATOR_SIGNATURE;
  return { record, large: isLarge ? wide(tail, locator + 8) : null };
}

export interface DirectoryPlace {
  readonly entries: number;
  readonly offset: number;
}

/** Where the directory is; `large`: the record that `ArchiveEnd.large` leads to, to its end. Throws `attachment-corrupt`. */
export function directoryPlace({ record }: ArchiveEnd, large: Buffer | null): DirectoryPlace {
  if (large === null) {
    if (record.disk !== 0) throw corrupt('disks');
    return record;
  }
  if (large.length < LARGE_END_BYTES || signatureAt(large, 0) !== LARGE_END_SIGNATURE) throw corrupt('end');
  if (large.readUInt32LE(16) !== 0) throw corrupt('disks');
  return { entries: wide(large, 32), offset: wide(large, 48) };
}

/** How many bytes a directory of so many entries has at most. */
export function longestDirectory(entries: number): number {
  return entries * LONGEST_CENTRAL;
}

/** The entries of a directory, in its order, to the end of `bytes`; each is read when it is asked for. Throws `attachment-corrupt`. */
export function* directoryEntries(bytes: Buffer): Generator<CentralHeader, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at);
    if (rest.length < CENTRAL_BYTES || signatureAt(rest, 0) !== CENTRAL_SIGNATURE) throw corrupt('directory');
    const central = centralHeader(rest);
    if (central.length > rest.length) throw corrupt('directory');
    yield widened(central);
    at += central.length;
  }
}

const LARGE_FIELD = 1;

/** Sizes and the offset that do not fit stand in an extra field, in this order, and only those. */
function widened(central: CentralHeader): CentralHeader {
  const field = extraField(central.extra, LARGE_FIELD);
  if (field === undefined) return central;
  let at = 0;
  const read = (narrow: number): number => {
    if (narrow !== ZIP64_SIZE) return narrow;
    if (field.length < at + 8) throw corrupt('extra');
    at += 8;
    return wide(field, at - 8);
  };
  const size = read(central.size);
  const compressedSize = read(central.compressedSize);
  return { ...central, size, compressedSize, localOffset: read(central.localOffset) };
}

/** The first of that number. */
function extraField(extra: Buffer, number: number): Buffer | undefined {
  let found: Buffer | undefined;
  for (let at = 0; at + 4 <= extra.length;) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) throw corrupt('extra');
    if (extra.readUInt16LE(at) === number) found ??= extra.subarray(at + 4, end);
    at = end;
  }
  return found;
}

function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
