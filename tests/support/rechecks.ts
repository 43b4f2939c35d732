import type pg from 'pg';
import { machine } from '../../src/drivers/machine.ts';
import { createRecheck, type RecheckPorts } from '../../src/gateway/recheck/recheck.ts';
import type { Waiting } from '../../src/ports/rechecks.ts';

interface Told {
  readonly message: string;
  readonly to: string;
}

/** What came of rechecks, in order. */
export interface Rechecked {
  readonly told: Told[];
  readonly opened: string[];
  readonly closed: string[];
  counts: Pick<Waiting, 'held' | 'parked' | 'delivered' | 'incidents'> | undefined;
}

export function rechecked(): Rechecked & { readonly events: RecheckPorts['events'] } {
  const seen: Rechecked = { told: [], opened: [], closed: [], counts: undefined };
  return Object.assign(seen, {
    events: {
      rechecked: (facts: Told) => void seen.told.push(facts),
      incidentOpened: ({ subject }: { readonly subject: string }) => void seen.opened.push(subject),
      incidentClosed: ({ subject }: { readonly subject: string }) => void seen.closed.push(subject),
      waiting: (counts: NonNullable<Rechecked['counts']>) => {
        seen.counts = counts;
      },
    },
  });
}

/** Judges whatever is undecided again now, however long it would have waited. */
export async function recheckNow(pool: pg.Pool, ports: RecheckPorts): Promise<number> {
  await pool.query("update recheck set due_at = now() where due_at < 'infinity'");
  return await createRecheck(ports, machine)();
}
