// A maker of ZIP archives: honest by default, every field of every record overridable. It shares no line with the product,
// whose reader is judged by it.

import { deflateRawSync, gzipSync } from 'node:zlib';

/** What one of the two headers of an entry says. */
export interface HeaderFields {
  name?: string | Buffer;
  flags?: number;
  method?: number;
  crc?: number;
  compressedSize?: number;
  size?: number;
  extra?: Buffer;
}

export interface EntryOptions {
  name?: string | Buffer;
  content?: Buffer;
  method?: 'stored' | 'deflated';
  /** Of deflate, 1 … 9. */
  level?: number;
  /** In place of the compressed content. */
  data?: Buffer;
  /** Sizes and sum after the data, of four bytes or eight, with or without a signature. */
  descriptor?: 'none' | 'signed' | 'unsigned' | 'signed-64' | 'unsigned-64';
  /** In place of the descriptor that is right. */
  descriptorBytes?: Buffer;
  flags?: number;
  /** Lies of either header. */
  local?: HeaderFields;
  central?: HeaderFields & { disk?: number; attributes?: number; offset?: number; comment?: Buffer };
}

export interface ArchiveOptions {
  /** Bytes before the first record, between data and directory, between directory and end record, behind everything. */
  before?: Buffer;
  beforeDirectory?: Buffer;
  beforeEnd?: Buffer;
  behind?: Buffer;
  end?: { disk?: number; entries?: number; entriesHere?: number; length?: number; offset?: number; comment?: Buffer };
  /** How often each record of the directory is written. */
  repeated?: number;
}

const DESCRIPTOR = 1 << 3;
const UTF8 = 1 << 11;
/** 22 November 2026, 10:00, as DOS counts. */
const TIME = Buffer.from([0x00, 0x50, 0x76, 0x5d]);
const PLAIN_FILE = (0o100644 << 16) >>> 0;

/** As the national library wraps what it does not know: one deflated entry, sizes behind the data. */
export function wrapped(content: Buffer, name = '1f6e1a52-2f0c-4f38-9d0a-1f2f6f7a8b9c.doc'): Buffer {
  return zip([{ name, content, descriptor: 'signed', flags: DESCRIPTOR | UTF8 }]);
}

export function zip(entries: readonly EntryOptions[], options: ArchiveOptions = {}): Buffer {
  const { before = NOTHING, beforeDirectory = NOTHING, beforeEnd = NOTHING, behind = NOTHING, end = {} } = options;
  const parts: Buffer[] = [before];
  const directory: Buffer[] = [];
  for (const entry of entries) {
    const offset = lengthOf(parts);
    const { local, central } = records(entry, offset);
    parts.push(local);
    for (let times = options.repeated ?? 1; times > 0; times -= 1) directory.push(central);
  }
  const comment = end.comment ?? NOTHING;
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(end.disk ?? 0, 4);
  last.writeUInt16LE(end.entriesHere ?? directory.length, 8);
  last.writeUInt16LE(end.entries ?? directory.length, 10);
  last.writeUInt32LE(end.length ?? lengthOf(directory), 12);
  last.writeUInt32LE(end.offset ?? lengthOf(parts) + beforeDirectory.length, 16);
  last.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, beforeDirectory, ...directory, beforeEnd, last, comment, behind]);
}

const NOTHING = Buffer.alloc(0);

function records(entry: EntryOptions, offset: number): { local: Buffer; central: Buffer } {
  const { content = Buffer.from('%PDF-1.7 nội dung'), method = 'deflated', descriptor = 'none' } = entry;
  const data = entry.data ?? (method === 'stored' ? content : deflateRawSync(content, { level: entry.level ?? 6 }));
  const truth = {
    name: entry.name ?? 'a.pdf',
    flags: entry.flags ?? (descriptor === 'none' ? UTF8 : DESCRIPTOR | UTF8),
    method: method === 'stored' ? 0 : 8,
    crc: crcOf(content),
    compressedSize: data.length,
    size: content.length,
    extra: NOTHING,
  };
  const before =
    descriptor === 'none' || method === 'stored' ? truth : { ...truth, crc: 0, compressedSize: 0, size: 0 };
  const said = { ...before, ...entry.local };
  const local = Buffer.concat([
    Buffer.from('PK\u0003\u0004'),
    uint16(20),
    shared(said),
    Buffer.from(said.name),
    said.extra,
    data,
    entry.descriptorBytes ?? descriptorOf(descriptor, truth),
  ]);
  const { disk = 0, attributes = PLAIN_FILE, offset: at = offset, comment = NOTHING, ...lies } = entry.central ?? {};
  const listed = { ...truth, ...lies };
  const central = Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    uint16(0x0314, 20),
    shared(listed),
    uint16(comment.length, disk, 0),
    uint32(attributes, at),
    Buffer.from(listed.name),
    listed.extra,
    comment,
  ]);
  return { local, central };
}

function shared({ name, flags, method, crc, compressedSize, size, extra }: Required<HeaderFields>): Buffer {
  return Buffer.concat([
    uint16(flags, method),
    TIME,
    uint32(crc, compressedSize, size),
    uint16(Buffer.from(name).length, extra.length),
  ]);
}

function descriptorOf(
  form: NonNullable<EntryOptions['descriptor']>,
  { crc, compressedSize, size }: { crc: number; compressedSize: number; size: number },
): Buffer {
  if (form === 'none') return NOTHING;
  const sizes = form.endsWith('64') ? uint32(compressedSize, 0, size, 0) : uint32(compressedSize, size);
  return Buffer.concat([form.startsWith('signed') ? Buffer.from('PK\u0007\u0008') : NOTHING, uint32(crc), sizes]);
}

/** As gzip sums it up. */
export function crcOf(content: Buffer): number {
  const packed = gzipSync(content, { level: 1 });
  return packed.readUInt32LE(packed.length - 8);
}

function uint16(...values: readonly number[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(2);
      bytes.writeUInt16LE(value);
      return bytes;
    }),
  );
}

function uint32(...values: readonly number[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return bytes;
    }),
  );
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
