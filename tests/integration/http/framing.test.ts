// Requests that are broken as HTTP, on bare sockets.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../../support/gateway-http.ts';
import { expectProblem, RawClient, tokenOf } from '../../support/http.ts';

let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  token = await tokenOf(gateway, 'sender-system');
});

afterAll(() => gateway.stop());

const HOST = 'Host: gateway.test\r\n';
const post = (headers: string, body = ''): string =>
  `POST /v1/messages HTTP/1.1\r\n${HOST}Authorization: Bearer ${token}\r\nContent-Type: application/xml\r\n${headers}\r\n${body}`;
const HEALTH = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;

describe('closed with a problem', () => {
  const rows: readonly (readonly [string, () => string, number, string])[] = [
    [
      'both lengths (H21)',
      () => post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      400,
      'request-invalid',
    ],
    ['two lengths (H22)', () => post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello'), 400, 'request-invalid'],
    [
      'a header block of 100 KB (H23)',
      () => `GET /healthz HTTP/1.1\r\n${HOST}X: ${'x'.repeat(100_000)}\r\n\r\n`,
      431,
      'header-too-large',
    ],
    ['no HTTP at all', () => 'hello\r\n\r\n', 400, 'request-invalid'],
    ['a folded header line', () => `GET /healthz HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`, 400, 'request-invalid'],
    ['bare line feeds', () => 'GET /healthz HTTP/1.1\nHost: gateway.test\n\n', 400, 'request-invalid'],
    [
      'a chunk size that is no number',
      () => post('Transfer-Encoding: chunked\r\n', 'zz\r\nhello\r\n0\r\n\r\n'),
      400,
      'request-invalid',
    ],
    ['an unknown transfer coding', () => post('Transfer-Encoding: cow\r\n', 'hello'), 400, 'request-invalid'],
    [
      'a control character in a header (H26)',
      () => post('Idempotency-Key: a\u0001b\r\nContent-Length: 1\r\n', 'x'),
      400,
      'request-invalid',
    ],
    [
      'silence before the whole body came (H20)',
      () => post('Content-Length: 100\r\n', 'hello'),
      408,
      'request-timeout',
    ],
    [
      'a chunked body over the limit (H19)',
      () => post('Transfer-Encoding: chunked\r\n', `50000\r\n${'x'.repeat(0x50000)}\r\n`),
      413,
      'payload-too-large',
    ],
    [
      'a length over the limit, before it is read (H18)',
      () => post('Content-Length: 9000000\r\n'),
      413,
      'payload-too-large',
    ],
    ['CONNECT (H14)', () => `CONNECT gateway.test:80 HTTP/1.1\r\n${HOST}\r\n`, 405, 'method-not-allowed'],
  ];

  test.each(rows)('%s', async (_name, text, status, code) => {
    const client = await RawClient.open(gateway);
    client.write(text());
    const answer = await client.answer();
    expectProblem(answer, status, code);
    await client.closed();
  });
});

describe('answered, and the connection goes on', () => {
  const rows: readonly (readonly [string, () => string, number, string])[] = [
    [
      '500 headers (H23)',
      () => `GET /healthz HTTP/1.1\r\n${HOST}${'A: b\r\n'.repeat(500)}\r\n`,
      431,
      'header-too-large',
    ],
    ['a URL of 20 KB (H24)', () => `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 414, 'uri-too-long'],
    [
      'a header block of 20 KB',
      () => `GET /healthz HTTP/1.1\r\n${HOST}X: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'header-too-large',
    ],
    ['TRACE (H14)', () => `TRACE /v1/messages HTTP/1.1\r\n${HOST}\r\n`, 405, 'method-not-allowed'],
    [
      'a wrong type with its body unread (H15)',
      () =>
        post('Content-Type: text/plain\r\nContent-Length: 5\r\n', 'hello').replace(
          'Content-Type: application/xml\r\n',
          '',
        ),
      415,
      'unsupported-media-type',
    ],
    ['no length and no body (H32)', () => post(''), 400, 'body-empty'],
    ['an empty chunked body (H32)', () => post('Transfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400, 'body-empty'],
    [
      'a refusal in the middle of the body',
      () => post('Content-Length: 200000\r\n', `!${'x'.repeat(199_999)}`),
      400,
      'xml-not-well-formed',
    ],
    [
      'another host in an absolute target (H46)',
      () => `GET http://other.test/healthz HTTP/1.1\r\n${HOST}\r\n`,
      421,
      'misdirected-request',
    ],
    ['%00 in the path (H41)', () => `GET /v1/%00 HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-text'],
    ['an overlong form in the path (H41)', () => `GET /v1/%C0%AE HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-text'],
    ['%u0041 in the path (H41)', () => `GET /v1/%u0041 HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-text'],
    ['dots in the path (H42)', () => `GET /v1/messages/../keys HTTP/1.1\r\n${HOST}\r\n`, 404, 'not-found'],
    [
      'dots in the path, encoded (H42)',
      () => `GET /v1/documents/%2e%2e/keys HTTP/1.1\r\n${HOST}\r\n`,
      404,
      'not-found',
    ],
  ];

  test.each(rows)('%s', async (_name, text, status, code) => {
    const client = await RawClient.open(gateway);
    client.write(text());
    expectProblem(await client.answer(), status, code);
    client.write(HEALTH);
    expect((await client.answer()).status).toBe(200);
    client.destroy();
  });

  test('an absolute target of our own host', async () => {
    const client = await RawClient.open(gateway);
    client.write(`GET http://gateway.test/healthz HTTP/1.1\r\n${HOST}\r\n`);
    expect((await client.answer()).status).toBe(200);
    client.destroy();
  });

  test('Expect: 100-continue is answered before the body is sent', async () => {
    const client = await RawClient.open(gateway);
    client.write(post('Expect: 100-continue\r\nContent-Length: 5\r\n'));
    expect((await client.answer()).status).toBe(100);
    client.write('<a/>\n');
    expect((await client.answer()).status).toBe(202);
    client.destroy();
  });

  test('Expect: 100-continue with too long a body is refused without asking for it (H18)', async () => {
    const client = await RawClient.open(gateway);
    client.write(post('Expect: 100-continue\r\nContent-Length: 9000000\r\n'));
    expectProblem(await client.answer(), 413, 'payload-too-large');
    client.destroy();
  });
});

test('a client that leaves half-way stores nothing and is audited (H50)', async () => {
  const before = gateway.submissions.length;
  const rows = gateway.audit.length;
  const client = await RawClient.open(gateway);
  client.write(post('Content-Length: 200000\r\n', 'x'.repeat(100_000)));
  await until(() => gateway.log().includes('http.') || gateway.audit.length > rows, 50);
  client.destroy();
  await until(() => gateway.audit.length > rows);
  expect(gateway.submissions).toHaveLength(before);
  expect(gateway.audit.at(-1)).toMatchObject({ act: 'message.refuse', outcome: 'request-invalid' });
});

test('a few requests sent at once are answered in order, a flood of them ends the connection', async () => {
  const few = await RawClient.open(gateway);
  few.write(HEALTH.repeat(8));
  for (let n = 0; n < 8; n += 1) expect((await few.answer()).status).toBe(200);
  // The places are free again.
  for (let n = 0; n < 40; n += 1) {
    few.write(HEALTH);
    expect((await few.answer()).status).toBe(200);
  }
  few.destroy();
  const flood = await RawClient.open(gateway);
  flood.write(HEALTH.repeat(1000));
  await flood.closed();
});

test('Host of another site (H46)', async () => {
  const client = await RawClient.open(gateway);
  client.write('GET /healthz HTTP/1.1\r\nHost: other.test\r\n\r\n');
  expectProblem(await client.answer(), 421, 'misdirected-request');
  client.write('GET /healthz HTTP/1.1\r\n\r\n');
  expectProblem(await client.answer(), 400, 'request-invalid');
  await client.closed();
});

async function until(condition: () => boolean, withinMs = 5000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}
