import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ByteSource } from '../../core/archive/source.ts';
import { codeOf } from '../error-code.ts';

/** Small reads come from a page that is kept: what is looked at next mostly lies beside it. */
const PAGE_BYTES = 64 * 1024;

/** A file of which pieces are read where they are asked for; to be closed. */
export class FileSource implements ByteSource {
  readonly size: number;
  readonly #descriptor: number;
  readonly #bytes: ByteSource;

  /** Throws `file-unreadable` with the reason. */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'r');
      this.size = fstatSync(this.#descriptor).size;
    } catch (cause) {
      throw new ProblemError('file-unreadable', { file: path, reason: codeOf(cause) }, { cause });
    }
    this.#bytes = pagedSource(this.#descriptor, this.size, path);
  }

  read(start: number, end: number): Buffer {
    return this.#bytes.read(start, end);
  }

  lend(start: number, end: number): Buffer {
    return this.#bytes.lend(start, end);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The first `size` bytes of an open file; a fault calls it `name`. The caller closes it. */
export function pagedSource(descriptor: number, size: number, name: string): ByteSource {
  let page: { readonly start: number; readonly bytes: Buffer } | undefined;
  let lent = Buffer.alloc(0);
  const fill = (bytes: Buffer, start: number): Buffer => {
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, start + length);
      if (count === 0) throw new ProblemError('file-unreadable', { file: name, reason: 'cut short while it was read' });
      length += count;
    }
    return bytes;
  };
  const readWhole = (start: number, end: number): Buffer => fill(Buffer.allocUnsafe(end - start), start);
  return {
    size,
    // One buffer for all: a new one for each piece of 200 MB would stand in memory until it is collected.
    lend(start, end) {
      if (lent.length < end - start) lent = Buffer.allocUnsafeSlow(end - start);
      return fill(lent.subarray(0, end - start), start);
    },
    read(start, end) {
      if (end - start >= PAGE_BYTES) return readWhole(start, end);
      if (page === undefined || start < page.start || end > page.start + page.bytes.length)
        page = { start, bytes: readWhole(start, Math.min(size, start + PAGE_BYTES)) };
      return page.bytes.subarray(start - page.start, end - page.start);
    },
  };
}
