// The steps of the demonstration, run one after the other: what is expected, what was seen, and whether that is the same.

import { setTimeout as delay } from 'node:timers/promises';
import type { Texts } from '../core/message/language.ts';
import { bothWays } from '../texts/demo.ts';

export interface Observed {
  readonly ok: boolean;
  readonly seen: Texts;
}

export interface Step {
  readonly name: Texts;
  readonly expected: Texts;
  run(): Promise<Observed>;
}

export interface StepResult {
  readonly name: Texts;
  readonly expected: Texts;
  readonly seen: Texts;
  readonly ok: boolean;
  readonly seconds: number;
}

/** Runs every step, also after a failed one: what comes later may still tell something. Stops when told to. */
export async function runSteps(
  steps: readonly Step[],
  onResult: (result: StepResult) => void,
  signal: AbortSignal,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    if (signal.aborted) break;
    const started = performance.now();
    const { ok, seen } = await step.run().catch(failed);
    const seconds = (performance.now() - started) / 1000;
    const result = { name: step.name, expected: step.expected, seen, ok, seconds };
    results.push(result);
    onResult(result);
  }
  return results;
}

/** Asks again until what is seen is what is expected, or until the time is over; the last thing seen is the answer. */
export async function awaitObserved(seconds: number, look: () => Promise<Observed>): Promise<Observed> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const observed = await look();
    if (observed.ok || performance.now() > deadline) return observed;
    await delay(100);
  }
}

export function observed(ok: boolean, seen: Texts): Observed {
  return { ok, seen };
}

function failed(error: unknown): Observed {
  return observed(false, bothWays(error instanceof Error ? error.message : String(error)));
}
