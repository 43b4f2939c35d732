// What relay, consumers and sweep live on, and which of their calls share commits.

import type pg from 'pg';
import type { LeasedTransmission, WorkStore } from '../../../ports/work.ts';
import { batched } from '../batch.ts';
import { isOneItemsFault } from '../faults.ts';
import { leaseAll, renew, type LeaseCall } from './lease.ts';
import { giveBack, markPublished, takeOutbox } from './outbox.ts';
import { settler } from './settle.ts';
import { WORK, type Signals } from '../signals.ts';
import { sweep } from './sweep.ts';
import { isId } from '../record/visible.ts';

export function openWork(pool: pg.Pool, signals: Signals): WorkStore {
  const lease = batched<LeaseCall, readonly LeasedTransmission[]>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    (calls) => leaseAll(pool, calls),
  );
  const published = batched<readonly string[], true>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    async (calls) => {
      await markPublished(pool, calls.flat());
      return calls.map(() => true as const);
    },
  );
  return {
    takeOutbox: (limit) => takeOutbox(pool, limit),
    async published(ids) {
      if (ids.length > 0) await published(ids);
    },
    async unpublished(ids) {
      if (ids.length > 0) await giveBack(pool, ids);
    },
    async lease(named, owner) {
      // Anybody who can reach the queue can put words into it.
      const transmissions = named.filter(isId);
      return transmissions.length === 0 ? [] : await lease({ transmissions, owner });
    },
    renew: (leases) => renew(pool, leases),
    settle: settler(pool, signals),
    async sweep(limit) {
      const count = await sweep(pool, limit);
      if (count > 0) signals.raise({ work: true, pending: true });
      return count;
    },
    waitForWork: (milliseconds, signal) => signals.wait(WORK, milliseconds, signal),
  };
}
