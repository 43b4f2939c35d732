// Every row of bad requests (H, src/docs/threats.md 11) that the body of a well-framed request can break: one answer each,
// and the next request is served.

import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DELIVERY, MESSAGE, SHA256, startTestGateway, type TestGateway } from '../../support/gateway-http.ts';
import { expectProblem, request, tokenOf, type Plain } from '../../support/http.ts';

let gateway: TestGateway;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  gateway = await startTestGateway();
  for (const client of ['sender-system', 'receiver-system', 'hub-system', 'reader'])
    tokens[client] = await tokenOf(gateway, client);
});

afterAll(() => gateway.stop());

afterEach(async () => {
  expect((await request(gateway, '/healthz')).status).toBe(200);
});

type Init = Omit<RequestInit, 'headers'> & {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

function call(path: string, { as = 'sender-system', ...init }: Init = {}): Promise<Plain> {
  return request(gateway, path, { ...init, headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, ...init.headers } });
}

const xml = { 'Content-Type': 'application/xml' };
const json = { 'Content-Type': 'application/json' };
describe('POST /v1/messages', () => {
  const submit = (body: string, headers: Record<string, string> = {}) =>
    call('/v1/messages', { method: 'POST', headers: { ...xml, ...headers }, body });

  test('202 at first, 200 for the same again, and the record gets client and connection (H27)', async () => {
    const body = '<một/>';
    const first = await submit(body, { 'Idempotency-Key': 'một-hai'.normalize('NFKD').replace(/[^a-z-]/g, '') });
    expect([first.status, first.headers.get('location')]).toEqual([202, `/v1/messages/${MESSAGE}`]);
    expect(first.json).toMatchObject({
      sha256: createHash('sha256').update(body).digest('hex'),
      receipt: { body: 'e30=', signature: 'AQ==' },
    });
    expect((await submit(body)).status).toBe(200);
    expect(gateway.submissions.at(-2)?.submission).toEqual({
      client: 'sender-system',
      connection: 'sender',
      idempotencyKey: 'mot-hai',
    });
  });

  test.each([
    ['application/xml; charset=utf-8', 202],
    ['application/xml; charset="UTF-8"', 202],
    ['application/edxml+xml', 202],
  ])('takes %s', async (type, status) => {
    expect((await submit(`<a type='${type}'/>`, { 'Content-Type': type })).status).toBe(status);
  });

  const rows: readonly (readonly [string, Record<string, string>, number, string])[] = [
    ['text/plain (H15)', { 'Content-Type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['charset=utf-16 (H16)', { 'Content-Type': 'application/xml; charset=utf-16' }, 415, 'unsupported-media-type'],
    ['Content-Encoding: gzip (H17)', { 'Content-Encoding': 'gzip' }, 415, 'unsupported-media-type'],
    ['a key with a tab (H26)', { 'Idempotency-Key': 'a\tb' }, 400, 'idempotency-key-invalid'],
    ['a key of 129 characters (H26)', { 'Idempotency-Key': 'k'.repeat(129) }, 400, 'idempotency-key-invalid'],
    ['a key that is not ASCII (H26)', { 'Idempotency-Key': 'khóa' }, 400, 'idempotency-key-invalid'],
  ];

  test.each(rows)('%s', async (_name, headers, status, code) => {
    expectProblem(await submit('<a/>', headers), status, code);
  });

  test('what HTTP refuses after authentication leaves an audit line', async () => {
    const rowsBefore = gateway.audit.length;
    await submit('<a/>', { 'Idempotency-Key': 'k'.repeat(129) });
    expect(gateway.audit.slice(rowsBefore)).toEqual([
      {
        actor: 'client:sender-system',
        act: 'message.refuse',
        object: '',
        outcome: 'idempotency-key-invalid',
        details: {},
      },
    ]);
  });

  test('an empty body (H32)', async () => {
    expectProblem(await submit(''), 400, 'body-empty');
  });

  test('a refusal tells code, place and findings', async () => {
    const answer = await submit('!');
    expectProblem(answer, 400, 'xml-not-well-formed');
    expect(answer.json).toMatchObject({ place: '/edXML', facts: { offset: 0 } });
  });

  test('a surprise tells nothing but that it was one, and the log tells the rest', async () => {
    gateway.answer.next = () => Promise.reject(new Error('SELECT secret FROM /usr/lib at line 3'));
    const answer = await submit('<a/>').finally(() => (gateway.answer.next = undefined));
    expectProblem(answer, 500, 'internal-error');
    const { instance } = answer.json as { instance: string };
    expect(gateway.log()).toContain(instance.slice('urn:uuid:'.length));
  });

  test('more uploads at once than are allowed wait their turn', async () => {
    const small = await startTestGateway({ maxConcurrentUploads: 1 });
    try {
      const token = await tokenOf(small, 'sender-system');
      let release: () => void = () => undefined;
      const entered = new Promise<void>((resolve) => {
        small.answer.next = () => {
          resolve();
          return new Promise((_resolve, reject) => {
            release = () => reject(new Error('released'));
          });
        };
      });
      const send = () =>
        request(small, '/v1/messages', {
          method: 'POST',
          headers: { ...xml, Authorization: `Bearer ${token}` },
          body: '<a/>',
        });
      const first = send();
      await entered;
      const second = await send();
      expectProblem(second, 503, 'service-unavailable');
      expect(second.headers.get('retry-after')).toBe('2');
      release();
      expect((await first).status).toBe(500);
    } finally {
      await small.stop();
    }
  });
});

describe('uploads of one connection', () => {
  test('take at most as many places as they leave to the others', async () => {
    const small = await startTestGateway({ maxConcurrentUploads: 4 });
    try {
      const waiting: (() => void)[] = [];
      small.answer.next = () => new Promise((_resolve, reject) => waiting.push(() => reject(new Error('released'))));
      const send = async (client: string) =>
        request(small, '/v1/messages', {
          method: 'POST',
          headers: { ...xml, Authorization: `Bearer ${await tokenOf(small, client)}` },
          body: '<a/>',
        });
      const entered = async (count: number) => {
        while (waiting.length < count) await new Promise((resolve) => setImmediate(resolve));
      };
      const greedy = [send('sender-system'), send('sender-system')];
      await entered(2);
      expectProblem(await send('sender-system'), 429, 'rate-limited');
      const other = send('receiver-system');
      await entered(3);
      waiting.forEach((release) => release());
      for (const answer of [...greedy, other]) expect((await answer).status).toBe(500);
    } finally {
      await small.stop();
    }
  });
});

describe('rate', () => {
  test('a connection over its rate waits, others do not (H49)', async () => {
    const slow = await startTestGateway({ requestsPerSecond: 2 });
    try {
      const token = await tokenOf(slow, 'sender-system');
      const other = await tokenOf(slow, 'receiver-system');
      const get = (bearer: string) =>
        request(slow, '/v1/organizations', { headers: { Authorization: `Bearer ${bearer}` } });
      const answers = await Promise.all(Array.from({ length: 8 }, () => get(token)));
      const limited = answers.filter((answer) => answer.status === 429);
      expect(limited.length).toBeGreaterThanOrEqual(3);
      expectProblem(limited[0]!, 429, 'rate-limited');
      expect(Number(limited[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await get(other)).status).toBe(200);
    } finally {
      await slow.stop();
    }
  });
});

describe('JSON bodies', () => {
  const ack = (body: string | Buffer, headers: Record<string, string> = {}) =>
    call(`/v1/deliveries/${DELIVERY}/ack`, {
      as: 'receiver-system',
      method: 'POST',
      headers: { ...json, ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });

  const rows: readonly (readonly [string, string | Buffer, number, string])[] = [
    ['a name twice (H33)', `{"sha256":"${SHA256}","sha256":"${SHA256}"}`, 400, 'malformed-json'],
    ['NaN (H34)', '{"sha256":NaN}', 400, 'malformed-json'],
    ['a trailing comma (H34)', `{"sha256":"${SHA256}",}`, 400, 'malformed-json'],
    ['a comment (H34)', `{/* */"sha256":"${SHA256}"}`, 400, 'malformed-json'],
    ['a byte order mark (H34)', `\ufeff{"sha256":"${SHA256}"}`, 400, 'malformed-json'],
    ['50,000 brackets (H34)', '['.repeat(50_000), 400, 'malformed-json'],
    ['100,000 brackets (H34)', '['.repeat(100_000), 413, 'payload-too-large'],
    ['a lone surrogate (H35)', '{"sha256":"\\ud800"}', 400, 'malformed-text'],
    ['invalid UTF-8 (H35)', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'malformed-text'],
    ['__proto__ (H36)', `{"sha256":"${SHA256}","__proto__":{"polluted":true}}`, 400, 'schema-invalid'],
    [
      'constructor.prototype (H36)',
      `{"sha256":"${SHA256}","constructor":{"prototype":{"polluted":true}}}`,
      400,
      'schema-invalid',
    ],
    ['1e400 (H38)', '{"sha256":1e400}', 400, 'schema-invalid'],
    ['2^53+1 (H38)', '{"sha256":9007199254740993}', 400, 'schema-invalid'],
    ['text where an object is wanted (H39)', '"x"', 400, 'schema-invalid'],
    ['an array where text is wanted (H39)', `{"sha256":["${SHA256}"]}`, 400, 'schema-invalid'],
    ['nothing', '', 400, 'body-empty'],
  ];

  test.each(rows)('%s', async (_name, body, status, code) => {
    expectProblem(await ack(body), status, code);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('an unknown property is named by its pointer (H37)', async () => {
    const answer = await ack(`{"sha256":"${SHA256}","a/b":1}`);
    expectProblem(answer, 400, 'schema-invalid');
    expect(answer.json).toMatchObject({ place: '/a~1b' });
  });

  test('text where a list is wanted (H39)', async () => {
    const answer = await call(`/v1/messages/${MESSAGE}/recall`, {
      method: 'POST',
      headers: json,
      body: '{"reason":"Nhầm","organisations":"H99.2"}',
    });
    expectProblem(answer, 400, 'schema-invalid');
    expect(answer.json).toMatchObject({ place: '/organisations' });
  });

  test('JSON in another charset or compressed (H16, H17)', async () => {
    expectProblem(
      await ack('{}', { 'Content-Type': 'application/json; charset=utf-16' }),
      415,
      'unsupported-media-type',
    );
    expectProblem(await ack('{}', { 'Content-Encoding': 'br' }), 415, 'unsupported-media-type');
  });
});
