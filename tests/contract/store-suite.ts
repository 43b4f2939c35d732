// What every implementation of the record keeps to (src/ports/record.ts).

import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/core/exchange/outcome.ts';
import type { Transport } from '../../src/core/exchange/lifecycle.ts';
import { proofOf } from '../../src/core/pki/proof.ts';
import { keyNamed } from '../../src/drivers/signers/key-signer.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import type { KeptRendering } from '../../src/ports/renderings.ts';
import type { Acceptance } from '../../src/ports/messages.ts';
import type { Store } from '../../src/ports/record.ts';
import type { LeasedTransmission, Settlement } from '../../src/ports/work.ts';
import {
  acceptance,
  actingAcceptance,
  NARROW,
  PULLED,
  PUSHED,
  statusAcceptance,
  type To,
} from '../support/acceptances.ts';

/** A store over a record of its own with the registry of `acceptances.ts`, and ways to reach behind it. */
export interface StoreUnderTest {
  readonly store: Store;
  /** A second one over the same record, as another process would have it. */
  readonly other: Store;
  /** Changes one setting of a connection, as an operator would. */
  setConnection(id: string, change: { readonly paused: boolean }): Promise<void>;
  /** Moves the record's own time on for one thing, instead of waiting for it. */
  age(what: 'leases' | 'references' | 'retries' | 'claims'): Promise<void>;
  /** Makes a pulled delivery available in a transaction that commits only when the answer is called. */
  commitLate(late: {
    readonly message: string;
    readonly delivery: string;
    readonly connection: string;
  }): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const AUDIT: AuditEntry = { actor: 'worker', act: 'delivery.send', object: '', outcome: 'ok', details: {} };
/** What is known of a message of the district, unless told otherwise. */
const KNOWN = { issuer: 'H99.12', sender: 'H99.12', holders: [] as string[], received: false };
const DONE: Outcome = { kind: 'done', sha256: '00' };
/** Why a try ended as it did, unless told otherwise. */
const OUTCOMES: Readonly<Partial<Record<Transport, Outcome>>> = {
  retrying: { kind: 'retry', code: 'receiver-busy', facts: {} },
  parked: { kind: 'park', code: 'receiver-credentials', facts: {} },
  returned: { kind: 'return', code: 'receiver-refused', facts: {} },
};

export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: Store;
    let version: number;

    beforeAll(async () => {
      under = await open();
      store = under.store;
      version = (await store.registry.snapshot()).version;
    });
    afterAll(async () => under.close());

    const accepted = async (over: Parameters<typeof acceptance>[1] = {}): Promise<Acceptance> => {
      const one = acceptance(version, over);
      expect(await store.messages.accept(one)).toEqual({ kind: 'accepted' });
      return one;
    };
    const pushed = (over: Parameters<typeof acceptance>[1] = {}): Promise<Acceptance> =>
      accepted({ to: [PUSHED], ...over });
    const transmissionOf = (one: Acceptance, index = 0): string => one.transmissions[index]?.id ?? '';
    const deliveryOf = (one: Acceptance, index = 0): string => one.deliveries[index]?.id ?? '';
    const lease = async (one: Acceptance, by = store): Promise<LeasedTransmission | undefined> =>
      (await by.work.lease([transmissionOf(one)], 'worker'))[0];
    const settle = async (
      leased: LeasedTransmission,
      transport: Transport,
      over: Partial<Settlement> = {},
    ): Promise<boolean> => (await store.work.settle([settlement(leased, transport, over)]))[0] === true;
    const view = async (one: Acceptance) => (await store.messages.message(one.id, { connection: one.connection }))!;
    const references = async (): Promise<readonly string[]> => {
      const taken = await store.work.takeOutbox(1_000);
      await store.work.published(taken.map(({ id }) => id));
      return taken.map(({ reference }) => reference.transmission);
    };
    const number = async (): Promise<void> => {
      while (((await store.sequencer.sequence())?.entries ?? 0) > 0);
    };
    const inbox = async (connection: string): Promise<readonly string[]> => {
      const all: string[] = [];
      for (let after = 0n; ;) {
        const { entries } = await store.inbox.page(connection, after, 1_000);
        all.push(...entries.map(({ delivery }) => delivery));
        const last = entries.at(-1);
        if (last === undefined) return all;
        after = last.seq;
      }
    };

