import { describe, expect, test } from '@jest/globals';
import {
  advanceBusiness,
  advanceRecall,
  advanceTransport,
  ENDS_OF_TRY,
  toMermaid,
  TRANSMISSION_STEPS,
  TRANSPORT_MARKS,
  TRANSPORT_STEPS,
  type Business,
  type BusinessCode,
  type Recall,
  type TransmissionEvent,
  type TransmissionState,
  type Transport,
  type TransportEvent,
} from '../../../../src/core/exchange/lifecycle.ts';

/** The states that no event leaves. */
const FINAL = Object.entries(TRANSPORT_STEPS).flatMap(([state, steps]) =>
  Object.keys(steps).length === 0 ? [state] : [],
);

const FRESH: Business = { latest: null, furthest: null };

function after(...codes: readonly BusinessCode[]): { business: Business; noted: (string | undefined)[] } {
  let business = FRESH;
  const noted = codes.map((code) => {
    const step = advanceBusiness(business, code);
    business = step.business;
    return step.finding?.code;
  });
  return { business, noted };
}

describe('transport', () => {
  test.each<[Transport, TransportEvent, Transport | null]>([
    ['queued', 'lease', 'sending'],
    ['sending', 'arrive', 'arrived'],
    ['sending', 'hand-over', 'handed-over'],
    ['sending', 'retry', 'retrying'],
    ['retrying', 'lease', 'sending'],
    ['sending', 'park', 'parked'],
    ['parked', 'resend', 'queued'],
    ['sending', 'return', 'returned'],
    ['handed-over', 'arrive', 'arrived'],
    ['queued', 'arrive', 'arrived'],
    ['queued', 'cancel', 'cancelled'],
    ['sending', 'cancel', null],
    ['arrived', 'retry', null],
    ['arrived', 'hand-over', null],
    ['returned', 'resend', null],
    ['cancelled', 'lease', null],
  ])('%s, %s: %s', (from, event, to) => {
    expect(advanceTransport(from, event)).toBe(to);
  });

  test('three states are final', () => {
    expect(FINAL).toEqual(['arrived', 'returned', 'cancelled']);
  });
});

describe('a transmission', () => {
  test.each<[TransmissionState, TransmissionEvent, TransmissionState | undefined]>([
    ['held', 'release', 'ready'],
    ['held', 'block', 'blocked'],
    ['held', 'finish', 'finished'],
    ['blocked', 'release', 'ready'],
    ['blocked', 'block', 'blocked'],
    ['ready', 'retry', 'ready'],
    ['ready', 'park', 'parked'],
    ['ready', 'finish', 'finished'],
    ['ready', 'block', undefined],
    ['held', 'park', undefined],
    ['parked', 'finish', 'finished'],
    ['parked', 'retry', undefined],
    ['finished', 'release', undefined],
  ])('%s, %s: %s', (from, event, to) => {
    expect(TRANSMISSION_STEPS[from][event]).toBe(to);
  });

  test('every end of a try is a step from sending, and of what is ready', () => {
    for (const [event, end] of Object.entries(ENDS_OF_TRY)) {
      expect(advanceTransport('sending', event as TransportEvent)).not.toBeNull();
      expect(TRANSMISSION_STEPS.ready).toHaveProperty(end);
    }
    expect(Object.keys(ENDS_OF_TRY).sort()).toEqual(Object.keys(TRANSPORT_STEPS.sending).sort());
  });
});

describe('the marks of a state', () => {
  test('what is final is finished', () => {
    const finished = Object.entries(TRANSPORT_MARKS).flatMap(([state, marks]) => (marks.finished ? [state] : []));
    expect(finished).toEqual(expect.arrayContaining([...FINAL]));
  });
});

describe('business', () => {
  test('the usual way leaves nothing to note', () => {
    expect(after('01', '03', '04', '05', '06')).toEqual({
      business: { latest: '06', furthest: '06' },
      noted: [undefined, undefined, undefined, undefined, undefined],
    });
    expect(after('01', '02').noted).toEqual([undefined, undefined]);
  });

  test.each<[string, BusinessCode[], (string | undefined)[], BusinessCode]>([
    ['finished before received (R11)', ['06'], ['status-out-of-order'], '06'],
    ['a skip', ['01', '03', '06'], [undefined, undefined, 'status-out-of-order'], '06'],
    ['a late 01', ['03', '01'], ['status-out-of-order', 'status-out-of-order'], '03'],
    ['a repeat', ['01', '01'], [undefined, 'status-repeated'], '01'],
    ['going back', ['01', '03', '04', '03'], [undefined, undefined, undefined, 'status-out-of-order'], '04'],
  ])('%s', (_, codes, noted, furthest) => {
    const walked = after(...codes);
    expect(walked.noted).toEqual(noted);
    expect(walked.business.furthest).toBe(furthest);
    expect(walked.business.latest).toBe(codes.at(-1));
  });
});

describe('recall', () => {
  test.each<[Recall, '13' | '15' | '16', Recall, string | undefined]>([
    ['none', '13', 'asked', undefined],
    ['asked', '15', 'agreed', undefined],
    ['asked', '16', 'refused', undefined],
    ['refused', '13', 'asked', undefined],
    ['refused', '15', 'agreed', undefined],
    ['agreed', '16', 'agreed', 'status-out-of-order'],
    ['agreed', '13', 'asked', undefined],
    ['none', '15', 'none', 'status-out-of-order'],
  ])('%s, %s: %s', (from, code, to, noted) => {
    const step = advanceRecall(from, code);
    expect([step.recall, step.finding?.code]).toEqual([to, noted]);
  });

  test('a revocation that is refused is recorded and chased', () => {
    expect(advanceRecall('asked', '16', true)).toMatchObject({
      recall: 'refused',
      finding: { code: 'revocation-refused' },
    });
  });
});

test('the diagram tells every step of the tables', () => {
  const diagram = toMermaid();
  expect(diagram).toMatch(/^stateDiagram-v2\n/);
  for (const line of [
    'transport_queued --> transport_sending : lease',
    'business_03 --> business_04 : 04',
    'recall_asked --> recall_agreed : agree',
    'transmission_blocked --> transmission_ready : release',
    'transmission_finished --> [*]',
  ]) {
    expect(diagram).toContain(line);
  }
});
