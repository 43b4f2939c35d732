// Reads request bodies with bounds on size and silence, and ends a request whose body the gateway does not want.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProblemError } from '../core/problems/problem-error.ts';

export interface BodyLimits {
  readonly bytes: number;
  readonly idleSeconds: number;
}

/** Bytes that an answered request may still send before its connection is cut. */
const DISCARD_BYTES = 1024 * 1024;
const DISCARD_MS = 2000;

/** The declared length: `payload-too-large` before a byte is read, `body-empty` when there is none. */
export function checkDeclaredLength(request: IncomingMessage, limits: BodyLimits): void {
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) throw new ProblemError('body-empty');
  if (length === undefined) return;
  if (Number(length) === 0) throw new ProblemError('body-empty');
  if (Number(length) > limits.bytes) throw new ProblemError('payload-too-large', { limit: limits.bytes });
}

/**
 * The bytes of the body. Throws `payload-too-large` at the first byte over the limit, `request-timeout` after too long
 * a silence, `request-invalid` when the client went away, `body-empty` when the body is empty. A caller that stops
 * reading early can still answer on the connection.
 */
export async function* readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): AsyncGenerator<Buffer, void, undefined> {
  checkDeclaredLength(request, limits);
  if (request.headers.expect !== undefined) response.writeContinue();
  let size = 0;
  for (;;) {
    const chunk: unknown = request.read();
    if (Buffer.isBuffer(chunk)) {
      size += chunk.length;
      if (size > limits.bytes) throw new ProblemError('payload-too-large', { limit: limits.bytes });
      yield chunk;
    } else if (request.readableEnded) {
      if (size === 0) throw new ProblemError('body-empty');
      return;
    } else {
      await untilMore(request, limits.idleSeconds);
    }
  }
}

/** Resolves when there may be more to read. */
function untilMore(request: IncomingMessage, idleSeconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (problem?: ProblemError): void => {
      clearTimeout(timer);
      request.off('readable', ready).off('end', ready).off('error', abort).off('close', abort);
      if (problem === undefined) resolve();
      else reject(problem);
    };
    const ready = (): void => settle();
    const abort = (cause?: unknown): void => settle(new ProblemError('request-invalid', {}, { cause }));
    const timer = setTimeout(() => settle(new ProblemError('request-timeout')), idleSeconds * 1000);
    if (request.destroyed) {
      abort();
      return;
    }
    request.on('readable', ready).on('end', ready).on('error', abort).on('close', abort);
  });
}

/** A small body as one buffer. */
export async function readWhole(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readBody(request, response, limits)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Whether an answer should end the connection, because the rest of the body is too long to read. */
export function tooMuchLeft(request: IncomingMessage): boolean {
  return !request.complete && Number(request.headers['content-length'] ?? 0) > DISCARD_BYTES;
}

/**
 * Sends the whole body and ends. It first reads and drops the rest of the request, within bounds: closing a socket with
 * unread bytes resets it, and the client would never see the answer.
 */
export function finish(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.complete || request.destroyed) {
    response.end(body);
    return;
  }
  if (body !== '') response.write(body);
  let discarded = 0;
  const timer = setTimeout(() => end(), DISCARD_MS);
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', discard).off('end', end).off('close', end).off('error', end);
    response.end();
    if (!request.complete) request.socket.destroySoon();
  };
  const discard = (chunk: Buffer): void => {
    discarded += chunk.length;
    if (discarded > DISCARD_BYTES) end();
  };
  request.on('data', discard).on('end', end).on('close', end).on('error', end);
  request.resume();
}
