import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Broker } from '../../../src/ports/broker.ts';
import { startPeer, type Peer, type PeerMode } from '../../support/peers.ts';
import { stopServers } from '../../support/postgres.ts';
import { sharedRabbit, type SharedRabbit } from '../../support/rabbitmq.ts';
import { settle } from '../../support/settle.ts';
import { openOutbound, receiverAt, type Outbound } from './outbound.ts';

let rabbit: SharedRabbit;
beforeAll(async () => {
  rabbit = await sharedRabbit();
});
afterAll(async () => {
  await rabbit.close();
  await stopServers();
});

describe.each(['embedded', 'rabbitmq'] as const)('deliveries over the %s broker', (kind) => {
  let outbound: Outbound;
  let peer: Peer;
  let other: Peer;

  beforeEach(async () => {
    outbound = await openOutbound(kind === 'embedded' ? { kind } : { kind, url: rabbit.url });
    peer = await startPeer({ token: 'secret' });
    other = await startPeer();
    await outbound.register({
      'xa-mot': receiverAt(peer, 'H99.12.01', { settings: { url: peer.url, token: 'secret' } }),
      'xa-hai': receiverAt(other, 'H99.12.02'),
    });
  });
  afterEach(async () => {
    await outbound.close();
    await peer.close();
    await other.close();
  });

  test('one document to two addressees arrives at both, byte for byte, once', async () => {
    await outbound.start();
    const sent = await outbound.accept(['xa-mot', 'xa-hai']);
    const deliveries = await outbound.until(sent, 'arrived');
    expect(deliveries.map(({ attempts, problem }) => ({ attempts, problem }))).toEqual([
      { attempts: 1, problem: null },
      { attempts: 1, problem: null },
    ]);
    await outbound.drained();
    for (const [{ ledger }, delivery] of [
      [peer, sent.deliveries[0]],
      [other, sent.deliveries[1]],
    ] as const) {
      expect([...ledger]).toEqual([[delivery?.id, { sha256: sent.sha256, times: 1 }]]);
    }
  });

  test('a reference published twice, by two relays, is delivered once', async () => {
    const twice = (broker: Broker): Broker => ({
      ...broker,
      publish: async (references) => {
        await broker.publish(references);
        return broker.publish(references);
      },
    });
    await outbound.start(({ broker }) => ({ broker: twice(broker) }));
    await outbound.start(({ broker }) => ({ broker: twice(broker) }));
    const sent = await Promise.all(Array.from({ length: 30 }, () => outbound.accept(['xa-mot', 'xa-hai'])));
    for (const one of sent) await outbound.until(one, 'arrived');
    await outbound.drained();
    expect(peer.calls).toHaveLength(30);
    expect(other.calls).toHaveLength(30);
    expect([...peer.ledger.values(), ...other.ledger.values()].every(({ times }) => times === 1)).toBe(true);
  });

  test('order within a document holds: an update waits for what it updates', async () => {
    peer.mode = 503;
    await outbound.start();
    const documentId = 'H99.12/2026/000009';
    const first = await outbound.accept(['xa-mot'], { documentId });
    const [waiting] = await outbound.until(first, 'retrying');
    const update = await outbound.accept(['xa-mot'], { documentId, identity: '["update","H99.12"]' });
    const free = await outbound.accept(['xa-mot']);
    await outbound.until(free, 'retrying');
    expect(await outbound.deliveries(update)).toMatchObject([{ transport: 'queued', blockedBy: waiting?.id }]);
    expect(peer.calls.map(({ message }) => message)).not.toContain(update.id);
    peer.mode = 'ok';
    await outbound.hurry();
    await outbound.until(update, 'arrived');
    const taken = peer.calls.filter(({ message }) => [first.id, update.id].includes(message));
    expect(taken.at(-1)?.message).toBe(update.id);
  });

  test('told to stop, it lets what is under way end and leaves nothing leased', async () => {
    peer.mode = 'slow';
    peer.slowMilliseconds = 700;
    const workers = await outbound.start();
    const sent = await outbound.accept(['xa-mot']);
    await settle('the package is under way', () => peer.calls.length === 1);
    await workers.stop();
    expect(await outbound.deliveries(sent)).toMatchObject([{ transport: 'arrived', attempts: 1 }]);
    const late = await outbound.accept(['xa-hai']);
    expect(await outbound.deliveries(late)).toMatchObject([{ transport: 'queued' }]);
    await outbound.start();
    await outbound.until(late, 'arrived');
  });
});

describe('what a receiver does decides what becomes of a delivery', () => {
  let outbound: Outbound;
  let peer: Peer;
  beforeAll(async () => {
    outbound = await openOutbound({ kind: 'embedded' });
    peer = await startPeer();
    await outbound.register({
      'xa-mot': receiverAt(peer, 'H99.12.01'),
      tinh: receiverAt(peer, 'H99', { role: 'hub' }),
    });
    await outbound.start();
  });
  afterAll(async () => {
    await outbound.close();
    await peer.close();
  });

  test.each<[PeerMode, string, string | null]>([
    [401, 'parked', 'receiver-credentials'],
    ['moved', 'parked', 'receiver-moved'],
    [422, 'returned', 'receiver-refused'],
    [404, 'returned', 'receiver-refused'],
    [500, 'retrying', 'receiver-error'],
    [429, 'retrying', 'receiver-busy'],
    ['wrong-hash', 'retrying', 'receiver-hash-mismatch'],
    ['bad-body', 'retrying', 'receiver-acknowledgement-invalid'],
    ['drop-after-commit', 'retrying', 'receiver-unreachable'],
    ['ok', 'arrived', null],
  ])('%s: %s, %s', async (mode, transport, code) => {
    peer.mode = mode;
    const sent = await outbound.accept(['xa-mot']);
    const [delivery] = await outbound.until(sent, transport as 'parked');
    expect(delivery?.problem?.code ?? null).toBe(code);
    expect(delivery?.nextAttemptAt === null).toBe(transport !== 'retrying');
    const trace = await outbound.store.messages.trace(sent.id, { connection: sent.connection });
    expect(trace?.filter(({ act }) => act === 'attempt').map(({ outcome }) => outcome)).toEqual([code ?? 'ok']);
  });

  test('taken by a hub is handed over, not arrived', async () => {
    peer.mode = 'ok';
    const sent = await outbound.accept(['tinh']);
    expect(await outbound.until(sent, 'handed-over')).toMatchObject([{ arrivedAt: null }]);
  });

  test('a receiver that took it and could not say so gets the same delivery id again', async () => {
    peer.mode = 'drop-after-commit';
    const sent = await outbound.accept(['xa-mot']);
    await outbound.until(sent, 'retrying');
    peer.mode = 'ok';
    await outbound.hurry();
    const [delivery] = await outbound.until(sent, 'arrived');
    expect(delivery?.attempts).toBe(2);
    expect(peer.ledger.get(delivery?.id ?? '')).toEqual({ sha256: sent.sha256, times: 2 });
  });

  test('a changed address is used from the next try on', async () => {
    const moved = await startPeer();
    try {
      peer.mode = 500;
      const sent = await outbound.accept(['xa-mot']);
      await outbound.until(sent, 'retrying');
      await outbound.register({ 'xa-mot': receiverAt(moved, 'H99.12.01'), tinh: receiverAt(peer, 'H99') });
      await outbound.hurry();
      await outbound.until(sent, 'arrived');
      expect(moved.calls).toMatchObject([{ message: sent.id, attempt: 2 }]);
    } finally {
      await moved.close();
    }
  });
});
