// Publishes references from the record to the broker. A reference leaves the outbox only after the broker has confirmed
// it; a relay that dies in between publishes it twice, which does no harm.

import type { Broker } from '../ports/broker.ts';
import type { WorkStore } from '../ports/work.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import type { World } from '../ports/world.ts';
import { backOff, type Turn } from '../gateway/loop.ts';

/** References of one batch: more would outlive the 10 s claim when a broker confirms slowly. */
const BATCH = 500;

/** Milliseconds between two looks without a signal; the signal between processes may be lost. */
const IDLE = 1_000;

export interface RelayPorts {
  readonly work: Pick<WorkStore, 'claimReferences' | 'confirmReferences' | 'returnReferences' | 'waitForWork'>;
  readonly broker: Pick<Broker, 'publish'>;
  readonly events: Pick<WorkerEvents, 'published'>;
}

/** Publishes due references; while the broker is away, the outbox grows and the relay tries more and more rarely. */
export function relay({ work, broker, events }: RelayPorts, { pause }: Pick<World, 'pause'>): Turn {
  let refusals = 0;
  return async (signal) => {
    // Starts waiting before it looks, so that no reference that comes in between is missed.
    const woken = work.waitForWork(IDLE, signal);
    const entries = await work.claimReferences(BATCH);
    if (entries.length === 0) {
      await woken;
      return;
    }

    const confirmed = await broker.publish(entries.map(({ reference }) => reference));
    const confirmations = entries.filter((_, index) => confirmed[index] === true).map(({ id }) => id);
    const leftovers = entries.filter((_, index) => confirmed[index] !== true).map(({ id }) => id);
    await Promise.all([
      confirmations.length === 0 ? undefined : work.confirmReferences(confirmations),
      leftovers.length === 0 ? undefined : work.returnReferences(leftovers),
    ]);
    events.published(entries.length, confirmations.length);

    refusals = leftovers.length === 0 ? 0 : refusals + 1;
    if (refusals > 0) await pause(backOff(refusals), signal);
  };
}
