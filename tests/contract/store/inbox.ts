// The inbox: nothing skipped, each entry once, acknowledged by hash.

import { describe, expect, test } from '@jest/globals';
import type { Acceptance } from '../../../src/ports/messages.ts';
import type { Store } from '../../../src/ports/record.ts';
import { PULLED } from '../../support/acceptances.ts';
import { deliveryOf, AUDIT, type RecordUnderTest } from './record.ts';

export function inboxContract(record: RecordUnderTest): void {
  const { accepted, view, number, inbox } = record;

  describe('inbox', () => {
    test('nothing that commits late is skipped', async () => {
      await number();
      const before = await inbox('xa-hai');
      const late = await accepted({ to: [PULLED], disposition: 'held', verdict: 'undecided' });
      const commit = await record.under.commitLate({
        message: late.id,
        delivery: deliveryOf(late),
        connection: 'xa-hai',
      });
      const early = await accepted({ to: [PULLED] });
      await number();
      const page = await record.store.inbox.page('xa-hai', null, 1_000);
      const cursor = page.entries.at(-1)!.seq;
      expect(await inbox('xa-hai')).toEqual([...before, deliveryOf(early)]);
      await commit();
      await number();
      const next = await record.store.inbox.page('xa-hai', cursor, 1_000);
      expect(next.entries.map(({ delivery }) => delivery)).toEqual([deliveryOf(late)]);
    });

    test('begins at the oldest that is not acknowledged, and says what was left behind', async () => {
      await number();
      for (const { delivery, sha256 } of (await record.store.inbox.page('xa-hai', 0n, 1_000)).entries) {
        await record.store.inbox.acknowledge('xa-hai', delivery, sha256, 'arrived', AUDIT);
      }
      expect((await record.store.inbox.page('xa-hai', null, 10)).entries).toEqual([]);
      const three: Acceptance[] = [];
      for (let n = 0; n < 3; n += 1) three.push(await accepted({ to: [PULLED] }));
      await number();
      const page = await record.store.inbox.page('xa-hai', null, 2);
      expect(page.entries.map(({ delivery }) => delivery)).toEqual(three.slice(0, 2).map((one) => deliveryOf(one)));
      expect(page.entries[0]).toMatchObject({
        message: three[0]?.id,
        sender: 'H99.12',
        sha256: three[0]?.sha256,
        acknowledgedAt: null,
      });
      const rest = await record.store.inbox.page('xa-hai', page.entries[1]!.seq, 2);
      expect(rest.entries.map(({ delivery }) => delivery)).toEqual([deliveryOf(three[2]!)]);
      expect(rest.unacknowledgedBefore).toEqual({ count: 2, oldest: three[0]?.receivedAt });
      const end = await record.store.inbox.page('xa-hai', rest.entries[0]!.seq, 2);
      expect(end.entries).toEqual([]);
      expect(end.unacknowledgedBefore.count).toBe(3);
    });

    test('is one connection’s own', async () => {
      const one = await accepted({ to: [PULLED] });
      await number();
      expect(await inbox('huyen')).not.toContain(deliveryOf(one));
      expect(await record.store.messages.deliveryContent(deliveryOf(one), 'huyen', AUDIT)).toBeNull();
      expect(await record.store.messages.deliveryContent(deliveryOf(one), 'xa-hai', AUDIT)).toMatchObject({
        inline: one.inline,
      });
    });

    test('a new entry wakes its waiters in every process', async () => {
      const stop = new AbortController();
      const woken = [record.store, record.other].map((each) => each.inbox.waitForEntry('xa-hai', 20_000, stop.signal));
      await accepted({ to: [PULLED] });
      await number();
      await Promise.all(woken);
    });

    test.each<[string, (one: Acceptance) => Parameters<Store['inbox']['acknowledge']>, string]>([
      ['the right hash', (one) => ['xa-hai', deliveryOf(one), one.sha256, 'arrived', AUDIT], 'acknowledged'],
      ['an unknown id', (one) => ['xa-hai', one.id, one.sha256, 'arrived', AUDIT], 'not-found'],
      ['no id at all', (one) => ['xa-hai', 'x', one.sha256, 'arrived', AUDIT], 'not-found'],
      ['a wrong hash', (one) => ['xa-hai', deliveryOf(one), 'f'.repeat(64), 'arrived', AUDIT], 'hash-mismatch'],
      ['another’s delivery', (one) => ['huyen', deliveryOf(one), one.sha256, 'arrived', AUDIT], 'not-found'],
    ])('acknowledging %s', async (_, call, kind) => {
      const one = await accepted({ to: [PULLED] });
      await number();
      const first = await record.store.inbox.acknowledge(...call(one));
      expect(first.kind).toBe(kind);
      const [delivery] = (await view(one)).deliveries;
      expect(delivery?.transport).toBe(kind === 'acknowledged' ? 'arrived' : 'queued');
      if (first.kind !== 'acknowledged') return;
      expect(first).toMatchObject({ repeated: false, transport: 'arrived' });
      expect(await record.store.inbox.acknowledge(...call(one))).toEqual({ ...first, repeated: true });
      expect(delivery?.arrivedAt).toEqual(first.at);
    });

    test('taken by a hub, a delivery is handed over and not arrived', async () => {
      const one = await accepted({ to: [PULLED] });
      await number();
      await record.store.inbox.acknowledge('xa-hai', deliveryOf(one), one.sha256, 'handed-over', AUDIT);
      expect((await view(one)).deliveries[0]).toMatchObject({ transport: 'handed-over', arrivedAt: null });
    });
  });
}
