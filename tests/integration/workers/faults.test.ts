import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { WorkStore } from '../../../src/ports/work.ts';
import { startPeer, type Peer } from '../../support/peers.ts';
import { query, stopServers } from '../../support/postgres.ts';
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

let outbound: Outbound;
let peer: Peer;
let slow: Peer;
async function open(kind: 'embedded' | 'rabbitmq'): Promise<void> {
  outbound = await openOutbound(kind === 'embedded' ? { kind } : { kind, url: rabbit.url });
  await outbound.register({
    'xa-mot': receiverAt(peer, 'H99.12.01'),
    'xa-hai': receiverAt(slow, 'H99.12.02', { concurrency: 4 }),
  });
}
beforeEach(async () => {
  peer = await startPeer();
  slow = await startPeer();
});
afterEach(async () => {
  await outbound.close();
  await peer.close();
  await slow.close();
});

/** A worker's store that dies, as the process would, when an outcome is about to be committed; `wake` brings it back. */
function dying(work: WorkStore): { work: WorkStore; died: Promise<void>; wake: () => void } {
  let die = (): void => undefined;
  let wake = (): void => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const woken = new Promise<void>((resolve) => (wake = resolve));
  let dead = false;
  const asleep = async <T>(act: () => Promise<T>): Promise<T> => {
    if (dead) await woken;
    return act();
  };
  return {
    died,
    wake,
    work: {
      ...work,
      renew: (leases) => asleep(() => work.renew(leases)),
      lease: (ids, owner) => asleep(() => work.lease(ids, owner)),
      sweep: (limit) => asleep(() => work.sweep(limit)),
      claimReferences: (limit) => asleep(() => work.claimReferences(limit)),
      settleTries: (settlements) => {
        dead = true;
        die();
        return asleep(() => work.settleTries(settlements));
      },
    },
  };
}

describe.each(['embedded', 'rabbitmq'] as const)('a worker that dies, over the %s broker', (kind) => {
  test('between send and commit: the same delivery comes again, and only one commit counts', async () => {
    await open(kind);
    const victim = dying(outbound.store.work);
    // With room for one, it is given nothing more once it hangs, as a dead process would be.
    await outbound.start(() => ({ work: victim.work, owner: 'victim', prefetch: 1 }));
    const sent = await outbound.accept(['xa-mot']);
    await victim.died;
    const [delivery] = sent.deliveries;
    expect(peer.ledger.get(delivery?.id ?? '')).toMatchObject({ times: 1 });

    await outbound.start(() => ({ owner: 'heir' }));
    await query(
      outbound.database.adminUrl,
      `update transmission set lease_until = now() - interval '1 second' where lease_until is not null`,
    );
    expect(await outbound.until(sent, 'arrived')).toMatchObject([{ id: delivery?.id, attempts: 2 }]);
    expect(peer.ledger.get(delivery?.id ?? '')).toEqual({ sha256: sent.sha256, times: 2 });

    victim.wake();
    await settle('the stale commit is refused', () => outbound.events.names().includes('leaseLost'));
    expect(await outbound.deliveries(sent)).toMatchObject([{ transport: 'arrived', attempts: 2 }]);
    const trace = await outbound.store.messages.trace(sent.id, { connection: sent.connection });
    const tries = trace?.filter(({ act }) => act === 'attempt').map(({ outcome }) => outcome);
    expect(tries).toEqual(['worker-crashed', 'ok']);
  });
});

describe('one slow receiver', () => {
  test.each(['embedded', 'rabbitmq'] as const)('does not hold up the others (%s)', async (kind) => {
    await open(kind);
    slow.mode = 'hang';
    await outbound.start(() => ({ prefetch: 16 }));
    const stuck = await Promise.all(Array.from({ length: 40 }, () => outbound.accept(['xa-hai'])));
    await settle('the slow receiver has all it may have', () => slow.calls.length === 4);
    const quick = await Promise.all(Array.from({ length: 100 }, () => outbound.accept(['xa-mot'])));
    await settle('the other has everything', () => peer.ledger.size === 100);
    for (const one of quick) await outbound.until(one, 'arrived');
    expect(slow.calls).toHaveLength(4);

    slow.mode = 'ok';
    slow.drop();
    await settle('the rest went on by itself', () => slow.ledger.size >= 36);
    await outbound.hurry();
    for (const one of stuck) await outbound.until(one, 'arrived');
    expect([...slow.ledger.values()].every(({ times }) => times === 1)).toBe(true);
  });
});

test('a receiver that was down is tried again by itself, and gets what waited', async () => {
  await open('embedded');
  const { port } = peer;
  await peer.close();
  await outbound.start();
  const sent = await outbound.accept(['xa-mot'], { urgent: true });
  const [waiting] = await outbound.until(sent, 'retrying');
  expect(waiting).toMatchObject({ attempts: 1, problem: { code: 'receiver-unreachable' } });
  expect(waiting?.nextAttemptAt).toBeInstanceOf(Object);
  peer = await startPeer({ port });
  expect(await outbound.until(sent, 'arrived')).toMatchObject([{ attempts: 2, problem: null }]);
});

test('a broker that lost everything is filled again from the record', async () => {
  await open('rabbitmq');
  const idle = await outbound.start(({ broker }) => ({
    broker: { ...broker, consume: () => Promise.resolve({ close: () => Promise.resolve() }) },
  }));
  const sent = await Promise.all(Array.from({ length: 20 }, () => outbound.accept(['xa-mot'])));
  const broker = await outbound.broker();
  await settle('all references lie at the broker', async () => (await broker.depth()) === 20);
  await idle.stop();

  await outbound.wipeBroker();
  await query(outbound.database.adminUrl, `update transmission set referenced_at = now() - interval '61 seconds'`);

  await outbound.start();
  for (const one of sent) await outbound.until(one, 'arrived');
  expect([...peer.ledger.values()].map(({ times }) => times)).toEqual(sent.map(() => 1));
});

test('references to nothing, and to what is done, change nothing', async () => {
  await open('embedded');
  await outbound.start();
  const sent = await outbound.accept(['xa-mot']);
  await outbound.until(sent, 'arrived');
  const broker = await outbound.broker();
  const [transmission] = sent.transmissions;
  await broker.publish([
    { transmission: transmission?.id ?? '', connection: 'xa-mot', urgent: false },
    { transmission: sent.id, connection: 'xa-mot', urgent: true },
  ]);
  await outbound.drained();
  expect(peer.calls).toHaveLength(1);
});

test('pausing holds deliveries back, resuming lets them go', async () => {
  await open('embedded');
  await outbound.start();
  await outbound.register({ 'xa-mot': receiverAt(peer, 'H99.12.01', { paused: true }) });
  const sent = await outbound.accept(['xa-mot']);
  await settle('the reference is used up', async () => {
    const [row] = await query<{ left: number }>(
      outbound.database.adminUrl,
      'select count(*)::integer as left from transmission where referenced_at is not null',
    );
    return row?.left === 0;
  });
  expect(peer.requests).toBe(0);
  await outbound.register({ 'xa-mot': receiverAt(peer, 'H99.12.01') });
  await outbound.until(sent, 'arrived');
});
