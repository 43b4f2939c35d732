// `npm run measures`: counts the tree and prints a table.
//   --root DIR      measures another tree
//   --json          prints JSON, which --compare reads
//   --compare FILE  prints the numbers of an earlier run beside those of this one
//   --graph         prints the plan of each hall instead

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure, PRODUCT, type Measures, type Row } from './measure.ts';
import { hallsOf, planOf } from './rooms.ts';
import { sourcesIn } from './sources.ts';

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    json: { type: 'boolean', default: false },
    compare: { type: 'string' },
    graph: { type: 'boolean', default: false },
  },
});

const measures = values.graph ? graph(values.root) : measure(values.root);
const before =
  values.compare === undefined ? undefined : (JSON.parse(readFileSync(values.compare, 'utf8')) as Measures);
console.log(values.json ? JSON.stringify(measures, null, 2) : table(measures, before));

/** Halls with more than one room. */
function graph(root: string): Measures {
  const plans = hallsOf(sourcesIn(root, PRODUCT))
    .map(planOf)
    .filter(({ rooms }) => rooms > 1);
  return Object.fromEntries(
    plans.map(({ hall, rooms, arrows, floors, upwards, mutual }) => [
      hall,
      { rooms, arrows, floors, upwards: upwards.length, mutual: mutual.length },
    ]),
  );
}

/** In Markdown: a row a measure, a column a tree. */
function table(now: Measures, earlier: Measures | undefined): string {
  const names = new Set([...Object.keys(earlier ?? {}), ...Object.keys(now)]);
  const columns = earlier === undefined ? [now] : [earlier, now];
  const heads = earlier === undefined ? ['now'] : ['before', 'now'];
  return [
    `| | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---|').join('')}`,
    ...[...names].map((name) => `| ${name} | ${columns.map((column) => cell(column[name])).join(' | ')} |`),
  ].join('\n');
}

function cell(row: Row | undefined): string {
  if (row === undefined) return '–';
  return Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
