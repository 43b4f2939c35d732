import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Outcome } from '../../../../src/core/exchange/outcome.ts';
import { ProblemError } from '../../../../src/core/problems/problem-error.ts';
import type { Parcel, Sender } from '../../../../src/ports/adapter.ts';
import type { LeasedTransmission } from '../../../../src/ports/work.ts';
import { deliver } from '../../../../src/gateway/deliver/deliver.ts';
import { createLoops } from '../../../../src/gateway/loop.ts';
import { LiveLeases } from '../../../../src/gateway/deliver/live-leases.ts';
import { Senders } from '../../../../src/gateway/deliver/senders.ts';
import { fakeEvents } from '../../../support/fake-events.ts';
import { memoryWork } from '../../../support/memory-work.ts';
import { connection, fakeAdapter, NO_RENDERINGS, registryOf } from '../fakes.ts';
import { leased } from '../leased.ts';

const done = ({ sha256 }: Parcel): Promise<Outcome> => Promise.resolve({ kind: 'done', sha256 });

function subject(send: Sender['send'], content: () => Promise<Readable> = () => Promise.reject(new Error('none'))) {
  const work = memoryWork();
  const events = fakeEvents();
  const stopping = new AbortController();
  const cut = new AbortController();
  const leases = new LiveLeases(work);
  const senders = new Senders(new Map([['fake', fakeAdapter(send)]]), registryOf(connection()));
  const ports = {
    work,
    leases,
    senders,
    content: { open: content, stage: () => Promise.reject(new Error('none')) },
    renderings: NO_RENDERINGS,
    signer: { algorithm: 'ES256' as const, certificates: [], sign: () => Promise.reject(new Error('none')) },
    owner: 'w1',
    loops: createLoops(events, { pause: () => Promise.resolve() }),
    events,
    stopping: stopping.signal,
    cut: cut.signal,
  };
  const handle = deliver(ports, { random: () => 0, monotonic: () => 0 });
  const add = (change: Partial<LeasedTransmission> = {}) => work.add(leased(randomUUID(), change));
  return { work, events, stopping, cut, leases, handle, add };
}

const codeOf = (outcome: Outcome | undefined) => (outcome?.kind === 'done' ? 'done' : outcome?.code);

test('a reference is acknowledged after its outcome is recorded', async () => {
  const order: string[] = [];
  const { work, handle, add, events } = subject((parcel) => (order.push('send'), done(parcel)));
  const settle = work.settleTries.bind(work);
  work.settleTries = (settlements) => (order.push('settle'), settle(settlements));
  const answer = await handle(add());
  expect([...order, answer]).toEqual(['send', 'settle', 'taken']);
  expect(work.settled[0]).toMatchObject({ transport: 'arrived', outcome: { kind: 'done' } });
  expect(events.names()).toEqual(['attempted']);
});

test('a reference that comes again while its lease is live, or after its end, is only acknowledged', async () => {
  let sends = 0;
  const { work, handle, add } = subject(async (parcel) => {
    sends += 1;
    expect(await handle(reference)).toBe('taken');
    return done(parcel);
  });
  const reference = add();
  expect(await handle(reference)).toBe('taken');
  expect(await handle(reference)).toBe('taken');
  expect(sends).toBe(1);
  expect(work.settled).toHaveLength(1);
});

test('a reference to nothing is only acknowledged', async () => {
  const { handle } = subject(done);
  expect(await handle({ transmission: randomUUID(), connection: 'commune', urgent: false })).toBe('taken');
});

test('the database being away holds the reference back, and its outcome is not lost', async () => {
  const { work, handle, add, events } = subject(done);
  const { lease, settle } = { lease: work.lease.bind(work), settle: work.settleTries.bind(work) };
  let faults = 0;
  const sometimes = <T>(act: () => Promise<T>) => ((faults += 1) % 3 === 0 ? act() : Promise.reject(new Error('away')));
  work.lease = (...given) => sometimes(() => lease(...given));
  work.settleTries = (...given) => sometimes(() => settle(...given));
  expect(await handle(add())).toBe('taken');
  expect(work.settled).toHaveLength(1);
  expect(events.names()).toEqual(['taskFailed', 'taskFailed', 'attempted']);
});

test('once stopping, nothing new is begun', async () => {
  const { handle, add, stopping, work } = subject(done);
  stopping.abort();
  expect(await handle(add())).toBe('again');
  expect(work.settled).toEqual([]);
});

test('a lease that went to another worker writes nothing', async () => {
  const { work, handle, add, events } = subject((parcel) => (work.steal(parcel.transmission), done(parcel)));
  const reference = add();
  expect(await handle(reference)).toBe('taken');
  expect(work.settled).toEqual([]);
  expect(events.told).toEqual([['leaseLost', { transmission: reference.transmission, epoch: 1 }]]);
});

