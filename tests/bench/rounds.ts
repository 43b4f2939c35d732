// CPU time of short work: many rounds, one contestant after the other in each, so that all meet the same machine.

import { writeFileSync } from 'node:fs';
import { ownCpuSeconds, peakMemoryOf } from './process-figures.ts';

const WARM_UP_ROUNDS = 2;
const LEAST_ROUNDS = 5;

/** Median seconds of user and system time of one round, by contestant; rounds go on for `seconds`. */
export async function medianCpuSeconds<Name extends string>(
  contestants: Readonly<Record<Name, () => void | Promise<void>>>,
  seconds: number,
): Promise<Record<Name, number>> {
  const entries: [string, () => void | Promise<void>][] = Object.entries(contestants);
  const taken = new Map(entries.map(([name]) => [name, [] as number[]]));
  const deadline = performance.now() + seconds * 1000;
  for (let round = 0; round < WARM_UP_ROUNDS + LEAST_ROUNDS || performance.now() < deadline; round += 1) {
    for (const [name, work] of entries) {
      const began = ownCpuSeconds();
      await work();
      if (round >= WARM_UP_ROUNDS) taken.get(name)?.push(ownCpuSeconds() - began);
    }
  }
  return Object.fromEntries([...taken].map(([name, each]) => [name, median(each)])) as Record<Name, number>;
}

/** Forgets how much memory this process has had so far, so that a peak is that of what comes next (Linux). */
export function forgetPeakMemory(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}

/** In MB, since `forgetPeakMemory`. */
export function ownPeakMemory(): number {
  return peakMemoryOf(process.pid);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
