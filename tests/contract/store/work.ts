// Work: references, leases, settlements, retries and their order.

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Acceptance } from '../../../src/ports/messages.ts';
import { acceptance, NARROW, PUSHED } from '../../support/acceptances.ts';
import { transmissionOf, deliveryOf, type RecordUnderTest } from './record.ts';

export function workContract(record: RecordUnderTest): void {
  const { accepted, pushed, lease, settle, view, references } = record;

  describe('work', () => {
    test('a reference is given once, given back on demand, and urgent ones come first', async () => {
      await references();
      const ordinary = await pushed();
      const urgent = await pushed({ urgent: true });
      const taken = await record.store.work.claimReferences(10);
      expect(taken.map(({ reference }) => reference.transmission)).toEqual([
        transmissionOf(urgent),
        transmissionOf(ordinary),
      ]);
      expect(await record.other.work.claimReferences(10)).toEqual([]);
      await record.store.work.returnReferences(taken.map(({ id }) => id));
      expect(await record.other.work.claimReferences(10)).toHaveLength(2);
      await record.under.age('claims');
      const again = await record.store.work.claimReferences(10);
      expect(again).toHaveLength(2);
      await record.store.work.confirmReferences(again.map(({ id }) => id));
      await record.under.age('claims');
      expect(await record.store.work.claimReferences(10)).toEqual([]);
    });

    test('a lease is one worker’s, shows as sending, and carries the package', async () => {
      const one = await pushed();
      const leases = await Promise.all(
        Array.from({ length: 10 }, (_, n) => lease(one, n % 2 === 0 ? record.store : record.other)),
      );
      const [leased, ...more] = leases.filter((found) => found !== undefined);
      expect(more).toEqual([]);
      expect(leased).toMatchObject({ epoch: 1, attempt: 1, message: one.id, sha256: one.sha256, inline: one.inline });
      expect(leased?.deliveries).toEqual([{ id: deliveryOf(one), organisation: PUSHED.organisation }]);
      expect((await view(one)).deliveries[0]?.transport).toBe('sending');
      expect(await record.store.work.renew([leased!, { ...leased!, epoch: 9 }])).toEqual([leased!.transmission]);
      expect(await settle(leased!, 'handed-over')).toBe(true);
      expect((await view(one)).deliveries[0]).toMatchObject({ transport: 'handed-over', attempts: 1, problem: null });
      expect(await settle(leased!, 'returned')).toBe(false);
      expect(await lease(one)).toBeUndefined();
    });

    test('a worker that slept through its lease changes nothing', async () => {
      const one = await pushed();
      const first = (await lease(one))!;
      await record.under.age('leases');
      await record.store.work.sweep(1_000);
      expect(await references()).toContain(transmissionOf(one));
      const second = (await lease(one, record.other))!;
      expect(second.epoch).toBe(2);
      expect(await settle(first, 'arrived')).toBe(false);
      expect(await record.store.work.renew([first])).toEqual([]);
      expect(
        await settle(second, 'parked', {
          outcome: { kind: 'park', code: 'receiver-credentials', facts: { status: 401 } },
        }),
      ).toBe(true);
      const [delivery] = (await view(one)).deliveries;
      expect(delivery).toMatchObject({
        transport: 'parked',
        attempts: 2,
        problem: { code: 'receiver-credentials', facts: { status: 401 } },
      });
      const attempts = (await record.store.messages.trace(one.id, { connection: 'huyen' }))!.filter(
        ({ act }) => act === 'attempt',
      );
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['worker-crashed', 'receiver-credentials']);
    });

    test('what took its worker along twice waits before the next one touches it', async () => {
      const one = await pushed();
      await lease(one);
      await record.under.age('leases');
      await record.store.work.sweep(1_000);
      expect(await references()).toContain(transmissionOf(one));
      await lease(one, record.other);
      await record.under.age('leases');
      await record.store.work.sweep(1_000);
      expect(await references()).not.toContain(transmissionOf(one));
      expect(await lease(one)).toBeUndefined();
      const [delivery] = (await view(one)).deliveries;
      expect(delivery).toMatchObject({ transport: 'retrying', problem: { code: 'worker-crashed' } });
      expect(delivery?.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 5_000);
    });

    test('a retry is due when its time has come and not before', async () => {
      const one = await pushed();
      await references();
      await settle((await lease(one))!, 'retrying', {
        retryAfter: 300,
        outcome: { kind: 'retry', code: 'receiver-busy', facts: {} },
      });
      const [delivery] = (await view(one)).deliveries;
      expect(delivery?.transport).toBe('retrying');
      expect(delivery?.nextAttemptAt?.getTime()).toBeGreaterThan(Date.now() + 200_000);
      await record.store.work.sweep(1_000);
      expect(await references()).not.toContain(transmissionOf(one));
      expect(await lease(one)).toBeUndefined();
      await record.under.age('retries');
      await record.store.work.sweep(1_000);
      expect(await references()).toContain(transmissionOf(one));
      expect(await lease(one)).toMatchObject({ attempt: 2 });
    });

    test('a reference that a broker lost is given again, one in the outbox is not', async () => {
      const one = await pushed();
      expect(await references()).toContain(transmissionOf(one));
      await record.store.work.sweep(1_000);
      expect(await references()).toEqual([]);
      await record.under.age('references');
      await record.store.work.sweep(1_000);
      expect(await references()).toContain(transmissionOf(one));
    });

    test('no more transmissions of a connection than its concurrency, over all workers', async () => {
      const all = await Promise.all(Array.from({ length: 8 }, () => accepted({ to: [NARROW] })));
      const ids = new Set(all.map((one) => transmissionOf(one)));
      const given = async () => (await references()).filter((id) => ids.has(id));
      expect(await given()).toHaveLength(8);
      const found = await Promise.all(all.map((one, n) => lease(one, n % 2 === 0 ? record.store : record.other)));
      const leased = found.filter((one) => one !== undefined);
      expect(leased).toHaveLength(3);
      await record.store.work.sweep(1_000);
      expect(await given()).toEqual([]);
      // Each place that becomes free brings the next reference by itself.
      await settle(leased[0]!, 'arrived');
      expect(await given()).toHaveLength(1);
    });

    test('nothing is leased for a paused connection; unpaused, the sweep brings it back', async () => {
      const one = await pushed();
      await references();
      await record.under.setConnection('xa-mot', { paused: true });
      expect(await lease(one)).toBeUndefined();
      await record.store.work.sweep(1_000);
      const whilePaused = await references();
      await record.under.setConnection('xa-mot', { paused: false });
      expect(whilePaused).not.toContain(transmissionOf(one));
      await record.store.work.sweep(1_000);
      expect(await references()).toContain(transmissionOf(one));
      expect(await lease(one)).toBeDefined();
    });

    test('of one document to one addressee, the later delivery waits for the earlier', async () => {
      const [first, orderKey] = [await pushed(), `order ${randomBytes(6).toString('hex')}`];
      const ordered = (one: Acceptance): Acceptance => ({
        ...one,
        deliveries: one.deliveries.map((each) => ({ ...each, orderKey })),
      });
      const chain: Acceptance[] = [];
      for (let n = 0; n < 3; n += 1) {
        const one = ordered(acceptance(record.version, { to: [PUSHED] }));
        expect(await record.store.messages.accept(one)).toEqual({ kind: 'accepted' });
        chain.push(one);
      }
      const [a, b, c] = chain as [Acceptance, Acceptance, Acceptance];
      expect((await view(c)).deliveries[0]?.blockedBy).toBe(deliveryOf(b));
      const given = await references();
      expect(given).toEqual(expect.arrayContaining([transmissionOf(first), transmissionOf(a)]));
      expect(given).not.toContain(transmissionOf(b));
      expect(await lease(b)).toBeUndefined();
      await settle((await lease(a))!, 'returned');
      expect(await references()).toEqual([transmissionOf(b)]);
      expect((await view(b)).deliveries[0]?.blockedBy).toBeNull();
      await settle((await lease(b))!, 'handed-over');
      expect(await references()).toEqual([transmissionOf(c)]);
    });

    test('what waits is woken by what comes', async () => {
      const stop = new AbortController();
      const woken = [record.store, record.other].map((one) => one.work.waitForWork(20_000, stop.signal));
      await pushed();
      await Promise.all(woken);
      stop.abort();
      await record.store.work.waitForWork(20_000, stop.signal);
    });
  });
}
