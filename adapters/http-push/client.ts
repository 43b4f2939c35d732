// The client the adapter drives: one POST for each try, over kept-alive connections. Everything a receiver or a network
// may do ends as an outcome.

import type { Readable } from 'node:stream';
import type { Outcome } from '../../src/core/exchange/outcome.ts';
import type { Parcel, Sender } from '../../src/ports/adapter.ts';
import type { HttpClient, HttpRequest, OpenHttp } from '../../src/ports/http-client.ts';
import type { Notice } from '../../src/ports/notices.ts';
import { outcomeOf, type Answer } from './answer.ts';
import type { HttpPushSettings } from './settings.ts';

/** An acknowledgement is under 100 bytes and a problem document under 4 KB; more than this is not read. */
export const ANSWER_LIMIT_BYTES = 64 * 1024;

/** Common servers refuse more than 16 KB of headers; a longer list of deliveries is told by its count alone. */
export const DELIVERIES_LIMIT_BYTES = 8 * 1024;

/** Milliseconds. Idle connections are let go before a common server does (5 s), so that a try seldom meets one being closed. */
const KEPT_FOR = 4_000;

export function connect(settings: HttpPushSettings, openHttp: OpenHttp): Sender {
  const { ca, pin, token, noticesUrl } = settings;
  const http = openHttp({
    keptFor: KEPT_FOR,
    ...(ca === undefined ? {} : { ca }),
    ...(pin === undefined ? {} : { pin }),
  });
  const poster =
    (to: string): Post =>
    (content, headers, cut) =>
      post(http, { method: 'POST', url: new URL(to), headers, body: content, signal: cut });
  return {
    send: (parcel, signal) =>
      withinDeadline(signal, settings, (cut) => exchange(parcel, headersOf(parcel, token), cut, poster(settings.url))),
    ...(noticesUrl === undefined
      ? {}
      : {
          tell: (notice: Notice, signal: AbortSignal) =>
            withinDeadline(signal, settings, (cut) => tell(notice, token, cut, poster(noticesUrl))),
        }),
    close: () => {
      http.close();
      return Promise.resolve();
    },
  };
}

type Headers = Readonly<Record<string, string | number>>;
type Post = (content: Buffer | Readable, headers: Headers, cut: AbortSignal) => Promise<Exchanged>;

/** One try within its deadline. */
async function withinDeadline(
  signal: AbortSignal,
  { timeoutSeconds }: Pick<HttpPushSettings, 'timeoutSeconds'>,
  act: (cut: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const deadline = new AbortController();
  const cut = () => deadline.abort();
  const timer = setTimeout(cut, timeoutSeconds * 1000);
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  try {
    return await act(deadline.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cut);
  }
}

/** A result is small and may come twice; whatever is not taken with 2xx is told again. */
async function tell(
  { id, message, delivery, verdict, madeAt }: Notice,
  token: string | undefined,
  cut: AbortSignal,
  send: Post,
): Promise<Outcome> {
  const body = Buffer.from(JSON.stringify({ notice: id, message, delivery, verdict, madeAt: madeAt.toISOString() }));
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'User-Agent': 'lienthong',
    'Idempotency-Key': id,
    'Lienthong-Kind': 'notice',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const result = await send(body, headers, cut);
  if (result.kind === 'failure') {
    const code = cut.aborted ? 'receiver-timeout' : 'receiver-unreachable';
    return { kind: 'retry', code, facts: { reason: result.reason } };
  }
  const { status } = result.answer;
  if (status >= 200 && status < 300) return { kind: 'done', sha256: '', facts: { status } };
  return { kind: 'retry', code: 'receiver-error', facts: { status } };
}

/**
 * One request and no second: a receiver counts what it is given, and every call it sees must be a try of the record, so
 * even a kept-alive connection that breaks at the first byte is a try that failed.
 */
async function exchange(parcel: Parcel, headers: Headers, cut: AbortSignal, send: Post): Promise<Outcome> {
  const result = await send(await parcel.open(), headers, cut);
  const whole = result.kind === 'answer' && result.answer.body !== null;
  if (cut.aborted && !whole) return { kind: 'retry', code: 'receiver-timeout', facts: {} };
  if (result.kind === 'answer') return outcomeOf(result.answer, parcel.sha256);
  return { kind: 'retry', code: 'receiver-unreachable', facts: { reason: result.reason } };
}

type Exchanged =
  { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'failure'; readonly reason: string };

async function post(http: HttpClient, request: HttpRequest): Promise<Exchanged> {
  try {
    const received = await http.send(request);
    const { status, headers, sentWhole } = received;
    const body = await received.bytes(ANSWER_LIMIT_BYTES).catch(() => null);
    const head = { status, retryAfter: headers['retry-after'], date: headers.date };
    return { kind: 'answer', answer: { ...head, body, sentWhole } };
  } catch (error) {
    const reason = reasonOf(error as NodeJS.ErrnoException);
    return reason === 'HTTP_UPGRADE' ? OTHER_PROTOCOL : { kind: 'failure', reason };
  }
}

const OTHER_PROTOCOL: Exchanged = {
  kind: 'answer',
  answer: { status: 101, retryAfter: undefined, date: undefined, body: Buffer.alloc(0), sentWhole: false },
};

/** The error's machine name (`ENOTFOUND`, `CERT_HAS_EXPIRED`, …); its prose may hold addresses. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}

function headersOf(parcel: Parcel, token: string | undefined): Headers {
  return {
    'Content-Type': parcel.mediaType,
    'Content-Length': parcel.size,
    Accept: 'application/json, application/problem+json',
    'User-Agent': 'lienthong',
    'Idempotency-Key': parcel.transmission,
    'Lienthong-Transmission': parcel.transmission,
    'Lienthong-Message': parcel.message,
    'Lienthong-Kind': parcel.kind,
    'Lienthong-SHA256': parcel.sha256,
    'Lienthong-Attempt': parcel.attempt,
    ...deliveriesOf(parcel),
    'Lienthong-Verdict': parcel.verdict,
    ...(parcel.unchecked ? { 'Lienthong-Unchecked': 'true' } : {}),
    ...(parcel.referenceOnly ? { 'Lienthong-Reference-Only': 'true' } : {}),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
}

function deliveriesOf({ deliveries }: Parcel): Headers {
  const list = deliveries.map(({ id, organisation }) => `${id};${encodeURIComponent(organisation)}`).join(', ');
  const count = { 'Lienthong-Deliveries-Count': deliveries.length };
  return list.length > DELIVERIES_LIMIT_BYTES ? count : { ...count, 'Lienthong-Deliveries': list };
}