    describe('renderings', () => {
      const rendered = (bytes: Buffer): KeptRendering => ({
        form: 'edxml-signed',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.length,
        inline: bytes,
      });
      const targetOf = (one: Acceptance) => ({ message: one.id, transmission: transmissionOf(one) });
      const keep = (one: Acceptance, made: KeptRendering, by = store) =>
        by.renderings.keep(targetOf(one), { ...made, losses: [] });

      test('the first that is kept is leased, whoever renders again', async () => {
        const one = await pushed();
        expect(await store.renderings.assign(targetOf(one), 'edxml-signed')).toBeNull();
        const first = rendered(randomBytes(300));
        expect(await keep(one, first)).toEqual(first);
        expect(await keep(one, rendered(randomBytes(300)), under.other)).toEqual(first);
        expect(await keep(one, { ...rendered(randomBytes(30)), form: 'json' })).toEqual(first);
        expect(await lease(one)).toMatchObject({ sha256: one.sha256, rendered: first });
        const trace = await store.messages.trace(one.id, { connection: one.connection });
        const lines = trace?.filter(({ act }) => act === 'delivery.render') ?? [];
        expect(lines.map(({ details }) => [details['form'], details['sha256']])).toEqual([
          ['edxml-signed', first.sha256],
        ]);
      });

      test('of twenty at once, all get the same', async () => {
        const one = await pushed();
        const all = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            keep(one, rendered(randomBytes(300)), n % 2 === 0 ? store : under.other),
          ),
        );
        expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
      });

