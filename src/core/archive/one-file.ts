// Reads a ZIP archive around one file, in the one pass in which the attachment is decoded. Its parts must lie side by side
// from the first byte to the last and say the same, so that no two readers can find two files in it.

import { excerpt } from '../message/excerpt.ts';
import type { Facts } from '../problems/finding.ts';
import type { OpenedFile } from '../message/message.ts';
import { sniff } from '../message/media.ts';
import { NEXT_BYTES, checkDirectory, checkMethod, nextRecord, type Next } from './directory.ts';
import { EntryData, type PieceTaker } from './entry-data.ts';
import { entryName, entryNameFault } from './entry-name.ts';
import { ArchiveFault, badShape, corrupt, type ArchiveCode } from './fault.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
import {
  CENTRAL_BYTES,
  END_BYTES,
  END_SIGNATURE,
  KNOWN_FLAGS,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  METHOD,
  localHeader,
  signatureAt,
  type LocalHeader,
} from './records.ts';

/** The kind of file that the bytes turned out to be. */
export type ArchiveReading =
  /** No ZIP archive. */
  | { readonly kind: 'none' }
  /** An archive without any file. */
  | { readonly kind: 'empty' }
  /** More than one file, the first of them whole: an archive, or a format that is one. */
  | { readonly kind: 'several' }
  /** `head`: the first bytes of the file inside. */
  | { readonly kind: 'one'; readonly file: OpenedFile; readonly head: Buffer }
  /** Refused; it may not have been read to its end. */
  | { readonly kind: 'fault'; readonly code: ArchiveCode; readonly facts: Facts };

const SHOWN_NAME = 255;
const SIGNATURE_BYTES = 4;

interface Entry {
  readonly local: LocalHeader;
  readonly data: EntryData;
}

/** Fed with the bytes of any file, in pieces that may change afterwards. Never throws: what is wrong is in the reading. */
export class OneFileReader {
  readonly #limits: ArchiveLimits;
  readonly #bytes: number;
  readonly #handOn: PieceTaker | undefined;
  #header: Buffer = Buffer.alloc(0);
  #entry: Entry | undefined;
  /** Reads on behind the entry's data, once they have ended. */
  #after: Buffer | undefined;
  #next: Next | undefined;
  #reading: ArchiveReading | undefined;

  /** `bytes`: how large the file inside may be. `handOn` is lent the file's pieces as they come out. */
  constructor(bytes: number, limits: ArchiveLimits = ARCHIVE_LIMITS, handOn?: PieceTaker) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#handOn = handOn;
  }

  feed(bytes: Buffer): void {
    if (this.#reading === undefined && bytes.length > 0) this.#reading = settled(() => this.#read(bytes));
  }

  /** The number of bytes that have come out so far, used or not. */
  get inflated(): number {
    return this.#entry?.data.facts().size ?? 0;
  }

  /** To be asked once, after the last byte. */
  end(): ArchiveReading {
    return this.#reading ?? settled(() => this.#finish());
  }

  #read(bytes: Buffer): ArchiveReading | undefined {
    if (this.#entry === undefined) return this.#readHeader(bytes);
    if (this.#after === undefined) return this.#readData(this.#entry, bytes);
    return this.#readAfter(this.#entry, Buffer.concat([this.#after, bytes]));
  }

  #readHeader(bytes: Buffer): ArchiveReading | undefined {
    const header = (this.#header = Buffer.concat([this.#header, bytes]));
    if (!beginsAs(header, LOCAL_SIGNATURE)) return beginsAs(header, END_SIGNATURE) ? undefined : { kind: 'none' };
    if (header.length < LOCAL_BYTES) return undefined;
    const local = localHeader(header);
    refuseUnreadable(local, this.#limits);
    if (header.length < local.length) return undefined;
    // The pieces are only lent, and the name is wanted to the end.
    this.#header = Buffer.from(header.subarray(0, local.length));
    const data = new EntryData(local, this.#bytes, this.#limits, this.#handOn);
    const entry = { local: localHeader(this.#header), data };
    this.#entry = entry;
    return this.#readData(entry, header.subarray(local.length));
  }

  #readData(entry: Entry, bytes: Buffer): ArchiveReading | undefined {
    const rest = entry.data.feed(bytes);
    return rest === undefined ? undefined : this.#readAfter(entry, Buffer.from(rest));
  }

  #readAfter({ local, data }: Entry, after: Buffer): ArchiveReading | undefined {
    this.#after = after;
    if (after.length < NEXT_BYTES) return undefined;
    this.#next ??= nextRecord(after, local, data.facts());
    if (this.#next.kind === 'entry') return { kind: 'several' };
    const longest = NEXT_BYTES + CENTRAL_BYTES + local.name.length + this.#limits.extraBytes + END_BYTES;
    if (after.length > longest) throw badShape('after-end');
    return undefined;
  }

  #finish(): ArchiveReading {
    if (this.#entry === undefined) return withoutEntry(this.#header);
    const { local, data } = this.#entry;
    const after = this.#after ?? data.end();
    if (after === undefined) throw corrupt('data-cut');
    const facts = data.facts();
    const next = this.#next ?? nextRecord(after, local, facts);
    if (next.kind === 'entry') return { kind: 'several' };
    const offset = local.length + facts.compressedSize + next.length;
    checkDirectory(after.subarray(next.length), { local, facts, offset, limit: this.#bytes });
    const name = entryName(local.name);
    const fault = entryNameFault(name) ?? oddity(local, next);
    if (fault !== undefined) throw badShape(fault);
    const head = data.head();
    const file: OpenedFile = {
      entryName: excerpt(name, SHOWN_NAME),
      mediaType: sniff(head),
      size: facts.size,
      sha256: data.sha256(),
      method: local.method === METHOD.stored ? 'stored' : 'deflated',
      offset: local.length,
      compressedSize: facts.compressedSize,
    };
    return { kind: 'one', file, head };
  }
}

/** Faults that an archive of several files may have, which is carried as it is, but not one around a single file. */
function oddity(local: LocalHeader, next: Next): string | undefined {
  if ((local.flags & ~KNOWN_FLAGS) !== 0) return 'flags';
  return next.zip64 ? 'zip64' : undefined;
}

/** Faults that make it impossible, or a risk, to go through the data. */
function refuseUnreadable(header: LocalHeader, limits: ArchiveLimits): void {
  const { nameLength, extraLength } = header;
  checkMethod(header);
  if (nameLength > limits.nameBytes) throw badShape('name-too-long');
  if (extraLength > limits.extraBytes) throw badShape('extra-too-long');
}

/** As far as there are bytes. */
function beginsAs(bytes: Buffer, signature: number): boolean {
  const length = Math.min(bytes.length, SIGNATURE_BYTES);
  return bytes.readUIntLE(0, length) === signature % 2 ** (8 * length);
}

/** Reads a file that began as an archive to its end. */
function withoutEntry(bytes: Buffer): ArchiveReading {
  if (bytes.length < SIGNATURE_BYTES) return { kind: 'none' };
  if (signatureAt(bytes, 0) === LOCAL_SIGNATURE) throw corrupt('cut');
  return { kind: 'empty' };
}

function settled<Reading extends ArchiveReading | undefined>(read: () => Reading): Reading | ArchiveReading {
  try {
    return read();
  } catch (error) {
    if (error instanceof ArchiveFault) return { kind: 'fault', code: error.code, facts: error.facts };
    throw error;
  }
}
