// Statuses that receivers state on their deliveries.

import { describe, expect, test } from '@jest/globals';
import { statusAcceptance } from '../../support/acceptances.ts';
import { deliveryOf, type RecordUnderTest } from './record.ts';

export function statusesContract(record: RecordUnderTest): void {
  const { accepted, pushed, lease, settle, view } = record;

  describe('statuses', () => {
    test('advance the delivery, and what was handed over has arrived', async () => {
      const one = await pushed();
      const documentId = one.message.kind === 'new' ? one.message.documentId : '';
      await settle((await lease(one))!, 'handed-over');
      for (const code of ['01', '03', '03', '02'] as const) {
        const result = await record.store.messages.accept(
          statusAcceptance(record.version, deliveryOf(one), documentId, code),
        );
        expect(result.kind).toBe('accepted');
      }
      const [delivery] = (await view(one)).deliveries;
      expect(delivery).toMatchObject({ transport: 'arrived', business: { latest: '02', furthest: '03' } });
      const timeline = (await record.store.messages.trace(one.id, { connection: 'huyen' }))!;
      const stated = timeline.filter(({ act }) => act === 'status.record').map(({ details }) => details['statusCode']);
      expect(stated).toEqual(['01', '03', '03', '02']);
    });

    test('out of order ones are noticed on the status itself', async () => {
      const one = await pushed();
      const documentId = one.message.kind === 'new' ? one.message.documentId : '';
      const status = statusAcceptance(record.version, deliveryOf(one), documentId, '06');
      await record.store.messages.accept(status);
      expect((await view(status)).findings.map(({ code }) => code)).toEqual(['status-out-of-order']);
      // Not confirmed by the receiving system, so nothing is said about the handing over.
      expect((await view(one)).deliveries[0]?.transport).toBe('queued');
    });

    test('many at once on one delivery are all kept', async () => {
      const one = await pushed();
      const documentId = one.message.kind === 'new' ? one.message.documentId : '';
      const all = Array.from({ length: 12 }, () => statusAcceptance(record.version, deliveryOf(one), documentId, '03'));
      const results = await Promise.all(
        all.map((each, n) => (n % 2 === 0 ? record.store : record.other).messages.accept(each)),
      );
      expect(results.every(({ kind }) => kind === 'accepted')).toBe(true);
      const timeline = (await record.store.messages.trace(one.id, { connection: 'huyen' }))!;
      expect(timeline.filter(({ act }) => act === 'status.record')).toHaveLength(12);
    });

    test('find the delivery they speak of', async () => {
      const one = await accepted();
      const documentId = one.message.kind === 'new' ? one.message.documentId : '';
      expect(await record.store.messages.findDelivery('H99.12', documentId, 'H99.12.02')).toEqual({
        id: deliveryOf(one, 1),
        message: one.id,
        receivedAt: one.receivedAt,
        orderKey: one.deliveries[1]?.orderKey,
        held: false,
      });
      expect(await record.store.messages.findDelivery('H99.12.01', documentId, 'H99.12.02')).toBeNull();
      expect(await record.store.messages.findDelivery('H99.12', documentId, 'H99.12.03')).toBeNull();
    });
  });
}
