// Turns a receiver's HTTP answer into an outcome of the transmission by a table: time may mend it (retry), a
// person on our side must act (park), or the sender can mend it (return).

import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { Outcome } from '../../src/core/exchange/outcome.ts';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The receiver's own clock, RFC 9110 `Date`; a Retry-After date is read against it. */
  readonly date: string | undefined;
  /** Null when it was cut off or longer than we read. */
  readonly body: Buffer | null;
  /** False when the receiver answered before it had been given everything. */
  readonly sentWhole: boolean;
}

/** A receiver may ask for an hour at most, so that a slip of its pen does not stall a document for days. */
export const RETRY_AFTER_LIMIT_SECONDS = 3600;

type Reading = (answer: Answer, sha256: string) => Outcome;

const BY_STATUS: ReadonlyMap<number, Reading> = new Map<number, Reading>([
  // Only a permanent move asks for new settings; 302, 303 and 307 are how a site says "under maintenance".
  ...each([301, 308], ({ status }) => ({ kind: 'park', code: 'receiver-moved', facts: { status } })),
  ...each([401, 403, 407], ({ status }) => ({ kind: 'park', code: 'receiver-credentials', facts: { status } })),
  ...each([408, 425, 429, 503], busy),
  ...each([400, 404, 409, 410, 413, 415, 422], refused),
]);

const BY_CLASS: ReadonlyMap<number, Reading> = new Map<number, Reading>([[2, acknowledged]]);

/** `sha256` is the parcel's, lower-case hex. */
export function outcomeOf(answer: Answer, sha256: string): Outcome {
  const reading = BY_STATUS.get(answer.status) ?? BY_CLASS.get(Math.floor(answer.status / 100)) ?? faulty;
  return reading(answer, sha256);
}

function each(statuses: readonly number[], reading: Reading): readonly (readonly [number, Reading])[] {
  return statuses.map((status) => [status, reading] as const);
}

const acknowledgement = z.object({ sha256: z.string().regex(/^[0-9a-fA-F]{64}$/) });

function acknowledged(answer: Answer, sha256: string): Outcome {
  const { status, sentWhole } = answer;
  const confirmed = acknowledgement.safeParse(jsonOf(answer.body)).data?.sha256.toLowerCase();
  if (confirmed === undefined || !sentWhole) {
    return { kind: 'retry', code: 'receiver-acknowledgement-invalid', facts: { status } };
  }
  if (confirmed !== sha256) {
    return { kind: 'retry', code: 'receiver-hash-mismatch', facts: { status, expected: sha256, confirmed } };
  }
  return { kind: 'done', sha256: confirmed, facts: { status } };
}

function busy(answer: Answer): Outcome {
  const after = secondsOf(answer.retryAfter, answer.date);
  const { status } = answer;
  return { kind: 'retry', code: 'receiver-busy', facts: { status }, ...(after === undefined ? {} : { after }) };
}

// The text of a refusal is the receiver's and may quote the document, so only a machine-readable code is kept of it.
const problem = z.object({ code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/) });

function refused({ status, body }: Answer): Outcome {
  const code = problem.safeParse(jsonOf(body)).data?.code;
  const reason = code === undefined ? `HTTP ${status}` : `HTTP ${status}, ${code}`;
  return { kind: 'return', code: 'receiver-refused', facts: { status, reason } };
}

function faulty({ status }: Answer): Outcome {
  return { kind: 'retry', code: 'receiver-error', facts: { status } };
}

/** Undefined when it is no JSON text in UTF-8. */
function jsonOf(body: Buffer | null): unknown {
  if (body === null || !isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function secondsOf(retryAfter: string | undefined, date: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(retryAfter)
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.parse(date ?? '')) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(Math.ceil(seconds), RETRY_AFTER_LIMIT_SECONDS) : undefined;
}
