// Takes a request to its operation: the checks of every request, then authority, then the operation, then one answer.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { HttpConfig } from '../config/config.ts';
import { isParameter, PARAMETERS } from '../api/parameters.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import { PROBLEMS } from '../core/problems/problems.ts';
import type { RegistryStore } from '../ports/registry.ts';
import type { World } from '../ports/world.ts';
import type { Events } from '../telemetry/events.ts';
import { authenticate, authorise, type Authority, type Principal, type Tokens } from './auth.ts';
import { finish, tooMuchLeft } from './body.ts';
import { accepts } from './media.ts';
import type { RawCall } from './call.ts';
import type { Answer, BoundOperation } from './operation.ts';
import { asProblem, languageOf, startProblem } from './problem.ts';
import type { Limiter } from './rate.ts';
import { checkHost, checkSizes, checkText, parseQuery } from './strictness.ts';

export interface AppPorts {
  readonly http: HttpConfig;
  readonly registry: RegistryStore;
  readonly tokens: Tokens;
  /** Limits calls by connection. */
  readonly rate: Limiter;
  readonly events: Pick<Events, 'requestAnswered' | 'requestRefused' | 'requestFailed'>;
  readonly world: Pick<World, 'monotonic'>;
  /** Aborts when the gateway stops, so that long polls end. */
  readonly stopping: AbortSignal;
}

/** Facts of a request that Express does not keep. */
interface Arrival {
  readonly id: string;
  readonly at: number;
  readonly query: ReadonlyMap<string, string>;
  operation: string;
}

const ALWAYS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export function createApp(ports: AppPorts, operations: readonly BoundOperation[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  const arrivals = new WeakMap<IncomingMessage, Arrival>();

  app.use(arrive(ports, arrivals));
  for (const [path, operationsHere] of byPath(operations)) {
    const route = app.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const operation of operationsHere) route[operation.spec.method](serve(operation, ports, arrivals));
    route.all(methodNotAllowed(operationsHere));
  }
  app.use(() => {
    throw new ProblemError('not-found');
  });
  app.use(answerProblem(ports, arrivals));
  return app;
}

function byPath(operations: readonly BoundOperation[]): ReadonlyMap<string, readonly BoundOperation[]> {
  const paths = new Map<string, BoundOperation[]>();
  for (const operation of operations)
    paths.set(operation.spec.path, [...(paths.get(operation.spec.path) ?? []), operation]);
  return paths;
}

