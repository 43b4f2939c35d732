// Checks that every request must pass before its operation is looked up: sizes, the host it names, and text with one
// reading. Limits are those of common proxies, so that a request that works directly also works behind one.

import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../core/problems/problem-error.ts';

export const MAX_URL = 8 * 1024;
export const MAX_HEADER_BYTES = 16 * 1024;
export const MAX_HEADERS = 100;

/**
 * Names of parameters with which a client might put a token into an address, where logs and histories would keep it.
 */
const TOKEN_PARAMETERS: ReadonlySet<string> = new Set([
  'access_token',
  'token',
  'bearer',
  'authorization',
  'client_secret',
]);

/** `414` and `431`, counted here because the parser silently drops headers over its count. */
export function checkSizes(request: IncomingMessage): void {
  if ((request.url ?? '').length > MAX_URL) throw new ProblemError('uri-too-long');
  if (request.rawHeaders.length / 2 > MAX_HEADERS) throw new ProblemError('header-too-large');
  let bytes = 0;
  for (const piece of request.rawHeaders) bytes += piece.length + 2;
  if (bytes > MAX_HEADER_BYTES) throw new ProblemError('header-too-large');
}

/**
 * The host the request names must be one of the gateway's, whether in the Host header or in an absolute request target.
 * Answers the target in origin form.
 */
export function checkHost(request: IncomingMessage, hosts: ReadonlySet<string>): string {
  const hostHeaders = request.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'host',
  ).length;
  const host = request.headers.host;
  if (hostHeaders > 1 || (host === undefined && request.httpVersion !== '1.0'))
    throw new ProblemError('request-invalid');
  if (host !== undefined && !hosts.has(hostName(host))) throw new ProblemError('misdirected-request');
  const target = request.url ?? '';
  if (target.startsWith('/')) return target;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) throw new ProblemError('request-invalid');
  if (!hosts.has(new URL(target).hostname)) throw new ProblemError('misdirected-request');
  const rest = target.slice(target.indexOf('/', target.indexOf('//') + 2));
  return rest.startsWith('/') ? rest : '/';
}

function hostName(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

// eslint-disable-next-line no-control-regex -- the pattern finds control characters
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Path and query must be percent-encoded UTF-8 without control characters. */
export function checkText(target: string): void {
  if (CONTROL.test(decoded(target))) throw new ProblemError('malformed-text');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new ProblemError('malformed-text', {}, { cause: error });
  }
}

/** The query as a map; a name given twice is refused, and so is a token. */
export function parseQuery(target: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  const start = target.indexOf('?');
  if (start < 0) return query;
  for (const piece of target.slice(start + 1).split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = decodeForm(equals < 0 ? piece : piece.slice(0, equals));
    const value = equals < 0 ? '' : decodeForm(piece.slice(equals + 1));
    if (TOKEN_PARAMETERS.has(name.toLowerCase())) throw new ProblemError('token-in-query');
    if (query.has(name)) throw new ProblemError('parameter-duplicate', { name: name.slice(0, 50) });
    query.set(name, value);
  }
  return query;
}

/** One name or value of `application/x-www-form-urlencoded`. */
export function decodeForm(text: string): string {
  return decoded(text.replaceAll('+', ' '));
}
