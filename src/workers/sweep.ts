// What nobody else looks after: tries whose time has come, workers that died, references a broker lost, staged content
// nobody committed, held messages that may be decided by now, revocation lists that run out.

import type { ContentStore } from '../ports/content-store.ts';
import type { WorkStore } from '../ports/work.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import type { World } from '../ports/world.ts';
import { every, type Turn } from '../gateway/loop.ts';

const BATCH = 500;

/** Milliseconds between two rounds. */
const TIMES = { work: 1_000, staged: 600_000, held: 5_000, revocation: 60_000 } as const;

/** Seconds. The longest package takes far less to come in, so nothing older is still being written. */
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

/** Puts what is due back into the outbox; a full batch says that there is more. */
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
