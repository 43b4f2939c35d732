// Hosts that fail are left alone for a while, so that a dead one costs nothing; then one fetch goes ahead to see, and the
// others follow when it comes back well.

import type { World } from '../../ports/world.ts';

/** Failures in a row before a host rests; how long, in milliseconds, doubled from the first to the last. */
const REST = { after: 3, first: 5_000, last: 60_000 } as const;

interface State {
  readonly failures: number;
  /** On the monotonic clock. */
  readonly restsUntil: number;
  /** A caller is trying whether it is well again. */
  readonly probed: boolean;
}

const WELL: State = { failures: 0, restsUntil: -Infinity, probed: false };

export interface Breaker {
  /** Whether to ask it now. A caller that got a yes reports the result. */
  admits(host: string): boolean;
  tell(host: string, isWell: boolean): void;
}

export function createBreaker({ monotonic }: Pick<World, 'monotonic'>): Breaker {
  const states = new Map<string, State>();
  const stateOf = (host: string): State => states.get(host) ?? WELL;
  return {
    admits(host) {
      const state = stateOf(host);
      if (state.failures < REST.after) return true;
      if (state.probed || monotonic() < state.restsUntil) return false;
      states.set(host, { ...state, probed: true });
      return true;
    },
    tell(host, isWell) {
      if (isWell) {
        states.delete(host);
        return;
      }
      const failures = stateOf(host).failures + 1;
      const rest = Math.min(REST.first * 2 ** Math.max(0, failures - REST.after), REST.last);
      states.set(host, { failures, restsUntil: monotonic() + rest, probed: false });
    },
  };
}
