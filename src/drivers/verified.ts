// Bytes out of a content store, proved while they flow.

import { createHash } from 'node:crypto';
import { PassThrough, pipeline, Transform, type Readable } from 'node:stream';
import { ProblemError } from '../core/problems/problem-error.ts';
import type { ByteRange } from '../ports/content-store.ts';

/** Bytes that may wait in the pipe. */
const WINDOW = 256 * 1024;

/**
 * The same bytes, with the last piece withheld until the hash is known, so that a reader that reaches the end
 * learns of altered bytes: the stream then fails with `content-corrupt`.
 */
export function verified(source: Readable, sha256: string): Readable {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  return through(
    source,
    new Transform({
      readableHighWaterMark: WINDOW,
      transform(chunk: Buffer, _encoding, callback) {
        hash.update(chunk);
        const ready = held;
        held = chunk;
        callback(null, ready);
      },
      flush(callback) {
        if (hash.digest('hex') === sha256) callback(null, held);
        else callback(new ProblemError('content-corrupt', { sha256 }));
      },
    }),
  );
}

/** The same bytes when they are as many as the range has; else the stream fails with `content-corrupt` before more flow. */
export function exactly(source: Readable, { start, end }: ByteRange, sha256: string): Readable {
  const corrupt = () => new ProblemError('content-corrupt', { sha256 });
  let remainder = end - start + 1;
  return through(
    source,
    new Transform({
      readableHighWaterMark: WINDOW,
      transform(chunk: Buffer, _encoding, callback) {
        remainder -= chunk.length;
        if (remainder < 0) callback(corrupt());
        else callback(null, chunk);
      },
      flush(callback) {
        callback(remainder === 0 ? null : corrupt());
      },
    }),
  );
}

function through(source: Readable, check: Transform): Readable {
  const out = new PassThrough({ highWaterMark: WINDOW });
  // `pipeline` destroys every part of the chain on error; the reader sees the cause on `out`.
  pipeline(source, check, out, () => undefined);
  return out;
}

/** Only a hash names content: nothing else ever becomes part of a path or key. */
export function requireContentHash(sha256: string): void {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new ProblemError('content-corrupt', { sha256: 'malformed' });
}

/** Only whole positions in the right order are a range. */
export function requireRange(range: ByteRange): ByteRange {
  const { start, end } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end) return range;
  throw new ProblemError('range-not-satisfiable', { start, end });
}
