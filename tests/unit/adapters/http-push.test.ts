import { describe, expect, test } from '@jest/globals';
import { outcomeOf, RETRY_AFTER_LIMIT_SECONDS, type Answer } from '../../../adapters/http-push/answer.ts';
import { httpPushSettings } from '../../../adapters/http-push/settings.ts';

const HASH = 'ab'.repeat(32);

function answer(status: number, body: string | Buffer | null = '', change: Partial<Answer> = {}): Answer {
  return {
    status,
    retryAfter: undefined,
    date: undefined,
    body: body === null ? null : Buffer.from(body),
    sentWhole: true,
    ...change,
  };
}

describe('acknowledgement', () => {
  test.each<[string, Answer, string]>([
    ['the right hash', answer(200, `{"sha256":"${HASH}"}`), 'done'],
    ['in capitals', answer(201, `{"sha256":"${HASH.toUpperCase()}"}`), 'done'],
    ['with more members', answer(202, `{"sha256":"${HASH}","number":7}`), 'done'],
    ['another hash', answer(200, `{"sha256":"${'cd'.repeat(32)}"}`), 'receiver-hash-mismatch'],
    ['a short hash', answer(200, `{"sha256":"${HASH.slice(1)}"}`), 'receiver-acknowledgement-invalid'],
    ['a number', answer(200, '{"sha256":1}'), 'receiver-acknowledgement-invalid'],
    ['an array', answer(200, `["${HASH}"]`), 'receiver-acknowledgement-invalid'],
    ['the hash alone', answer(200, HASH), 'receiver-acknowledgement-invalid'],
    ['a page', answer(200, '<html></html>'), 'receiver-acknowledgement-invalid'],
    ['nothing', answer(204), 'receiver-acknowledgement-invalid'],
    ['an answer cut off', answer(200, null), 'receiver-acknowledgement-invalid'],
    ['no UTF-8', answer(200, Buffer.from([0xff, 0xfe])), 'receiver-acknowledgement-invalid'],
    ['too early', answer(200, `{"sha256":"${HASH}"}`, { sentWhole: false }), 'receiver-acknowledgement-invalid'],
  ])('%s', (_, given, expected) => {
    const outcome = outcomeOf(given, HASH);
    expect(outcome.kind === 'done' ? 'done' : outcome.code).toBe(expected);
  });
});

test.each([
  [301, 'park', 'receiver-moved'],
  [302, 'retry', 'receiver-error'],
  [303, 'retry', 'receiver-error'],
  [304, 'retry', 'receiver-error'],
  [307, 'retry', 'receiver-error'],
  [308, 'park', 'receiver-moved'],
  [400, 'return', 'receiver-refused'],
  [401, 'park', 'receiver-credentials'],
  [403, 'park', 'receiver-credentials'],
  [404, 'return', 'receiver-refused'],
  [405, 'retry', 'receiver-error'],
  [407, 'park', 'receiver-credentials'],
  [408, 'retry', 'receiver-busy'],
  [409, 'return', 'receiver-refused'],
  [410, 'return', 'receiver-refused'],
  [413, 'return', 'receiver-refused'],
  [415, 'return', 'receiver-refused'],
  [422, 'return', 'receiver-refused'],
  [425, 'retry', 'receiver-busy'],
  [429, 'retry', 'receiver-busy'],
  [431, 'retry', 'receiver-error'],
  [500, 'retry', 'receiver-error'],
  [501, 'retry', 'receiver-error'],
  [502, 'retry', 'receiver-error'],
  [503, 'retry', 'receiver-busy'],
  [504, 'retry', 'receiver-error'],
  [599, 'retry', 'receiver-error'],
  [999, 'retry', 'receiver-error'],
])('status %i is %s %s', (status, kind, code) => {
  expect(outcomeOf(answer(status), HASH)).toMatchObject({ kind, code, facts: { status } });
});

test.each<[string, string, string | undefined, number | undefined]>([
  ['seconds', '120', undefined, 120],
  ['none', '0', undefined, 0],
  ['a week', '604800', undefined, RETRY_AFTER_LIMIT_SECONDS],
  ['a date', 'Fri, 20 Nov 2026 01:01:30 GMT', 'Fri, 20 Nov 2026 01:00:00 GMT', 90],
  ['a far date', 'Fri, 20 Nov 2099 01:01:30 GMT', 'Fri, 20 Nov 2026 01:00:00 GMT', RETRY_AFTER_LIMIT_SECONDS],
  ['a date gone by', 'Fri, 20 Nov 2020 01:01:30 GMT', 'Fri, 20 Nov 2026 01:00:00 GMT', undefined],
  ['a date without a clock beside it', 'Fri, 20 Nov 2026 01:01:30 GMT', undefined, undefined],
  ['below nothing', '-5', undefined, undefined],
  ['a fraction', '1.5', undefined, undefined],
  ['words', 'soon', 'Fri, 20 Nov 2026 01:00:00 GMT', undefined],
])('Retry-After: %s', (_, retryAfter, date, after) => {
  const outcome = outcomeOf(answer(503, '', { retryAfter, date }), HASH);
  expect(outcome.kind === 'retry' ? outcome.after : null).toBe(after);
});

test.each([
  ['{"code":"register-closed","detail":"Sổ đã khóa"}', 'HTTP 422, register-closed'],
  ['{"code":"two words"}', 'HTTP 422'],
  ['{"code":"\\u001b[31m"}', 'HTTP 422'],
  [`{"code":"${'x'.repeat(65)}"}`, 'HTTP 422'],
  ['{"title":"Trích yếu của văn bản"}', 'HTTP 422'],
  ['not json', 'HTTP 422'],
])('of a refusal %s only the code is kept', (body, reason) => {
  expect(outcomeOf(answer(422, body), HASH)).toMatchObject({ facts: { reason } });
});

describe('settings', () => {
  test('the deadline has a default', () => {
    expect(httpPushSettings.parse({ url: 'https://h99.example/receive' })).toEqual({
      url: 'https://h99.example/receive',
      timeoutSeconds: 60,
    });
  });

  test.each<[string, unknown, string]>([
    ['another protocol', { url: 'ftp://h99.example/' }, 'url'],
    ['no address', { url: 'h99.example' }, 'url'],
    ['credentials in the address', { url: 'https://me:secret@h99.example/' }, 'url'],
    ['a fragment', { url: 'https://h99.example/#x' }, 'url'],
    ['too much time', { url: 'https://h99.example/', timeoutSeconds: 61 }, 'timeoutSeconds'],
    ['no time', { url: 'https://h99.example/', timeoutSeconds: 0 }, 'timeoutSeconds'],
    ['a token that would split the header', { url: 'https://h99.example/', token: 'a\r\nX: 1' }, 'token'],
    ['an empty token', { url: 'https://h99.example/', token: '' }, 'token'],
    ['a short pin', { url: 'https://h99.example/', pin: 'abcd' }, 'pin'],
    ['a ca that is a key', { url: 'https://h99.example/', ca: '-----BEGIN PRIVATE KEY-----' }, 'ca'],
    ['a pin without TLS', { url: 'http://h99.example/', pin: HASH }, 'url'],
    ['an unknown member', { url: 'https://h99.example/', retries: 3 }, ''],
  ])('%s is refused', (_, settings, path) => {
    const result = httpPushSettings.safeParse(settings);
    expect(result.error?.issues[0]?.path.join('.')).toBe(path);
  });
});
