import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  advanceBusiness,
  advanceRecall,
  advanceTransport,
  TRANSPORT_STEPS,
  type Business,
  type BusinessCode,
  type Recall,
  type Transport,
  type TransportEvent,
} from '../../src/core/exchange/lifecycle.ts';

const event = fc.constantFrom<TransportEvent>(
  'lease',
  'arrive',
  'hand-over',
  'retry',
  'park',
  'return',
  'cancel',
  'resend',
);
const code = fc.constantFrom<BusinessCode>('01', '02', '03', '04', '05', '06');

test('a delivery walks within its states, and final ones stay', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let at: Transport = 'queued';
      for (const happened of events) {
        const next = advanceTransport(at, happened);
        if (Object.keys(TRANSPORT_STEPS[at]).length === 0) expect(next).toBeNull();
        at = next ?? at;
        expect(Object.keys(TRANSPORT_STEPS)).toContain(at);
      }
    }),
  );
});

test('from every state that is not final, some way leads to arrival', () => {
  const reaches = (from: Transport, seen: readonly Transport[] = []): boolean =>
    from === 'arrived' ||
    Object.values(TRANSPORT_STEPS[from]).some((to) => !seen.includes(to) && reaches(to, [...seen, from]));
  for (const state of ['queued', 'sending', 'handed-over', 'retrying', 'parked'] as const)
    expect(reaches(state)).toBe(true);
});

test('the furthest state never goes back, and the latest is what was said last', () => {
  fc.assert(
    fc.property(fc.array(code, { minLength: 1, maxLength: 40 }), (codes) => {
      let business: Business = { latest: null, furthest: null };
      for (const said of codes) {
        const next = advanceBusiness(business, said).business;
        expect((next.furthest ?? '') >= (business.furthest ?? '')).toBe(true);
        expect(next.latest).toBe(said);
        business = next;
      }
      expect(business.furthest).toBe([...codes].sort().at(-1));
    }),
  );
});

test('a recall that was agreed to stays agreed until something new is asked', () => {
  const answer = fc.constantFrom<'13' | '15' | '16'>('13', '15', '16');
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 30 }), fc.boolean(), (codes, revocation) => {
      let recall = 'none' as Recall;
      for (const said of codes) {
        const next: Recall = advanceRecall(recall, said, revocation).recall;
        if (recall === 'agreed') expect(next).toBe(said === '13' ? 'asked' : 'agreed');
        if (recall !== 'none') expect(next).not.toBe('none');
        recall = next;
      }
    }),
  );
});
