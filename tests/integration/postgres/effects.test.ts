// Random acts on the copies of a document while it is revoked, in any order and at the same time: a stopped copy is
// never delivered, each holder of a copy is asked, and no other organisation hears of it.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import type { AuditEntry } from '../../../src/ports/audit.ts';
import type { Acceptance } from '../../../src/ports/messages.ts';
import type { LeasedTransmission } from '../../../src/ports/work.ts';
import { acceptance, PULLED, PUSHED, REGISTRY } from '../../support/acceptances.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';

const AUDIT: AuditEntry = { actor: 'worker', act: 'message.read', object: '', outcome: 'ok', details: {} };

let store: PostgresStore;
let version: number;

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'effects-test', connections: 8, log: () => undefined });
  await applyRegistry(store.pool, REGISTRY);
  ({ version } = await store.registry.snapshot());
}, 120_000);

afterAll(async () => {
  await store.close();
  await stopServers();
});

type Step = 'lease' | 'arrive' | 'refused' | 'time out' | 'number' | 'fetch' | 'acknowledge' | 'revoke';

/** One document to a pushed and to a pulled addressee, and what was seen of it from outside. */
class Play {
  readonly document: Acceptance = acceptance(version);
  readonly revocations: Acceptance[] = [];
  #lease: LeasedTransmission | undefined;
  /** Addressees that may have the bytes, as far as the outside could see. */
  readonly got = new Set<string>();

  get documentId(): string {
    return this.document.message.kind === 'new' ? this.document.message.documentId : '';
  }

  async step(step: Step): Promise<void> {
    const [pushed, pulled] = this.document.deliveries.map(({ id }) => id) as [string, string];
    switch (step) {
      case 'lease': {
        const [lease] = await store.work.lease([this.document.transmissions[0]?.id ?? ''], 'worker');
        if (lease === undefined) return;
        this.#lease = lease;
        expect(lease.deliveries.map(({ id }) => id)).toEqual([pushed]);
        return;
      }
      case 'arrive':
      case 'refused':
      case 'time out': {
        await this.#settle(step);
        return;
      }
      case 'number':
        await store.sequencer.sequence();
        return;
      case 'fetch': {
        const found = await store.messages.deliveryContent(pulled, PULLED.connection, AUDIT);
        if (found !== 'cancelled' && found !== null) this.got.add(PULLED.organisation);
        return;
      }
      case 'acknowledge': {
        const { sha256 } = this.document;
        const done = await store.inbox.acknowledge(PULLED.connection, pulled, sha256, 'arrived', AUDIT);
        if (done.kind === 'acknowledged') this.got.add(PULLED.organisation);
        return;
      }
      case 'revoke': {
        await this.#revoke();
        return;
      }
    }
  }

  async #settle(step: 'arrive' | 'refused' | 'time out'): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease === undefined) return;
    if (step !== 'refused') this.got.add(PUSHED.organisation);
    const failed = {
      kind: 'retry',
      code: step === 'refused' ? 'receiver-busy' : 'receiver-timeout',
      facts: {},
    } as const;
    const settled = await store.work.settleTries([
      {
        lease,
        outcome: step === 'arrive' ? { kind: 'done', sha256: '00' } : failed,
        transport: step === 'arrive' ? 'arrived' : 'retrying',
        ...(step === 'arrive' ? {} : { retryAfter: 0 }),
        took: 1,
        audit: [],
      },
    ]);
    expect(settled).toEqual([true]);
  }

  async #revoke(): Promise<void> {
    const made = acceptance(version, { documentId: `${this.documentId} revoked ${this.revocations.length}` });
    const message = made.message.kind === 'new' ? { ...made.message, kind: 'revoke' as const } : made.message;
    const orderKey = this.document.deliveries[0]?.orderKey ?? '';
    const revocation: Acceptance = {
      ...made,
      message,
      deliveries: made.deliveries.map((delivery) => ({ ...delivery, orderKey })),
      act: { kind: 'revoke', documents: [this.documentId], messages: [this.document.id] },
    };
    this.revocations.push(revocation);
    expect((await store.messages.accept(revocation)).kind).toBe('accepted');
  }

  /** A try that is under way ends, so that all is at rest. */
  async rest(): Promise<void> {
    await this.#settle('refused');
  }
}