      test('an inbox shows the hash of what it gives, and takes no other', async () => {
        const one = await accepted({ to: [PULLED] });
        const kept = rendered(randomBytes(400));
        await keep(one, kept);
        await number();
        const { entries } = await store.inbox.page(PULLED.connection, 0n, 10_000);
        expect(entries.find(({ delivery }) => delivery === deliveryOf(one))).toMatchObject({
          sha256: kept.sha256,
          size: kept.size,
        });
        expect(await store.messages.deliveryContent(deliveryOf(one), PULLED.connection, AUDIT)).toMatchObject({
          sha256: one.sha256,
          rendered: kept,
        });
        const take = (sha256: string) =>
          store.inbox.acknowledge(PULLED.connection, deliveryOf(one), sha256, 'arrived', AUDIT);
        expect(await take(one.sha256)).toEqual({ kind: 'hash-mismatch' });
        expect(await take(kept.sha256)).toMatchObject({ kind: 'acknowledged' });
      });
    });

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
        expect(await store.messages.content(one.id, { connection: 'huyen' }, AUDIT)).toMatchObject({
          inline: one.inline,
        });
        expect(await store.messages.report(one.id, { connection: 'huyen' })).toEqual(one.report);
      });

      test('of twenty at once with one idempotency key, one is written', async () => {
        const first = acceptance(version);
        const inline = randomBytes(500);
        const same = { documentId: `H99.12-${first.id}`, inline, idempotencyKey: first.id };
        const all = Array.from({ length: 20 }, () => acceptance(version, same));
        const results = await Promise.all(
          all.map((one, n) => (n % 2 === 0 ? store : under.other).messages.accept(one)),
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
        const all = Array.from({ length: 20 }, () => acceptance(version, { documentId }));
        const results = await Promise.all(
          all.map((one, n) => (n % 2 === 0 ? store : under.other).messages.accept(one)),
        );
        const kinds = results.map(({ kind }) => kind).sort();
        expect(kinds).toEqual(['accepted', ...Array.from({ length: 19 }, () => 'document-conflict')]);
      });

      test('the same package again, with or without a key, gets the first receipt', async () => {
        const first = await accepted();
        for (const idempotencyKey of [undefined, `key ${first.id}`]) {
          const again = {
            ...acceptance(version),
            identity: first.identity,
            sha256: first.sha256,
            ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
          };
          expect(await store.messages.accept(again)).toMatchObject({
            kind: 'repeated',
            message: first.id,
            receipt: first.receipt,
          });
          expect(await store.messages.message(again.id, { connection: 'huyen' })).toBeNull();
        }
        const reused = { ...acceptance(version), idempotencyKey: `key ${first.id}` };
        expect(await store.messages.accept(reused)).toEqual({ kind: 'idempotency-key-reused' });
        expect(await store.messages.accept({ ...reused, idempotencyKey: `other ${first.id}` })).toEqual({
          kind: 'accepted',
        });
      });

      test('a key that met a conflict is free again', async () => {
        const first = await accepted();
        const conflicting = { ...acceptance(version), identity: first.identity, idempotencyKey: `free ${first.id}` };
        expect(await store.messages.accept(conflicting)).toEqual({ kind: 'document-conflict', message: first.id });
        expect(await store.messages.accept(acceptance(version, { idempotencyKey: `free ${first.id}` }))).toEqual({
          kind: 'accepted',
        });
      });

      test('a try that was committed unnoticed is found again', async () => {
        const one = await accepted({ idempotencyKey: randomBytes(8).toString('hex') });
        expect(await store.messages.accept(one)).toEqual({ kind: 'accepted' });
        expect((await view(one)).deliveries).toHaveLength(2);
      });

      test('addressing on an old registry is told', async () => {
        const old = acceptance(version - 1);
        expect(await store.messages.accept(old)).toEqual({ kind: 'registry-changed' });
        expect(await store.messages.accept({ ...old, registryVersion: version })).toEqual({ kind: 'accepted' });
      });

      test('one that cannot be written fails alone', async () => {
        const bad = { ...acceptance(version), id: 'no uuid' };
        const good = Array.from({ length: 5 }, () => acceptance(version));
        const settled = await Promise.allSettled([...good, bad].map((one) => store.messages.accept(one)));
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
          await store.messages.accept({
            ...statusAcceptance(version, deliveryOf(first), documentId, '13', PULLED),
            act: { kind: 'recall', documents: [documentId], messages: [first.id], organisation: PUSHED.organisation },
          });
        if (code !== null)
          await store.messages.accept(statusAcceptance(version, deliveryOf(first), documentId, code as '02'));
        const second = acceptance(version, { documentId, to: [PUSHED] });
        const result = await store.messages.accept(second);
        const findings = [{ code: 'document-newer-version', severity: 'info', facts: { documentId } }];
        expect(result).toEqual(
          admitted ? { kind: 'accepted', findings } : { kind: 'document-conflict', message: first.id },
        );
        if (!admitted) return;
        // Either version's bytes again get that version's receipt.
        for (const version of [first, second]) {
          const again = { ...acceptance(second.registryVersion), identity: first.identity, sha256: version.sha256 };
          expect(await store.messages.accept(again)).toMatchObject({ kind: 'repeated', message: version.id });
        }
      });
    });

    describe('signing keys', () => {
      const newKey = () => keyNamed('test', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
      const listed = async (key: { readonly keyId: string }) =>
        (await under.other.keys.list()).find(({ keyId }) => keyId === key.keyId);

      test('are shown from their announcement on, and are in use from their first use to their last', async () => {
        const next = newKey();
        await store.keys.announce([next]);
        expect(await listed(next)).toMatchObject({ algorithm: 'ES256', firstUsed: null, lastUsed: null });
        expect((await listed(next))?.publicKey.equals(next.publicKey)).toBe(true);
        await under.other.keys.use(next);
        const once = await listed(next);
        expect(once?.firstUsed).toBeInstanceOf(Date);
        await Promise.all([store.keys.use(next), under.other.keys.use(next), store.keys.announce([next])]);
        const again = await listed(next);
        expect(again?.firstUsed).toEqual(once?.firstUsed);
        expect(again?.lastUsed?.getTime()).toBeGreaterThanOrEqual(once?.lastUsed?.getTime() ?? Infinity);
      });

      test('stay when others sign', async () => {
        const [old, next] = [newKey(), newKey()];
        await store.keys.use(old);
        await store.keys.use(next);
        expect([await listed(old), await listed(next)]).toMatchObject([{ keyId: old.keyId }, { keyId: next.keyId }]);
      });
    });

    describe('proofs', () => {
      const pieces = async (sha256: string, from = store): Promise<Buffer> => {
        const all: Buffer[] = [];
        for await (const piece of from.proofs.open(sha256)) all.push(piece);
        return Buffer.concat(all);
      };

      test('are kept once and found by their hash, from any process, in the order asked for', async () => {
        const [small, large] = [proofOf('certificate', randomBytes(700)), proofOf('crl', randomBytes(5 * 1024 * 1024))];
        await Promise.all([store.proofs.keep([small, large]), under.other.proofs.keep([large, small, large])]);
        await store.proofs.keep([small, large]);
        const unknown = proofOf('ocsp', randomBytes(50)).sha256;
        expect(await under.other.proofs.find([large.sha256, unknown, small.sha256])).toEqual([
          { kind: 'crl', sha256: large.sha256, size: large.der.length },
          { kind: 'certificate', sha256: small.sha256, size: small.der.length },
        ]);
        for (const { sha256, der } of [small, large])
          expect((await pieces(sha256, under.other)).equals(der)).toBe(true);
      });

      test('one of exactly as many bytes as are read at once is whole', async () => {
        const proof = proofOf('crl', randomBytes(1024 * 1024));
        await store.proofs.keep([proof]);
        expect((await pieces(proof.sha256)).equals(proof.der)).toBe(true);
      });

      test('one that is not there, or is not what its hash says, is not given out', async () => {
        const [missing, wrong] = [proofOf('crl', randomBytes(40)), proofOf('crl', randomBytes(41))];
        await expect(pieces(missing.sha256)).rejects.toMatchObject({ code: 'content-corrupt' });
        await store.proofs.keep([{ ...wrong, der: randomBytes(2_000_000) }]);
        const given: Buffer[] = [];
        const reading = (async () => {
          for await (const piece of store.proofs.open(wrong.sha256)) given.push(piece);
        })();
        await expect(reading).rejects.toMatchObject({ code: 'content-corrupt' });
        expect(Buffer.concat(given).length).toBeLessThan(2_000_000);
      });
    });

    describe('work', () => {
      test('a reference is given once, given back on demand, and urgent ones come first', async () => {
        await references();
        const ordinary = await pushed();
        const urgent = await pushed({ urgent: true });
        const taken = await store.work.takeOutbox(10);
        expect(taken.map(({ reference }) => reference.transmission)).toEqual([
          transmissionOf(urgent),
          transmissionOf(ordinary),
        ]);
        expect(await under.other.work.takeOutbox(10)).toEqual([]);
        await store.work.unpublished(taken.map(({ id }) => id));
        expect(await under.other.work.takeOutbox(10)).toHaveLength(2);
        await under.age('claims');
        const again = await store.work.takeOutbox(10);
        expect(again).toHaveLength(2);
        await store.work.published(again.map(({ id }) => id));
        await under.age('claims');
        expect(await store.work.takeOutbox(10)).toEqual([]);
      });

      test('a lease is one worker’s, shows as sending, and carries the package', async () => {
        const one = await pushed();
        const leases = await Promise.all(
          Array.from({ length: 10 }, (_, n) => lease(one, n % 2 === 0 ? store : under.other)),
        );
        const [leased, ...more] = leases.filter((found) => found !== undefined);
        expect(more).toEqual([]);
        expect(leased).toMatchObject({ epoch: 1, attempt: 1, message: one.id, sha256: one.sha256, inline: one.inline });
        expect(leased?.deliveries).toEqual([{ id: deliveryOf(one), organisation: PUSHED.organisation }]);
        expect((await view(one)).deliveries[0]?.transport).toBe('sending');
        expect(await store.work.renew([leased!, { ...leased!, epoch: 9 }])).toEqual([leased!.transmission]);
        expect(await settle(leased!, 'handed-over')).toBe(true);
        expect((await view(one)).deliveries[0]).toMatchObject({ transport: 'handed-over', attempts: 1, problem: null });
        expect(await settle(leased!, 'returned')).toBe(false);
        expect(await lease(one)).toBeUndefined();
      });

      test('a worker that slept through its lease changes nothing', async () => {
        const one = await pushed();
        const first = (await lease(one))!;
        await under.age('leases');
        await store.work.sweep(1_000);
        expect(await references()).toContain(transmissionOf(one));
        const second = (await lease(one, under.other))!;
        expect(second.epoch).toBe(2);
        expect(await settle(first, 'arrived')).toBe(false);
        expect(await store.work.renew([first])).toEqual([]);
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
        const attempts = (await store.messages.trace(one.id, { connection: 'huyen' }))!.filter(
          ({ act }) => act === 'attempt',
        );
        expect(attempts.map(({ outcome }) => outcome)).toEqual(['worker-crashed', 'receiver-credentials']);
      });

      test('what took its worker along twice waits before the next one touches it', async () => {
        const one = await pushed();
        await lease(one);
        await under.age('leases');
        await store.work.sweep(1_000);
        expect(await references()).toContain(transmissionOf(one));
        await lease(one, under.other);
        await under.age('leases');
        await store.work.sweep(1_000);
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
        await store.work.sweep(1_000);
        expect(await references()).not.toContain(transmissionOf(one));
        expect(await lease(one)).toBeUndefined();
        await under.age('retries');
        await store.work.sweep(1_000);
        expect(await references()).toContain(transmissionOf(one));
        expect(await lease(one)).toMatchObject({ attempt: 2 });
      });

      test('a reference that a broker lost is given again, one in the outbox is not', async () => {
        const one = await pushed();
        expect(await references()).toContain(transmissionOf(one));
        await store.work.sweep(1_000);
        expect(await references()).toEqual([]);
        await under.age('references');
        await store.work.sweep(1_000);
        expect(await references()).toContain(transmissionOf(one));
      });

      test('no more transmissions of a connection than its concurrency, over all workers', async () => {
        const all = await Promise.all(Array.from({ length: 8 }, () => accepted({ to: [NARROW] })));
        const ids = new Set(all.map((one) => transmissionOf(one)));
        const given = async () => (await references()).filter((id) => ids.has(id));
        expect(await given()).toHaveLength(8);
        const found = await Promise.all(all.map((one, n) => lease(one, n % 2 === 0 ? store : under.other)));
        const leased = found.filter((one) => one !== undefined);
        expect(leased).toHaveLength(3);
        await store.work.sweep(1_000);
        expect(await given()).toEqual([]);
        // Each place that becomes free brings the next reference by itself.
        await settle(leased[0]!, 'arrived');
        expect(await given()).toHaveLength(1);
      });

      test('nothing is leased for a paused connection; unpaused, the sweep brings it back', async () => {
        const one = await pushed();
        await references();
        await under.setConnection('xa-mot', { paused: true });
        expect(await lease(one)).toBeUndefined();
        await store.work.sweep(1_000);
        const whilePaused = await references();
        await under.setConnection('xa-mot', { paused: false });
        expect(whilePaused).not.toContain(transmissionOf(one));
        await store.work.sweep(1_000);
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
          const one = ordered(acceptance(version, { to: [PUSHED] }));
          expect(await store.messages.accept(one)).toEqual({ kind: 'accepted' });
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
        const woken = [store, under.other].map((one) => one.work.waitForWork(20_000, stop.signal));
        await pushed();
        await Promise.all(woken);
        stop.abort();
        await store.work.waitForWork(20_000, stop.signal);
      });
    });

    describe('held messages', () => {
      test('are nobody’s to see, fetch or send until released', async () => {
        const one = await accepted({ disposition: 'held', verdict: 'undecided' });
        await number();
        expect(await references()).not.toContain(transmissionOf(one));
        expect(await lease(one)).toBeUndefined();
        expect(await inbox('xa-hai')).not.toContain(deliveryOf(one, 1));
        expect(await store.messages.message(one.id, { connection: 'xa-hai' })).toBeNull();
        expect(await store.messages.deliveryContent(deliveryOf(one, 1), 'xa-hai', AUDIT)).toBeNull();
        expect((await store.rechecks.due(1_000)).map(({ id }) => id)).toContain(one.id);

        const report = { ...one.report, verdict: 'passed' as const, profile: 'checked again' };
        expect(await store.rechecks.resolveHeld(one.id, report, 'released', AUDIT)).toBe(true);
        expect(await store.rechecks.resolveHeld(one.id, report, 'returned', AUDIT)).toBe(false);
        await number();
        expect(await references()).toContain(transmissionOf(one));
        expect(await inbox('xa-hai')).toContain(deliveryOf(one, 1));
        expect(await store.messages.message(one.id, { connection: 'xa-hai' })).toMatchObject({
          disposition: 'released',
          verdict: 'passed',
        });
        expect(await store.messages.report(one.id, { connection: 'huyen' })).toEqual(report);
      });

      test('return with the reason', async () => {
        const one = await accepted({ disposition: 'held', verdict: 'undecided' });
        const report = {
          ...one.report,
          verdict: 'failed' as const,
          findings: [{ code: 'certificate-revoked', severity: 'error', facts: {} }] as const,
        };
        expect(await store.rechecks.resolveHeld(one.id, report, 'returned', AUDIT)).toBe(true);
        const seen = await view(one);
        expect(seen.disposition).toBe('returned');
        expect(seen.deliveries.map(({ transport, problem }) => [transport, problem?.code])).toEqual([
          ['returned', 'certificate-revoked'],
          ['returned', 'certificate-revoked'],
        ]);
        expect((await store.rechecks.due(1_000)).map(({ id }) => id)).not.toContain(one.id);
      });
    });

    describe('inbox', () => {
      test('nothing that commits late is skipped', async () => {
        await number();
        const before = await inbox('xa-hai');
        const late = await accepted({ to: [PULLED], disposition: 'held', verdict: 'undecided' });
        const commit = await under.commitLate({ message: late.id, delivery: deliveryOf(late), connection: 'xa-hai' });
        const early = await accepted({ to: [PULLED] });
        await number();
        const page = await store.inbox.page('xa-hai', null, 1_000);
        const cursor = page.entries.at(-1)!.seq;
        expect(await inbox('xa-hai')).toEqual([...before, deliveryOf(early)]);
        await commit();
        await number();
        const next = await store.inbox.page('xa-hai', cursor, 1_000);
        expect(next.entries.map(({ delivery }) => delivery)).toEqual([deliveryOf(late)]);
      });

      test('begins at the oldest that is not acknowledged, and says what was left behind', async () => {
        await number();
        for (const { delivery, sha256 } of (await store.inbox.page('xa-hai', 0n, 1_000)).entries) {
          await store.inbox.acknowledge('xa-hai', delivery, sha256, 'arrived', AUDIT);
        }
        expect((await store.inbox.page('xa-hai', null, 10)).entries).toEqual([]);
        const three: Acceptance[] = [];
        for (let n = 0; n < 3; n += 1) three.push(await accepted({ to: [PULLED] }));
        await number();
        const page = await store.inbox.page('xa-hai', null, 2);
        expect(page.entries.map(({ delivery }) => delivery)).toEqual(three.slice(0, 2).map((one) => deliveryOf(one)));
        expect(page.entries[0]).toMatchObject({
          message: three[0]?.id,
          sender: 'H99.12',
          sha256: three[0]?.sha256,
          acknowledgedAt: null,
        });
        const rest = await store.inbox.page('xa-hai', page.entries[1]!.seq, 2);
        expect(rest.entries.map(({ delivery }) => delivery)).toEqual([deliveryOf(three[2]!)]);
        expect(rest.unacknowledgedBefore).toEqual({ count: 2, oldest: three[0]?.receivedAt });
        const end = await store.inbox.page('xa-hai', rest.entries[0]!.seq, 2);
        expect(end.entries).toEqual([]);
        expect(end.unacknowledgedBefore.count).toBe(3);
      });

      test('is one connection’s own', async () => {
        const one = await accepted({ to: [PULLED] });
        await number();
        expect(await inbox('huyen')).not.toContain(deliveryOf(one));
        expect(await store.messages.deliveryContent(deliveryOf(one), 'huyen', AUDIT)).toBeNull();
        expect(await store.messages.deliveryContent(deliveryOf(one), 'xa-hai', AUDIT)).toMatchObject({
          inline: one.inline,
        });
      });

      test('whoever waits for an entry is woken by it, in every process', async () => {
        const stop = new AbortController();
        const woken = [store, under.other].map((each) => each.inbox.waitForEntry('xa-hai', 20_000, stop.signal));
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
        const first = await store.inbox.acknowledge(...call(one));
        expect(first.kind).toBe(kind);
        const [delivery] = (await view(one)).deliveries;
        expect(delivery?.transport).toBe(kind === 'acknowledged' ? 'arrived' : 'queued');
        if (first.kind !== 'acknowledged') return;
        expect(first).toMatchObject({ repeated: false, transport: 'arrived' });
        expect(await store.inbox.acknowledge(...call(one))).toEqual({ ...first, repeated: true });
        expect(delivery?.arrivedAt).toEqual(first.at);
      });

      test('taken by a hub, a delivery is handed over and not arrived', async () => {
        const one = await accepted({ to: [PULLED] });
        await number();
        await store.inbox.acknowledge('xa-hai', deliveryOf(one), one.sha256, 'handed-over', AUDIT);
        expect((await view(one)).deliveries[0]).toMatchObject({ transport: 'handed-over', arrivedAt: null });
      });
    });

    describe('statuses', () => {
      test('advance the delivery, and what was handed over has arrived', async () => {
        const one = await pushed();
        const documentId = one.message.kind === 'new' ? one.message.documentId : '';
        await settle((await lease(one))!, 'handed-over');
        for (const code of ['01', '03', '03', '02'] as const) {
          const result = await store.messages.accept(statusAcceptance(version, deliveryOf(one), documentId, code));
          expect(result.kind).toBe('accepted');
        }
        const [delivery] = (await view(one)).deliveries;
        expect(delivery).toMatchObject({ transport: 'arrived', business: { latest: '02', furthest: '03' } });
        const timeline = (await store.messages.trace(one.id, { connection: 'huyen' }))!;
        const stated = timeline
          .filter(({ act }) => act === 'status.record')
          .map(({ details }) => details['statusCode']);
        expect(stated).toEqual(['01', '03', '03', '02']);
      });

      test('out of order ones are noticed on the status itself', async () => {
        const one = await pushed();
        const documentId = one.message.kind === 'new' ? one.message.documentId : '';
        const status = statusAcceptance(version, deliveryOf(one), documentId, '06');
        await store.messages.accept(status);
        expect((await view(status)).findings.map(({ code }) => code)).toEqual(['status-out-of-order']);
        // Not confirmed by the receiving system, so nothing is said about the handing over.
        expect((await view(one)).deliveries[0]?.transport).toBe('queued');
      });

      test('many at once on one delivery are all kept', async () => {
        const one = await pushed();
        const documentId = one.message.kind === 'new' ? one.message.documentId : '';
        const all = Array.from({ length: 12 }, () => statusAcceptance(version, deliveryOf(one), documentId, '03'));
        const results = await Promise.all(
          all.map((each, n) => (n % 2 === 0 ? store : under.other).messages.accept(each)),
        );
        expect(results.every(({ kind }) => kind === 'accepted')).toBe(true);
        const timeline = (await store.messages.trace(one.id, { connection: 'huyen' }))!;
        expect(timeline.filter(({ act }) => act === 'status.record')).toHaveLength(12);
      });

      test('find the delivery they speak of', async () => {
        const one = await accepted();
        const documentId = one.message.kind === 'new' ? one.message.documentId : '';
        expect(await store.messages.findDelivery('H99.12', documentId, 'H99.12.02')).toEqual({
          id: deliveryOf(one, 1),
          message: one.id,
          receivedAt: one.receivedAt,
          orderKey: one.deliveries[1]?.orderKey,
          held: false,
        });
        expect(await store.messages.findDelivery('H99.12.01', documentId, 'H99.12.02')).toBeNull();
        expect(await store.messages.findDelivery('H99.12', documentId, 'H99.12.03')).toBeNull();
      });
    });

    describe('acts', () => {
      const documentIdOf = (one: Acceptance): string => (one.message.kind === 'new' ? one.message.documentId : '');
      const states = async (one: Acceptance): Promise<readonly string[]> =>
        (await view(one)).deliveries.map(({ transport, recall }) => `${transport} ${recall}`);
      const read = (one: Acceptance): Promise<unknown> =>
        store.messages.deliveryContent(deliveryOf(one, 1), 'xa-hai', AUDIT);

      test('a revocation stops what waits and asks who has it; the answer finds the question', async () => {
        const one = await accepted();
        await read(one);
        const revoke = actingAcceptance(version, 'revoke', one);
        const result = await store.messages.accept(revoke);
        expect(result).toMatchObject({ kind: 'accepted', findings: [{ code: 'copy-stopped' }] });
        expect([await states(one), await states(revoke)]).toEqual([
          ['cancelled none', 'queued asked'],
          ['cancelled none', 'queued asked'],
        ]);
        expect(await lease(one)).toBeUndefined();
        const question = await store.messages.openQuestion('H99.12', documentIdOf(one), PULLED.organisation);
        expect(question).toEqual({
          message: revoke.id,
          deliveries: [deliveryOf(one, 1), deliveryOf(revoke, 1)].toSorted(),
        });
        expect(await store.messages.openQuestion('H99.12', documentIdOf(one), PUSHED.organisation)).toBeNull();
        const answer = statusAcceptance(version, deliveryOf(one, 1), documentIdOf(one), '15', PULLED);
        await store.messages.accept({ ...answer, effect: { ...answer.effect!, answers: question! } });
        expect([(await states(one))[1], (await states(revoke))[1]]).toEqual(['queued agreed', 'queued agreed']);
        expect(await store.messages.openQuestion('H99.12', documentIdOf(one), PULLED.organisation)).toBeNull();
      });

      test('a copy under a lease is asked for, and not tried again', async () => {
        const one = await pushed();
        const leased = (await lease(one))!;
        const revoke = actingAcceptance(version, 'revoke', one, { to: [PUSHED] });
        await store.messages.accept(revoke);
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
        const update = actingAcceptance(version, 'update', one);
        await store.messages.accept(update);
        const stale = { ...actingAcceptance(version, 'revoke', one), idempotencyKey: `stale ${one.id}` };
        expect(await store.messages.accept(stale)).toEqual({ kind: 'targets-changed' });
        expect(await states(one)).toEqual(['queued none']);
        const messages = [one.id, update.id];
        const again = { ...stale, act: { kind: 'revoke' as const, documents: [documentIdOf(one)], messages } };
        expect((await store.messages.accept(again)).kind).toBe('accepted');
      });

      test('a version with more addressees is sent back with those who hold it', async () => {
        const one = await pushed();
        const more = { documentId: documentIdOf(one), to: [PUSHED, PULLED] };
        expect(await store.messages.accept(acceptance(version, more))).toEqual({
          kind: 'held-already',
          by: [PUSHED.organisation],
        });
        const rest = acceptance(version, { ...more, to: [PULLED], besides: [PUSHED.organisation] });
        const message = { ...one.message, to: [PUSHED, PULLED].map(({ organisation }) => ({ organId: organisation })) };
        const result = await store.messages.accept({ ...rest, message: message });
        expect(result).toMatchObject({ kind: 'accepted', findings: [{ code: 'document-newer-version' }] });
        const known = await store.messages.knownMessages([documentIdOf(one)], PULLED.organisation);
        expect(known).toEqual([
          { ...KNOWN, documentId: documentIdOf(one), message: one.id, holders: [PUSHED.organisation] },
          { ...KNOWN, documentId: documentIdOf(one), message: rest.id, holders: [PULLED.organisation] },
        ]);
      });

      test('what is known: holders of live copies, whether the asker received it, and updates of other ids', async () => {
        const one = await accepted();
        await settle((await lease(one))!, 'returned');
        await read(one);
        const update = { ...actingAcceptance(version, 'update', one, { to: [PULLED] }) };
        const other = `other ${one.id}`;
        await store.messages.accept({
          ...update,
          message: { ...update.message, documentId: other } as Acceptance['message'],
        });
        const documentId = documentIdOf(one);
        expect(await store.messages.knownMessages([documentId, 'x'], PULLED.organisation)).toEqual([
          { ...KNOWN, documentId, message: one.id, holders: [PULLED.organisation], received: true },
          { ...KNOWN, documentId, message: update.id, holders: [PULLED.organisation] },
        ]);
        expect(await store.messages.knownMessages(['x'], PULLED.organisation)).toEqual([]);
        expect(await store.messages.knownMessages([], PULLED.organisation)).toEqual([]);
      });

      test('a replacement touches the copies of those it concerns, and no others', async () => {
        const one = await accepted();
        const concerned = [{ message: one.id, organisations: [PULLED.organisation] }];
        const act = { kind: 'replace' as const, documents: [documentIdOf(one)], messages: [one.id], concerned };
        await store.messages.accept(actingAcceptance(version, 'replace', one, { to: [PULLED], act }));
        expect(await states(one)).toEqual(['queued none', 'cancelled none']);
      });

      test.each(['released', 'returned'] as const)('a held act that is %s', async (to) => {
        const one = await pushed();
        const held = { disposition: 'held', verdict: 'undecided' } as const;
        const revoke = actingAcceptance(version, 'revoke', one, { ...held, to: [PUSHED] });
        expect(await store.messages.accept(revoke)).toEqual({ kind: 'accepted' });
        expect([await states(one), await states(revoke)]).toEqual([['queued none'], ['queued none']]);
        // Accepted meanwhile, and read: its holder is told as well.
        const update = actingAcceptance(version, 'update', one, { to: [PUSHED, PULLED] });
        await store.messages.accept(update);
        await read(update);
        expect(await store.rechecks.resolveHeld(revoke.id, { ...revoke.report }, to, AUDIT)).toBe(true);
        expect(await states(one)).toEqual([to === 'released' ? 'cancelled none' : 'queued none']);
        expect((await states(update))[1]).toBe('queued asked');
        const { deliveries, findings } = await view(revoke);
        expect(deliveries.map(({ organisation, transport, reach }) => [organisation, transport, reach])).toEqual([
          [PUSHED.organisation, to === 'released' ? 'cancelled' : 'returned', null],
          ...(to === 'released' ? [[PULLED.organisation, 'queued', 'holder']] : []),
        ]);
        expect(findings.map(({ code }) => code)).toEqual(
          to === 'released' ? ['recipient-reached', 'copy-stopped'] : [],
        );
        expect(await store.rechecks.resolveHeld(revoke.id, revoke.report, to, AUDIT)).toBe(false);
      });

      test('of several deliveries of one document, a status finds the one that is named', async () => {
        const one = await accepted();
        const revoke = actingAcceptance(version, 'revoke', one, { to: [PULLED] });
        await read(one);
        await store.messages.accept(revoke);
        for (const id of [deliveryOf(one, 1), deliveryOf(revoke)]) {
          const found = await store.messages.findDelivery('H99.12', documentIdOf(one), PULLED.organisation, id);
          expect(found?.id).toBe(id);
        }
        const foreign = deliveryOf(await pushed());
        expect(await store.messages.findDelivery('H99.12', documentIdOf(one), PULLED.organisation, foreign)).toBeNull();
      });
    });

    describe('who sees what', () => {
      test('the sender everything, an addressee its own, a stranger nothing', async () => {
        const one = await accepted();
        const seenBy = async (connection: string) =>
          (await store.messages.message(one.id, { connection }))?.deliveries.map(({ organisation }) => organisation);
        expect(await seenBy('huyen')).toEqual(['H99.12.01', 'H99.12.02']);
        expect(await seenBy('xa-mot')).toEqual(['H99.12.01']);
        expect(await seenBy('xa-bon')).toBeUndefined();
        expect(await store.messages.trace(one.id, { connection: 'xa-bon' })).toBeNull();
        expect(await store.messages.content(one.id, { connection: 'xa-bon' }, AUDIT)).toBeNull();
        expect(await store.messages.report(one.id, { connection: 'xa-bon' })).toBeNull();
        expect(await store.messages.delivery(deliveryOf(one, 1), 'xa-mot')).toBeNull();
        expect(await store.messages.delivery(deliveryOf(one, 1), 'xa-hai')).toMatchObject({
          id: deliveryOf(one, 1),
          message: { id: one.id },
        });
      });

      test.each(['', 'x', "'; drop table message; --", '00000000-0000-0000-0000-000000000000', '\u0000'])(
        '%j is no id',
        async (id) => {
          const viewer = { connection: 'huyen' };
          expect(await store.messages.message(id, viewer)).toBeNull();
          expect(await store.messages.trace(id, viewer)).toBeNull();
          expect(await store.messages.content(id, viewer, AUDIT)).toBeNull();
          expect(await store.messages.delivery(id, 'huyen')).toBeNull();
          expect(await store.messages.deliveryContent(id, 'huyen', AUDIT)).toBeNull();
        },
      );
    });

    test('audit rows are chained by one leader, whatever stands in them', async () => {
      const entries = Array.from({ length: 30 }, (_, n): AuditEntry => ({
        ...AUDIT,
        act: 'test',
        object: `a\u0000b${n}`,
        details: { n, name: 'Xã Mẫu “\u0000”' },
      }));
      await Promise.all(entries.map((entry) => store.messages.record([entry])));
      const done = await store.sequencer.sequence();
      expect(done?.rows).toBeGreaterThanOrEqual(30);
      expect(await under.other.sequencer.sequence()).toBeNull();
      const sign = (head: Buffer) =>
        Promise.resolve({ signature: createHash('sha256').update(head).digest(), keyId: 'test' });
      expect(await store.sequencer.signHead(sign)).toBe(true);
      expect(await store.sequencer.signHead(sign)).toBe(false);
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
  });
}

function settlement(leased: LeasedTransmission, transport: Transport, over: Partial<Settlement>): Settlement {
  return {
    lease: { transmission: leased.transmission, epoch: leased.epoch },
    outcome: OUTCOMES[transport] ?? DONE,
    transport,
    took: 12,
    audit: [AUDIT],
    ...over,
  };
}
