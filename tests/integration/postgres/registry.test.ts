// Applying registry files: declared, whole, once.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { REGISTRY } from '../../support/acceptances.ts';
import { freshDatabase, query, stopServers, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'test', connections: 4, log: () => undefined });
});
afterAll(async () => {
  await store.close();
  await stopServers();
});

const version = async () =>
  (await query<{ v: string }>(database.runUrl, 'select version as v from registry_version'))[0]?.v;

test('the same file again changes nothing, and another version is seen within a second', async () => {
  const first = await applyRegistry(store.pool, REGISTRY);
  expect(first.isChange).toBe(true);
  expect(await applyRegistry(store.pool, REGISTRY)).toEqual({ version: first.version, isChange: false });
  const before = await store.registry.snapshot();
  expect(before.version).toBe(first.version);
  expect(before.codes.get('000.00.12.H99')).toBe('H99.12');
  expect(before.connections.get('huyen')).toMatchObject({ issuers: ['H99.12'], role: 'endpoint', paused: false });
  expect(await store.registry.snapshot()).toBe(before);

  const [organisation] = REGISTRY.organisations;
  const second = await applyRegistry(store.pool, {
    organisations: [{ ...organisation, suspended: true, aliases: [] }],
  });
  expect(second).toEqual({ version: first.version + 1, isChange: true });
  const deadline = performance.now() + 1_000;
  while ((await store.registry.snapshot()).version !== second.version) expect(performance.now()).toBeLessThan(deadline);
  const after = await store.registry.snapshot();
  expect(after.organisations.get('H99.12')).toMatchObject({ suspended: true, aliases: [] });
  // Entries that the file does not name stay.
  expect(after.organisations.size).toBe(before.organisations.size);
  expect(after.connections.size).toBe(before.connections.size);
});

