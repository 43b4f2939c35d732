// Acts on documents: revocations, updates, replacements, and the copies they reach.

import { describe, expect, test } from '@jest/globals';
import type { Acceptance } from '../../../src/ports/messages.ts';
import { acceptance, actingAcceptance, PULLED, PUSHED, statusAcceptance } from '../../support/acceptances.ts';
import { deliveryOf, AUDIT, type RecordUnderTest } from './record.ts';

/** What is known of a message of the district, unless told otherwise. */
const KNOWN = { issuer: 'H99.12', sender: 'H99.12', holders: [] as string[], received: false };

export function actsContract(record: RecordUnderTest): void {
  const { accepted, pushed, lease, settle, view } = record;

  describe('acts', () => {
    const documentIdOf = (one: Acceptance): string => (one.message.kind === 'new' ? one.message.documentId : '');
    const states = async (one: Acceptance): Promise<readonly string[]> =>
      (await view(one)).deliveries.map(({ transport, recall }) => `${transport} ${recall}`);
    const read = (one: Acceptance): Promise<unknown> =>
      record.store.messages.deliveryContent(deliveryOf(one, 1), 'xa-hai', AUDIT);

    test('a revocation stops what waits and asks who has it; the answer finds the question', async () => {
      const one = await accepted();
      await read(one);
      const revoke = actingAcceptance(record.version, 'revoke', one);
      const result = await record.store.messages.accept(revoke);
      expect(result).toMatchObject({ kind: 'accepted', findings: [{ code: 'copy-stopped' }] });
      expect([await states(one), await states(revoke)]).toEqual([
        ['cancelled none', 'queued asked'],
        ['cancelled none', 'queued asked'],
      ]);
      expect(await lease(one)).toBeUndefined();
      const question = await record.store.messages.openQuestion('H99.12', documentIdOf(one), PULLED.organisation);
      expect(question).toEqual({
        message: revoke.id,
        deliveries: [deliveryOf(one, 1), deliveryOf(revoke, 1)].toSorted(),
      });
      expect(await record.store.messages.openQuestion('H99.12', documentIdOf(one), PUSHED.organisation)).toBeNull();
      const answer = statusAcceptance(record.version, deliveryOf(one, 1), documentIdOf(one), '15', PULLED);
      await record.store.messages.accept({ ...answer, effect: { ...answer.effect!, answers: question! } });
      expect([(await states(one))[1], (await states(revoke))[1]]).toEqual(['queued agreed', 'queued agreed']);
      expect(await record.store.messages.openQuestion('H99.12', documentIdOf(one), PULLED.organisation)).toBeNull();
    });

    test('whoever agreed to an update is asked anew by a revocation of it', async () => {
      const one = await pushed();
      const update = actingAcceptance(record.version, 'update', one, { to: [PUSHED, PULLED] });
      await record.store.messages.accept(update);
      await read(update);
      const state = async (): Promise<string | undefined> => (await states(update))[1];
      const agreement = async (): Promise<void> => {
        const question = await record.store.messages.openQuestion('H99.12', documentIdOf(one), PULLED.organisation);
        const status = statusAcceptance(record.version, deliveryOf(update, 1), documentIdOf(one), '15', PULLED);
        await record.store.messages.accept({ ...status, effect: { ...status.effect!, answers: question! } });
      };
      const holders = async (): Promise<readonly string[]> => {
        const versions = await record.store.messages.knownMessages([documentIdOf(one)], PULLED.organisation);
        return versions.find(({ message }) => message === update.id)?.holders ?? [];
      };
      await agreement();
      expect([await state(), await holders()]).toEqual(['queued agreed', [PUSHED.organisation, PULLED.organisation]]);

      const act = { kind: 'revoke' as const, documents: [documentIdOf(one)], messages: [one.id, update.id] };
      await record.store.messages.accept(actingAcceptance(record.version, 'revoke', one, { to: [PULLED], act }));
      expect([await state(), await holders()]).toEqual(['queued asked', [PULLED.organisation]]);
      await agreement();
      expect([await state(), await holders()]).toEqual(['queued agreed', []]);
    });

    test('a copy under a lease is asked for, and not tried again', async () => {
      const one = await pushed();
      const leased = (await lease(one))!;
      const revoke = actingAcceptance(record.version, 'revoke', one, { to: [PUSHED] });
      await record.store.messages.accept(revoke);
      expect(await states(one)).toEqual(['sending asked']);
      expect(await lease(revoke)).toBeUndefined();
      await settle(leased, 'retrying', {
        retryAfter: 300,
        outcome: { kind: 'retry', code: 'receiver-timeout', facts: {} },
      });
      expect(await states(one)).toEqual(['cancelled asked']);
      expect(await lease(revoke)).toBeDefined();
    });

    test('an act that does not name a version accepted meanwhile is sent back, and leaves nothing', async () => {
      const one = await pushed();
      const update = actingAcceptance(record.version, 'update', one);
      await record.store.messages.accept(update);
      const stale = { ...actingAcceptance(record.version, 'revoke', one), idempotencyKey: `stale ${one.id}` };
      expect(await record.store.messages.accept(stale)).toEqual({ kind: 'targets-changed' });
      expect(await states(one)).toEqual(['queued none']);
      const messages = [one.id, update.id];
      const again = { ...stale, act: { kind: 'revoke' as const, documents: [documentIdOf(one)], messages } };
      expect((await record.store.messages.accept(again)).kind).toBe('accepted');
    });

    test('a version with more addressees is sent back with those who hold it', async () => {
      const one = await pushed();
      const more = { documentId: documentIdOf(one), to: [PUSHED, PULLED] };
      expect(await record.store.messages.accept(acceptance(record.version, more))).toEqual({
        kind: 'held-already',
        by: [PUSHED.organisation],
      });
      const rest = acceptance(record.version, { ...more, to: [PULLED], heldAlready: [PUSHED.organisation] });
      const message = { ...one.message, to: [PUSHED, PULLED].map(({ organisation }) => ({ organId: organisation })) };
      const result = await record.store.messages.accept({ ...rest, message: message });
      expect(result).toMatchObject({ kind: 'accepted', findings: [{ code: 'document-newer-version' }] });
      const known = await record.store.messages.knownMessages([documentIdOf(one)], PULLED.organisation);
      expect(known).toEqual([
        { ...KNOWN, documentId: documentIdOf(one), message: one.id, holders: [PUSHED.organisation] },
        { ...KNOWN, documentId: documentIdOf(one), message: rest.id, holders: [PULLED.organisation] },
      ]);
    });

    test('what is known: holders of live copies, whether the asker received it, and updates of other ids', async () => {
      const one = await accepted();
      await settle((await lease(one))!, 'returned');
      await read(one);
      const update = { ...actingAcceptance(record.version, 'update', one, { to: [PULLED] }) };
      const other = `other ${one.id}`;
      await record.store.messages.accept({
        ...update,
        message: { ...update.message, documentId: other } as Acceptance['message'],
      });
      const documentId = documentIdOf(one);
      expect(await record.store.messages.knownMessages([documentId, 'x'], PULLED.organisation)).toEqual([
        { ...KNOWN, documentId, message: one.id, holders: [PULLED.organisation], received: true },
        { ...KNOWN, documentId, message: update.id, holders: [PULLED.organisation] },
      ]);
      expect(await record.store.messages.knownMessages(['x'], PULLED.organisation)).toEqual([]);
      expect(await record.store.messages.knownMessages([], PULLED.organisation)).toEqual([]);
    });

    test('a replacement touches the copies of those it concerns, and no others', async () => {
      const one = await accepted();
      const concerned = [{ message: one.id, organisations: [PULLED.organisation] }];
      const act = { kind: 'replace' as const, documents: [documentIdOf(one)], messages: [one.id], concerned };
      await record.store.messages.accept(actingAcceptance(record.version, 'replace', one, { to: [PULLED], act }));
      expect(await states(one)).toEqual(['queued none', 'cancelled none']);
    });

    test.each(['released', 'returned'] as const)('a held act that is %s', async (to) => {
      const one = await pushed();
      const held = { disposition: 'held', verdict: 'undecided' } as const;
      const revoke = actingAcceptance(record.version, 'revoke', one, { ...held, to: [PUSHED] });
      expect(await record.store.messages.accept(revoke)).toEqual({ kind: 'accepted' });
      expect([await states(one), await states(revoke)]).toEqual([['queued none'], ['queued none']]);
      // Accepted meanwhile, and read: its holder is told as well.
      const update = actingAcceptance(record.version, 'update', one, { to: [PUSHED, PULLED] });
      await record.store.messages.accept(update);
      await read(update);
      expect(await record.store.rechecks.resolveHeld(revoke.id, { ...revoke.report }, to, AUDIT)).toBe(true);
      expect(await states(one)).toEqual([to === 'released' ? 'cancelled none' : 'queued none']);
      expect((await states(update))[1]).toBe('queued asked');
      const { deliveries, findings } = await view(revoke);
      expect(deliveries.map(({ organisation, transport, reach }) => [organisation, transport, reach])).toEqual([
        [PUSHED.organisation, to === 'released' ? 'cancelled' : 'returned', null],
        ...(to === 'released' ? [[PULLED.organisation, 'queued', 'holder']] : []),
      ]);
      expect(findings.map(({ code }) => code)).toEqual(to === 'released' ? ['recipient-reached', 'copy-stopped'] : []);
      expect(await record.store.rechecks.resolveHeld(revoke.id, revoke.report, to, AUDIT)).toBe(false);
    });

    test('of several deliveries of one document, a status finds the one that is named', async () => {
      const one = await accepted();
      const revoke = actingAcceptance(record.version, 'revoke', one, { to: [PULLED] });
      await read(one);
      await record.store.messages.accept(revoke);
      for (const id of [deliveryOf(one, 1), deliveryOf(revoke)]) {
        const found = await record.store.messages.findDelivery('H99.12', documentIdOf(one), PULLED.organisation, id);
        expect(found?.id).toBe(id);
      }
      const foreign = deliveryOf(await pushed());
      expect(
        await record.store.messages.findDelivery('H99.12', documentIdOf(one), PULLED.organisation, foreign),
      ).toBeNull();
    });
  });
}
