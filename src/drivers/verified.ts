// Bytes out of a content store, proved while they flow.

import { createHash } from 'node:crypto';
import { PassThrough, pipeline, Transform, type Readable } from 'node:stream';
import { ProblemError } from '../core/problem-error.ts';

/** Bytes that may wait in the pipe. */
const WINDOW = 256 * 1024;

/**
 * The same bytes, with the last piece withheld until the hash is known, so that nobody who reads to the end has read
 * altered bytes without learning of it: the stream then fails with `content-corrupt`.
 */
export function verified(source: Readable, sha256: string): Readable {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  const check = new Transform({
    readableHighWaterMark: WINDOW,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      const ready = held;
      held = chunk;
      done(null, ready);
    },
    flush(done) {
      if (hash.digest('hex') === sha256) done(null, held);
      else done(new ProblemError('content-corrupt', { sha256 }));
    },
  });
  const out = new PassThrough({ highWaterMark: WINDOW });
  // `pipeline` destroys every part of the chain on error; the reader sees the cause on `out`.
  pipeline(source, check, out, () => undefined);
  return out;
}

/** Only a hash names content: nothing else ever becomes part of a path or key. */
export function requireContentHash(sha256: string): void {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new ProblemError('content-corrupt', { sha256: 'malformed' });
}
