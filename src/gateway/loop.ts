// Work that goes on until it is told to stop. A turn that fails is a surprise: it is told once and tried again, with
// growing pauses, for as long as it takes; no fault of the world ends a loop.

import type { WorkerEvents } from './events.ts';

/** Resolves after `milliseconds`, or when `signal` aborts. Never rejects. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** One round of a loop. It does its own waiting, and ends early when the signal aborts. */
export type Turn = (signal: AbortSignal) => Promise<void>;

/** What every loop needs of the world. */
export interface LoopParts {
  readonly events: Pick<WorkerEvents, 'taskFailed'>;
  readonly pause: Pause;
  /** Names of what fails just now, shared by all who do the same: a hundred tries in one outage are one line in the log. */
  readonly failing: Set<string>;
}

/** Milliseconds before a failed turn is tried again: doubled from the first to the last. */
const BACK_OFF = { first: 100, last: 5_000 } as const;

/** `failures` in a row, from 1. */
export function backOff(failures: number): number {
  return Math.min(BACK_OFF.first * 2 ** (failures - 1), BACK_OFF.last);
}

/** Resolves when `signal` has aborted and the turn under way is over. Never rejects. */
export async function loop(name: string, turn: Turn, signal: AbortSignal, parts: LoopParts): Promise<void> {
  while (!signal.aborted) await untilDone(name, () => turn(signal), signal, parts);
}

/** The result of `act`, tried until it does not throw; undefined when `signal` aborted before that. */
export async function untilDone<T>(
  name: string,
  act: () => Promise<T>,
  signal: AbortSignal,
  { events, pause, failing }: LoopParts,
): Promise<T | undefined> {
  for (let failures = 1; ; failures += 1) {
    try {
      const result = await act();
      failing.delete(name);
      return result;
    } catch (error) {
      if (!failing.has(name)) events.taskFailed(name, error);
      failing.add(name);
    }
    if (signal.aborted) return undefined;
    await pause(backOff(failures), signal);
  }
}

/** A turn that does `task` and then rests. */
export function every(milliseconds: number, task: () => Promise<unknown>, pause: Pause): Turn {
  return async (signal) => {
    await task();
    await pause(milliseconds, signal);
  };
}
