// Writes the records of a ZIP archive: no extra fields, no comments, one disk, names in UTF-8. Nothing about a file's age
// is told, so that an archive is a function of its entries.

import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  DESCRIPTOR_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  type EntryHeader,
} from './records.ts';

/** Version 2.0, which every reader knows; no more is needed without ZIP64. */
const VERSION = 20;

/** 1 January 1980, the first day an archive can name, as DOS writes a date; the time is 0. */
const DATE = 0x0021;

const DESCRIPTOR_BYTES = 16;

export function localRecord(entry: EntryHeader): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeEntry(header, 4, entry);
  return Buffer.concat([header, entry.name]);
}

/** `localOffset`: where in the archive the entry's local record begins. */
export function centralRecord(entry: EntryHeader, localOffset: number): Buffer {
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(VERSION, 4);
  writeEntry(header, 6, entry);
  header.writeUInt32LE(localOffset, 42);
  return Buffer.concat([header, entry.name]);
}

/** Behind data whose sum and sizes were not known before. */
export function descriptorRecord({ crc, compressedSize, size }: EntryHeader): Buffer {
  const record = Buffer.alloc(DESCRIPTOR_BYTES);
  record.writeUInt32LE(DESCRIPTOR_SIGNATURE, 0);
  record.writeUInt32LE(crc, 4);
  record.writeUInt32LE(compressedSize, 8);
  record.writeUInt32LE(size, 12);
  return record;
}

/** `offset`: where the directory begins, `length`: its size, both in bytes. */
export function endRecord(entries: number, { offset, length }: { offset: number; length: number }): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(END_SIGNATURE, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(length, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

/** The fields that both headers of an entry have in common, from the version that a reader needs on. */
function writeEntry(header: Buffer, at: number, entry: EntryHeader): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(entry.flags, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(entry.crc, at + 10);
  header.writeUInt32LE(entry.compressedSize, at + 14);
  header.writeUInt32LE(entry.size, at + 18);
  header.writeUInt16LE(entry.name.length, at + 22);
}
