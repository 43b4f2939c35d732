// Reads the files of a message out of its package: decodes base64, and opens the archive that a library wrapped around
// a file. It reads in pieces, and checks size and hash against the record.

import { createHash } from 'node:crypto';
import { ArchiveFault } from '../../core/archive/fault.ts';
import { inflated } from '../../core/archive/inflated.ts';
import type { DraftFile } from '../../core/message/rendering.ts';
import type { Attachment, Message } from '../../core/message/message.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ByteRange } from '../../ports/content-store.ts';

/** The bytes of a range of the package. */
export type OpenPackageRange = (range: ByteRange) => Promise<Buffer | AsyncIterable<Buffer>>;

type Pieces = AsyncGenerator<Buffer, void, undefined>;

/** The files of a message in their order, none for a status. `open` fails with `content-corrupt` as `openFile` does. */
export function attachmentFiles(message: Message, open: OpenPackageRange): readonly DraftFile[] {
  return message.kind === 'status' ? [] : message.attachments.map((attachment) => fileOf(attachment, open));
}

function fileOf(attachment: Attachment, open: OpenPackageRange): DraftFile {
  const { contentId, attachmentName, description, contentType, opened } = attachment;
  const { size, sha256 } = opened ?? attachment;
  // The label of a wrapped file is that of its wrapping.
  const label = opened === undefined ? contentType : opened.mediaType;
  return {
    contentId,
    attachmentName,
    ...(description === undefined ? {} : { description }),
    ...(label === undefined ? {} : { contentType: label }),
    size,
    sha256,
    open: () => openFile(attachment, open),
  };
}

/**
 * The file of an attachment. The last piece comes only when the whole has the recorded size and hash: bytes that
 * changed in the store end with `content-corrupt`.
 */
export function openFile(attachment: Attachment, open: OpenPackageRange): Pieces {
  return withCheck(unwrap(attachment, decode(attachment, open)), attachment.opened ?? attachment);
}

/** An attachment as it lies in the package, in its wrapping archive if it has one. Checked as `openFile`. */
export function openAttachment(attachment: Attachment, open: OpenPackageRange): Pieces {
  return withCheck(decode(attachment, open), attachment);
}

/** Skips white space between the characters: the reader checked the text when the package was accepted. */
async function* decode({ offset, encodedLength }: Attachment, open: OpenPackageRange): Pieces {
  if (encodedLength === 0) return;
  const text = await open({ start: offset, end: offset + encodedLength - 1 });
  let carry = '';
  for await (const chunk of Buffer.isBuffer(text) ? [text] : text) {
    const letters = carry + chunk.toString('latin1').replaceAll(/[ \t\r\n]+/g, '');
    const whole = letters.length - (letters.length % 4);
    carry = letters.slice(whole);
    const bytes = Buffer.from(letters.slice(0, whole), 'base64');
    if (bytes.length > 0) yield bytes;
  }
  if (carry !== '') throw new ProblemError('content-corrupt');
}

function unwrap({ opened }: Attachment, bytes: Pieces): Pieces {
  if (opened === undefined) return bytes;
  const data = part(bytes, opened.offset, opened.compressedSize);
  return opened.method === 'stored' ? data : inflate(data);
}

async function* part(bytes: Pieces, offset: number, length: number): Pieces {
  let at = 0;
  for await (const piece of bytes) {
    const slice = piece.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    at += piece.length;
    if (slice.length > 0) yield slice;
    if (at >= offset + length) return;
  }
}

async function* inflate(data: Pieces): Pieces {
  try {
    yield* inflated(data);
  } catch (error) {
    // Any other error is a fault of the store.
    if (error instanceof ArchiveFault) throw new ProblemError('content-corrupt', {}, { cause: error });
    throw error;
  }
}

async function* withCheck(bytes: Pieces, { size, sha256 }: { readonly size: number; readonly sha256: string }): Pieces {
  const hash = createHash('sha256');
  let total = 0;
  let last: Buffer | undefined;
  for await (const piece of bytes) {
    total += piece.length;
    if (total > size) break;
    hash.update(piece);
    if (last !== undefined) yield last;
    last = piece;
  }
  if (total !== size || hash.digest('hex') !== sha256) throw new ProblemError('content-corrupt');
  if (last !== undefined) yield last;
}
