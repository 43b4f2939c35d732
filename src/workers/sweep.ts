// The periodic work: due retries, leases of dead workers, references that a broker lost, staged content without a
// commit, held messages to judge again, revocation lists that run out.

import type { ContentStore } from '../ports/content-store.ts';
import type { WorkStore } from '../ports/work.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import type { World } from '../ports/world.ts';
import { every, type Turn } from '../gateway/loop.ts';

const BATCH = 500;

/** Milliseconds between two rounds. */
const TIMES = { work: 1_000, staged: 600_000, held: 5_000, revocation: 60_000 } as const;

/** Seconds. The longest package takes far less time to arrive, so no older content is still being written. */
const STAGED_AGE = 6 * 3600;

export interface SweepPorts {
  readonly work: Pick<WorkStore, 'sweep'>;
  readonly content: Pick<ContentStore, 'sweep'>;
  /** Verifies held messages again, and releases or returns those that can be decided. */
  readonly recheck: () => Promise<unknown>;
  /** Fetches revocation lists again that run out soon. */
  readonly renewLists: () => Promise<unknown>;
  readonly events: Pick<WorkerEvents, 'swept'>;
}

/** Puts due references back into the outbox; a full batch means that there are more. */
export function sweepWork(
  { work, events }: Pick<SweepPorts, 'work' | 'events'>,
  { pause }: Pick<World, 'pause'>,
): Turn {
  return async (signal) => {
    const count = await work.sweep(BATCH);
    if (count > 0) events.swept(count);
    if (count < BATCH) await pause(TIMES.work, signal);
  };
}

export function sweepStaged({ content }: Pick<SweepPorts, 'content'>, { pause }: Pick<World, 'pause'>): Turn {
  return every(TIMES.staged, () => content.sweep(STAGED_AGE), pause);
}

export function sweepHeld({ recheck }: Pick<SweepPorts, 'recheck'>, { pause }: Pick<World, 'pause'>): Turn {
  return every(TIMES.held, recheck, pause);
}

export function sweepRevocation({ renewLists }: Pick<SweepPorts, 'renewLists'>, { pause }: Pick<World, 'pause'>): Turn {
  return every(TIMES.revocation, renewLists, pause);
}
