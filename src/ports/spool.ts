import type { ByteSource } from '../core/archive/source.ts';

/**
 * Keeps bytes that the gateway must inspect before it accepts them: the parts of an agency package, and documents with
 * signatures.
 *
 * Promises of every implementation:
 * - Only this process can read them, and nothing of them remains after the file is closed or the process has ended in
 *   any way.
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
  /** Reads bytes into the buffer, as many as there are and fit; answers their number. */
  read(into: Buffer, position: number): Promise<number>;
  /** The bytes written so far, for a parser that reads without waiting; valid until `close`. */
  source(): ByteSource;
  /** Removes the bytes. Harmless when called again. */
  close(): Promise<void>;
}
