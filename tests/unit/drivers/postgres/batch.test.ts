import { describe, expect, test } from '@jest/globals';
import { batched, type BatchOptions } from '../../../../src/drivers/postgres/batch.ts';

/** A run that ends when it is told to. */
function steps(): {
  readonly run: (items: readonly number[]) => Promise<readonly string[]>;
  readonly runs: number[][];
  readonly finish: (index: number, error?: Error) => void;
} {
  const runs: number[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  return {
    runs,
    run: (items) =>
      new Promise((resolve, reject) => {
        runs.push([...items]);
        ends.push((error) => (error === undefined ? resolve(items.map((item) => `did ${item}`)) : reject(error)));
      }),
    finish: (index, error) => ends[index]?.(error),
  };
}

const OPTIONS: BatchOptions<number> = { size: 4, wait: 5, inFlight: 2, divisible: () => true };

/** Until timers of the batch's length have run. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 25));

describe('calls at the same time', () => {
  test('share a run, and each gets its own result', async () => {
    const { run, runs, finish } = steps();
    const call = batched(OPTIONS, run);
    const all = Promise.all([1, 2, 3].map(call));
    await settled();
    expect(runs).toEqual([[1, 2, 3]]);
    finish(0);
    expect(await all).toEqual(['did 1', 'did 2', 'did 3']);
  });

  test('fill runs up to their size, and no more runs than may be under way', async () => {
    const { run, runs, finish } = steps();
    const call = batched(OPTIONS, run);
    const all = Promise.all(Array.from({ length: 11 }, (_, n) => call(n)));
    await settled();
    expect(runs).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
    finish(1);
    await settled();
    expect(runs[2]).toEqual([8, 9, 10]);
    finish(0);
    finish(2);
    expect(await all).toHaveLength(11);
  });

  test('with a key in common follow one another in order', async () => {
    const { run, runs, finish } = steps();
    const call = batched({ ...OPTIONS, inFlight: 1, keys: (n: number) => [`${n % 2}`] }, run);
    const all = Promise.all([1, 2, 3, 5, 4].map(call));
    for (const expected of [[1, 2], [3, 4], [5]]) {
      await settled();
      expect(runs.at(-1)).toEqual(expected);
      finish(runs.length - 1);
    }
    expect(await all).toEqual(['did 1', 'did 2', 'did 3', 'did 5', 'did 4']);
  });
});

describe('a run that fails', () => {
  const bad = (items: readonly number[]): Promise<readonly number[]> =>
    items.includes(3) ? Promise.reject(new Error('three')) : Promise.resolve(items);

  test('fails only those who are at fault', async () => {
    const call = batched(OPTIONS, bad);
    const all = await Promise.allSettled([1, 2, 3, 4].map(call));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('for a reason that meets all is not tried one by one', async () => {
    let runs = 0;
    const call = batched({ ...OPTIONS, divisible: () => false }, (items) => {
      runs += 1;
      return bad(items);
    });
    const all = await Promise.allSettled([1, 2, 3].map(call));
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    expect(runs).toBe(1);
  });

  test('that gives too few results says so', async () => {
    const call = batched<number, number>(OPTIONS, () => Promise.resolve([]));
    await expect(call(1)).rejects.toThrow('no result');
  });
});
