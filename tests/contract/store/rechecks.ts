// Held messages, until they are released or returned.

import { describe, expect, test } from '@jest/globals';
import { transmissionOf, deliveryOf, AUDIT, type RecordUnderTest } from './record.ts';

export function rechecksContract(record: RecordUnderTest): void {
  const { accepted, lease, view, references, number, inbox } = record;

  describe('held messages', () => {
    test('cannot be seen, fetched or sent until released', async () => {
      const one = await accepted({ disposition: 'held', verdict: 'undecided' });
      await number();
      expect(await references()).not.toContain(transmissionOf(one));
      expect(await lease(one)).toBeUndefined();
      expect(await inbox('xa-hai')).not.toContain(deliveryOf(one, 1));
      expect(await record.store.messages.message(one.id, { connection: 'xa-hai' })).toBeNull();
      expect(await record.store.messages.deliveryContent(deliveryOf(one, 1), 'xa-hai', AUDIT)).toBeNull();
      expect((await record.store.rechecks.claimRechecks(1_000)).map(({ id }) => id)).toContain(one.id);

      const report = { ...one.report, verdict: 'passed' as const, profile: 'checked again' };
      expect(await record.store.rechecks.resolveHeld(one.id, report, 'released', AUDIT)).toBe(true);
      expect(await record.store.rechecks.resolveHeld(one.id, report, 'returned', AUDIT)).toBe(false);
      await number();
      expect(await references()).toContain(transmissionOf(one));
      expect(await inbox('xa-hai')).toContain(deliveryOf(one, 1));
      expect(await record.store.messages.message(one.id, { connection: 'xa-hai' })).toMatchObject({
        disposition: 'released',
        verdict: 'passed',
      });
      expect(await record.store.messages.report(one.id, { connection: 'huyen' })).toEqual(report);
    });

    test('return with the reason', async () => {
      const one = await accepted({ disposition: 'held', verdict: 'undecided' });
      const report = {
        ...one.report,
        verdict: 'failed' as const,
        findings: [{ code: 'certificate-revoked', severity: 'error', facts: {} }] as const,
      };
      expect(await record.store.rechecks.resolveHeld(one.id, report, 'returned', AUDIT)).toBe(true);
      const seen = await view(one);
      expect(seen.disposition).toBe('returned');
      expect(seen.deliveries.map(({ transport, problem }) => [transport, problem?.code])).toEqual([
        ['returned', 'certificate-revoked'],
        ['returned', 'certificate-revoked'],
      ]);
      expect((await record.store.rechecks.claimRechecks(1_000)).map(({ id }) => id)).not.toContain(one.id);
    });
  });
}
