// What nobody else looks after: tries whose time has come, workers that died, references a broker lost, staged content
// nobody committed, held messages that may be decided by now, revocation lists that run out.

import type { ContentStore } from '../ports/content-store.ts';
import type { WorkStore } from '../ports/work.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import { every, type Pause, type Turn } from '../gateway/loop.ts';

const BATCH = 500;

/** Milliseconds between two rounds. */
const TIMES = { work: 1_000, staged: 600_000, held: 5_000, revocation: 60_000 } as const;

/** Seconds. The longest package takes far less to come in, so nothing older is still being written. */
const STAGED_AGE = 6 * 3600;

export interface SweepParts {
  readonly work: Pick<WorkStore, 'sweep'>;
  readonly content: Pick<ContentStore, 'sweep'>;
  /** Verifies held messages again, and releases or returns those that can be decided. */
  readonly reverify: () => Promise<unknown>;
  /** Fetches revocation lists again that run out soon. */
  readonly renewLists: () => Promise<unknown>;
  readonly events: Pick<WorkerEvents, 'swept'>;
  readonly pause: Pause;
}

/** Puts what is due back into the outbox; a full batch says that there is more. */
export function sweepWork({ work, events, pause }: SweepParts): Turn {
  return async (signal) => {
    const count = await work.sweep(BATCH);
    if (count > 0) events.swept(count);
    if (count < BATCH) await pause(TIMES.work, signal);
  };
}

export function sweepStaged({ content, pause }: SweepParts): Turn {
  return every(TIMES.staged, () => content.sweep(STAGED_AGE), pause);
}

export function sweepHeld({ reverify, pause }: SweepParts): Turn {
  return every(TIMES.held, reverify, pause);
}

export function sweepRevocation({ renewLists, pause }: SweepParts): Turn {
  return every(TIMES.revocation, renewLists, pause);
}
