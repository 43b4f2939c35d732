// Puts a file into a package. The national library stores a few types, known by their extension, as they are; it wraps
// every other file, images and real spreadsheets too, in a ZIP of one entry. Its readers open a file that is labelled a
// ZIP and not named one (src/docs/format.md 1.1). Programs that follow this table can read such a package, and so can
// programs that look at the bytes.

import { createHash } from 'node:crypto';
import type { Attachment } from '../../message/message.ts';
import { crc32 } from '../../archive/crc32.ts';
import { FLAG, METHOD, type EntryHeader } from '../../archive/records.ts';
import { centralRecord, descriptorRecord, endRecord, localRecord } from '../../archive/writing.ts';

/** A file's bytes, whole or in pieces. */
export type Content = Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;

type Named = Pick<Attachment, 'contentId' | 'attachmentName'>;
type Pieces = AsyncGenerator<Buffer, void, undefined>;

/**
 * Types by extension. The two misspelled ones are the library's own: it takes files with such names for spreadsheets.
 */
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

/** The package's label for the file's type. */
export function labelOf({ attachmentName }: Named): string {
  return storedType(attachmentName) ?? WRAPPED_TYPE;
}

/**
 * The file's bytes as a package holds them: unchanged, or in an archive that is the same every time for the same file.
 */
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

/** `<uuid>.<ext>`: the content id where that is a UUID, else a UUID derived from it. */
function entryNameOf({ contentId, attachmentName }: Named): string {
  const hex = createHash('sha256').update(contentId).digest('hex');
  const made = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  const extension = extensionOf(attachmentName);
  return `${UUID.test(contentId) ? contentId : made}${extension === '' ? '' : `.${extension}`}`;
}

/** The library's form: checksum and sizes follow the data, the name is UTF-8. */
const SHAPE = { flags: FLAG.descriptor | FLAG.utf8, method: METHOD.deflated } as const;
/** The longest block of the deflate format that is not compressed. */
const BLOCK_BYTES = 0xffff;
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);

/**
 * A ZIP of one entry, its data deflated by blocks that are not compressed: streaming readers open it, and no compressor's
 * version shows in the bytes.
 */
async function* archived(entryName: string, content: Content): Pieces {
  const name = Buffer.from(entryName);
  const begin = localRecord({ ...SHAPE, name, crc: 0, size: 0, compressedSize: 0 });
  yield begin;
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
  const entry: EntryHeader = { ...SHAPE, name, crc, size, compressedSize };
  const descriptor = descriptorRecord(entry);
  const central = centralRecord(entry, 0);
  const offset = begin.length + compressedSize + descriptor.length;
  yield LAST_BLOCK;
  yield Buffer.concat([descriptor, central, endRecord(1, { offset, length: central.length })]);
}

/** Cuts blocks at the same places, whatever the pieces of the content. */
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