test('a try whose lease is found lost by renewal is cut off', async () => {
  const over = new AbortController();
  const { work, handle, add, leases, events } = subject(
    (parcel, signal) =>
      new Promise((resolve) => {
        work.steal(parcel.transmission);
        signal.addEventListener('abort', () => resolve({ kind: 'retry', code: 'receiver-timeout', facts: {} }));
        void leases.renewal(() => Promise.resolve())(over.signal);
      }),
  );
  await handle(add());
  expect(work.settled).toEqual([]);
  expect(events.names()).toEqual(['leaseLost']);
});

test('renewal prolongs what is under way and nothing else', async () => {
  const over = new AbortController();
  const { work, handle, add, leases } = subject(async (parcel) => {
    await leases.renewal(() => Promise.resolve())(over.signal);
    return done(parcel);
  });
  const reference = add();
  await handle(reference);
  await leases.renewal(() => Promise.resolve())(over.signal);
  expect(work.renewed).toEqual([reference.transmission]);
});

describe('our own storage', () => {
  const open = async (parcel: Parcel): Promise<Outcome> => {
    const content = await parcel.open();
    if (Buffer.isBuffer(content)) return done(parcel);
    await buffer(content);
    return done(parcel);
  };
  const blaming = async (parcel: Parcel): Promise<Outcome> => {
    try {
      return await open(parcel);
    } catch {
      return { kind: 'retry', code: 'receiver-unreachable', facts: {} };
    }
  };
  const broken = (error: Error) => () =>
    Promise.resolve(
      new Readable({
        read() {
          this.destroy(error);
        },
      }),
    );
  const corrupt = new ProblemError('content-corrupt', { sha256: 'ab' });

  test.each([
    ['altered in the database', { inline: Buffer.from('<edxml/>') }, broken(corrupt), 'content-corrupt', 'parked'],
    ['altered in the content store', { inline: null }, broken(corrupt), 'content-corrupt', 'parked'],
    ['unknown to the content store', { inline: null }, () => Promise.reject(corrupt), 'content-corrupt', 'parked'],
    ['behind a fault of the disk', { inline: null }, broken(new Error('EIO')), 'content-unavailable', 'retrying'],
  ])('content %s is not the receiver’s fault', async (_, change, content, code, transport) => {
    for (const send of [open, blaming]) {
      const { work, handle, add } = subject(send, content);
      await handle(add(change));
      expect(work.settled[0]).toMatchObject({ transport, outcome: { code } });
    }
  });
});

test('a sender that throws is a surprise, told and tried again', async () => {
  const { work, handle, add, events } = subject(() => Promise.reject(new Error('bug')));
  await handle(add());
  expect(codeOf(work.settled[0]?.outcome)).toBe('internal-error');
  expect(events.names()).toEqual(['taskFailed', 'attempted']);
});

describe('deadlines', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const obedient = (_: Parcel, signal: AbortSignal) =>
    new Promise<Outcome>((resolve) =>
      signal.addEventListener('abort', () =>
        resolve({ kind: 'retry', code: 'receiver-timeout', facts: { told: true } }),
      ),
    );
  const stubborn = () => new Promise<Outcome>(() => undefined);

  test('a try is cut after a minute', async () => {
    const { work, handle, add } = subject(obedient);
    const handled = handle(add());
    await jest.advanceTimersByTimeAsync(60_000);
    await handled;
    expect(work.settled[0]?.outcome).toMatchObject({ code: 'receiver-timeout', facts: { told: true } });
  });

  test('a sender that does not heed its signal is left behind', async () => {
    const { work, handle, add } = subject(stubborn);
    const handled = handle(add());
    await jest.advanceTimersByTimeAsync(65_000);
    await handled;
    expect(codeOf(work.settled[0]?.outcome)).toBe('receiver-timeout');
  });

  test('cut off by our own end, it is tried again soon and the receiver is not blamed', async () => {
    const { work, handle, add, cut } = subject(obedient);
    const handled = handle(add());
    await jest.advanceTimersByTimeAsync(1_000);
    cut.abort();
    await handled;
    expect(work.settled[0]).toMatchObject({ transport: 'retrying', outcome: { code: 'worker-stopped' } });
  });

  test('an outcome that cannot be recorded is given up after a minute', async () => {
    const { work, handle, add, events } = subject(done);
    work.settleTries = () => jest.advanceTimersByTimeAsync(5_000).then(() => Promise.reject(new Error('away')));
    expect(await handle(add())).toBe('taken');
    expect(events.names()).toEqual(['taskFailed', 'leaseLost']);
  });
});
