// Limits on a caller's rate. They live in this process: each replica grants its own share.

import type { World } from '../ports/world.ts';

/** Callers remembered at once; the limiter first forgets the caller unseen for longest. */
const MAX_REMEMBERED = 10_000;

/** Answers 0 when the call may proceed, else the seconds to wait. */
export type Limiter = (caller: string) => number;

/** A bucket of twice `perSecond` that fills at `perSecond`. */
export function rateLimiter(perSecond: number, { monotonic }: Pick<World, 'monotonic'>): Limiter {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const capacity = perSecond * 2;
  return (caller) => {
    const now = monotonic();
    const bucket = buckets.get(caller) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) * perSecond) / 1000);
    bucket.at = now;
    remember(buckets, caller, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= 1;
    return 0;
  };
}

export interface FailureLimiter {
  readonly wait: Limiter;
  noteFailure(caller: string): void;
  succeeded(caller: string): void;
}

/** After `limit` failures within `windowMs` the caller waits until the window is over, right or wrong. */
export function failureLimiter(
  limit: number,
  windowMs: number,
  { monotonic }: Pick<World, 'monotonic'>,
): FailureLimiter {
  const windows = new Map<string, { failures: number; until: number }>();
  const current = (caller: string): { failures: number; until: number } | undefined => {
    const window = windows.get(caller);
    if (window === undefined || window.until > monotonic()) return window;
    windows.delete(caller);
    return undefined;
  };
  return {
    wait(caller) {
      const window = current(caller);
      if (window === undefined || window.failures < limit) return 0;
      return Math.max(1, Math.ceil((window.until - monotonic()) / 1000));
    },
    noteFailure(caller) {
      const window = current(caller) ?? { failures: 0, until: monotonic() + windowMs };
      window.failures += 1;
      remember(windows, caller, window);
    },
    succeeded(caller) {
      windows.delete(caller);
    },
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_REMEMBERED) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
