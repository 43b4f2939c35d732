// Runs work until the process stops. A failed turn is reported once and tried again with growing pauses, without end;
// no outside fault ends a loop.

import type { Pause, World } from '../ports/world.ts';
import type { WorkerEvents } from './events.ts';

/** One round of a loop. It does its own waiting, and ends early when the signal aborts. */
export type Turn = (signal: AbortSignal) => Promise<void>;

/**
 * Runs turns and acts of one process. A failing name is reported once until it succeeds: a hundred tries in one outage
 * make one line in the log.
 */
export interface Loops {
  /** Resolves when `signal` has aborted and the turn under way is over. Never rejects. */
  run(name: string, turn: Turn, signal: AbortSignal): Promise<void>;
  /** The result of `act`, tried until it does not throw; undefined when `signal` aborted before that. */
  untilDone<T>(name: string, act: () => Promise<T>, signal: AbortSignal): Promise<T | undefined>;
}

/** Milliseconds before a failed turn is tried again: doubled from the first to the last. */
const BACK_OFF = { first: 100, last: 5_000 } as const;

/** `failures` in a row, from 1. */
export function backOff(failures: number): number {
  return Math.min(BACK_OFF.first * 2 ** (failures - 1), BACK_OFF.last);
}

export function createLoops(events: Pick<WorkerEvents, 'taskFailed'>, { pause }: Pick<World, 'pause'>): Loops {
  const failing = new Set<string>();

  async function untilDone<T>(name: string, act: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
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

  return {
    async run(name, turn, signal) {
      while (!signal.aborted) await untilDone(name, () => turn(signal), signal);
    },
    untilDone,
  };
}

/** A turn that does `task` and then rests. */
export function every(milliseconds: number, task: () => Promise<unknown>, pause: Pause): Turn {
  return async (signal) => {
    await task();
    await pause(milliseconds, signal);
  };
}
