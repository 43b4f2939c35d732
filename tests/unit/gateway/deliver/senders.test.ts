import { expect, test } from '@jest/globals';
import type { Adapter } from '../../../../src/ports/adapter.ts';
import { Senders, type Loan } from '../../../../src/gateway/deliver/senders.ts';
import { connection, fakeAdapter, registryOf } from '../fakes.ts';

function subject(...connections: readonly ReturnType<typeof connection>[]) {
  const adapter = fakeAdapter(() => Promise.resolve({ kind: 'retry', code: 'receiver-error', facts: {} }));
  const pulled = { name: 'inbox', settings: adapter.settings, direction: 'pull' } as const;
  const registry = registryOf(...connections);
  const adapters = new Map<string, Adapter>([
    ['fake', adapter],
    ['inbox', pulled],
  ]);
  const senders = new Senders(adapters, registry);
  return { adapter, registry, senders };
}

async function loan(senders: Senders): Promise<Loan> {
  const lent = await senders.lend('commune');
  if (lent.kind !== 'loan') throw new Error(lent.code);
  return lent;
}

test('one sender serves many tries', async () => {
  const { adapter, senders } = subject(connection());
  const loans = [await loan(senders), await loan(senders)];
  expect(loans[0]?.sender).toBe(loans[1]?.sender);
  for (const one of loans) one.giveBack();
  expect(adapter).toMatchObject({ opened: ['a'], closed: [] });
});

test('new settings open a new sender; the old one closes after its last try', async () => {
  const { adapter, registry, senders } = subject(connection());
  const old = await loan(senders);
  registry.set(connection({ settings: { url: 'b' } }));
  const fresh = await loan(senders);
  expect(fresh.sender).not.toBe(old.sender);
  expect(adapter).toMatchObject({ opened: ['a', 'b'], closed: [] });
  old.giveBack();
  expect(adapter.closed).toEqual(['a']);
  fresh.giveBack();
  expect(adapter.closed).toEqual(['a']);
});

test('a new version with the same settings keeps the sender and takes the new role', async () => {
  const { adapter, registry, senders } = subject(connection());
  (await loan(senders)).giveBack();
  registry.set(connection({ role: 'hub' }));
  expect((await loan(senders)).connection.role).toBe('hub');
  expect(adapter.opened).toEqual(['a']);
});

test.each([
  ['is unknown', [], 'park', 'connection-unknown', { connection: 'commune' }],
  ['is of an unknown kind', [connection({ adapter: 'fax' })], 'park', 'adapter-unknown', { adapter: 'fax' }],
  ['is pulled', [connection({ adapter: 'inbox' })], 'park', 'adapter-unknown', { adapter: 'inbox' }],
  [
    'has unusable settings',
    [connection({ settings: { url: 1 } })],
    'park',
    'connection-settings-invalid',
    { name: 'url' },
  ],
  ['is paused', [connection({ paused: true })], 'retry', 'connection-paused', {}],
])('there is no sender when the connection %s', async (_, connections, kind, code, facts) => {
  const { senders } = subject(...connections);
  expect(await senders.lend('commune')).toMatchObject({ kind, code, facts });
});

test('a connection that was removed has its sender closed', async () => {
  const { adapter, registry, senders } = subject(connection());
  (await loan(senders)).giveBack();
  registry.set();
  await senders.lend('commune');
  expect(adapter.closed).toEqual(['a']);
});

test('closing closes all', async () => {
  const { adapter, senders } = subject(connection());
  await loan(senders);
  await senders.close();
  expect(adapter.closed).toEqual(['a']);
});
