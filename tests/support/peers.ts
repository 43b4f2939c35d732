// A receiving system in small: a real HTTP server that takes packages, keeps a ledger of what it got, and misbehaves on
// request. It imports nothing of the gateway.

import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export type PeerMode =
  | 'ok'
  /** Answers well, but late (`slowMilliseconds`). */
  | 'slow'
  /** Takes the bytes and never answers. */
  | 'hang'
  /** Answers 200 and then one byte a second. */
  | 'trickle'
  /** Resets the connection while it is being given the package. */
  | 'reset'
  | 'wrong-hash'
  | 'bad-body'
  | 'no-body'
  | 'huge-body'
  /** Says 201, then closes before its answer is whole. */
  | 'cut-answer'
  /** Acknowledges from the header before reading the package. */
  | 'hasty'
  | 'redirect'
  | 'moved'
  /** Stores the package and closes the connection without an answer. */
  | 'drop-after-commit'
  /** A plain HTTP status. */
  | number;

export interface PeerCall {
  readonly transmission: string;
  readonly message: string;
  readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
  readonly kind: string;
  readonly attempt: number;
  readonly unchecked: boolean;
  /** Of the bytes that came. */
  readonly sha256: string;
  readonly size: number;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Milliseconds since the epoch when the last byte was in. */
  readonly at: number;
}

export interface PeerOptions {
  readonly mode?: PeerMode;
  /** Answers 401 to anything else. */
  readonly token?: string;
  readonly slowMilliseconds?: number;
  readonly retryAfter?: string;
  /** The machine code of a refusal's problem document. */
  readonly problem?: string;
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Peer {
  readonly url: string;
  readonly port: number;
  mode: PeerMode;
  slowMilliseconds: number;
  /** Every package that came in whole, also those answered with a fault: what a naive system would have counted. */
  readonly calls: readonly PeerCall[];
  /** By delivery id: what a system with a unique key has in its book, and how often it was given it. */
  readonly ledger: ReadonlyMap<string, { readonly sha256: string; readonly times: number }>;
  /** Requests that reached the server, whole or not. */
  readonly requests: number;
  /** Cuts all connections and goes on. */
  drop(): void;
  close(): Promise<void>;
}

export async function startPeer(options: PeerOptions = {}): Promise<Peer> {
  const calls: PeerCall[] = [];
  const ledger = new Map<string, { sha256: string; times: number }>();
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let requests = 0;

  const listener = (request: http.IncomingMessage, response: http.ServerResponse) => {
    requests += 1;
    request.on('error', () => response.destroy());
    if (peer.mode === 'reset') return void request.once('data', () => request.socket.resetAndDestroy());
    if (peer.mode === 'hasty') {
      acknowledge(response, header(request, 'lienthong-sha256'));
      return;
    }
    void callOf(request).then((call) => {
      if (call === null) return;
      calls.push(call);
      if (options.token !== undefined && call.authorization !== `Bearer ${options.token}`) {
        return void response.writeHead(401).end();
      }
      answer(call, response);
    });
  };

  const commit = ({ deliveries, sha256 }: PeerCall) => {
    for (const { id } of deliveries) ledger.set(id, { sha256, times: (ledger.get(id)?.times ?? 0) + 1 });
  };

  const later = (milliseconds: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, milliseconds);
    timers.add(timer);
  };

  const answer = (call: PeerCall, response: http.ServerResponse) => {
    const { mode } = peer;
    if (typeof mode === 'number') {
      if (options.retryAfter !== undefined) response.setHeader('Retry-After', options.retryAfter);
      const body = options.problem === undefined ? '' : JSON.stringify({ code: options.problem });
      return void response.writeHead(mode, { 'Content-Type': 'application/problem+json' }).end(body);
    }
    switch (mode) {
      case 'ok':
        commit(call);
        {
          acknowledge(response, call.sha256);
          return;
        }
      case 'slow':
        later(peer.slowMilliseconds, () => {
          commit(call);
          acknowledge(response, call.sha256);
        });
        return;
      case 'wrong-hash': {
        acknowledge(response, createHash('sha256').update('another').digest('hex'));
        return;
      }
      case 'bad-body':
        return void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"sha256":');
      case 'no-body':
        return void response.writeHead(204).end();
      case 'huge-body': {
        acknowledge(response, call.sha256, ' '.repeat(100_000));
        return;
      }
      case 'cut-answer':
        commit(call);
        response.writeHead(201, { 'Content-Length': 200 }).write('{"sha256":"');
        return void response.socket?.end();
      case 'trickle': {
        response.writeHead(200).flushHeaders();
        const drip = () => {
          response.write('{');
          later(1000, drip);
        };
        drip();
        return;
      }
      case 'redirect':
        return void response.writeHead(302, { Location: `${peer.url}/elsewhere` }).end();
      case 'moved':
        return void response.writeHead(308, { Location: `${peer.url}/elsewhere` }).end();
      case 'drop-after-commit':
        commit(call);
        return void response.socket?.destroy();
      case 'hang':
      case 'reset':
      case 'hasty':
        return;
    }
  };

  const server = options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const peer: Peer = {
    url: `${options.tls === undefined ? 'http' : 'https'}://localhost:${port}/receive`,
    port,
    mode: options.mode ?? 'ok',
    slowMilliseconds: options.slowMilliseconds ?? 0,
    calls,
    ledger,
    get requests() {
      return requests;
    },
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer);
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return peer;
}

function acknowledge(response: http.ServerResponse, sha256: string, padding = ''): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ sha256 }) + padding);
}

/** Null when the package did not come whole. */
async function callOf(request: http.IncomingMessage): Promise<PeerCall | null> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch {
    return null;
  }
  return {
    transmission: header(request, 'lienthong-transmission'),
    message: header(request, 'lienthong-message'),
    deliveries: deliveriesOf(header(request, 'lienthong-deliveries')),
    kind: header(request, 'lienthong-kind'),
    attempt: Number(header(request, 'lienthong-attempt')),
    unchecked: header(request, 'lienthong-unchecked') === 'true',
    sha256: hash.digest('hex'),
    size,
    contentType: request.headers['content-type'],
    authorization: request.headers.authorization,
    idempotencyKey: header(request, 'idempotency-key'),
    at: Date.now(),
  };
}

function header(request: http.IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function deliveriesOf(list: string): PeerCall['deliveries'] {
  if (list === '') return [];
  return list.split(',').map((item) => {
    const [id = '', organisation = ''] = item.trim().split(';');
    return { id, organisation: decodeURIComponent(organisation) };
  });
}
