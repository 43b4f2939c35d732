import { expect, test } from '@jest/globals';
import type { Outcome } from '../../../../src/core/exchange/outcome.ts';
import { SCHEDULES } from '../../../../src/core/exchange/retry.ts';
import { settlementOf, type Tried } from '../../../../src/core/exchange/settle.ts';

const TRIED: Tried = {
  transmission: 't',
  connection: 'c',
  attempt: 1,
  urgent: false,
  deliveries: [{ id: 'd1' }, { id: 'd2' }],
};
const DONE: Outcome = { kind: 'done', sha256: 'ab'.repeat(32) };
const BUSY: Outcome = { kind: 'retry', code: 'receiver-busy', facts: {} };
const ASKED: Outcome = { ...BUSY, after: 600 };
const PARK: Outcome = { kind: 'park', code: 'receiver-credentials', facts: { status: 401 } };
const RETURN: Outcome = { kind: 'return', code: 'receiver-refused', facts: { status: 422 } };
const { ordinary, urgent } = SCHEDULES;

test.each([
  ['taken by an endpoint', DONE, 'endpoint', {}, 'arrived', undefined, 'done', 'delivery.send', 'ok'],
  ['taken by a hub', DONE, 'hub', {}, 'handed-over', undefined, 'done', 'delivery.send', 'ok'],
  ['busy', BUSY, 'endpoint', {}, 'retrying', ordinary.delays[0], 'retry', 'delivery.send', 'receiver-busy'],
  ['busy hub', BUSY, 'hub', {}, 'retrying', ordinary.delays[0], 'retry', 'delivery.send', 'receiver-busy'],
  [
    'busy, urgent',
    BUSY,
    'endpoint',
    { urgent: true },
    'retrying',
    urgent.delays[0],
    'retry',
    'delivery.send',
    'receiver-busy',
  ],
  ['asks for time', ASKED, 'endpoint', {}, 'retrying', 600, 'retry', 'delivery.send', 'receiver-busy'],
  [
    'busy again',
    BUSY,
    'endpoint',
    { attempt: 3 },
    'retrying',
    ordinary.delays[2],
    'retry',
    'delivery.send',
    'receiver-busy',
  ],
  [
    'last try',
    BUSY,
    'endpoint',
    { attempt: ordinary.tries },
    'parked',
    undefined,
    'park',
    'delivery.park',
    'retries-exhausted',
  ],
  [
    'last urgent try',
    BUSY,
    'endpoint',
    { attempt: urgent.tries, urgent: true },
    'parked',
    undefined,
    'park',
    'delivery.park',
    'retries-exhausted',
  ],
  ['wrong credentials', PARK, 'endpoint', {}, 'parked', undefined, 'park', 'delivery.park', 'receiver-credentials'],
  ['refused', RETURN, 'endpoint', {}, 'returned', undefined, 'return', 'delivery.return', 'receiver-refused'],
  ['refused by a hub', RETURN, 'hub', {}, 'returned', undefined, 'return', 'delivery.return', 'receiver-refused'],
] as const)('%s', (_, outcome, role, change, transport, retryAfter, kind, act, result) => {
  const settled = settlementOf({ ...TRIED, ...change }, outcome, role, 0);
  expect({ transport: settled.transport, retryAfter: settled.retryAfter, kind: settled.outcome.kind }).toEqual({
    transport,
    retryAfter,
    kind,
  });
  expect(settled.audit.map((row) => [row.actor, row.act, row.object, row.outcome])).toEqual([
    ['worker', act, 'd1', result],
    ['worker', act, 'd2', result],
  ]);
});

test('a last try says how many there were and what stopped the last one', () => {
  const { outcome } = settlementOf({ ...TRIED, attempt: ordinary.tries }, BUSY, 'endpoint', 0);
  expect(outcome).toMatchObject({ facts: { attempts: ordinary.tries, last: 'receiver-busy' } });
});

test('chance lengthens the delay, never shortens it', () => {
  const delays = [0, 0.5, 0.999].map((jitter) => settlementOf(TRIED, BUSY, 'endpoint', jitter).retryAfter ?? 0);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(delays[0]).toBe(ordinary.delays[0]);
});

test('audit rows hold facts of the try, none of the content', () => {
  const [row] = settlementOf(TRIED, DONE, 'endpoint', 0).audit;
  expect(row?.details).toEqual({ transmission: 't', connection: 'c', attempt: 1, transport: 'arrived' });
});
