// A client of the gateway's public interface: as a small office's own program would be. It requests its token itself,
// keeps it, and goes on after a lost connection: every call may safely be made twice.

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ProblemAnswer } from '../api/problem.ts';
import { AcknowledgeAnswer, StatusAnswer, type StatusRequest } from '../api/v1/deliveries.ts';
import { InboxAnswer, InboxEntryAnswer } from '../api/v1/inbox.ts';
import { KeysAnswer } from '../api/v1/keys.ts';
import { MessageAnswer, ReceivedAnswer, TraceAnswer } from '../api/v1/messages.ts';
import { OrganizationsAnswer } from '../api/v1/organizations.ts';
import { TokenAnswer } from '../api/v1/token.ts';
import { verdict } from '../api/values.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../ports/http-client.ts';
import { tolerant } from './tolerant.ts';

const ANSWERS = {
  acknowledge: tolerant(AcknowledgeAnswer),
  // A gateway from before signatures inside documents were judged gives no verdict with an entry.
  inbox: tolerant(
    InboxAnswer.extend({ entries: z.array(InboxEntryAnswer.extend({ verdict: verdict.default('undecided') })) }),
  ),
  keys: tolerant(KeysAnswer),
  message: tolerant(MessageAnswer),
  organizations: tolerant(OrganizationsAnswer),
  // Programs between client and gateway answer in this form too, with fewer members.
  problem: tolerant(
    ProblemAnswer.partial().extend(ProblemAnswer.pick({ title: true, status: true, code: true }).shape),
  ),
  received: tolerant(ReceivedAnswer),
  status: tolerant(StatusAnswer),
  token: tolerant(TokenAnswer.partial({ scope: true })),
  trace: tolerant(TraceAnswer),
};

/** The answer of an operation, or its problem. */
type Answered<Name extends keyof typeof ANSWERS> = Answer<z.output<(typeof ANSWERS)[Name]>>;

/** A file is read anew at each try, so that a large package never stands in memory. */
export type Body = Buffer | { readonly path: string; readonly size: number };

export interface Credentials {
  /** Address of the gateway, such as `http://127.0.0.1:8080`. */
  readonly gateway: string;
  readonly client: string;
  readonly secret: string;
}

/** The gateway's answer: the requested value, or its problem. */
export type Answer<T> =
  | { readonly ok: true; readonly status: number; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly problem: z.output<typeof ANSWERS.problem> };

export interface ClientOptions {
  /** Seconds to go on trying after lost connections and answers 429, 502, 503 and 504. */
  readonly patience?: number;
  /** Language of problem texts and timelines. */
  readonly language?: 'vi' | 'en';
  /** Called before each wait for the next try. */
  readonly onRetry?: (reason: string) => void;
  readonly signal?: AbortSignal;
}

export interface Downloaded {
  /** Lower-case hex, of the bytes as they came. */
  readonly sha256: string;
  readonly size: number;
}

const LIMITS = {
  /** JSON answers; a page of 1,000 inbox entries stays far below. */
  answer: 16 << 20,
  /** Milliseconds without a byte: longer than the longest long poll (30 s) and than accepting a large package takes. */
  silence: 90_000,
  /** Seconds by which a token is renewed before it runs out. */
  renewal: 30,
} as const;