/** The checks that need no knowledge of operations. */
function arrive(ports: AppPorts, arrivals: WeakMap<IncomingMessage, Arrival>) {
  const hosts = new Set(ports.http.hosts);
  const secure = ports.http.publicUrl.startsWith('https:');
  return (request: Request, response: Response, next: NextFunction): void => {
    const id = randomUUID();
    const arrival: Arrival = { id, at: ports.world.monotonic(), query: new Map(), operation: 'none' };
    arrivals.set(request, arrival);
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    if (secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
    response.setHeader('Lienthong-Request', id);
    checkSizes(request);
    const target = checkHost(request, hosts);
    checkText(target);
    request.url = target;
    arrivals.set(request, { ...arrival, query: parseQuery(target) });
    next();
  };
}

function serve(operation: BoundOperation, ports: AppPorts, arrivals: WeakMap<IncomingMessage, Arrival>) {
  const { spec } = operation;
  const perform = performer(operation, ports);
  return async (request: Request, response: Response): Promise<void> => {
    const arrival = arrivals.get(request);
    if (arrival === undefined) throw new ProblemError('internal-error');
    arrival.operation = spec.id;
    const types = [spec.produces, ...(spec.alsoProduces ?? []).map(({ type }) => type)];
    if (!types.some((type) => accepts(request.headers.accept, type))) throw new ProblemError('not-acceptable');
    const answer = await perform(request, response, arrival);
    send(request, response, answer);
    ports.events.requestAnswered({
      operation: spec.id,
      status: response.statusCode,
      took: ports.world.monotonic() - arrival.at,
      request: arrival.id,
    });
  };
}

type Perform = (request: Request, response: Response, arrival: Arrival) => Promise<Answer>;

/** Performs public operations for every caller, the others by the authority of their row. */
function performer(operation: BoundOperation, ports: AppPorts): Perform {
  if (operation.access === 'public') {
    return (request, response, arrival) => operation.handle(raw(request, response, arrival, ports));
  }
  return async (request, response, arrival) => {
    const principal = await admit(operation.authority, request, ports);
    return operation.handle(raw(request, response, arrival, ports), principal);
  };
}

/** Authenticates, counts and authorises a call; no other function decides that. */
async function admit(authority: Exclude<Authority, 'public'>, request: Request, ports: AppPorts): Promise<Principal> {
  const principal = await authenticate(request.headers.authorization, ports.tokens, await ports.registry.snapshot());
  const wait = ports.rate(principal.connection);
  if (wait > 0) throw new ProblemError('rate-limited', { after: wait });
  authorise(principal, authority);
  return principal;
}

function raw(request: Request, response: Response, arrival: Arrival, ports: AppPorts): RawCall {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    if (typeof value !== 'string' || !isParameter(name) || !PARAMETERS[name].form.test(value))
      throw new ProblemError('not-found');
    params[name] = value;
  }
  const { maxPackageBytes, idleSeconds } = ports.http.limits;
  return {
    request,
    response,
    params,
    query: arrival.query,
    language: languageOf(request.headers['accept-language']),
    untilGone: () => untilGone(response, ports.stopping),
    limits: { maxPackageBytes, idleSeconds },
  };
}

function untilGone(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const leaving = new AbortController();
  const abort = (): void => leaving.abort();
  stopping.addEventListener('abort', abort);
  response.once('close', () => {
    stopping.removeEventListener('abort', abort);
    abort();
  });
  if (stopping.aborted || response.destroyed) abort();
  return leaving.signal;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer === 'sent') return;
  const { status, headers, type, text } = answer;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...headers,
  });
  finish(request, response, request.method === 'HEAD' ? '' : text);
}

function methodNotAllowed(operations: readonly BoundOperation[]) {
  const methods = operations.flatMap(({ spec }) =>
    spec.method === 'get' ? ['GET', 'HEAD'] : [spec.method.toUpperCase()],
  );
  return (_request: Request, response: Response): void => {
    response.setHeader('Allow', methods.join(', '));
    throw new ProblemError('method-not-allowed');
  };
}

/** Problems that end the connection: after them the gateway cannot know where the client's next request begins. */
const CLOSING: ReadonlySet<string> = new Set(['payload-too-large', 'request-timeout', 'request-invalid']);

/** The one error handler: converts, logs and answers each error once. */
function answerProblem(ports: AppPorts, arrivals: WeakMap<IncomingMessage, Arrival>) {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const problem = asProblem(thrown);
    const arrival = arrivals.get(request);
    const facts = { operation: arrival?.operation ?? 'none', request: arrival?.id ?? '' };
    const { http: status } = PROBLEMS[problem.code];
    if (status >= 500) ports.events.requestFailed(facts, problem);
    else ports.events.requestRefused({ ...facts, code: problem.code });
    const took = arrival === undefined ? 0 : ports.world.monotonic() - arrival.at;
    ports.events.requestAnswered({ ...facts, status, took });
    if (response.headersSent) {
      // Part of a good answer has left; only cutting the connection tells the client that it is incomplete.
      response.destroy();
      return;
    }
    const close = CLOSING.has(problem.code) || tooMuchLeft(request);
    const context = {
      problemBase: ports.http.problemBase,
      language: languageOf(request.headers['accept-language']),
      request: facts.request,
      oauth: facts.operation === 'issueToken',
    };
    const body = startProblem(response, problem, context, close ? { Connection: 'close' } : {});
    // A client that fell silent will not send the rest either.
    if (problem.code === 'request-timeout') response.end(body);
    else finish(request, response, request.method === 'HEAD' ? '' : body);
  };
}
