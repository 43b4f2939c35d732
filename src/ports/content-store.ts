import type { Readable } from 'node:stream';

/** Inclusive byte positions. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the bytes of packages too large for the database lie, named by their SHA-256.
 *
 * Promises of every implementation:
 * - After `commit` has resolved, the content survives power loss, and `open` finds it from any process.
 * - Nothing can be opened before `commit`; a staged content that is never committed is gone after `sweep`.
 * - `commit` of a hash that is there already keeps the first content and succeeds; so does `commit` called again with the
 *   same hash. Nothing can be written or committed under another hash afterwards.
 * - `open` of the whole content fails with `content-corrupt` (a `ProblemError` on the stream) before its end is reached
 *   when the bytes no longer have the hash. Of a range it cannot know that, but fails in the same way when there are not
 *   as many bytes as were asked for; a range that is none rejects with `range-not-satisfiable`.
 * - `open` of an unknown hash rejects with `content-corrupt`.
 * - A failed write (no space, I/O error) rejects with `storage-full`, `service-unavailable` or the cause, and leaves
 *   nothing behind. Below the reserve `stage` rejects with `storage-full`.
 * - No user text ever becomes part of a path or key.
 */
export interface ContentStore {
  stage(): Promise<StagedContent>;
  open(sha256: string, range?: ByteRange): Promise<Readable>;
  has(sha256: string): Promise<boolean>;
  /** Removes content for good (retention, spills). Unknown hashes are no error. */
  remove(sha256: string): Promise<void>;
  /** Removes staged content older than `seconds`; answers how many. */
  sweep(seconds: number): Promise<number>;
  /** Resolves when the store can take content now; rejects with a `ProblemError` (`storage-full` below the reserve). */
  probe(): Promise<void>;
  close(): Promise<void>;
}

export interface StagedContent {
  /** Resolves when more may be written (back-pressure). The store may hold the chunk for longer: it must not change. */
  write(chunk: Buffer): Promise<void>;
  /** Makes the content durable under its hash, which the caller computed over the same bytes. */
  commit(sha256: string): Promise<void>;
  discard(): Promise<void>;
}

/** The place and the hash of accepted bytes. */
export interface ContentLocation {
  readonly sha256: string;
  readonly size: number;
  readonly inline: Buffer | null;
}
