// Every row of bad requests (H, src/docs/threats.md 11) that the head of a well-framed request can break: one answer each,
// and the next request is served.

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { createPublicKey } from 'node:crypto';
import {
  DELIVERY,
  FOREIGN_DELIVERY,
  MESSAGE,
  PACKAGE,
  SECRET,
  SHA256,
  startTestGateway,
  testRegistry,
  UNKNOWN,
  type TestGateway,
} from '../../support/gateway-http.ts';
import { expectProblem, request, tokenOf, type Plain } from '../../support/http.ts';
import { PUBLIC_URL } from '../../support/gateway.ts';

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

const json = { 'Content-Type': 'application/json' };
describe('authentication', () => {
  const now = () => Math.floor(gateway.clock.at.getTime() / 1000);
  const claims = { client_id: 'sender-system', connection: 'sender', scope: 'status.read', sub: 'sender-system' };
  const jwt = (overrides: Record<string, unknown> = {}, lifetime = 600) =>
    new SignJWT({ ...claims, ...overrides })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(PUBLIC_URL)
      .setAudience(PUBLIC_URL)
      .setIssuedAt(now())
      .setExpirationTime(now() + lifetime);
  const get = (token: string) =>
    request(gateway, `/v1/messages/${MESSAGE}`, { headers: { Authorization: `Bearer ${token}` } });

  test('a good token is taken, and again from memory', async () => {
    const token = await jwt().sign(gateway.tokenKey);
    expect((await get(token)).status).toBe(200);
    expect((await get(token)).status).toBe(200);
  });

  const rows: readonly (readonly [string, () => Promise<string>, number, string])[] = [
    ['expired beyond the skew (H4)', () => jwt({}, -6).sign(gateway.tokenKey), 401, 'token-expired'],
    [
      'alg none (H5)',
      () =>
        Promise.resolve(
          new UnsecuredJWT(claims)
            .setIssuer(PUBLIC_URL)
            .setAudience(PUBLIC_URL)
            .setExpirationTime(now() + 600)
            .encode(),
        ),
      401,
      'unauthenticated',
    ],
    [
      'HS256 with the public key as secret (H6)',
      async () => {
        const pem = await exportSPKI(createPublicKey(gateway.tokenKey));
        return new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .setIssuer(PUBLIC_URL)
          .setAudience(PUBLIC_URL)
          .setIssuedAt(now())
          .setExpirationTime(now() + 600)
          .sign(new TextEncoder().encode(pem));
      },
      401,
      'unauthenticated',
    ],
    [
      'another key',
      () => jwt().sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      401,
      'unauthenticated',
    ],
    [
      'another audience (H7)',
      () => jwt().setAudience('http://other.test').sign(gateway.tokenKey),
      401,
      'unauthenticated',
    ],
    ['another issuer', () => jwt().setIssuer('http://other.test').sign(gateway.tokenKey), 401, 'unauthenticated'],
    [
      'another connection than its client has (H8)',
      () => jwt({ connection: 'receiver' }).sign(gateway.tokenKey),
      401,
      'token-binding',
    ],
    ['an unknown client', () => jwt({ client_id: 'nobody' }).sign(gateway.tokenKey), 401, 'unauthenticated'],
    ['a suspended client', () => jwt({ client_id: 'suspended' }).sign(gateway.tokenKey), 401, 'unauthenticated'],
    ['without the scope (H9)', () => jwt({ scope: 'document.submit' }).sign(gateway.tokenKey), 403, 'forbidden'],
    [
      'with a scope the client was not granted',
      () => jwt({ client_id: 'reader', scope: 'nonsense' }).sign(gateway.tokenKey),
      403,
      'forbidden',
    ],
    ['not a token', () => Promise.resolve('a.b.c'), 401, 'unauthenticated'],
  ];

  test.each(rows)('%s', async (_name, make, status, code) => {
    const answer = await get(await make());
    expectProblem(answer, status, code);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
  });

  test('no token (H3)', async () => {
    const answer = await request(gateway, `/v1/messages/${MESSAGE}`);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="lienthong"');
  });

  test('a remembered token expires too', async () => {
    const token = await jwt().sign(gateway.tokenKey);
    expect((await get(token)).status).toBe(200);
    const before = gateway.clock.at;
    gateway.clock.at = new Date(before.getTime() + 606_000);
    try {
      expectProblem(await get(token), 401, 'token-expired');
    } finally {
      gateway.clock.at = before;
    }
  });

  test('a client suspended after it got its token is out at once', async () => {
    const token = await tokenOf(gateway, 'sender-system');
    const { clients, ...rest } = gateway.registry.current;
    const client = clients.get('sender-system');
    expect(client).toBeDefined();
    gateway.registry.current = {
      ...rest,
      clients: new Map(clients).set('sender-system', { ...client!, suspended: true }),
    };
    try {
      expectProblem(await get(token), 401, 'unauthenticated');
    } finally {
      gateway.registry.current = testRegistry();
    }
  });

  test.each(['access_token', 'token'])('%s in the query (H10)', async (name) => {
    expectProblem(await request(gateway, `/v1/keys?${name}=x`), 400, 'token-in-query');
  });

  test('headers of a proxy change nothing (H45)', async () => {
    const headers = { 'X-Forwarded-For': '10.0.0.1', 'X-Client-Cert': 'x', 'X-Forwarded-Host': 'other.test' };
    expectProblem(await request(gateway, `/v1/messages/${MESSAGE}`, { headers }), 401, 'unauthenticated');
    expect((await call(`/v1/messages/${MESSAGE}`, { headers })).status).toBe(200);
  });
});

