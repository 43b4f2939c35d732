// The client the adapter drives: one POST for each try, over kept-alive connections. Everything a receiver or a network
// may do ends as an outcome.

import { createHash, X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { checkServerIdentity } from 'node:tls';
import type { Outcome } from '../../src/core/exchange/outcome.ts';
import type { Parcel, Sender } from '../../src/ports/adapter.ts';
import type { Notice } from '../../src/ports/notices.ts';
import { outcomeOf, type Answer } from './answer.ts';
import type { HttpPushSettings } from './settings.ts';

/** An acknowledgement is under 100 bytes and a problem document under 4 KB; more than this is not read. */
export const ANSWER_LIMIT_BYTES = 64 * 1024;

/** Common servers refuse more than 16 KB of headers; a longer list of deliveries is told by its count alone. */
export const DELIVERIES_LIMIT_BYTES = 8 * 1024;

/** Idle connections are let go before a common server does (5 s), so that a try seldom meets one being closed. */
const KEPT = { keepAlive: true, timeout: 4_000 } as const;

export function connect(settings: HttpPushSettings): Sender {
  const url = new URL(settings.url);
  const agent = url.protocol === 'https:' ? secureAgent(settings) : new http.Agent(KEPT);
  const request = url.protocol === 'https:' ? https.request : http.request;
  const opener =
    (to: string | URL): Opener =>
    (headers, cut) =>
      request(to, { method: 'POST', agent, headers, signal: cut });
  const { noticesUrl } = settings;
  return {
    send: (parcel, signal) =>
      withinDeadline(signal, settings, (cut) => exchange(parcel, headersOf(parcel, settings.token), cut, opener(url))),
    ...(noticesUrl === undefined
      ? {}
      : {
          tell: (notice: Notice, signal: AbortSignal) =>
            withinDeadline(signal, settings, (cut) => tell(notice, settings.token, cut, opener(noticesUrl))),
        }),
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

function secureAgent({ ca, pin }: HttpPushSettings): https.Agent {
  return new https.Agent({
    ...KEPT,
    ...(ca === undefined ? {} : { ca }),
    // A resumed session presents no certificate to compare, so a pinned connection makes a full handshake each time.
    ...(pin === undefined ? {} : { maxCachedSessions: 0, checkServerIdentity: identityWithPin(pin) }),
  });
}

function identityWithPin(pin: string): typeof checkServerIdentity {
  return (host, certificate) => {
    const spki = new X509Certificate(certificate.raw).publicKey.export({ type: 'spki', format: 'der' });
    if (createHash('sha256').update(spki).digest('hex') === pin) return checkServerIdentity(host, certificate);
    return Object.assign(new Error('the certificate has another key than the pinned one'), { code: 'PIN_MISMATCH' });
  };
}

type Opener = (headers: http.OutgoingHttpHeaders, cut: AbortSignal) => http.ClientRequest;

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
  open: Opener,
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
  const result = await post(body, headers, cut, open);
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
async function exchange(
  parcel: Parcel,
  headers: http.OutgoingHttpHeaders,
  cut: AbortSignal,
  open: Opener,
): Promise<Outcome> {
  const result = await post(await parcel.open(), headers, cut, open);
  const whole = result.kind === 'answer' && result.answer.body !== null;
  if (cut.aborted && !whole) return { kind: 'retry', code: 'receiver-timeout', facts: {} };
  if (result.kind === 'answer') return outcomeOf(result.answer, parcel.sha256);
  return { kind: 'retry', code: 'receiver-unreachable', facts: { reason: result.reason } };
}

type Exchanged =
  { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'failure'; readonly reason: string };

function post(
  content: Buffer | Readable,
  headers: http.OutgoingHttpHeaders,
  cut: AbortSignal,
  open: Opener,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const request = open(headers, cut);
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      const sentWhole = request.writableEnded;
      void bodyOf(response).then((body) => {
        // Nobody will read the rest of what we were sending.
        if (!sentWhole || body === null) request.destroy();
        resolve({ kind: 'answer', answer: { ...headOf(response), body, sentWhole } });
      });
    });
    // A receiver that wants to speak another protocol: Node calls it no response and would end the request in silence.
    request.on('upgrade', (response, socket) => {
      answered = true;
      socket.destroy();
      resolve({ kind: 'answer', answer: { ...headOf(response), body: Buffer.alloc(0), sentWhole: false } });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!answered) resolve({ kind: 'failure', reason: reasonOf(error) });
    });
    request.on('close', () => {
      if (!answered) resolve({ kind: 'failure', reason: 'closed' });
    });
    if (Buffer.isBuffer(content)) request.end(content);
    // A fault of the stream destroys the request and arrives there as its error.
    else pipeline(content, request, ignoreReportedElsewhere);
  });
}

function ignoreReportedElsewhere(_error: Error | null): void {
  // The request's own `error` event tells it.
}

function headOf({ statusCode, headers }: http.IncomingMessage): Pick<Answer, 'status' | 'retryAfter' | 'date'> {
  return { status: statusCode ?? 0, retryAfter: headers['retry-after'], date: headers.date };
}

/** Null when the answer is cut off or longer than the limit. Never rejects. */
function bodyOf(response: http.IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    response.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > ANSWER_LIMIT_BYTES) resolve(null);
      else pieces.push(piece);
    });
    response.on('end', () => resolve(Buffer.concat(pieces)));
    response.on('error', () => resolve(null));
    response.on('close', () => resolve(null));
  });
}

/** The error's machine name (`ENOTFOUND`, `CERT_HAS_EXPIRED`, …); its prose may hold addresses. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}

function headersOf(parcel: Parcel, token: string | undefined): http.OutgoingHttpHeaders {
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

function deliveriesOf({ deliveries }: Parcel): http.OutgoingHttpHeaders {
  const list = deliveries.map(({ id, organisation }) => `${id};${encodeURIComponent(organisation)}`).join(', ');
  const count = { 'Lienthong-Deliveries-Count': deliveries.length };
  return list.length > DELIVERIES_LIMIT_BYTES ? count : { ...count, 'Lienthong-Deliveries': list };
}
