// A client reads answers of other versions, and refuses values that are no answer.

import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { InboxAnswer } from '../../../src/api/v1/inbox.ts';
import { KeysAnswer } from '../../../src/api/v1/keys.ts';
import { MessageAnswer } from '../../../src/api/v1/messages.ts';
import { ReportAnswer } from '../../../src/api/v1/report.ts';
import { tolerant } from '../../../src/client/tolerant.ts';
import type { RawCall } from '../../../src/http/call.ts';
import { getMessageReport } from '../../../src/http/v1/operations/getMessageReport.ts';
import { judgedEvidence, MESSAGE } from '../../support/evidence.ts';

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

describe('the report', () => {
  const call = { params: { id: MESSAGE }, query: new Map(), language: 'en' } as unknown as RawCall;

  async function realReport(): Promise<Readonly<Record<string, unknown>>> {
    const { report } = await judgedEvidence();
    const operation = getMessageReport.bind({ messages: { report: () => Promise.resolve(report) } });
    const said = await operation(call, { client: 'c', connection: 'c', scopes: new Set() });
    if (said === 'sent') throw new Error('not a stream');
    return JSON.parse(said.text) as Readonly<Record<string, unknown>>;
  }

  test('of this gateway is read as it stands', async () => {
    const report = await realReport();
    expect(ReportAnswer.parse(report).proofs).not.toEqual([]);
    expect(tolerant(ReportAnswer).parse(report)).toEqual(report);
  });

  test('may have a cause, which has members and values of its own', async () => {
    const cause = {
      code: 'c',
      severity: 'grave',
      facts: { n: 1 },
      title: 't',
      detail: 'd',
      actor: 'nobody',
      colour: 'red',
    };
    const report = { ...(await realReport()), cause };
    expect(tolerant(ReportAnswer).parse(report)).toEqual(report);
  });

  test('of an older gateway lacks its cause', async () => {
    const { cause, ...older } = await realReport();
    expect(cause).toBeNull();
    expect(tolerant(ReportAnswer).parse(older)).toEqual({ ...older, cause: null });
  });
});

describe('what a schema is made of', () => {
  test.each([
    ['a union', z.union([z.int(), z.boolean()]), 5],
    ['a union of objects', z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]), { b: 'x' }],
    ['a pipe, by what comes out', z.string().transform(Number).pipe(z.int()), 7],
    ['a record of objects', z.record(z.string(), z.strictObject({ a: z.enum(['x']) })), { one: { a: 'y', more: 1 } }],
    ['a literal text', z.literal('Bearer'), 'Other'],
    ['a format', z.iso.datetime(), 'now'],
  ] as const)('%s is taken apart', (_name, schema, value) => {
    expect(tolerant(schema).parse(value)).toEqual(value);
    expect(tolerant(schema).safeParse(['another type']).success).toBe(false);
  });

  test.each([
    ['z.unknown()', z.unknown()],
    ['a literal number', z.literal(1)],
    ['a date', z.date()],
    ['what a function makes', z.string().transform(Number)],
    ['one of these in a member', z.strictObject({ a: z.array(z.union([z.string(), z.bigint()])) })],
  ])('%s has no tolerant form', (_name, schema) => {
    expect(() => tolerant(schema)).toThrow(TypeError);
  });
});
