// A work store in memory, for tests of the loops alone: what a real database does to them is proved elsewhere.

import type { Reference } from '../../src/ports/broker.ts';
import type { LeasedTransmission, Settlement, WorkStore } from '../../src/ports/work.ts';

export interface MemoryWork extends WorkStore {
  /** Puts a transmission and its reference in. */
  add(transmission: LeasedTransmission): Reference;
  readonly outbox: readonly string[];
  readonly claimed: ReadonlySet<string>;
  readonly settled: readonly Settlement[];
  readonly renewed: readonly string[];
  /** Another worker takes the lease over. */
  steal(transmission: string): void;
}

export function memoryWork(): MemoryWork {
  const transmissions = new Map<string, { row: LeasedTransmission; epoch: number; leased: boolean }>();
  const outbox: { id: string; reference: Reference }[] = [];
  const claimed = new Set<string>();
  const settled: Settlement[] = [];
  const renewed: string[] = [];
  const waiters = new Set<() => void>();
  const live = (id: string, epoch: number) => {
    const entry = transmissions.get(id);
    return entry?.leased === true && entry.epoch === epoch ? entry : undefined;
  };
  return {
    get outbox() {
      return outbox.map(({ id }) => id);
    },
    claimed,
    settled,
    renewed,
    add(row) {
      transmissions.set(row.transmission, { row, epoch: 0, leased: false });
      const reference = { transmission: row.transmission, connection: row.connection, urgent: row.urgent };
      outbox.push({ id: row.transmission, reference });
      for (const wake of waiters) wake();
      return reference;
    },
    steal(id) {
      const entry = transmissions.get(id);
      if (entry !== undefined) entry.epoch += 1;
    },
    claimReferences(limit) {
      const due = outbox.filter(({ id }) => !claimed.has(id)).slice(0, limit);
      for (const { id } of due) claimed.add(id);
      return Promise.resolve(due);
    },
    confirmReferences(ids) {
      for (const id of ids) {
        claimed.delete(id);
        outbox.splice(
          outbox.findIndex((row) => row.id === id),
          1,
        );
      }
      return Promise.resolve();
    },
    returnReferences(ids) {
      for (const id of ids) claimed.delete(id);
      return Promise.resolve();
    },
    lease(ids) {
      const free = ids.flatMap((id) => {
        const entry = transmissions.get(id);
        return entry === undefined || entry.leased ? [] : [entry];
      });
      for (const entry of free) {
        entry.leased = true;
        entry.epoch += 1;
      }
      return Promise.resolve(free.map(({ row, epoch }) => ({ ...row, epoch, attempt: epoch })));
    },
    renew(leases) {
      const kept = leases.filter(({ transmission, epoch }) => live(transmission, epoch) !== undefined);
      renewed.push(...kept.map(({ transmission }) => transmission));
      return Promise.resolve(kept.map(({ transmission }) => transmission));
    },
    settleTries(settlements) {
      return Promise.resolve(
        settlements.map((settlement) => {
          const entry = live(settlement.lease.transmission, settlement.lease.epoch);
          if (entry === undefined) return false;
          entry.leased = settlement.transport !== 'retrying';
          settled.push(settlement);
          return true;
        }),
      );
    },
    sweep: () => Promise.resolve(0),
    waitForWork: (milliseconds, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiters.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, milliseconds).unref();
        waiters.add(done);
        if (signal.aborted) done();
        else signal.addEventListener('abort', done, { once: true });
      }),
  };
}
