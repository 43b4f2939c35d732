import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGateway } from '../../../src/cli/messages/gateway-client.ts';
import type { ClientOptions, GatewayClient } from '../../../src/client/gateway.ts';
import { ProblemError } from '../../../src/core/problems/problem-error.ts';

type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const opened: { close(): void }[] = [];

afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** A gateway of which each request is answered by the next handler; the token endpoint always grants. */
async function fake(handlers: Handler[]): Promise<{ url: string; asked: Asked[]; server: Server }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Buffer[] = [];
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
      const body = Buffer.concat(pieces);
      asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      if (request.url === '/oauth/token')
        json(200, { access_token: `t${asked.length}`, token_type: 'Bearer', expires_in: 600 })(request, body, response);
      else (handlers.shift() ?? json(500, {}))(request, body, response);
    })().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ close: () => (server.closeAllConnections(), server.close()) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}

function json(status: number, value: unknown, type = 'application/json'): Handler {
  return (_request, _body, response) => {
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(value));
  };
}

const hangUp: Handler = (request) => request.socket.destroy();

function clientOf(url: string, options: ClientOptions = {}): GatewayClient {
  const client = openGateway({ gateway: url, client: 'a b', secret: 's:c' }, options);
  opened.push(client);
  return client;
}

const KEYS = { keys: [{ keyId: 'k', algorithm: 'ES256', publicKey: 'pem' }] };
const NOT_FOUND = { title: 'Không thấy', status: 404, code: 'not-found', detail: 'Kiểm tra lại mã.' };
const RECEIPT = {
  id: 'm',
  kind: 'new',
  documentId: 'd',
  verdict: 'passed',
  disposition: 'accepted',
  sha256: 'aa',
  size: 3,
  receivedAt: '2026-01-01T00:00:00Z',
  deliveries: [{ id: 'x', organisation: 'H99' }],
  receipt: { body: '', signature: '', keyId: 'k' },
};

describe('GatewayClient', () => {
  test('asks for one token and keeps it', async () => {
    const { url, asked } = await fake([json(202, RECEIPT), json(202, RECEIPT)]);
    const client = clientOf(url);
    await client.submit(Buffer.from('abc'), 'key-1');
    await client.submit(Buffer.from('abc'), 'key-1');
    expect(asked.map((one) => one.url)).toEqual(['/oauth/token', '/v1/messages', '/v1/messages']);
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('a%20b:s%3Ac').toString('base64')}`);
    expect(asked[0]?.body.toString()).toBe('grant_type=client_credentials');
    expect(asked[1]?.headers).toMatchObject({
      authorization: 'Bearer t1',
      'idempotency-key': 'key-1',
      'content-length': '3',
    });
  });

  test('asks for a new token once when the old one is not taken', async () => {
    const refused = json(401, { title: 'x', status: 401, code: 'token-expired' }, 'application/problem+json');
    const { url, asked } = await fake([json(202, RECEIPT), refused, json(202, RECEIPT), refused, refused]);
    const client = clientOf(url);
    await client.submit(Buffer.from('abc'));
    expect((await client.submit(Buffer.from('abc'))).status).toBe(202);
    expect(asked.at(-1)?.headers.authorization).toBe('Bearer t4');
    expect((await client.submit(Buffer.from('abc'))).status).toBe(401);
  });

  test('sends the same bytes under the same key after a lost connection', async () => {
    const { url, asked } = await fake([hangUp, hangUp, json(200, RECEIPT)]);
    const reasons: string[] = [];
    const answer = await clientOf(url, { patience: 10, onRetry: (reason) => reasons.push(reason) }).submit(
      Buffer.from('abc'),
    );
    expect(answer).toMatchObject({ ok: true, status: 200 });
    const sent = asked.filter((one) => one.url === '/v1/messages');
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map((one) => one.headers['idempotency-key'])).size).toBe(1);
    expect(sent.map((one) => one.body.toString())).toEqual(['abc', 'abc', 'abc']);
    expect(reasons).toHaveLength(2);
  });

  test('reads a file anew at each try', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lienthong-client-'));
    try {
      const path = join(folder, 'package');
      await writeFile(path, 'a package');
      const { url, asked } = await fake([hangUp, json(202, RECEIPT)]);
      await clientOf(url, { patience: 10 }).submit({ path, size: 9 });
      expect(asked.filter((one) => one.url === '/v1/messages').map((one) => one.body.toString())).toEqual([
        'a package',
        'a package',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([429, 502, 503, 504])('tries again after %i', async (status) => {
    const { url } = await fake([json(status, {}), json(200, KEYS)]);
    expect(await clientOf(url, { patience: 10 }).keys()).toMatchObject({ ok: true, status: 200 });
  });

  test.each([400, 403, 404, 409, 422, 500])('does not try again after %i', async (status) => {
    const { url, asked } = await fake([json(status, { ...NOT_FOUND, status }, 'application/problem+json')]);
    expect(await clientOf(url, { patience: 10 }).keys()).toMatchObject({
      ok: false,
      status,
      problem: { code: 'not-found' },
    });
    expect(asked).toHaveLength(1);
  });

  test('gives the last answer when patience is used up', async () => {
    const busy = json(503, { ...NOT_FOUND, code: 'service-unavailable', status: 503 }, 'application/problem+json');
    const { url } = await fake([busy]);
    expect(await clientOf(url).keys()).toMatchObject({
      ok: false,
      status: 503,
      problem: { code: 'service-unavailable' },
    });
  });

  test('shows the text of a proxy as it is', async () => {
    const { url } = await fake([(_request, _body, response) => response.writeHead(403).end('<html>proxy</html>')]);
    expect(await clientOf(url).keys()).toMatchObject({
      ok: false,
      problem: { code: 'http-error', title: '<html>proxy</html>' },
    });
  });

  test('a gateway that is not there is a problem that names the address', async () => {
    const { url, server } = await fake([]);
    server.close();
    const error = await clientOf(url)
      .keys()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: 'gateway-unreachable', facts: { address: url } });
  });

  test('an answer that is not of this interface is a problem, not a lost connection', async () => {
    const { url, asked } = await fake([json(200, { something: 'else' })]);
    const error = await clientOf(url, { patience: 10 })
      .keys()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'gateway-answer-invalid' });
    expect(asked).toHaveLength(1);
  });

  test('an answer cut short is a lost connection', async () => {
    const cut: Handler = (request, _body, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"keys":');
      setImmediate(() => request.socket.destroy());
    };
    const { url } = await fake([cut, json(200, KEYS)]);
    expect(await clientOf(url, { patience: 10 }).keys()).toMatchObject({ ok: true });
  });

  test('a file that cannot be written is a problem of the path, not a lost connection', async () => {
    const { url, asked } = await fake([json(200, {}), json(200, {})]);
    const path = join(tmpdir(), 'lienthong-no-such-folder', 'case.asice');
    const fetching = clientOf(url, { patience: 5 }).downloadEvidence('id', path);
    await expect(fetching).rejects.toMatchObject({ code: 'path-unusable', facts: { file: path, reason: 'ENOENT' } });
    expect(asked.map(({ url: to }) => to)).toEqual(['/oauth/token', '/v1/messages/id/evidence']);
  });

  test('stops when its signal aborts', async () => {
    const controller = new AbortController();
    const { url } = await fake([hangUp]);
    const client = clientOf(url, {
      patience: 60,
      signal: controller.signal,
      onRetry: () => controller.abort(new Error('enough')),
    });
    await expect(client.keys()).rejects.toThrow();
  });
});
