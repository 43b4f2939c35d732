// When to try again: pure arithmetic over a schedule. The random number is an argument.

import type { Retry } from './outcome.ts';

export interface Schedule {
  /** Seconds before the second, third, … try; the last one repeats. */
  readonly delays: readonly number[];
  /** Tries in all. */
  readonly tries: number;
  /** Most seconds a receiver may ask for (Retry-After). */
  readonly longest: number;
}

/**
 * Ordinary documents are tried for more than three days, over a weekend when the office is empty; urgent ones quickly
 * and for half a day, because then a person must find another way.
 */
export const SCHEDULES: Readonly<Record<'ordinary' | 'urgent', Schedule>> = {
  ordinary: { delays: [5, 15, 60, 300, 900, 1800, 3600], tries: 79, longest: 6 * 3600 },
  urgent: { delays: [2, 5, 15, 30, 60, 120, 300], tries: 151, longest: 600 },
};

/** The random part of a delay, as a share of it, so that a thousand deliveries do not come back at once. */
const JITTER = 0.25;

export interface FailedTry {
  /** The number of the try that failed, from 1. */
  readonly attempt: number;
  readonly outcome: Retry;
  readonly urgent: boolean;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly jitter: number;
}

/** Answers whole seconds. A receiver may ask for more time than the schedule gives, up to a bound, never for less. */
export function nextTry(attempt: FailedTry): { readonly after: number } | { readonly stop: 'retries-exhausted' } {
  const schedule = SCHEDULES[attempt.urgent ? 'urgent' : 'ordinary'];
  if (attempt.attempt >= schedule.tries) return { stop: 'retries-exhausted' };
  const planned = schedule.delays[attempt.attempt - 1] ?? schedule.delays.at(-1) ?? schedule.longest;
  const wish = Math.min(attempt.outcome.after ?? 0, schedule.longest);
  return { after: Math.ceil(Math.max(planned, wish) * (1 + attempt.jitter * JITTER)) };
}
