// Checks content types of requests and answers.

import type { IncomingHttpHeaders } from 'node:http';
import { ProblemError } from '../core/problems/problem-error.ts';

/** The body must be of one of the types, in UTF-8, and not compressed as a whole. */
export function checkMediaType(headers: IncomingHttpHeaders, types: readonly string[]): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((piece) => piece.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  const readable = charset === undefined || /^"?utf-?8"?$/.test(charset);
  if (!types.includes(type) || !readable || (encoding !== undefined && encoding !== 'identity')) {
    throw new ProblemError('unsupported-media-type');
  }
}

/** Whether an Accept header takes the type. An absent header takes everything; `q=0` refuses a type. */
export function accepts(header: string | undefined, type: string): boolean {
  if (header === undefined || header.trim() === '') return true;
  const family = `${type.split('/')[0] ?? ''}/*`;
  // The most exact range that matches decides.
  const rank = [type, family, '*/*'];
  let best = rank.length;
  let isWanted = false;
  for (const range of header.slice(0, 4096).split(',')) {
    const [name = '', ...parameters] = range.split(';').map((piece) => piece.trim().toLowerCase());
    const place = rank.indexOf(name);
    if (place < 0 || place >= best) continue;
    best = place;
    isWanted = !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
  }
  return isWanted;
}
