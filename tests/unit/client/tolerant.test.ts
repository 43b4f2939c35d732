// A client reads answers of other versions, and refuses values that are no answer.

import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { InboxAnswer } from '../../../src/api/v1/inbox.ts';
import { KeysAnswer } from '../../../src/api/v1/keys.ts';
import { MessageAnswer } from '../../../src/api/v1/messages.ts';
import { tolerant } from '../../../src/client/tolerant.ts';

const ENTRY = {
  delivery: 'd',
  transmission: 't',
  message: 'm',
  kind: 'new',
  organisation: 'H99.2',
  sender: 'H99.1',
  issuer: 'H99.1',
  documentId: 'H99.1,1,2026',
  verdict: 'passed',
  sha256: 'aa',
  size: 3,
  receivedAt: '2026-01-01T00:00:00Z',
};

describe('a newer gateway', () => {
  test('has members and values of its own', () => {
    const entry = { ...ENTRY, kind: 'amend', verdict: 'revised', urgent: true, unchecked: false, referenceOnly: true };
    const page = {
      entries: [{ ...entry, subject: 'Về việc', acknowledgedAt: null, colour: 'red' }],
      notices: [{ notice: 'n', message: 'm', delivery: 'd', verdict: 'withdrawn', madeAt: 'then', by: 'x' }],
      cursor: 'c',
      unacknowledgedBefore: { count: 1, oldest: null, newest: null },
      total: 7,
    };
    expect(tolerant(InboxAnswer).parse(page)).toEqual(page);
  });
});

describe('an older gateway', () => {
  test('lacks lists, what may be null, and what is true or false', () => {
    const page = { entries: [ENTRY], cursor: 'c', unacknowledgedBefore: { count: 0 } };
    expect(tolerant(InboxAnswer).parse(page)).toEqual({
      entries: [
        { ...ENTRY, subject: null, urgent: false, unchecked: false, referenceOnly: false, acknowledgedAt: null },
      ],
      notices: [],
      cursor: 'c',
      unacknowledgedBefore: { count: 0, oldest: null },
    });
  });

  test('lacks an object of nothing but these', () => {
    const { related } = tolerant(MessageAnswer.pick({ id: true, related: true })).parse({ id: 'm' });
    expect(related).toEqual({ actsOn: [], actedOnBy: [], answers: [], answeredBy: [], previous: [], next: [] });
  });

  test('lacks what the client has a value for', () => {
    const Later = z.strictObject({ id: z.uuid(), verdict: z.enum(['passed', 'failed']).default('failed') });
    expect(tolerant(Later).parse({ id: 'a' })).toEqual({ id: 'a', verdict: 'failed' });
    expect(tolerant(Later).parse({ id: 'a', verdict: 'other' })).toEqual({ id: 'a', verdict: 'other' });
  });
});

test('what lacks anything else, or has another type, is no answer', () => {
  for (const answer of [{}, { something: 'else' }, { cursor: 1, unacknowledgedBefore: { count: 0 } }, [], null]) {
    expect(tolerant(InboxAnswer).safeParse(answer).success).toBe(false);
  }
  expect(tolerant(KeysAnswer).safeParse({ something: 'else' }).success).toBe(false);
  expect(tolerant(KeysAnswer).parse({ keys: [] })).toEqual({ keys: [] });
  expect(tolerant(z.record(z.string(), z.number())).safeParse({ a: 'b' }).success).toBe(false);
});
