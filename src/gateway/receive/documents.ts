// Copies PDF files aside while their package is being received, and reads them when all of it has come: these are the
// very bytes that the one pass digested, decoded and took out of their archive.

import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { AttachmentTap } from '../../core/formats/tap.ts';
import { PDF, sniff, SNIFFED_BYTES } from '../../core/message/media.ts';
import type { Message } from '../../core/message/message.ts';
import { isUsable, readPdf, type PdfSignature } from '../../core/pdf/read.ts';
import { bufferSource, partOf, type ByteSource } from '../../core/archive/source.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { OpenedPdf } from '../../core/verify/ground.ts';
import type { PageViewer } from '../../ports/page-viewer.ts';
import type { Spool, SpoolFile } from '../../ports/spool.ts';
import { groundsOf } from '../content/grounds.ts';

/** Bytes of one package's PDF files kept in memory: most letters are smaller. Further bytes go to the spool. */
const KEPT_BYTES = 256 * 1024;

/** Bytes digested before other work has its turn. */
const PIECE_BYTES = 1 << 20;

const NOTHING = Buffer.alloc(0);

/** Where one attachment's PDF lies among the copied bytes. */
interface Copy {
  readonly start: number;
  end: number;
}

/** The PDF files of one package, as attachments or inside a ZIP around one. The caller closes it. */
export class Documents implements AttachmentTap {
  readonly #spool: Spool;
  readonly #copies = new Map<number, Copy>();
  #offset = 0;
  /** The first bytes of the attachment and of the file in it, until they suffice to tell a PDF. */
  #heads: { outer: Buffer | undefined; inner: Buffer | undefined } = { outer: undefined, inner: undefined };
  /** The one of the two that is being copied. */
  #copied: 'outer' | 'inner' | undefined;
  #size = 0;
  #waiting: Buffer[] = [];
  #kept: Buffer[] = [];
  #file: SpoolFile | undefined;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  begin(offset: number): void {
    this.#offset = offset;
    this.#copied = undefined;
    this.#heads = { outer: NOTHING, inner: NOTHING };
  }

  bytes(decoded: Buffer): void {
    this.#pass('outer', decoded);
  }

  opened(inflated: Buffer): void {
    this.#pass('inner', inflated);
  }

  end(): void {
    this.#copied = undefined;
    this.#heads = { outer: undefined, inner: undefined };
  }

  #pass(layer: 'outer' | 'inner', bytes: Buffer): void {
    if (this.#copied === layer) {
      this.#copy(bytes);
      return;
    }
    const before = this.#heads[layer];
    if (before === undefined) return;
    const head = Buffer.concat([before, bytes.subarray(0, SNIFFED_BYTES - before.length)]);
    if (sniff(head) === PDF) {
      this.#heads[layer] = undefined;
      this.#copied = layer;
      this.#copies.set(this.#offset, { start: this.#size, end: this.#size });
      this.#copy(before);
      this.#copy(bytes);
    } else {
      this.#heads[layer] = head.length < SNIFFED_BYTES ? head : undefined;
    }
  }

  #copy(bytes: Buffer): void {
    this.#waiting.push(Buffer.from(bytes));
    this.#size += bytes.length;
    const copy = this.#copies.get(this.#offset);
    if (copy !== undefined) copy.end = this.#size;
  }

  /** Stores the bytes that have passed since the last call. */
  async drain(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const queue = this.#waiting;
    this.#waiting = [];
    if (this.#file === undefined) {
      this.#kept.push(...queue);
      if (this.#size <= KEPT_BYTES) return;
      this.#file = await this.#spool.open();
      await this.#file.write(Buffer.concat(this.#kept));
      this.#kept = [];
    } else {
      await this.#file.write(Buffer.concat(queue));
    }
  }

  /** Reads the copies that are files of the message, by the attachment's offset. Call it once, at the end. */
  async read(message: Message, viewer: PageViewer): Promise<ReadonlyMap<number, OpenedPdf>> {
    const pdfs = new Map<number, OpenedPdf>();
    if (message.kind === 'status' || this.#copies.size === 0) return pdfs;
    const bytes = this.#file?.source() ?? bufferSource(Buffer.concat(this.#kept));
    for (const attachment of message.attachments) {
      const copy = this.#copies.get(attachment.offset);
      const { mediaType, size } = attachment.opened ?? attachment;
      if (copy === undefined || mediaType !== PDF) continue;
      // An archive that was not opened has no file inside.
      if (copy.end - copy.start !== size) throw new ProblemError('internal-error');
      pdfs.set(attachment.offset, await openPdf(partOf(bytes, copy.start, copy.end), viewer));
    }
    return pdfs;
  }

  /** Harmless when called again. */
  async close(): Promise<void> {
    this.#waiting = [];
    this.#kept = [];
    await this.#file?.close();
    this.#file = undefined;
  }
}

/** Reads a PDF file, digests the ranges of its signatures and looks at its pages, so that the source is no longer needed. */
async function openPdf(source: ByteSource, viewer: PageViewer): Promise<OpenedPdf> {
  const document = readPdf(source);
  const digests = new Map<PdfSignature, Buffer>();
  for (const signature of document.signatures.filter(isUsable)) {
    digests.set(signature, await digestPiecewise(source, signature));
  }
  return {
    document,
    grounds: await groundsOf(document, source, viewer),
    digestOf(signature) {
      const digest = digests.get(signature);
      if (digest === undefined) throw new RangeError('a signature of another file');
      return digest;
    },
  };
}

/** As `digestRanges`; other work has its turn between the pieces of a large file. */
async function digestPiecewise(
  source: ByteSource,
  { hash, ranges }: Pick<PdfSignature, 'hash' | 'ranges'>,
): Promise<Buffer> {
  const digest = createHash(hash);
  for (const { start, end } of ranges) {
    for (let at = start; at < end; at += PIECE_BYTES) {
      if (at > start) await turn();
      digest.update(source.lend(at, Math.min(end, at + PIECE_BYTES)));
    }
  }
  return digest.digest();
}
