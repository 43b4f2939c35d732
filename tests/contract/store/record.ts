// The record as its contract sees it: opened once for all nouns, with the steps that most cases begin with.

import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Transport } from '../../../src/core/exchange/lifecycle.ts';
import type { Outcome } from '../../../src/core/exchange/outcome.ts';
import type { AuditEntry } from '../../../src/ports/audit.ts';
import type { Acceptance, MessageView } from '../../../src/ports/messages.ts';
import type { Store } from '../../../src/ports/record.ts';
import type { LeasedTransmission, Settlement } from '../../../src/ports/work.ts';
import { acceptance, PUSHED } from '../../support/acceptances.ts';

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

export const AUDIT: AuditEntry = { actor: 'worker', act: 'delivery.send', object: '', outcome: 'ok', details: {} };
const DONE: Outcome = { kind: 'done', sha256: '00' };
/** Why a try ended as it did, unless told otherwise. */
const OUTCOMES: Readonly<Partial<Record<Transport, Outcome>>> = {
  retrying: { kind: 'retry', code: 'receiver-busy', facts: {} },
  parked: { kind: 'park', code: 'receiver-credentials', facts: {} },
  returned: { kind: 'return', code: 'receiver-refused', facts: {} },
};

export type RecordUnderTest = ReturnType<typeof openRecord>;

/** Opens the record before the cases of the block it is called in, and closes it behind them. */
export function openRecord(open: () => Promise<StoreUnderTest>) {
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

  return {
    get under() {
      return under;
    },
    get store() {
      return store;
    },
    /** Another process over the same record. */
    get other() {
      return under.other;
    },
    /** Of the registry, when the record was opened. */
    get version() {
      return version;
    },
    accepted,
    pushed: (over: Parameters<typeof acceptance>[1] = {}): Promise<Acceptance> => accepted({ to: [PUSHED], ...over }),
    lease: async (one: Acceptance, by = store): Promise<LeasedTransmission | undefined> =>
      (await by.work.lease([transmissionOf(one)], 'worker'))[0],
    settle: async (
      leased: LeasedTransmission,
      transport: Transport,
      over: Partial<Settlement> = {},
    ): Promise<boolean> => (await store.work.settleTries([settlement(leased, transport, over)]))[0] === true,
    view: async (one: Acceptance): Promise<MessageView> =>
      (await store.messages.message(one.id, { connection: one.connection }))!,
    /** Takes what waits in the outbox, and answers which transmissions it was. */
    references: async (): Promise<readonly string[]> => {
      const taken = await store.work.claimReferences(1_000);
      await store.work.confirmReferences(taken.map(({ id }) => id));
      return taken.map(({ reference }) => reference.transmission);
    },
    /** Numbers all that waits for its number in an inbox. */
    number: async (): Promise<void> => {
      while (((await store.sequencer.sequence())?.entries ?? 0) > 0);
    },
    inbox,
  };
}

export function transmissionOf(one: Acceptance, index = 0): string {
  return one.transmissions[index]?.id ?? '';
}

export function deliveryOf(one: Acceptance, index = 0): string {
  return one.deliveries[index]?.id ?? '';
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
