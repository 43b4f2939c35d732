// Opens an archive whose entries are stored as they are. One reading only: entries lie one behind the other from the first
// byte to the directory, and both headers of each say the same, so that every reader finds the same files.

import { crc32 } from './crc32.ts';
import { ArchiveFault } from './fault.ts';
import { directoryEntries } from './listing.ts';
import {
  CENTRAL_BYTES,
  END_BYTES,
  END_SIGNATURE,
  endRecord,
  FLAG,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  localHeader,
  METHOD,
  signatureAt,
  type CentralHeader,
} from './records.ts';

/** The source that is read; `read` answers bytes `[start, end)`. */
interface ByteSource {
  readonly size: number;
  read(start: number, end: number): Buffer;
}

export interface StoredEntry {
  readonly name: string;
  /** The place of its bytes in the archive: `[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly crc: number;
}

/** Entries and bytes of the directory of the largest archive that is read. */
const LIMITS = { entries: 10_000, directoryBytes: 4 * 1024 * 1024 } as const;

/** The entries in their order, or the word for what is wrong with the archive. Sums are not looked at. */
export function storedEntries(source: ByteSource): readonly StoredEntry[] | string {
  if (source.size < END_BYTES) return 'end';
  const directoryEnd = source.size - END_BYTES;
  const end = source.read(directoryEnd, source.size);
  if (signatureAt(end, 0) !== END_SIGNATURE || endRecord(end).commentLength !== 0) return 'end';
  const { disk, directoryDisk, entriesOnDisk, entries: count, length, offset } = endRecord(end);
  if (disk !== 0 || directoryDisk !== 0 || entriesOnDisk !== count) return 'end';
  if (count > LIMITS.entries || length > LIMITS.directoryBytes) return 'limits';
  if (offset + length !== directoryEnd) return 'layout';
  return readDirectory(source, source.read(offset, directoryEnd), { count, offset });
}

function readDirectory(
  source: ByteSource,
  directory: Buffer,
  { count, offset }: { readonly count: number; readonly offset: number },
): readonly StoredEntry[] | string {
  const entries: StoredEntry[] = [];
  const names = new Set<string>();
  let position = 0;
  try {
    for (const central of directoryEntries(directory)) {
      const entry = storedEntry(source, central, { position, offset });
      if (typeof entry === 'string') return entry;
      if (names.has(entry.name)) return 'duplicate';
      names.add(entry.name);
      entries.push(entry);
      position = entry.end;
    }
  } catch (error) {
    if (error instanceof ArchiveFault) return 'directory';
    throw error;
  }
  if (position !== offset) return 'layout';
  return entries.length === count ? entries : 'end';
}

/** `position`: where the entry must begin; `offset`: where the directory does. */
function storedEntry(
  source: ByteSource,
  central: CentralHeader,
  { position, offset }: { readonly position: number; readonly offset: number },
): StoredEntry | string {
  if (central.length !== CENTRAL_BYTES + central.name.length) return 'directory';
  if ((central.flags & ~FLAG.utf8) !== 0 || central.method !== METHOD.stored) return 'method';
  if (central.size !== central.compressedSize || central.disk !== 0) return 'directory';
  if (central.localOffset !== position) return 'layout';
  const start = position + LOCAL_BYTES + central.name.length;
  const entry = { name: central.name.toString('latin1'), start, end: start + central.size, crc: central.crc };
  if (entry.end > offset) return 'layout';
  const header = source.read(position, start);
  const local = localHeader(header);
  const isSame =
    signatureAt(header, 0) === LOCAL_SIGNATURE &&
    local.length === header.length &&
    local.name.equals(central.name) &&
    local.flags === central.flags &&
    local.method === central.method &&
    local.crc === central.crc &&
    local.size === central.size &&
    local.compressedSize === central.size;
  return isSame ? entry : 'headers-differ';
}

const PIECE_BYTES = 1024 * 1024;

/** An entry's bytes in pieces. */
export function* storedBytes(source: ByteSource, { start, end }: StoredEntry): Generator<Buffer, void, undefined> {
  for (let at = start; at < end; at += PIECE_BYTES) yield source.read(at, Math.min(end, at + PIECE_BYTES));
}

/** Whether an entry's bytes have the sum that the archive states. */
export function hasStatedSum(source: ByteSource, entry: StoredEntry): boolean {
  let sum = 0;
  for (const piece of storedBytes(source, entry)) sum = crc32(sum, piece);
  return sum === entry.crc;
}
