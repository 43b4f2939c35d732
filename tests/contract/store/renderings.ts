// Renderings: the first that is kept is the one for good.

import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { KeptRendering } from '../../../src/ports/renderings.ts';
import type { Acceptance } from '../../../src/ports/messages.ts';
import { PULLED } from '../../support/acceptances.ts';
import { transmissionOf, deliveryOf, AUDIT, type RecordUnderTest } from './record.ts';

export function renderingsContract(record: RecordUnderTest): void {
  const { accepted, pushed, lease, number } = record;

  describe('renderings', () => {
    const rendered = (bytes: Buffer): KeptRendering => ({
      form: 'edxml-signed',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      inline: bytes,
    });
    const targetOf = (one: Acceptance) => ({ message: one.id, transmission: transmissionOf(one) });
    const keep = (one: Acceptance, made: KeptRendering, by = record.store) =>
      by.renderings.keep(targetOf(one), { ...made, losses: [] });

    test('the first rendering kept is leased, even when another worker renders again', async () => {
      const one = await pushed();
      expect(await record.store.renderings.assign(targetOf(one), 'edxml-signed')).toBeNull();
      const first = rendered(randomBytes(300));
      expect(await keep(one, first)).toEqual(first);
      expect(await keep(one, rendered(randomBytes(300)), record.other)).toEqual(first);
      expect(await keep(one, { ...rendered(randomBytes(30)), form: 'json' })).toEqual(first);
      expect(await lease(one)).toMatchObject({ sha256: one.sha256, rendered: first });
      const trace = await record.store.messages.trace(one.id, { connection: one.connection });
      const lines = trace?.filter(({ act }) => act === 'delivery.render') ?? [];
      expect(lines.map(({ details }) => [details['form'], details['sha256']])).toEqual([
        ['edxml-signed', first.sha256],
      ]);
    });

    test('of twenty at once, all get the same', async () => {
      const one = await pushed();
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          keep(one, rendered(randomBytes(300)), n % 2 === 0 ? record.store : record.other),
        ),
      );
      expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
    });

    test('an inbox shows the hash of what it gives, and takes no other', async () => {
      const one = await accepted({ to: [PULLED] });
      const kept = rendered(randomBytes(400));
      await keep(one, kept);
      await number();
      const { entries } = await record.store.inbox.page(PULLED.connection, 0n, 10_000);
      expect(entries.find(({ delivery }) => delivery === deliveryOf(one))).toMatchObject({
        sha256: kept.sha256,
        size: kept.size,
      });
      expect(await record.store.messages.deliveryContent(deliveryOf(one), PULLED.connection, AUDIT)).toMatchObject({
        sha256: one.sha256,
        rendered: kept,
      });
      const take = (sha256: string) =>
        record.store.inbox.acknowledge(PULLED.connection, deliveryOf(one), sha256, 'arrived', AUDIT);
      expect(await take(one.sha256)).toEqual({ kind: 'hash-mismatch' });
      expect(await take(kept.sha256)).toMatchObject({ kind: 'acknowledged' });
    });
  });
}
