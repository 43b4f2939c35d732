import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ProblemError } from '../../core/problem-error.ts';
import type { ByteSource } from '../../core/pdf/source.ts';
import { codeOf } from '../error-code.ts';

/** Small reads come from a page that is kept: what is looked at next mostly lies beside it. */
const PAGE_BYTES = 64 * 1024;

/** A file of which pieces are read where they are asked for; to be closed. */
export class FileSource implements ByteSource {
  readonly size: number;
  readonly #path: string;
  readonly #descriptor: number;
  #page: { readonly start: number; readonly bytes: Buffer } | undefined;

  /** Throws `file-unreadable` with the reason. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#descriptor = openSync(path, 'r');
      this.size = fstatSync(this.#descriptor).size;
    } catch (cause) {
      throw new ProblemError('file-unreadable', { file: path, reason: codeOf(cause) }, { cause });
    }
  }

  read(start: number, end: number): Buffer {
    if (end - start >= PAGE_BYTES) return this.#readWhole(start, end);
    const page = this.#page;
    if (page !== undefined && start >= page.start && end <= page.start + page.bytes.length)
      return page.bytes.subarray(start - page.start, end - page.start);
    const bytes = this.#readWhole(start, Math.min(this.size, start + PAGE_BYTES));
    this.#page = { start, bytes };
    return bytes.subarray(0, end - start);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #readWhole(start: number, end: number): Buffer {
    const bytes = Buffer.allocUnsafe(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(this.#descriptor, bytes, filled, bytes.length - filled, start + filled);
      if (read === 0)
        throw new ProblemError('file-unreadable', { file: this.#path, reason: 'cut short while it was read' });
      filled += read;
    }
    return bytes;
  }
}
