import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { shapeFault, SHAPE_FAULTS } from '../../../../src/core/problems/shape.ts';
import { describe as inWords } from '../../../../src/texts/describe.ts';

const Entry = z
  .strictObject({
    name: z.string().min(2).max(4),
    kind: z.enum(['a', 'b']).optional(),
    url: z.url().optional(),
    ports: z.array(z.number().int()).optional(),
  })
  .refine(({ name }) => name !== 'both', { error: 'secret-twice', path: ['name'] });

const CASES: readonly (readonly [unknown, Record<string, string>, string, string])[] = [
  [{}, { place: 'name', fault: 'absent' }, 'thiếu', 'it is missing'],
  [{ name: 1 }, { place: 'name', fault: 'kind-wrong', expected: 'string' }, 'phải là chuỗi ký tự', 'it must be text'],
  [[], { place: '/', fault: 'kind-wrong', expected: 'object' }, 'phải là đối tượng', 'it must be an object'],
  [
    { name: 'abc', ports: [1, 'x'] },
    { place: 'ports.1', fault: 'kind-wrong', expected: 'number' },
    'phải là số',
    'it must be a number',
  ],
  [
    { name: 'abc', kind: 'c' },
    { place: 'kind', fault: 'choice-wrong', choices: 'a, b' },
    'phải là một trong các giá trị: a, b',
    'it must be one of the values: a, b',
  ],
  [
    { name: 'abc', url: 'x' },
    { place: 'url', fault: 'form-wrong' },
    'không đúng cách viết',
    'it is not written as it must be',
  ],
  [
    { name: 'abcde' },
    { place: 'name', fault: 'too-large', most: '4' },
    'lớn hoặc dài quá 4',
    'it is larger or longer than 4',
  ],
  [
    { name: 'a' },
    { place: 'name', fault: 'too-small', least: '2' },
    'nhỏ hoặc ngắn hơn 2',
    'it is smaller or shorter than 2',
  ],
  [
    { name: 'abc', more: 1 },
    { place: '/', fault: 'member-unknown', members: 'more' },
    'có mục lạ: more',
    'it has members that are not known: more',
  ],
  [
    { name: 'both' },
    { place: 'name', fault: 'rule-broken', rule: 'secret-twice' },
    'trái quy tắc: chỉ ghi một trong secret và secretSha256',
    'against a rule: secret or secretSha256, not both',
  ],
];

test.each(CASES)('%j', (written, facts, vi, en) => {
  const parsed = Entry.safeParse(written);
  const fault = parsed.success ? {} : shapeFault(parsed.error, written);
  expect(fault).toEqual(facts);
  const usage = { reason: 'file-invalid', file: 'x.json', ...fault };
  expect(inWords('wrong-usage', usage, 'vi').title).toContain(`x.json: mục “${facts['place'] ?? ''}”: ${vi}.`);
  expect(inWords('wrong-usage', usage, 'en').title).toContain(`x.json: “${facts['place'] ?? ''}”: ${en}.`);
});

test('every kind of fault is among them', () => {
  expect(new Set(CASES.map(([, { fault }]) => fault))).toEqual(new Set(SHAPE_FAULTS));
});
