// Requests as tests make them: with fetch where the client may be well behaved, on a bare socket where it is not.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from '@jest/globals';
import type { z } from 'zod';
import { ProblemAnswer } from '../../src/api/problem.ts';
import type { Shape } from '../../src/api/shape.ts';
import { TokenAnswer } from '../../src/api/v1/token.ts';
import { SECRET } from './gateway-http.ts';

export interface Plain {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export async function request(gateway: { readonly url: string }, path: string, init: RequestInit = {}): Promise<Plain> {
  const response = await fetch(`${gateway.url}${path}`, init);
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}

export async function tokenOf(gateway: { readonly url: string }, client: string, scope?: string): Promise<string> {
  const answer = await request(gateway, '/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client,
      client_secret: SECRET,
      ...(scope === undefined ? {} : { scope }),
    }),
  });
  expect(answer.status).toBe(200);
  return answerOf(answer, TokenAnswer).access_token;
}

/** The answer, which must have just the members that the contract declares for it. */
export function answerOf<Schema extends z.ZodType>(answer: Plain, schema: Schema): Shape<Schema> {
  const parsed = schema.safeParse(answer.json);
  expect(parsed.error).toBeUndefined();
  return answer.json as Shape<Schema>;
}

/** Parts of an error body that would tell a stranger about the inside. */
const LEAKS = /\/(?:usr|root|home|tmp|work|var|node_modules|src|dist)\/|\bat \S+ \(|SELECT |node:internal|Error:/;

/** Asserts that the answer is the problem, well formed, and tells nothing about the inside. */
export function expectProblem(
  answer: { readonly status: number; readonly text: string },
  status: number,
  code: string,
): void {
  expect({ status: answer.status, code: codeOf(answer.text) }).toEqual({ status, code });
  const body = ProblemAnswer.parse(JSON.parse(answer.text));
  expect(body.type).toBe(`https://lienthong.vn/problems/${code}`);
  expect(body.status).toBe(status);
  expect(answer.text).not.toMatch(LEAKS);
}

function codeOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { code?: unknown }).code;
  } catch {
    return text;
  }
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly text: string;
}

/** A socket that speaks whatever it is told. */
export class RawClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #closed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static async open(gateway: { readonly port: number }): Promise<RawClient> {
    const socket = connect(gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next whole answer with a Content-Length. */
  async answer(withinMs = 10_000): Promise<RawAnswer> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const answer = this.#take();
      if (answer !== undefined) return answer;
      if (this.#closed || Date.now() > deadline)
        throw new Error(`no answer; got: ${this.#received.toString('latin1').slice(0, 200)}`);
      await this.#news(deadline - Date.now());
    }
  }

  /** Resolves when the server closed the connection. */
  async closed(withinMs = 10_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!this.#closed) {
      if (Date.now() > deadline) throw new Error('the connection is still open');
      await this.#news(deadline - Date.now());
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(): RawAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = this.#received.subarray(0, end).toString('latin1');
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return undefined;
    const text = this.#received.subarray(end + 4, end + 4 + length).toString('utf8');
    this.#received = this.#received.subarray(end + 4 + length);
    return { status: Number(head.split(' ')[1]), head, text };
  }

  #news(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
