import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Outcome } from '../../../src/core/exchange/outcome.ts';
import type { Parcel } from '../../../src/ports/adapter.ts';
import type { Broker, ReferenceHandler } from '../../../src/ports/broker.ts';
import { machine } from '../../../src/drivers/machine.ts';
import { startWorkers, type RunPorts, type WorkerRole } from '../../../src/workers/run.ts';
import { fakeEvents } from '../../support/fake-events.ts';
import { memoryWork } from '../../support/memory-work.ts';
import { connection, fakeAdapter, NO_RENDERINGS, registryOf } from '../gateway/fakes.ts';
import { leased } from '../gateway/leased.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Hands a reference over as soon as it is published. */
function directBroker(): Broker {
  const handlers = new Set<ReferenceHandler>();
  const running = new Set<Promise<unknown>>();
  return {
    publish: (references) => {
      for (const reference of references) {
        for (const handle of handlers) running.add(handle(reference));
      }
      return Promise.resolve(references.map(() => true));
    },
    consume: (_, handle) => {
      handlers.add(handle);
      return Promise.resolve({
        close: async () => {
          handlers.delete(handle);
          await Promise.all(running);
        },
      });
    },
    depth: () => Promise.resolve(0),
    connected: () => true,
    dropped: () => 0,
    close: () => Promise.resolve(),
  };
}

function subject(send: (parcel: Parcel, signal: AbortSignal) => Promise<Outcome>) {
  const work = memoryWork();
  const events = fakeEvents();
  const done = { sequenced: 0, heads: 0, staged: 0, held: 0 };
  const ports: RunPorts = {
    work,
    notices: {
      claimNotices: () => Promise.resolve([]),
      closeNotice: () => Promise.reject(new Error('none')),
      postponeNotice: () => Promise.reject(new Error('none')),
      listNotices: () => Promise.resolve([]),
      takeNotice: () => Promise.resolve(false),
    },
    events,
    broker: directBroker(),
    registry: registryOf(connection()),
    sequencer: {
      sequence: () => Promise.resolve(done.sequenced++ === 0 ? { entries: 1, rows: 2 } : { entries: 0, rows: 0 }),
      signHead: async (sign) => {
        await sign(Buffer.from('head'));
        done.heads += 1;
        return true;
      },
      unstampedHead: () => Promise.resolve(null),
      keepStamp: () => Promise.resolve(),
      waitForPending: machine.pause,
    },
    renderings: NO_RENDERINGS,
    content: {
      stage: () => Promise.reject(new Error('none')),
      open: () => Promise.reject(new Error('none')),
      sweep: () => Promise.resolve(done.staged++),
    },
    signer: { keyId: 'k', algorithm: 'ES256', certificates: [], sign: () => Promise.resolve(Buffer.alloc(70)) },
    adapters: new Map([['fake', fakeAdapter(send)]]),
    recheck: () => Promise.resolve(done.held++),
    renewLists: () => Promise.resolve(0),
    owner: 'w1',
    prefetch: 4,
  };
  return {
    work,
    events,
    done,
    start: (...roles: WorkerRole[]) => startWorkers(new Set(roles), ports, { ...machine, random: () => 0 }),
  };
}

const arrives = ({ sha256 }: Parcel): Promise<Outcome> => Promise.resolve({ kind: 'done', sha256 });

test('a worker delivers and leaves the periodic work alone', async () => {
  const { work, done, start } = subject(arrives);
  const workers = start('worker');
  work.add(leased(randomUUID()));
  await jest.advanceTimersByTimeAsync(2_000);
  expect(work.settled).toMatchObject([{ transport: 'arrived' }]);
  expect(done).toEqual({ sequenced: 0, heads: 0, staged: 0, held: 0 });
  await workers.stop();
});

test('a scheduler does the periodic work and delivers nothing', async () => {
  const { work, done, events, start } = subject(arrives);
  const workers = start('scheduler');
  work.add(leased(randomUUID()));
  await jest.advanceTimersByTimeAsync(61_000);
  expect(work.outbox).toHaveLength(1);
  expect(done).toMatchObject({ heads: 2, staged: 1, held: 13 });
  expect(events.told).toContainEqual(['sequenced', { entries: 1, rows: 2 }]);
  await workers.stop();
  const before = { ...done };
  await jest.advanceTimersByTimeAsync(60_000);
  expect(done).toEqual(before);
});

test('stopping cuts a send off after 25 s and records that it was our doing', async () => {
  const { work, start } = subject(
    (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'retry', code: 'receiver-timeout', facts: {} }));
      }),
  );
  const workers = start('worker');
  work.add(leased(randomUUID()));
  await jest.advanceTimersByTimeAsync(2_000);
  const stopped = workers.stop();
  await jest.advanceTimersByTimeAsync(24_000);
  expect(work.settled).toEqual([]);
  await jest.advanceTimersByTimeAsync(1_500);
  await stopped;
  expect(work.settled).toMatchObject([{ transport: 'retrying', outcome: { code: 'worker-stopped' } }]);
});

test('stopping ends within 30 s whatever a sender does, and may be asked twice', async () => {
  const { work, start } = subject(() => new Promise(() => undefined));
  const workers = start('worker');
  work.add(leased(randomUUID()));
  await jest.advanceTimersByTimeAsync(2_000);
  const stopped = Promise.all([workers.stop(), workers.stop()]);
  await jest.advanceTimersByTimeAsync(30_000);
  await stopped;
});