describe('POST /oauth/token', () => {
  const form = (fields: Record<string, string> | string, headers: Record<string, string> = {}) =>
    request(gateway, '/oauth/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    });
  const good = { grant_type: 'client_credentials', client_id: 'reader', client_secret: SECRET };
  const basic = (id: string, secret: string) => ({
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  test('gives a token for form and for Basic credentials', async () => {
    const answer = await form(good);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: 'status.read' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await form({ grant_type: 'client_credentials' }, basic('reader', SECRET))).status).toBe(200);
  });

  test('narrows the scope on request', async () => {
    const answer = await form({ ...good, client_id: 'sender-system', scope: 'document.submit status.read' });
    expect(answer.json).toMatchObject({ scope: 'document.submit status.read' });
  });

  const rows: readonly (readonly [string, Record<string, string> | string, Record<string, string>, number, string])[] =
    [
      ['no grant type', { client_id: 'reader' }, {}, 400, 'invalid_request'],
      ['another grant type', { ...good, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
      ['no credentials', { grant_type: 'client_credentials' }, {}, 401, 'invalid_client'],
      [
        'a replayed assertion is no credential (H12)',
        { grant_type: 'client_credentials', client_assertion: 'x' },
        {},
        401,
        'invalid_client',
      ],
      ['an unknown client', { ...good, client_id: 'nobody' }, {}, 401, 'invalid_client'],
      ['a suspended client', { ...good, client_id: 'suspended' }, {}, 401, 'invalid_client'],
      ['credentials twice', good, basic('reader', SECRET), 400, 'invalid_request'],
      ['a scope that was not granted', { ...good, scope: 'document.submit' }, {}, 400, 'invalid_scope'],
      ['a scope that does not exist', { ...good, scope: 'everything' }, {}, 400, 'invalid_scope'],
      ['a parameter twice', 'grant_type=client_credentials&grant_type=password', {}, 400, 'invalid_request'],
      ['text that is no UTF-8', 'grant_type=%ff', {}, 400, 'malformed-text'],
      ['JSON instead of a form', '{}', json, 415, 'unsupported-media-type'],
    ];

  test.each(rows)('%s', async (_name, fields, headers, status, code) => {
    const answer = await form(fields, headers);
    expectProblem(answer, status, code);
    expect(answer.json).toMatchObject({ error: code.includes('_') ? code : 'invalid_request' });
  });

  test('ten wrong secrets, then silence, right or wrong; others are served (H11)', async () => {
    const wrong = { ...good, client_id: 'hub-system', client_secret: 'wrong' };
    for (let n = 0; n < 10; n += 1) expectProblem(await form(wrong), 401, 'invalid_client');
    const answer = await form(wrong);
    expectProblem(answer, 429, 'rate-limited');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expectProblem(await form({ ...wrong, client_secret: SECRET }), 429, 'rate-limited');
  });

  test('wrong secrets from one address do not keep out a client with the right one', async () => {
    const other = await startTestGateway();
    try {
      const ask = (id: string, secret: string) =>
        request(other, '/oauth/token', {
          method: 'POST',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: String(new URLSearchParams({ ...good, client_id: id, client_secret: secret })),
        });
      for (let n = 0; n < 100; n += 1) expectProblem(await ask(`nobody-${n}`, 'wrong'), 401, 'invalid_client');
      expectProblem(await ask('nobody', 'wrong'), 429, 'rate-limited');
      expect((await ask('hub-system', SECRET)).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

describe('paths, methods, negotiation', () => {
  test.each(['/', '/v1', '/v2/messages', '/V1/keys', '/v1/keys/', '/documents/../admin', '/documents/%2e%2e/admin'])(
    '%s is not found (H13, H42)',
    async (path) => {
      expectProblem(await call(path), 404, 'not-found');
    },
  );

  test.each([
    ['DELETE', '/v1/messages', 'POST'],
    ['GET', '/v1/messages', 'POST'],
    ['PUT', `/v1/messages/${MESSAGE}`, 'GET, HEAD'],
    ['OPTIONS', '/v1/keys', 'GET, HEAD'],
  ])('%s %s allows %s (H14)', async (method, path, allowed) => {
    const answer = await call(path, { method });
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe(allowed);
  });

  test.each(['/v1/keys', `/v1/messages/${MESSAGE}`, `/v1/messages/${MESSAGE}/package`])(
    'Accept: image/png on %s (H47)',
    async (path) => {
      expectProblem(await call(path, { headers: { Accept: 'image/png' } }), 406, 'not-acceptable');
    },
  );

  test.each([
    ['not of the form (H43)', '/v1/messages/123'],
    ['upper case', `/v1/messages/${MESSAGE.toUpperCase().replace('0000', 'ABCD')}`],
    ['dots', '/v1/messages/..%2f..%2fadmin'],
    ['a number of an attachment that is none', `/v1/messages/${MESSAGE}/attachments/01`],
    ['an attachment that is not there', `/v1/messages/${MESSAGE}/attachments/7`],
    ['unknown', `/v1/messages/${UNKNOWN}`],
  ])('an id %s is not found', async (_name, path) => {
    expectProblem(await call(path), 404, 'not-found');
  });

  test('unknown, misspelt and foreign ids answer alike (H43, H44, P10, P13)', async () => {
    const paths: readonly (readonly [string, Init])[] = [
      [`/v1/messages/${UNKNOWN}`, { as: 'hub-system' }],
      ['/v1/messages/nonsense', { as: 'hub-system' }],
      [`/v1/messages/${MESSAGE}`, { as: 'hub-system' }],
      [`/v1/messages/${MESSAGE}/trace`, { as: 'hub-system' }],
      [`/v1/messages/${MESSAGE}/report`, { as: 'hub-system' }],
      [`/v1/messages/${MESSAGE}/package`, { as: 'hub-system' }],
      [`/v1/messages/${MESSAGE}/attachments/0`, { as: 'hub-system' }],
      [`/v1/deliveries/${DELIVERY}/package`, { as: 'sender-system' }],
      [`/v1/deliveries/${FOREIGN_DELIVERY}/package`, { as: 'receiver-system' }],
      [
        `/v1/deliveries/${FOREIGN_DELIVERY}/ack`,
        { as: 'receiver-system', method: 'POST', headers: json, body: `{"sha256":"${SHA256}"}` },
      ],
      [
        `/v1/deliveries/${FOREIGN_DELIVERY}/statuses`,
        { as: 'receiver-system', method: 'POST', headers: json, body: '{"code":"03"}' },
      ],
      [
        `/v1/messages/${MESSAGE}/recall`,
        { as: 'receiver-system', method: 'POST', headers: json, body: '{"reason":"Nhầm"}' },
      ],
    ];
    const bodies = await Promise.all(
      paths.map(async ([path, init]) => {
        const answer = await call(path, init);
        expectProblem(answer, 404, 'not-found');
        return answer.text.replace(/urn:uuid:[0-9a-f-]+/, '');
      }),
    );
    expect(new Set(bodies).size).toBe(1);
  });

  test.each([
    ['/v1/organizations?limit=1&limit=2', 'parameter-duplicate'],
    ['/v1/organizations?query=%ff', 'malformed-text'],
    ['/v1/organizations?sort=name', 'filter-invalid'],
    ['/v1/keys?x=1', 'filter-invalid'],
    [`/v1/messages/${MESSAGE}/package?format=pdf`, 'filter-invalid'],
  ])('%s → %s (H40, P6)', async (path, code) => {
    expectProblem(await call(path), 400, code);
  });

  test('the language is that of the request', async () => {
    const vi = await call('/none');
    const en = await call('/none', { headers: { 'Accept-Language': 'en-GB,vi;q=0.5' } });
    expect(vi.headers.get('content-language')).toBe('vi');
    expect(en.headers.get('content-language')).toBe('en');
    expect((vi.json as { title: string }).title).not.toBe((en.json as { title: string }).title);
  });

  test('every answer carries the headers that keep browsers from guessing', async () => {
    for (const path of ['/healthz', '/none', '/v1/keys', '/metrics']) {
      const { headers } = await call(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain('sandbox');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('HEAD is GET without its body', async () => {
    const answer = await call(`/v1/messages/${MESSAGE}/package`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), answer.text]).toEqual([
      200,
      String(PACKAGE.length),
      '',
    ]);
  });
});