/** Answers that say "later": nothing was done, or asking again gives the same result. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export class GatewayClient {
  readonly #credentials: Credentials;
  readonly #options: ClientOptions;
  readonly #http: HttpClient;
  #token: { readonly value: string; readonly until: number } | undefined;

  /** The client owns `http` from now on, and closes it. */
  constructor(credentials: Credentials, http: HttpClient, options: ClientOptions = {}) {
    this.#credentials = credentials;
    this.#http = http;
    this.#options = options;
  }

  close(): void {
    this.#http.close();
  }

  /** Asks for a new token; `scope` as in RFC 6749, all granted scopes without it. */
  async token(scope?: string): Promise<Answered<'token'>> {
    const { client, secret } = this.#credentials;
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) });
    const answer = await this.#json(ANSWERS.token, {
      method: 'POST',
      path: '/oauth/token',
      headers: {
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(client)}:${encodeURIComponent(secret)}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: Buffer.from(form.toString()),
    });
    if (answer.ok) {
      const lifetime = Math.max(answer.value.expires_in - LIMITS.renewal, 1);
      this.#token = { value: answer.value.access_token, until: performance.now() + lifetime * 1000 };
    }
    return answer;
  }

  /**
   * Gives a package. The same key and bytes again bring the same receipt, so the client makes a key where none is
   * given.
   */
  submit(
    body: Body,
    idempotencyKey: string = randomUUID(),
    mediaType = 'application/xml',
  ): Promise<Answered<'received'>> {
    return this.#authorised(ANSWERS.received, {
      method: 'POST',
      path: '/v1/messages',
      headers: { 'content-type': mediaType, 'idempotency-key': idempotencyKey },
      body,
    });
  }

  message(id: string): Promise<Answered<'message'>> {
    return this.#authorised(ANSWERS.message, { method: 'GET', path: `/v1/messages/${encodeURIComponent(id)}` });
  }

  trace(id: string): Promise<Answered<'trace'>> {
    return this.#authorised(ANSWERS.trace, { method: 'GET', path: `/v1/messages/${encodeURIComponent(id)}/trace` });
  }

  /** One page; `wait` seconds at most until a first entry is there. */
  inbox(page: { cursor?: string; limit?: number; wait?: number } = {}): Promise<Answered<'inbox'>> {
    const query = new URLSearchParams();
    if (page.cursor !== undefined) query.set('cursor', page.cursor);
    if (page.limit !== undefined) query.set('limit', String(page.limit));
    if (page.wait !== undefined) query.set('wait', String(page.wait));
    return this.#authorised(ANSWERS.inbox, { method: 'GET', path: `/v1/inbox?${query.toString()}` });
  }

  /** The exact bytes of one delivery, all in memory. */
  deliveryPackage(delivery: string, limit: number): Promise<Answer<Buffer>> {
    return this.#bytes(`/v1/deliveries/${encodeURIComponent(delivery)}/package`, limit);
  }

  /** The exact bytes of one delivery into a file, durable when this resolves; written anew at each try. */
  downloadDelivery(delivery: string, path: string): Promise<Answer<Downloaded>> {
    return this.#download(`/v1/deliveries/${encodeURIComponent(delivery)}/package`, path);
  }

  /** The evidence container of a message, in the same way. */
  downloadEvidence(message: string, path: string): Promise<Answer<Downloaded>> {
    return this.#download(`/v1/messages/${encodeURIComponent(message)}/evidence`, path);
  }

  #download(from: string, path: string): Promise<Answer<Downloaded>> {
    const call = { method: 'GET', path: from } as const;
    return this.#withToken((headers) =>
      this.#try({ ...call, headers }, async (reply) => ({
        ok: true,
        status: reply.status,
        value: await writeDurably(reply.body, path),
      })),
    );
  }

  acknowledge(delivery: string, sha256: string): Promise<Answered<'acknowledge'>> {
    return this.#post(ANSWERS.acknowledge, `/v1/deliveries/${encodeURIComponent(delivery)}/ack`, { sha256 });
  }

  sendStatus(delivery: string, status: StatusRequest): Promise<Answered<'status'>> {
    return this.#post(ANSWERS.status, `/v1/deliveries/${encodeURIComponent(delivery)}/statuses`, status);
  }

  organisations(query: string): Promise<Answered<'organizations'>> {
    const search = new URLSearchParams({ query });
    return this.#authorised(ANSWERS.organizations, { method: 'GET', path: `/v1/organizations?${search.toString()}` });
  }

  /** The keys receipts are signed with. Needs no token. */
  keys(): Promise<Answered<'keys'>> {
    return this.#json(ANSWERS.keys, { method: 'GET', path: '/v1/keys' });
  }

  #post<T>(schema: z.ZodType<T>, path: string, body: unknown): Promise<Answer<T>> {
    return this.#authorised(schema, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    });
  }

  async #authorised<T>(schema: z.ZodType<T>, call: Call): Promise<Answer<T>> {
    return this.#withToken((headers) => this.#json(schema, { ...call, headers: { ...call.headers, ...headers } }));
  }

  async #bytes(path: string, limit: number): Promise<Answer<Buffer>> {
    return this.#withToken((headers) =>
      this.#try<Buffer>({ method: 'GET', path, headers }, async (reply) => ({
        ok: true,
        status: reply.status,
        value: await wholeOf(reply, limit),
      })),
    );
  }

  /** A token may have run out, or the gateway may have forgotten it: the client requests one new token. */
  async #withToken<T>(call: (headers: Record<string, string>) => Promise<Answer<T>>): Promise<Answer<T>> {
    for (let fresh = false; ; fresh = true) {
      if (fresh || this.#token === undefined || performance.now() > this.#token.until) {
        const granted = await this.token();
        if (!granted.ok) return granted;
        fresh = true;
      }
      const answer = await call({ authorization: `Bearer ${this.#token?.value ?? ''}` });
      if (answer.ok || answer.status !== 401 || fresh) return answer;
    }
  }

  #json<T>(schema: z.ZodType<T>, call: Call): Promise<Answer<T>> {
    return this.#try(call, async (reply) => {
      const parsed: unknown = JSON.parse((await wholeOf(reply, LIMITS.answer)).toString('utf8'));
      return { ok: true, status: reply.status, value: schema.parse(parsed) };
    });
  }

  /** Tries until an answer is not "later", or until patience is used up. */
  async #try<T>(call: Call, read: (reply: HttpAnswer) => Promise<Answer<T>>): Promise<Answer<T>> {
    const deadline = performance.now() + (this.#options.patience ?? 0) * 1000;
    for (let pause = 100; ; pause = Math.min(pause * 2, 1000)) {
      const tried = await this.#once(call, read);
      if (tried.kind === 'answer' && !(PASSING.has(tried.answer.status) && performance.now() + pause < deadline)) {
        return tried.answer;
      }
      if (tried.kind === 'lost' && performance.now() + pause >= deadline) {
        throw new ProblemError('gateway-unreachable', { address: this.#credentials.gateway }, { cause: tried.cause });
      }
      this.#options.onRetry?.(tried.kind === 'lost' ? messageOf(tried.cause) : `HTTP ${tried.answer.status}`);
      await delay(pause, undefined, this.#options.signal === undefined ? {} : { signal: this.#options.signal });
    }
  }

  async #once<T>(call: Call, read: (reply: HttpAnswer) => Promise<Answer<T>>): Promise<Tried<T>> {
    const request: HttpRequest = {
      method: call.method,
      url: new URL(call.path, this.#credentials.gateway),
      headers: {
        accept: 'application/json, application/problem+json, */*;q=0.1',
        'accept-language': this.#options.language ?? 'vi',
        ...call.headers,
        ...lengthOf(call.body),
      },
      silence: LIMITS.silence,
      ...(call.body === undefined ? {} : { body: streamOf(call.body) }),
      ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
    };
    let reply: HttpAnswer | undefined;
    try {
      reply = await this.#http.send(request);
      const answer = reply.status < 400 ? await read(reply) : await readProblem(reply);
      return { kind: 'answer', answer };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      // A file that cannot be written is no lost connection either.
      if (error instanceof ProblemError) throw error;
      // An answer that came whole and cannot be read is no lost connection: another try would not help.
      if (reply?.body.complete === true) {
        throw new ProblemError('gateway-answer-invalid', { address: request.url.pathname }, { cause: error });
      }
      return { kind: 'lost', cause: error };
    }
  }
}

/** The operating system's name of the error. */
function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : messageOf(error);
}

async function writeDurably(body: AsyncIterable<Buffer>, path: string): Promise<Downloaded> {
  const hash = createHash('sha256');
  const file = await open(path, 'w').catch((error: unknown) => {
    throw new ProblemError('path-unusable', { file: path, reason: nameOf(error) }, { cause: error });
  });
  try {
    let size = 0;
    for await (const piece of body) {
      hash.update(piece);
      await file.writeFile(piece);
      size += piece.length;
    }
    await file.sync();
    return { sha256: hash.digest('hex'), size };
  } finally {
    await file.close();
  }
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
}

type Tried<T> =
  { readonly kind: 'answer'; readonly answer: Answer<T> } | { readonly kind: 'lost'; readonly cause: unknown };

async function readProblem(reply: HttpAnswer): Promise<Answer<never>> {
  const text = (await wholeOf(reply, LIMITS.answer)).toString('utf8');
  const type = reply.headers['content-type'] ?? '';
  if (type.includes('json')) {
    const problem = ANSWERS.problem.safeParse(JSON.parse(text));
    if (problem.success) return { ok: false, status: reply.status, problem: problem.data };
  }
  // A proxy or another server answered: the client has only its text.
  const title = text.slice(0, 200).trim() || `HTTP ${reply.status}`;
  return { ok: false, status: reply.status, problem: { title, status: reply.status, code: 'http-error' } };
}

/** Rejects above `limit` bytes. */
async function wholeOf(reply: HttpAnswer, limit: number): Promise<Buffer> {
  const bytes = await reply.bytes(limit);
  if (bytes === null) throw new Error(`answer larger than ${limit} bytes`);
  return bytes;
}

function lengthOf(body: Body | undefined): Record<string, number> {
  if (body === undefined) return {};
  return { 'content-length': Buffer.isBuffer(body) ? body.length : body.size };
}

function streamOf(body: Body): Buffer | Readable {
  return Buffer.isBuffer(body) ? body : createReadStream(body.path, { highWaterMark: 1 << 18 });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
