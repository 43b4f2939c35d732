// Messages: accepted once whatever comes at the same time, and seen by those concerned.

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Transport } from '../../../src/core/exchange/lifecycle.ts';
import { acceptance, PULLED, PUSHED, statusAcceptance, type To } from '../../support/acceptances.ts';
import { deliveryOf, AUDIT, type RecordUnderTest } from './record.ts';

export function messagesContract(record: RecordUnderTest): void {
  const { accepted, pushed, lease, settle, view, number } = record;

  describe('accept', () => {
    test('writes all that belongs to a message', async () => {
      const one = await accepted({ inline: randomBytes(9_000) });
      const seen = await view(one);
      expect(seen).toMatchObject({ id: one.id, message: one.message, sha256: one.sha256, disposition: 'accepted' });
      expect(seen.receipt).toEqual(one.receipt);
      expect(seen.deliveries.map(({ transport, attempts }) => [transport, attempts])).toEqual([
        ['queued', 0],
        ['queued', 0],
      ]);
      expect(await record.store.messages.content(one.id, { connection: 'huyen' }, AUDIT)).toMatchObject({
        inline: one.inline,
      });
      expect(await record.store.messages.report(one.id, { connection: 'huyen' })).toEqual(one.report);
    });

    test('of twenty at once with one idempotency key, one is written', async () => {
      const first = acceptance(record.version);
      const inline = randomBytes(500);
      const same = { documentId: `H99.12-${first.id}`, inline, idempotencyKey: first.id };
      const all = Array.from({ length: 20 }, () => acceptance(record.version, same));
      const results = await Promise.all(
        all.map((one, n) => (n % 2 === 0 ? record.store : record.other).messages.accept(one)),
      );
      const winners = all.filter((_, n) => results[n]?.kind === 'accepted');
      expect(winners).toHaveLength(1);
      for (const result of results.filter(({ kind }) => kind !== 'accepted')) {
        expect(result).toEqual({
          kind: 'repeated',
          message: winners[0]?.id,
          receipt: winners[0]?.receipt,
          verdict: 'passed',
          disposition: 'accepted',
        });
      }
    });

    test('of twenty at once with one identity and different bytes, one is written', async () => {
      const documentId = `H99.12-${randomBytes(6).toString('hex')}`;
      const all = Array.from({ length: 20 }, () => acceptance(record.version, { documentId }));
      const results = await Promise.all(
        all.map((one, n) => (n % 2 === 0 ? record.store : record.other).messages.accept(one)),
      );
      const kinds = results.map(({ kind }) => kind).sort();
      expect(kinds).toEqual(['accepted', ...Array.from({ length: 19 }, () => 'document-conflict')]);
    });

    test('the same package again, with or without a key, gets the first receipt', async () => {
      const first = await accepted();
      for (const idempotencyKey of [undefined, `key ${first.id}`]) {
        const again = {
          ...acceptance(record.version),
          identity: first.identity,
          sha256: first.sha256,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        };
        expect(await record.store.messages.accept(again)).toMatchObject({
          kind: 'repeated',
          message: first.id,
          receipt: first.receipt,
        });
        expect(await record.store.messages.message(again.id, { connection: 'huyen' })).toBeNull();
      }
      const reused = { ...acceptance(record.version), idempotencyKey: `key ${first.id}` };
      expect(await record.store.messages.accept(reused)).toEqual({ kind: 'idempotency-key-reused' });
      expect(await record.store.messages.accept({ ...reused, idempotencyKey: `other ${first.id}` })).toEqual({
        kind: 'accepted',
      });
    });

    test('a key that met a conflict is free again', async () => {
      const first = await accepted();
      const conflicting = {
        ...acceptance(record.version),
        identity: first.identity,
        idempotencyKey: `free ${first.id}`,
      };
      expect(await record.store.messages.accept(conflicting)).toEqual({ kind: 'document-conflict', message: first.id });
      expect(
        await record.store.messages.accept(acceptance(record.version, { idempotencyKey: `free ${first.id}` })),
      ).toEqual({
        kind: 'accepted',
      });
    });

    test('a try that was committed unnoticed is found again', async () => {
      const one = await accepted({ idempotencyKey: randomBytes(8).toString('hex') });
      expect(await record.store.messages.accept(one)).toEqual({ kind: 'accepted' });
      expect((await view(one)).deliveries).toHaveLength(2);
    });

    test('addressing on an old registry is told', async () => {
      const old = acceptance(record.version - 1);
      expect(await record.store.messages.accept(old)).toEqual({ kind: 'registry-changed' });
      expect(await record.store.messages.accept({ ...old, registryVersion: record.version })).toEqual({
        kind: 'accepted',
      });
    });

    test('one that cannot be written fails alone', async () => {
      const bad = { ...acceptance(record.version), id: 'no uuid' };
      const good = Array.from({ length: 5 }, () => acceptance(record.version));
      const settled = await Promise.allSettled([...good, bad].map((one) => record.store.messages.accept(one)));
      expect(settled.map(({ status }) => status)).toEqual([...good.map(() => 'fulfilled'), 'rejected']);
    });

    test.each<[string, Transport, string | null, boolean]>([
      ['returned', 'returned', null, true],
      ['refused with 02', 'handed-over', '02', true],
      ['given back with 15', 'handed-over', '15', true],
      ['registered with 03', 'handed-over', '03', false],
      ['on its way', 'retrying', null, false],
      ['parked', 'parked', null, false],
    ])('a new version of a document whose copy is %s', async (_, transport, code, admitted) => {
      const first = await pushed();
      const documentId = first.message.kind === 'new' ? first.message.documentId : '';
      await settle((await lease(first))!, transport);
      if (code === '15')
        await record.store.messages.accept({
          ...statusAcceptance(record.version, deliveryOf(first), documentId, '13', PULLED),
          act: { kind: 'recall', documents: [documentId], messages: [first.id], organisation: PUSHED.organisation },
        });
      if (code !== null)
        await record.store.messages.accept(
          statusAcceptance(record.version, deliveryOf(first), documentId, code as '02'),
        );
      const second = acceptance(record.version, { documentId, to: [PUSHED] });
      const result = await record.store.messages.accept(second);
      const findings = [{ code: 'document-newer-version', severity: 'info', facts: { documentId } }];
      expect(result).toEqual(
        admitted ? { kind: 'accepted', findings } : { kind: 'document-conflict', message: first.id },
      );
      if (!admitted) return;
      // Either version's bytes again get that version's receipt.
      for (const version of [first, second]) {
        const again = { ...acceptance(second.registryVersion), identity: first.identity, sha256: version.sha256 };
        expect(await record.store.messages.accept(again)).toMatchObject({ kind: 'repeated', message: version.id });
      }
    });
  });

  describe('who sees what', () => {
    test('the sender everything, an addressee its own, a stranger nothing', async () => {
      const one = await accepted();
      const seenBy = async (connection: string) =>
        (await record.store.messages.message(one.id, { connection }))?.deliveries.map(
          ({ organisation }) => organisation,
        );
      expect(await seenBy('huyen')).toEqual(['H99.12.01', 'H99.12.02']);
      expect(await seenBy('xa-mot')).toEqual(['H99.12.01']);
      expect(await seenBy('xa-bon')).toBeUndefined();
      expect(await record.store.messages.trace(one.id, { connection: 'xa-bon' })).toBeNull();
      expect(await record.store.messages.content(one.id, { connection: 'xa-bon' }, AUDIT)).toBeNull();
      expect(await record.store.messages.report(one.id, { connection: 'xa-bon' })).toBeNull();
      expect(await record.store.messages.delivery(deliveryOf(one, 1), 'xa-mot')).toBeNull();
      expect(await record.store.messages.delivery(deliveryOf(one, 1), 'xa-hai')).toMatchObject({
        id: deliveryOf(one, 1),
        message: { id: one.id },
      });
    });

    test.each(['', 'x', "'; drop table message; --", '00000000-0000-0000-0000-000000000000', '\u0000'])(
      '%j is no id',
      async (id) => {
        const viewer = { connection: 'huyen' };
        expect(await record.store.messages.message(id, viewer)).toBeNull();
        expect(await record.store.messages.trace(id, viewer)).toBeNull();
        expect(await record.store.messages.content(id, viewer, AUDIT)).toBeNull();
        expect(await record.store.messages.delivery(id, 'huyen')).toBeNull();
        expect(await record.store.messages.deliveryContent(id, 'huyen', AUDIT)).toBeNull();
      },
    );
  });

  test('one document to five hundred addressees is one commit and one second', async () => {
    const to = Array.from({ length: 500 }, (_, n): To => ({
      ...(n % 2 === 0 ? PUSHED : PULLED),
      organisation: `H99.12.${n}`,
    }));
    const started = performance.now();
    const one = await accepted({ to });
    await number();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect((await view(one)).deliveries).toHaveLength(500);
  });
}
