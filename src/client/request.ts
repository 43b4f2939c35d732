// One HTTP request of a client of the gateway: bytes or a file out, a stream or JSON back, with a deadline.

import { createReadStream } from 'node:fs';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream';

/** A file is read anew at each try, so that a large package never stands in memory. */
export type Body = Buffer | { readonly path: string; readonly size: number };

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Milliseconds without a byte in either direction before the connection counts as lost. */
  readonly silence: number;
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: IncomingMessage;
}

/** Connections kept open between requests. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

export function openAgents(): Agents {
  return { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
}

export function closeAgents(agents: Agents): void {
  agents.http.destroy();
  agents.https.destroy();
}

/** Rejects when no answer came (refused, reset, silent); any HTTP status is an answer. The body must be read or destroyed. */
export function send(ask: Ask, agents: Agents): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const secure = ask.url.protocol === 'https:';
    const request = (secure ? requestHttps : requestHttp)(ask.url, {
      method: ask.method,
      headers: { ...ask.headers, ...lengthOf(ask.body) },
      agent: secure ? agents.https : agents.http,
      timeout: ask.silence,
      ...(ask.signal === undefined ? {} : { signal: ask.signal }),
    });
    request.once('timeout', () => request.destroy(new Error(`no byte for ${ask.silence} ms`)));
    request.once('response', (response) =>
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response }),
    );
    // A server may answer before it has read everything and then hang up: the answer counts, so the error only matters
    // where none came.
    request.on('error', reject);
    if (ask.body === undefined) request.end();
    else if (Buffer.isBuffer(ask.body)) request.end(ask.body);
    else
      pipeline(createReadStream(ask.body.path, { highWaterMark: 1 << 18 }), request, (error) => {
        if (error) reject(error);
      });
  });
}

/** The whole body; rejects above `limit` bytes. */
export async function readAll(body: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > limit) throw new Error(`answer larger than ${limit} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

function lengthOf(body: Body | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-length': String(Buffer.isBuffer(body) ? body.length : body.size) };
}
