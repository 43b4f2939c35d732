// Calls that need no token, and the answers to calls that need one and have none.

import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AUTHORITY } from '../../../src/http/v1/authority.ts';
import { OPERATIONS } from '../../../src/http/v1/operations.ts';
import { MESSAGE, startTestGateway, type TestGateway } from '../../support/gateway-http.ts';
import { PUBLIC_URL } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

const HOST = new URL(PUBLIC_URL).hostname;

const entries = Object.entries(OPERATIONS).map(([id, { spec }]) => ({
  id,
  method: spec.method,
  path: spec.path.replace('{id}', MESSAGE).replace('{n}', '0'),
  access: AUTHORITY[id as keyof typeof AUTHORITY],
}));

describe('every operation without a token', () => {
  test.each(entries.filter(({ access }) => access === 'public'))('$id is open to all', async ({ method, path }) => {
    const answer = await request(gateway.url)[method](path).set('Host', HOST);
    expect(answer.status).not.toBe(401);
    expect(answer.status).toBeLessThan(500);
  });

  test.each(entries.filter(({ access }) => access !== 'public'))('$id asks for one', async ({ method, path }) => {
    const answer = await request(gateway.url)[method](path).set('Host', HOST);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'unauthenticated' });
  });
});

test('the description of the interface names every operation', async () => {
  const answer = await request(gateway.url).get('/openapi.json').set('Host', HOST).expect(200);
  const described = answer.body as { openapi: string; paths: Record<string, Record<string, { operationId: string }>> };
  const named = Object.values(described.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(described.openapi).toMatch(/^3\.1/);
  expect(named.sort()).toEqual(Object.keys(OPERATIONS).sort());
});
