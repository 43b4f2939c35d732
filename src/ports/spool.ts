import type { ByteSource } from '../core/archive/source.ts';

/**
 * Where bytes lie that must be looked at before it can be said whether they are taken: the parts of an agency package, and
 * documents whose signatures are to be read.
 *
 * Promises of every implementation:
 * - Only this process can read them, and nothing of them is left when the file is closed or the process has ended, however
 *   it ended.
 * - A failed write rejects with `storage-full` where that is the cause.
 */
export interface Spool {
  open(): Promise<SpoolFile>;
}

export interface SpoolFile {
  /** Bytes written so far. */
  readonly size: number;
  /** Appends. Resolves when more may be written. */
  write(chunk: Buffer): Promise<void>;
  /** Bytes into the buffer, as many as there are and fit; answers how many. */
  read(into: Buffer, position: number): Promise<number>;
  /** What has been written so far, for whoever must read at once and not wait; good until `close`. */
  source(): ByteSource;
  /** The bytes are gone. Harmless when called again. */
  close(): Promise<void>;
}
