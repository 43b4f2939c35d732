import { describe, expect, test } from '@jest/globals';
import type { Retry } from '../../../../src/core/exchange/outcome.ts';
import { nextTry, SCHEDULES } from '../../../../src/core/exchange/retry.ts';

const OUTCOME: Retry = { kind: 'retry', code: 'receiver-unreachable', facts: {} };

function after(attempt: number, more: { urgent?: boolean; jitter?: number; asked?: number } = {}): number | string {
  const outcome = more.asked === undefined ? OUTCOME : { ...OUTCOME, after: more.asked };
  const next = nextTry({ attempt, outcome, urgent: more.urgent ?? false, jitter: more.jitter ?? 0 });
  return 'after' in next ? next.after : next.stop;
}

test.each([
  [1, 5],
  [2, 15],
  [7, 3600],
  [78, 3600],
  [79, 'retries-exhausted'],
  [1000, 'retries-exhausted'],
])('ordinary, after try %i: %s', (attempt, expected) => {
  expect(after(attempt)).toBe(expected);
});

test.each([
  [1, 2],
  [7, 300],
  [150, 300],
  [151, 'retries-exhausted'],
])('urgent, after try %i: %s', (attempt, expected) => {
  expect(after(attempt, { urgent: true })).toBe(expected);
});

describe('a receiver that names a time (Retry-After)', () => {
  test('is given it', () => expect(after(1, { asked: 120 })).toBe(120));
  test('is not asked sooner than planned', () => expect(after(7, { asked: 1 })).toBe(3600));
  test('may not put us off for ever', () => expect(after(1, { asked: 1e9 })).toBe(SCHEDULES.ordinary.longest));
  test('nor an urgent document for hours', () =>
    expect(after(1, { urgent: true, asked: 1e9 })).toBe(SCHEDULES.urgent.longest));
});

test('chance only lengthens', () => {
  expect(after(7, { jitter: 0.999 })).toBe(4500);
});

test('three days pass before an ordinary document waits for a person', () => {
  let seconds = 0;
  for (let attempt = 1; ; attempt += 1) {
    const next = after(attempt);
    if (typeof next === 'string') break;
    seconds += next;
  }
  expect(seconds).toBeGreaterThanOrEqual(3 * 86_400);
});