test('a client’s secret is kept only as a hash, and kept when a later file names none', async () => {
  await applyRegistry(store.pool, REGISTRY);
  const client = { id: 'huyen-1', connection: 'huyen' };
  await applyRegistry(store.pool, { clients: [{ ...client, secret: 'mot-bi-mat-rat-dai-12345' }] });
  await applyRegistry(store.pool, { clients: [{ ...client, scopes: ['document.submit'] }] });
  const [row] = await query<{ secret_sha256: string; scopes: string[] }>(database.adminUrl, 'select * from client');
  expect(row?.secret_sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(row?.scopes).toEqual(['document.submit']);
});

test('another profile of a connection leaves a row of its own, with both and their dates', async () => {
  await applyRegistry(store.pool, REGISTRY);
  const [connection] = REGISTRY.connections;
  const rows = () =>
    query<{ actor: string; object: string; details: string }>(
      database.adminUrl,
      "select actor, object, details from audit where act = 'connection.trust' order by id",
    );
  const before = (await rows()).length;
  const axis = { profile: 'axis', evidence: 'document' };
  const dates = { validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' };
  await applyRegistry(store.pool, { connections: [{ ...connection, trust: { ...axis, ...dates } }] }, 'operator');
  await applyRegistry(store.pool, { connections: [{ ...connection, trust: { ...axis, ...dates } }] });
  await applyRegistry(store.pool, { connections: [{ ...connection, name: 'Tên khác', trust: axis }] });
  const added = (await rows()).slice(before);
  expect(added.map(({ object, details }) => [object, JSON.parse(details) as unknown])).toEqual([
    [
      connection.id,
      { from: 'strict/package', to: 'axis/document from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z' },
    ],
    [
      connection.id,
      { from: 'axis/document from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z', to: 'axis/document' },
    ],
  ]);
  expect(added[0]?.actor).toBe('operator');
});

test('trust lists replace the ones before, other lists do not', async () => {
  await applyRegistry(store.pool, REGISTRY);
  const enrolments = [
    { organisation: 'H99.12', keySha256: 'a'.repeat(64) },
    { organisation: 'H99.12.01', issuer: 'MAA=', subject: 'MAA=' },
  ];
  await applyRegistry(store.pool, { enrolments });
  const count = async () => (await query(database.runUrl, 'select 1 from enrolment')).length;
  expect(await count()).toBe(2);
  await applyRegistry(store.pool, REGISTRY);
  expect(await count()).toBe(2);
  await applyRegistry(store.pool, { enrolments: enrolments.slice(1) });
  expect(await count()).toBe(1);
  const again = await applyRegistry(store.pool, { enrolments: enrolments.slice(1) });
  expect(again.isChange).toBe(false);
});

test('an enrolment says whose certificate it is, the organisation’s where it does not', async () => {
  await applyRegistry(store.pool, REGISTRY);
  const [organisation, keySha256] = ['H99.12', 'a'.repeat(64)];
  const person = { organisation, keySha256: 'b'.repeat(64), holder: 'person' };
  await applyRegistry(store.pool, { enrolments: [{ organisation, keySha256 }, person] });
  const { enrolments } = await store.registry.snapshot();
  expect(enrolments.get(organisation)?.map(({ holder }) => holder)).toEqual(['organisation', 'person']);
});

describe('a file that is refused changes nothing', () => {
  test.each<[string, unknown, Record<string, string>]>([
    ['no object', [], { reason: 'registry-shape', place: '/', fault: 'kind-wrong' }],
    ['an unknown member', { organisation: [] }, { fault: 'member-unknown', members: 'organisation' }],
    ['a code that cannot be one', { organisations: [{ code: 'H 99', name: 'x' }] }, { place: 'organisations.0.code' }],
    [
      'an alias of two organisations',
      { organisations: [{ code: 'H99.77', name: 'x', aliases: ['000.00.12.H99'] }] },
      { reason: 'registry-entry-twice', value: '000.00.12.H99' },
    ],
    [
      'a connection that is not there',
      { organisations: [{ code: 'H99.77', name: 'x', receivingConnection: 'khong-co' }] },
      { reason: 'registry-connection-missing', organisation: 'H99.77', connection: 'khong-co' },
    ],
    [
      'a successor that is not there',
      { organisations: [{ code: 'H99.77', name: 'x', successor: 'H99.78' }] },
      { reason: 'registry-successor-missing', successor: 'H99.78' },
    ],
    [
      'an organisation that is not there',
      { connections: [{ id: 'moi', name: 'x', adapter: 'inbox', sendsFor: ['H99.78'] }] },
      { reason: 'registry-organisation-missing', connection: 'moi', organisation: 'H99.78' },
    ],
    ['a client without secret', { clients: [{ id: 'moi', connection: 'huyen' }] }, { name: 'registry' }],
    [
      'a client of no connection',
      { clients: [{ id: 'moi', connection: 'khong-co', secretSha256: 'a'.repeat(64) }] },
      { reason: 'registry-entry-missing', value: 'khong-co' },
    ],
    [
      'a certificate that is none',
      { intermediates: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] },
      { rule: 'certificate-unreadable' },
    ],
    ['an enrolment by nothing', { enrolments: [{ organisation: 'H99.12' }] }, { rule: 'holder-unclear' }],
    [
      'an enrolment by two things',
      { enrolments: [{ organisation: 'H99.12', keySha256: 'a'.repeat(64), issuer: 'MAA=', subject: 'MAA=' }] },
      { rule: 'holder-unclear' },
    ],
    [
      'concurrency of none',
      { connections: [{ id: 'moi', name: 'x', adapter: 'inbox', concurrency: 0 }] },
      { fault: 'too-small' },
    ],
  ])('%s', async (_, file, facts) => {
    await applyRegistry(store.pool, REGISTRY);
    const before = await version();
    await expect(applyRegistry(store.pool, file)).rejects.toMatchObject({ code: 'config-invalid', facts });
    expect(await version()).toBe(before);
  });
});