const step = fc.constantFrom<Step>(
  'lease',
  'lease',
  'arrive',
  'refused',
  'time out',
  'number',
  'fetch',
  'acknowledge',
  'revoke',
);

async function copiesOf(message: string) {
  const view = await store.messages.message(message, { connection: 'huyen' });
  return view?.deliveries ?? [];
}

test('in any order, one after the other and all at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.array(step, { maxLength: 6 }), async (first, together) => {
      const play = new Play();
      expect((await store.messages.accept(play.document)).kind).toBe('accepted');
      for (const one of first) await play.step(one);
      await Promise.all([...new Set([...together, 'revoke' as const])].map((one) => play.step(one)));
      await play.rest();
      for (const one of ['lease', 'arrive', 'number', 'fetch', 'acknowledge'] as const) await play.step(one);

      for (const copy of await copiesOf(play.document.id)) {
        const told = (await Promise.all(play.revocations.map(({ id }) => copiesOf(id))))
          .flat()
          .filter(({ organisation }) => organisation === copy.organisation);
        if (play.got.has(copy.organisation)) {
          expect(copy.recall).toBe('asked');
          // A try that timed out may be given up; what was read or taken is not undone.
          if (copy.organisation === PULLED.organisation) expect(copy.transport).not.toBe('cancelled');
          expect(told.some(({ recall, transport }) => recall === 'asked' && transport !== 'cancelled')).toBe(true);
        } else {
          expect(copy).toMatchObject({ transport: 'cancelled', arrivedAt: null });
        }
        if (copy.recall === 'none') expect(told.map(({ transport }) => transport)).not.toContain('arrived');
        expect(['arrived', 'cancelled', 'queued']).toContain(copy.transport);
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

test('a version for more addressees and a revocation at the same time follow one another', async () => {
  const first = acceptance(version, { to: [PULLED] });
  expect((await store.messages.accept(first)).kind).toBe('accepted');
  const documentId = first.message.kind === 'new' ? first.message.documentId : '';
  const later = acceptance(version, { documentId, to: [PUSHED], heldAlready: [PULLED.organisation] });
  const made = acceptance(version, { to: [PULLED] });
  const revocation: Acceptance = {
    ...made,
    message: made.message.kind === 'new' ? { ...made.message, kind: 'revoke' } : made.message,
    act: { kind: 'revoke', documents: [documentId], messages: [first.id] },
  };
  const results = await Promise.all([later, revocation].map((one) => store.messages.accept(one)));
  // The second transaction finds that its decision rests on an outdated state.
  expect([
    ['accepted', 'targets-changed'],
    ['held-already', 'accepted'],
  ]).toContainEqual(results.map(({ kind }) => kind));
});

test('many answers do not hide what was done to a document', async () => {
  const document = acceptance(version);
  await store.messages.accept(document);
  const answers = Array.from({ length: 200 }, () => acceptance(version, { to: [PULLED], answers: [document.id] }));
  await Promise.all(answers.map((one) => store.messages.accept(one)));
  const made = acceptance(version);
  const revocation: Acceptance = {
    ...made,
    message: made.message.kind === 'new' ? { ...made.message, kind: 'revoke' } : made.message,
    act: { kind: 'revoke', documents: ['none'], messages: [document.id] },
  };
  expect((await store.messages.accept(revocation)).kind).toBe('accepted');
  const view = await store.messages.message(document.id, { connection: 'huyen' });
  expect(view?.related.actedOnBy.map(({ id }) => id)).toEqual([revocation.id]);
  expect(view?.related.answeredBy.length).toBeGreaterThan(100);
});
