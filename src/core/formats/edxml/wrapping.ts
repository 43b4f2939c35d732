// How a file is put into a package. The national library knows a handful of types by their extension, which it stores as
// they are; everything else, images and real spreadsheets too, it wraps in a ZIP of one entry, and its readers open what is
// labelled a ZIP and not named one (format facts, section 1.4; confidence H). Written as the table has it, a package can be
// read by whoever goes by the table, and by whoever goes by the bytes.

import { createHash } from 'node:crypto';
import type { Attachment } from '../../message.ts';
import { crc32 } from '../archive/crc32.ts';
import {
  CENTRAL_BYTES,
  CENTRAL_SIGNATURE,
  DESCRIPTOR_SIGNATURE,
  END_BYTES,
  END_SIGNATURE,
  FLAG,
  LOCAL_BYTES,
  LOCAL_SIGNATURE,
  METHOD,
} from '../archive/records.ts';

/** A file's bytes, whole or in pieces. */
export type Content = Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;

type Named = Pick<Attachment, 'contentId' | 'attachmentName'>;
type Pieces = AsyncGenerator<Buffer, void, undefined>;

/** By extension. The two misspelled ones are the library's own: files really named so are taken for its spreadsheets. */
const STORED_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  doc: 'application/doc',
  docx: 'application/docx',
  xsl: 'application/xsl',
  xslx: 'application/xslx',
  zip: 'application/zip',
};

/** The label of a file that is wrapped. */
export const WRAPPED_TYPE = 'application/zip';

/** What a package says of the file's type. */
export function labelOf({ attachmentName }: Named): string {
  return storedType(attachmentName) ?? WRAPPED_TYPE;
}

/** The file's bytes as a package holds them: as they are, or in an archive that is the same for the same file every time. */
export function packed(file: Named, content: Content): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (storedType(file.attachmentName) === undefined) return archived(entryNameOf(file), content);
  return Buffer.isBuffer(content) ? [content] : content;
}

function storedType(attachmentName: string): string | undefined {
  const extension = extensionOf(attachmentName).toLowerCase();
  return Object.hasOwn(STORED_TYPES, extension) ? STORED_TYPES[extension] : undefined;
}

function extensionOf(attachmentName: string): string {
  return /\.([0-9A-Za-z]+)$/.exec(attachmentName)?.[1] ?? '';
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `<uuid>.<ext>`: the content id where it is one, else one made of it. */
function entryNameOf({ contentId, attachmentName }: Named): string {
  const hex = createHash('sha256').update(contentId).digest('hex');
  const made = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  const extension = extensionOf(attachmentName);
  return `${UUID.test(contentId) ? contentId : made}${extension === '' ? '' : `.${extension}`}`;
}

/** Nothing about a file's age is told: 1 January 1980, the first day an archive can name. */
const DATE = 0x0021;
/** The library's own version and flags: a descriptor follows the data, names are UTF-8. */
const VERSION = 20;
const FLAGS = FLAG.descriptor | FLAG.utf8;
/** The longest block of the deflate format that is not compressed. */
const BLOCK_BYTES = 0xffff;
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);

/**
 * A ZIP of one entry, its data deflated by blocks that are not compressed: streaming readers open it, and no compressor's
 * version shows in the bytes.
 */
async function* archived(entryName: string, content: Content): Pieces {
  const name = Buffer.from(entryName);
  yield Buffer.concat([localHeader(name), name]);
  let [crc, size, compressedSize] = [0, 0, 0];
  for await (const block of blocksOf(content)) {
    crc = crc32(crc, block);
    size += block.length;
    const header = Buffer.from([0, 0, 0, 0, 0]);
    header.writeUInt16LE(block.length, 1);
    header.writeUInt16LE(~block.length & 0xffff, 3);
    compressedSize += header.length + block.length;
    yield header;
    yield block;
  }
  compressedSize += LAST_BLOCK.length;
  const sums = Buffer.alloc(12);
  sums.writeUInt32LE(crc, 0);
  sums.writeUInt32LE(compressedSize, 4);
  sums.writeUInt32LE(size, 8);
  yield LAST_BLOCK;
  yield Buffer.concat([signature(DESCRIPTOR_SIGNATURE), sums]);
  const directoryAt = LOCAL_BYTES + name.length + compressedSize + 4 + sums.length;
  yield Buffer.concat([centralHeader(name, sums), name, endRecord(CENTRAL_BYTES + name.length, directoryAt)]);
}

/** Cut at the same places, however the content comes. */
async function* blocksOf(content: Content): Pieces {
  let held: Buffer[] = [];
  let length = 0;
  for await (const piece of Buffer.isBuffer(content) ? [content] : content) {
    let rest = piece;
    while (length + rest.length >= BLOCK_BYTES) {
      const end = BLOCK_BYTES - length;
      yield held.length === 0 ? rest.subarray(0, end) : Buffer.concat([...held, rest.subarray(0, end)]);
      rest = rest.subarray(end);
      [held, length] = [[], 0];
    }
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(held);
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeEntry(header, 4, name);
  return header;
}

function centralHeader(name: Buffer, sums: Buffer): Buffer {
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(VERSION, 4);
  writeEntry(header, 6, name);
  sums.copy(header, 16);
  return header;
}

/** What both headers of an entry have in common, from the version that a reader needs on. */
function writeEntry(header: Buffer, at: number, name: Buffer): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(FLAGS, at + 2);
  header.writeUInt16LE(METHOD.deflated, at + 4);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt16LE(name.length, at + 22);
}

function endRecord(directoryBytes: number, directoryAt: number): Buffer {
  const record = Buffer.alloc(END_BYTES);
  record.writeUInt32LE(END_SIGNATURE, 0);
  record.writeUInt16LE(1, 8);
  record.writeUInt16LE(1, 10);
  record.writeUInt32LE(directoryBytes, 12);
  record.writeUInt32LE(directoryAt, 16);
  return record;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
