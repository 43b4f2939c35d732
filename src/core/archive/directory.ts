// Reads the records behind the data of an archive's first entry: where the next record begins, and the directory of an
// archive that has no other entry.

import { type EntryFacts, tooLarge } from './entry-data.ts';
import { ArchiveFault, badShape, corrupt } from './fault.ts';
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  DESCRIPTOR_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  FLAG,
  METHOD,
  LOCAL_SIGNATURE,
  ZIP64_SIZE,
  centralHeader,
  endRecord,
  signatureAt,
  type CentralHeader,
  type EntryHeader,
  type LocalHeader,
} from './records.ts';

/** A sum and two sizes, of four bytes or of eight, after a signature or not. */
const DESCRIPTORS = [
  { signed: true, sizeBytes: 4 },
  { signed: false, sizeBytes: 4 },
  { signed: true, sizeBytes: 8 },
  { signed: false, sizeBytes: 8 },
] as const;
const LONGEST_DESCRIPTOR = 24;

/** With so many bytes after the data, what comes next is known. */
export const NEXT_BYTES = LONGEST_DESCRIPTOR + 4;

/** The records after the data and their descriptor. */
export interface Next {
  /** Of the descriptor, in bytes. */
  readonly length: number;
  readonly zip64: boolean;
  readonly kind: 'entry' | 'directory';
}

/**
 * `after`: at least `NEXT_BYTES` of what follows the data, or all there is. `attachment-corrupt` where the archive says
 * other sizes or another sum than `found`.
 */
export function nextRecord(after: Buffer, local: LocalHeader, facts: EntryFacts): Next {
  const sizesFollow = (local.flags & FLAG.descriptor) !== 0;
  const statements = [
    ['crc', local.crc, facts.crc],
    ['size', local.size, facts.size],
    ['compressed-size', local.compressedSize, facts.compressedSize],
  ] as const;
  const wide = (field: string, value: number): boolean => field !== 'crc' && value === ZIP64_SIZE;
  for (const [field, statement, is] of statements) {
    if (statement !== is && !wide(field, statement) && !(sizesFollow && statement === 0)) throw corrupt(field);
  }
  const descriptor = sizesFollow ? descriptorOf(after, facts) : { length: 0, zip64: false };
  const signature = signatureAt(after, descriptor.length);
  if (signature === -1) throw corrupt('cut');
  if (signature !== LOCAL_SIGNATURE && signature !== CENTRAL_SIGNATURE) throw badShape('between');
  return {
    length: descriptor.length,
    zip64: descriptor.zip64 || statements.some(([field, statement]) => wide(field, statement)),
    kind: signature === LOCAL_SIGNATURE ? 'entry' : 'directory',
  };
}

/** None of its forms is marked, so the one that says what was found is taken. */
function descriptorOf(after: Buffer, facts: EntryFacts): { readonly length: number; readonly zip64: boolean } {
  for (const { signed, sizeBytes } of DESCRIPTORS) {
    const from = signed ? 4 : 0;
    const length = from + 4 + 2 * sizeBytes;
    if (after.length < length || (signed && signatureAt(after, 0) !== DESCRIPTOR_SIGNATURE)) continue;
    const size = (at: number): number => (sizeBytes === 4 ? after.readUInt32LE(at) : Number(after.readBigUInt64LE(at)));
    const says =
      after.readUInt32LE(from) === facts.crc &&
      size(from + 4) === facts.compressedSize &&
      size(from + 4 + sizeBytes) === facts.size;
    if (says) return { length, zip64: sizeBytes === 8 };
  }
  throw corrupt('descriptor');
}

/**
 * The directory of an archive around one file, and the end record after it: `bytes` must be these two, to the last byte.
 * `offset`: where they begin in the archive; `limit`: how large the file may be.
 */
export function checkDirectory(
  bytes: Buffer,
  { local, facts, offset, limit }: { local: LocalHeader; facts: EntryFacts; offset: number; limit: number },
): void {
  if (bytes.length < CENTRAL_BYTES) throw corrupt('cut');
  const central = centralHeader(bytes);
  checkEnd(bytes.subarray(central.length), { offset, length: central.length });
  if (central.size > limit) throw tooLarge(limit);
  checkMethod(central);
  checkKind(central);
  const isSame =
    central.flags === local.flags &&
    central.method === local.method &&
    central.name.equals(local.name) &&
    central.localOffset === 0 &&
    central.crc === facts.crc &&
    central.size === facts.size &&
    central.compressedSize === facts.compressedSize;
  if (!isSame) throw corrupt('directory');
}

function checkEnd(bytes: Buffer, directory: { offset: number; length: number }): void {
  const signature = signatureAt(bytes, 0);
  // A second entry, a signature, fields for more than 4 GB: whatever it is, one file needs none of it.
  if (signature !== -1 && signature !== END_SIGNATURE) throw badShape('directory');
  if (bytes.length < END_BYTES) throw corrupt('cut');
  const end = endRecord(bytes);
  if (end.commentLength > 0 || bytes.length > END_BYTES) throw badShape('after-end');
  if (end.entriesOnDisk !== 1 || end.entries !== 1) throw badShape('entries');
  if (end.disk !== 0 || end.directoryDisk !== 0) throw badShape('disks');
  if (end.length !== directory.length || end.offset !== directory.offset) throw badShape('offsets');
}

/** Whether the data can be read at all. */
export function checkMethod({ flags, method }: EntryHeader): void {
  if ((flags & (FLAG.encrypted | FLAG.strongEncryption | FLAG.masked)) !== 0) {
    throw new ArchiveFault('attachment-encrypted', {});
  }
  if (method !== METHOD.stored && method !== METHOD.deflated) throw badShape('method');
}

const DOS_DIRECTORY = 0x10;
const UNIX_KIND = 0xf000;
const UNIX_FILE = 0x8000;

/** A plain file: no directory, no symbolic link, no device. */
function checkKind({ attributes, disk, commentLength }: CentralHeader): void {
  const kind = (attributes >>> 16) & UNIX_KIND;
  if ((attributes & DOS_DIRECTORY) !== 0 || (kind !== 0 && kind !== UNIX_FILE)) throw badShape('kind');
  if (disk !== 0) throw badShape('disks');
  if (commentLength > 0) throw badShape('comment');
}
