// The store of relay, consumers and sweep; some of their calls share commits.

import type pg from 'pg';
import type { LeasedTransmission, WorkStore } from '../../../ports/work.ts';
import { batched } from '../batch.ts';
import { isOneItemsFault } from '../faults.ts';
import { leaseAll, renew, type LeaseCall } from './lease.ts';
import { claimReferences, confirmReferences, returnReferences } from './outbox.ts';
import { settler } from './settle.ts';
import { WORK, type Signals } from '../signals.ts';
import { sweep } from './sweep.ts';
import { isId } from '../record/visible.ts';

export function openWork(pool: pg.Pool, signals: Signals): WorkStore {
  const lease = batched<LeaseCall, readonly LeasedTransmission[]>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    (calls) => leaseAll(pool, calls),
  );
  const confirm = batched<readonly string[], true>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    async (calls) => {
      await confirmReferences(pool, calls.flat());
      return calls.map(() => true as const);
    },
  );
  return {
    claimReferences: (limit) => claimReferences(pool, limit),
    async confirmReferences(ids) {
      if (ids.length > 0) await confirm(ids);
    },
    async returnReferences(ids) {
      if (ids.length > 0) await returnReferences(pool, ids);
    },
    async lease(named, owner) {
      // A stranger who can reach the queue can put any text into it.
      const transmissions = named.filter(isId);
      return transmissions.length === 0 ? [] : await lease({ transmissions, owner });
    },
    renew: (leases) => renew(pool, leases),
    settleTries: settler(pool, signals),
    async sweep(limit) {
      const count = await sweep(pool, limit);
      if (count > 0) signals.raise({ work: true, pending: true });
      return count;
    },
    waitForWork: (milliseconds, signal) => signals.wait(WORK, milliseconds, signal),
  };
}
