import { randomBytes } from 'node:crypto';
import type { Pause, World } from '../ports/world.ts';
import { newId } from './ids.ts';

/** Waiting by the process's own timers. */
const pause: Pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });

/** The clock, the timers and the randomness of this machine. */
export const machine: World = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  pause,
  random: Math.random,
  randomBytes: (count) => randomBytes(count),
  newId,
};
