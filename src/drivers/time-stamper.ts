// Time stamps over HTTP (RFC 3161 section 3.4), from the one address the operator configured.

import { ProblemError } from '../core/problems/problem-error.ts';
import { codeOf } from './error-code.ts';
import { openHttp } from './http-client.ts';
import type { HttpAnswer } from '../ports/http-client.ts';
import type { TimeStamper } from '../ports/time-stamper.ts';

/** Milliseconds until the whole answer is there. */
const DEADLINE = 10_000;
/** A token with the authority's chain has 3 to 10 KB. */
const MOST_BYTES = 64 * 1024;
const ANSWER_TYPE = 'application/timestamp-reply';

/** Redirects are not followed: who may stamp is decided by the configuration. */
export function openHttpTimeStamper(url: string): TimeStamper {
  const http = openHttp({ keptFor: 0 });
  return {
    async ask(body, signal) {
      const late = AbortSignal.timeout(DEADLINE);
      const headers = {
        'Content-Type': 'application/timestamp-query',
        'Content-Length': body.length,
        Accept: ANSWER_TYPE,
      };
      const request = {
        method: 'POST',
        url: new URL(url),
        headers,
        body,
        signal: AbortSignal.any([signal, late]),
      } as const;
      try {
        return await read(await http.send(request));
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        throw failure(late.aborted ? 'timeout' : codeOf(error) || 'unreachable', error);
      }
    },
  };
}

async function read(answer: HttpAnswer): Promise<Buffer> {
  const type = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (answer.status !== 200 || type !== ANSWER_TYPE) {
    answer.body.destroy();
    throw failure(answer.status === 200 ? 'content type' : `HTTP ${answer.status}`);
  }
  const bytes = await answer.bytes(MOST_BYTES);
  if (bytes === null) throw failure('too large');
  return bytes;
}

function failure(reason: string, cause?: unknown): ProblemError {
  return new ProblemError('time-stamp-failed', { reason }, { cause });
}
