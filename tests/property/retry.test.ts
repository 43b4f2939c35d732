import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextTry, SCHEDULES } from '../../src/core/exchange/retry.ts';

const failed = fc.record({
  attempt: fc.integer({ min: 1, max: 500 }),
  urgent: fc.boolean(),
  jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  after: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
});

test('a wait is whole seconds within the schedule’s bounds, or there is none', () => {
  fc.assert(
    fc.property(failed, ({ attempt, urgent, jitter, after }) => {
      const schedule = SCHEDULES[urgent ? 'urgent' : 'ordinary'];
      const outcome = {
        kind: 'retry',
        code: 'receiver-busy',
        facts: {},
        ...(after === undefined ? {} : { after }),
      } as const;
      const next = nextTry({ attempt, outcome, urgent, jitter });
      expect('stop' in next).toBe(attempt >= schedule.tries);
      if ('stop' in next) return;
      const planned = schedule.delays[Math.min(attempt, schedule.delays.length) - 1]!;
      expect(Number.isInteger(next.after)).toBe(true);
      expect(next.after).toBeGreaterThanOrEqual(Math.max(planned, Math.min(after ?? 0, schedule.longest)));
      expect(next.after).toBeLessThanOrEqual(Math.ceil(Math.max(planned, schedule.longest) * 1.25));
    }),
  );
});

test('urgent documents are never tried later than ordinary ones', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 78 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, jitter) => {
        const outcome = { kind: 'retry', code: 'receiver-timeout', facts: {} } as const;
        const urgent = nextTry({ attempt, outcome, urgent: true, jitter });
        const ordinary = nextTry({ attempt, outcome, urgent: false, jitter });
        expect('after' in urgent && 'after' in ordinary && urgent.after <= ordinary.after).toBe(true);
      },
    ),
  );
});
