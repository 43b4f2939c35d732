import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { httpPush } from '../../../adapters/http-push/index.ts';
import { openHttp } from '../../../src/drivers/http-client.ts';
import type { Outcome } from '../../../src/core/exchange/outcome.ts';
import type { Notice } from '../../../src/ports/notices.ts';

const NOTICE: Notice = {
  id: '01890000-0000-7000-8000-0000000000e1',
  message: '01890000-0000-7000-8000-0000000000a1',
  delivery: '01890000-0000-7000-8000-0000000000d1',
  connection: 'xa-mot',
  verdict: 'failed',
  madeAt: new Date('2026-11-22T08:00:00.000Z'),
};

const taken: { headers: IncomingMessage['headers']; path: string; body: string }[] = [];
let answer: number | 'cut' = 204;
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    taken.push({ headers: request.headers, path: request.url ?? '', body: Buffer.concat(pieces).toString() });
    if (answer === 'cut') request.socket.destroy();
    else response.writeHead(answer).end();
  });
});
let base: string;

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  taken.length = 0;
});
afterAll(() => new Promise((done) => server.close(done)));

async function tell(settings: object): Promise<Outcome | undefined> {
  const adapter = httpPush(openHttp);
  const sender = adapter.connect?.(adapter.settings.parse({ url: `${base}/in`, ...settings }));
  try {
    return await sender?.tell?.(NOTICE, new AbortController().signal);
  } finally {
    await sender?.close();
  }
}

describe('the result of a document that was delivered unchecked', () => {
  test('is posted where the receiver wants it, with its token', async () => {
    answer = 204;
    expect(await tell({ noticesUrl: `${base}/notices`, token: 'abc' })).toMatchObject({ kind: 'done' });
    expect(taken).toMatchObject([
      { path: '/notices', headers: { authorization: 'Bearer abc', 'idempotency-key': NOTICE.id } },
    ]);
    expect(JSON.parse(taken[0]?.body ?? '')).toEqual({
      notice: NOTICE.id,
      message: NOTICE.message,
      delivery: NOTICE.delivery,
      verdict: 'failed',
      madeAt: '2026-11-22T08:00:00.000Z',
    });
  });

  test.each([
    [404, 'receiver-error'],
    [500, 'receiver-error'],
    [302, 'receiver-error'],
    ['cut', 'receiver-unreachable'],
  ] as const)('answered with %s is told again', async (status, code) => {
    answer = status;
    expect(await tell({ noticesUrl: `${base}/notices` })).toMatchObject({ kind: 'retry', code });
  });

  test('is not posted to who did not ask for it', async () => {
    expect(await tell({})).toBeUndefined();
    expect(taken).toEqual([]);
  });

  test('goes nowhere but to the origin that gets the packages', () => {
    const settings = { url: 'https://nhan.example/in', noticesUrl: 'https://khac.example/notices' };
    expect(httpPush(openHttp).settings.safeParse(settings).success).toBe(false);
  });
});
