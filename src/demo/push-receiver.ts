// An agency's own system that takes HTTP pushes: reads, checks, writes down, and only then says which bytes it has.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Ledger } from './ledger.ts';

export interface PushReceiver {
  readonly url: string;
  close(): Promise<void>;
}

export interface PushReceiverOptions {
  readonly host: string;
  readonly port: number;
  /** What the gateway must show as its bearer token. */
  readonly token: string;
  readonly ledger: Ledger;
}

export async function startPushReceiver(options: PushReceiverOptions): Promise<PushReceiver> {
  const server = createServer((request, response) => {
    take(request, options)
      .catch((error: unknown) => refusal(500, String(error)))
      .then((answer) => reply(response, answer))
      .catch(() => response.destroy());
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    url: `http://${options.host}:${options.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

async function take(request: IncomingMessage, { token, ledger }: PushReceiverOptions): Promise<Told> {
  if (!sameToken(request.headers.authorization, `Bearer ${token}`)) return refusal(401, 'unknown bearer token');
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    hash.update(piece);
    size += piece.length;
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== header(request, 'lienthong-sha256'))
    return refusal(422, 'these are not the bytes that were announced');
  for (const pair of header(request, 'lienthong-deliveries').split(',')) {
    const [delivery = '', organisation = ''] = pair.trim().split(';');
    const [message, kind] = [header(request, 'lienthong-message'), header(request, 'lienthong-kind')];
    await ledger.append({ delivery, organisation, message, kind, sha256, size });
  }
  return { status: 200, body: { sha256 } };
}

function refusal(status: number, reason: string): Told {
  return { status, body: { reason } };
}

function reply(response: ServerResponse, { status, body }: Told): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function sameToken(shown: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(shown ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
