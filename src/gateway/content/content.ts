// The bytes of a leased transmission, as a sender reads them. Faults of the gateway's own storage are kept apart, so
// that the receiver is not blamed for them.

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Park, Retry } from '../../core/exchange/outcome.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ContentLocation, ContentStore } from '../../ports/content-store.ts';

export interface ParcelContent {
  open(): Promise<Buffer | Readable>;
  /** The fault that kept the sender from getting the whole, unaltered bytes. */
  fault(): Park | Retry | undefined;
}

export function contentOf(
  { inline, sha256 }: Pick<ContentLocation, 'inline' | 'sha256'>,
  store: Pick<ContentStore, 'open'>,
): ParcelContent {
  let fault: Park | Retry | undefined;
  const noteFault = (error: unknown) => {
    fault = faultOf(error);
  };
  return {
    async open() {
      try {
        if (inline !== null) return intact(inline, sha256);
        const stream = await store.open(sha256);
        return stream.on('error', noteFault);
      } catch (error) {
        noteFault(error);
        throw error;
      }
    },
    fault: () => fault,
  };
}

function intact(bytes: Buffer, sha256: string): Buffer {
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
  throw new ProblemError('content-corrupt', { sha256 });
}

/** Altered bytes stay altered, so a person must act; other faults of the storage may pass. */
function faultOf(error: unknown): Park | Retry {
  return error instanceof ProblemError && error.code === 'content-corrupt'
    ? { kind: 'park', code: 'content-corrupt', facts: error.facts }
    : { kind: 'retry', code: 'content-unavailable', facts: {} };
}
