// Time stamps over HTTP (RFC 3161 section 3.4), from the one address the operator configured.

import { ProblemError } from '../core/problems/problem-error.ts';
import { codeOf } from './error-code.ts';
import type { TimeStamper } from '../ports/time-stamper.ts';

/** Milliseconds until the whole answer is there. */
const DEADLINE = 10_000;
/** A token with the authority's chain has 3 to 10 KB. */
const MOST_BYTES = 64 * 1024;
const ANSWER_TYPE = 'application/timestamp-reply';

/** Redirects are not followed: who may stamp is decided by the configuration. */
export function openHttpTimeStamper(url: string): TimeStamper {
  return {
    async ask(request, signal) {
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/timestamp-query', Accept: ANSWER_TYPE },
          body: new Uint8Array(request),
          redirect: 'manual',
          signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]),
        });
        return await read(answer);
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        throw failed(reasonOf(error), error);
      }
    },
  };
}

async function read(answer: Response): Promise<Buffer> {
  const type = answer.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (answer.status !== 200 || type !== ANSWER_TYPE) {
    await answer.body?.cancel();
    throw failed(answer.status === 200 ? 'content type' : `HTTP ${answer.status}`);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  for await (const piece of body ?? []) {
    size += piece.length;
    if (size > MOST_BYTES) throw failed('too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** `fetch` hides the cause of a broken connection one level down. */
function reasonOf(error: unknown): string {
  const { name, cause } = Object(error) as { readonly name?: unknown; readonly cause?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  return codeOf(cause) || codeOf(error) || 'unreachable';
}

function failed(reason: string, cause?: unknown): ProblemError {
  return new ProblemError('time-stamp-failed', { reason }, { cause });
}
