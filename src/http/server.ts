// The listener: node's HTTP server with its bounds set, and problem+json also for what never became a request.

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import type { HttpConfig } from '../config/config.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import type { RefusalCode } from '../core/problems/problems.ts';
import { rawProblem, type ProblemContext } from './problem.ts';

/** The parser's own bound, far over what strictness.ts allows: what is between the two can still be told apart and answered. */
const PARSER_BYTES = 64 * 1024;
const HEADERS_SECONDS = 10;
const KEEP_ALIVE_SECONDS = 75;

/**
 * Requests of one socket that are not answered yet. Node dispatches all requests of one read, a thousand and more, and
 * holds their answers until the client reads them; a client that sends one after the other never has more than two.
 */
const MOST_PIPELINED = 16;

/** Problems for the codes of Node's parser. Any other code means a broken request. */
const PARSER_PROBLEMS: ReadonlyMap<string, RefusalCode> = new Map([
  ['HPE_HEADER_OVERFLOW', 'header-too-large'],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 'payload-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request-timeout'],
]);

export function createHttpServer(app: RequestListener, http: HttpConfig): Server {
  const { limits } = http;
  const server = createServer({
    maxHeaderSize: PARSER_BYTES,
    headersTimeout: HEADERS_SECONDS * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: KEEP_ALIVE_SECONDS * 1000,
    connectionsCheckingInterval: 1000,
    requireHostHeader: false,
    noDelay: true,
    keepAlive: true,
  });
  // `strictness.ts` counts headers: the parser would silently drop those over its count.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.maxConnections;
  const answering = new WeakMap<Duplex, ServerResponse>();
  const unanswered = new WeakMap<Duplex, number>();
  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (socket.destroyed || count > MOST_PIPELINED) {
      socket.destroy();
      return;
    }
    unanswered.set(socket, count);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    answering.set(socket, response);
    app(request, response);
  };
  server.on('request', listen);
  // The app itself answers `100 Continue`, so that it can refuse a package that is too large before it is sent.
  server.on('checkContinue', listen);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    refuse(socket, 'method-not-allowed', http, ['Allow: GET, HEAD, POST']);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const current = answering.get(socket);
    if (
      error.code === 'ECONNRESET' ||
      !socket.writable ||
      (current?.headersSent === true && !current.writableFinished)
    ) {
      socket.destroy();
      return;
    }
    refuse(socket, PARSER_PROBLEMS.get(error.code ?? '') ?? 'request-invalid', http);
  });
  return server;
}

function refuse(socket: Duplex, code: RefusalCode, http: HttpConfig, headers: readonly string[] = []): void {
  const context: ProblemContext = {
    problemBase: http.problemBase,
    language: 'vi',
    request: randomUUID(),
    oauth: false,
  };
  socket.on('error', () => socket.destroy());
  socket.end(rawProblem(code, context, headers), () => socket.destroy());
}

/** Starts listening; answers the port. `port-in-use` when another process has it. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new ProblemError('port-in-use', { port }, { cause: error }) : error);
    });
    server.listen({ host, port }, resolve);
  });
  return addressOf(server).port;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new ProblemError('internal-error');
  return address;
}

/** Takes no new requests, lets running ones end within `graceMs`, then cuts the others. */
export async function stopListening(server: Server, graceMs: number): Promise<void> {
  const closing = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closing;
  clearTimeout(timer);
}
