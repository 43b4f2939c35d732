// States change in one file. Every other statement of the program may read them.

import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packagePath } from '../../src/config/paths.ts';

/** Where each kind of statement may stand. */
const HOMES = {
  states: 'drivers/postgres/record/moves.ts',
  references: 'drivers/postgres/record/release.ts',
} as const;

/** What the tables of states decide, and what goes with a state. */
const COLUMNS = [
  'transport',
  'problem_code',
  'problem_facts',
  'handed_over_at',
  'arrived_at',
  'finished_at',
  'business_latest',
  'business_furthest',
  'recall',
  'asked_by',
  'state',
];

const UPDATE =
  /\bupdate\s+(?:delivery|transmission)\b[^`]*?\bset\b([^`]*?)(?:\bfrom\b|\bwhere\b|\breturning\b|[`;]|$)/gi;
const BEGIN = /\binsert\s+into\s+(?:delivery|transmission)\b/gi;
const REFERENCE = /\binsert\s+into\s+(?:outbox|inbox_pending)\b/gi;

/** Statements of a source text that do what only `HOMES` do. */
function writes(text: string): Readonly<Record<keyof typeof HOMES, readonly string[]>> {
  const updates = [...text.matchAll(UPDATE)].filter(([, set = '']) =>
    [...set.matchAll(/(\w+)\s*=/g)].some(([, column = '']) => COLUMNS.includes(column)),
  );
  return {
    states: [...updates, ...text.matchAll(BEGIN)].map(([statement]) => statement),
    references: [...text.matchAll(REFERENCE)].map(([statement]) => statement),
  };
}

test.each([
  "`update delivery set transport = 'parked' where id = $1`",
  '`update delivery d\n set problem_code = null,\n finished_at = now() from ended e where d.id = e.id`',
  "'update transmission t set due_at = now(), state = $1'",
  '`update delivery d set business_latest = c.latest returning id`',
  '`insert into transmission (id, state) values ($1, $2)`',
])('a statement that changes a state is noticed: %s', (text) => {
  expect(writes(text).states).toHaveLength(1);
});

test.each([
  "`update delivery d set blocked_by = g.blocker from given g where d.transport = 'queued'`",
  "`update transmission t set referenced_at = now() where t.state = 'ready'`",
  "`select from delivery d where d.state = 'x'`",
])('one that only asks for a state is not: %s', (text) => {
  expect(writes(text)).toEqual({ states: [], references: [] });
});

test('a way into the outbox or into the inbox is noticed', () => {
  expect(writes('`insert into outbox (rank) select 1`').references).toHaveLength(1);
  expect(writes('`insert into inbox_pending (delivery) select $1`').references).toHaveLength(1);
});

test('states change, and references are made, in one file each', () => {
  const root = packagePath('src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  for (const home of Object.values(HOMES)) expect(files).toContain(path.normalize(home));
  const elsewhere = files.flatMap((file) => {
    const found = writes(readFileSync(path.join(root, file), 'utf8'));
    return (Object.keys(HOMES) as (keyof typeof HOMES)[]).flatMap((kind) =>
      path.normalize(HOMES[kind]) === file ? [] : found[kind].map((statement) => `${file}: ${statement}`),
    );
  });
  expect(elsewhere).toEqual([]);
});
