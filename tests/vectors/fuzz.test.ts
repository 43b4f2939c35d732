// A short run of the fuzzer, always the same; `npm run fuzz` makes long ones, each time others.

import { expect, test } from '@jest/globals';
import { fuzz } from '../fuzz/run.ts';

const SEED = 20_261_122;

test('three thousand damaged packages get an answer, and nothing else happens', async () => {
  const { findings, outcomes, worst } = await fuzz({ seed: SEED, inputs: 3_000 });
  expect(findings).toEqual([]);
  // The damage is neither so small that all is taken nor so great that nothing is.
  expect(outcomes['ok'] ?? 0).toBeGreaterThan(100);
  expect(Object.keys(outcomes).length).toBeGreaterThan(20);
  expect(worst.milliseconds).toBeGreaterThan(0);
}, 300_000);
