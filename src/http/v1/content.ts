// Sends package bytes: with validators, one byte range at most, and back-pressure from the client to the store.

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ByteRange, ContentLocation, ContentStore } from '../../ports/content-store.ts';
import type { RawCall } from '../call.ts';

export type OpenContent = Pick<ContentStore, 'open'>;

type Outgoing = Pick<RawCall, 'request' | 'response'>;

/** Writes stored bytes as they are. A request for several ranges gets the whole, which HTTP allows. */
export async function sendPackage(
  call: Outgoing,
  location: ContentLocation,
  content: OpenContent,
  mediaType = 'application/xml',
): Promise<'sent'> {
  const { request, response } = call;
  const { sha256, size } = location;
  const etag = `"${sha256}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Cache-Control', 'private, no-cache');
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return 'sent';
  }
  const applies = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = applies ? parseRange(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    throw new ProblemError('range-not-satisfiable');
  }
  const bytes = await openRange(location, range, content);
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': mediaType,
    'Content-Length': range === undefined ? size : range.end - range.start + 1,
    Digest: `sha-256=${digest}`,
    'Repr-Digest': `sha-256=:${digest}:`,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${range.start}-${range.end}/${size}` }),
  });
  await sendBytes(request.method, response, bytes);
  return 'sent';
}

/** The bytes of a range, or all. */
export async function openRange(
  location: ContentLocation,
  range: ByteRange | undefined,
  content: OpenContent,
): Promise<Buffer | Readable> {
  const { inline, sha256 } = location;
  if (inline === null) return content.open(sha256, range);
  return range === undefined ? inline : inline.subarray(range.start, range.end + 1);
}

/** Sends to the end. A client that leaves is no fault; bytes that fail on the way cut the connection. */
export async function sendBytes(
  method: string | undefined,
  response: ServerResponse,
  bytes: Buffer | Readable | AsyncIterable<Buffer>,
): Promise<void> {
  if (method === 'HEAD') {
    if (bytes instanceof Readable) bytes.destroy();
    response.end();
    return;
  }
  if (Buffer.isBuffer(bytes)) {
    response.end(bytes);
    return;
  }
  try {
    await pipeline(bytes, response);
  } catch (error) {
    if (!isPrematureClose(error)) throw error;
  }
}

function isPrematureClose(error: unknown): boolean {
  return isNativeError(error) && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  const tags = header
    .slice(0, 4096)
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}

/** One satisfiable range; undefined for a header to ignore: other units, several ranges, broken syntax. */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [first, last] = [match?.[1] ?? '', match?.[2] ?? ''];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const [start, end] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
