// The small functions at the edge of a request.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRange } from '../../../src/http/v1/content.ts';
import { openCursor, sealCursor } from '../../../src/http/v1/cursor.ts';
import { accepts, checkMediaType } from '../../../src/http/media.ts';
import { asProblem, languageOf, problemBody } from '../../../src/http/problem.ts';
import { failureLimiter, rateLimiter } from '../../../src/http/rate.ts';
import { parseQuery } from '../../../src/http/strictness.ts';
import { ProblemError } from '../../../src/core/problems/problem-error.ts';

describe('cursors', () => {
  const scope = { key: Buffer.alloc(32, 7), connection: 'one', list: 'inbox' };
  const at = new Date('2026-01-01T00:00:00Z');
  const days = (n: number) => new Date(at.getTime() + n * 86_400_000);

  test('say what was sealed', () => {
    fc.assert(
      fc.property(fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })), (position) => {
        expect(openCursor(sealCursor(position, at, scope), at, scope)).toEqual({ ok: true, value: position });
      }),
    );
  });

  test('open only for their connection, list and key (P2, P3)', () => {
    const cursor = sealCursor(5n, at, scope);
    const others = [{ connection: 'two' }, { list: 'other' }, { key: Buffer.alloc(32, 8) }];
    for (const other of others)
      expect(openCursor(cursor, at, { ...scope, ...other })).toMatchObject({ code: 'cursor-invalid' });
  });

  test('of this version never expire; of a retired one after 90 days; of an unknown one never open (P4)', () => {
    expect(openCursor(sealCursor(5n, at, scope), days(1000), scope).ok).toBe(true);
    const old = sealCursor(5n, at, scope, 9);
    expect(openCursor(old, days(1), scope)).toMatchObject({ code: 'cursor-invalid' });
    expect(openCursor(old, days(89), scope, new Set([9])).ok).toBe(true);
    expect(openCursor(old, days(91), scope, new Set([9]))).toMatchObject({ code: 'cursor-expired' });
  });
});

test.each([
  [undefined, 'vi'],
  ['', 'vi'],
  ['fr', 'vi'],
  ['en', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['vi,en', 'vi'],
  ['vi;q=0.4,en;q=0.5', 'en'],
  ['en;q=x', 'vi'],
  [';;;,q=,', 'vi'],
])('Accept-Language %s → %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test.each([
  [undefined, true],
  ['*/*', true],
  ['application/*', true],
  ['text/html, application/json;q=0.5', true],
  ['image/png', false],
  ['application/json;q=0', false],
  ['*/*, application/json;q=0', false],
  ['application/xml, */*;q=0.1', true],
])('Accept %s takes JSON: %s', (header, taken) => {
  expect(accepts(header, 'application/json')).toBe(taken);
});

test.each([
  ['application/xml', undefined, true],
  ['Application/XML; Charset="UTF-8"', 'identity', true],
  ['application/xml; charset=utf8', undefined, true],
  ['application/xml; charset=us-ascii', undefined, false],
  ['application/xml', 'gzip', false],
  ['application/xmlx', undefined, false],
  [undefined, undefined, false],
])('Content-Type %s, Content-Encoding %s is read: %s', (type, encoding, read) => {
  const check = () => checkMediaType({ 'content-type': type, 'content-encoding': encoding }, ['application/xml']);
  if (read) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'unsupported-media-type' }));
});

test.each([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-', { start: 2, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=8-99', { start: 8, end: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=-', undefined],
  ['bytes=5-4', undefined],
  ['bytes=0-1,3-4', undefined],
  ['octets=0-1', undefined],
])('Range %s of 10 bytes', (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

describe('limits', () => {
  test('a bucket empties and fills', () => {
    let now = 0;
    const take = rateLimiter(2, { monotonic: () => now });
    expect([1, 2, 3, 4, 5].map(() => take('a'))).toEqual([0, 0, 0, 0, 1]);
    expect(take('b')).toBe(0);
    now += 500;
    expect([take('a'), take('a')]).toEqual([0, 1]);
  });

  test('failures count within a window, successes forget them', () => {
    let now = 0;
    const failures = failureLimiter(2, 1000, { monotonic: () => now });
    failures.noteFailure('a');
    expect(failures.wait('a')).toBe(0);
    failures.noteFailure('a');
    expect(failures.wait('a')).toBe(1);
    now = 1000;
    expect(failures.wait('a')).toBe(0);
    failures.noteFailure('a');
    failures.succeeded('a');
    failures.noteFailure('a');
    expect(failures.wait('a')).toBe(0);
  });

  test('only so many callers are remembered', () => {
    const failures = failureLimiter(1, 1000, { monotonic: () => 0 });
    failures.noteFailure('first');
    for (let n = 0; n < 10_000; n += 1) failures.noteFailure(`other ${n}`);
    expect(failures.wait('first')).toBe(0);
  });
});

describe('queries', () => {
  test.each([
    ['/x', {}],
    ['/x?', {}],
    ['/x?a=1&b=', { a: '1', b: '' }],
    ['/x?a=%C4%91+e', { a: 'đ e' }],
    ['/x?&a&', { a: '' }],
  ])('%s', (target, query) => {
    expect(Object.fromEntries(parseQuery(target))).toEqual(query);
  });

  test.each([
    ['/x?a=1&a=1', 'parameter-duplicate'],
    ['/x?a=1&%61=1', 'parameter-duplicate'],
    ['/x?Access_Token=1', 'token-in-query'],
    ['/x?a=%zz', 'malformed-text'],
  ])('%s → %s', (target, code) => {
    expect(() => parseQuery(target)).toThrow(expect.objectContaining({ code }));
  });
});

describe('problems', () => {
  const context = { problemBase: 'https://p.test/', language: 'en' as const, request: 'r', oauth: false };

  test.each([new Error('inside'), 'text', undefined, { code: 'ENOENT' }, new TypeError('x')])(
    '%s becomes internal-error',
    (thrown) => {
      expect(asProblem(thrown).code).toBe('internal-error');
    },
  );

  test('what is the gateway’s own fault tells no facts', () => {
    const body = problemBody(asProblem(new ProblemError('content-corrupt', { path: '/var/x' })), context);
    expect(JSON.stringify(body)).not.toContain('/var/x');
  });

  test('names code, texts and place', () => {
    const problem = new ProblemError('field-missing', { field: 'Subject' }, { place: '/edXML' });
    expect(problemBody(problem, context)).toMatchObject({
      type: 'https://p.test/field-missing',
      status: 422,
      code: 'field-missing',
      place: '/edXML',
      instance: 'urn:uuid:r',
    });
  });
});
