// What the README and the pages in src/docs say about the program is made from the program, and what they point at is there.

import { describe, expect, test } from '@jest/globals';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { packagePath } from '../../src/config/paths.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { Metadata } from '../../src/core/formats/agency/metadata.ts';
import { commandsOf, MADE_PARTS, PAGES, partsOf, readPage, writtenAgain } from '../support/pages.ts';

/** Parts that tests/e2e/evidence.test.ts and tests/e2e/pages.test.ts run. */
const RUN_PARTS: readonly (readonly [page: string, part: string])[] = [
  ['src/docs/connect.md', 'curl'],
  ['src/docs/prove.md', 'receipt'],
  ['src/docs/prove.md', 'evidence'],
];

const parts = PAGES.flatMap((page) => [...partsOf(readPage(page)).keys()].map((part) => [page, part] as const));
const made = parts.filter(([, part]) => MADE_PARTS.includes(part));

test('every part that is made from a table stands on one page, and all others are run', () => {
  expect(made.map(([, part]) => part).sort()).toEqual([...MADE_PARTS].sort());
  expect(parts.filter(([, part]) => !MADE_PARTS.includes(part)).sort()).toEqual([...RUN_PARTS].sort());
  for (const [page, part] of RUN_PARTS) expect(commandsOf(page, part)).not.toBe('');
});

test.each(made)('%s: its part “%s” is the one of the table', (page, part) => {
  const text = readPage(page);
  expect(partsOf(text).get(part)).toBe(partsOf(writtenAgain(text)).get(part));
});

describe.each(PAGES)('%s', (page) => {
  const text = readPage(page);

  test('every path it names is there', () => {
    const named = [...text.matchAll(/`((?:src|adapters|certs|tests|schemas)\/[\w./-]*)`/g)].map(([, at = '']) => at);
    expect(named.filter((at) => !existsSync(packagePath(at)))).toEqual([]);
  });

  test('every page it links to is there', () => {
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, at = '']) => at);
    const from = path.dirname(packagePath(page));
    expect(linked.filter((at) => !existsSync(path.resolve(from, at)))).toEqual([]);
  });

  test('it opens with one heading that says what it is', () => {
    expect(text).toMatch(/^# \S/);
    expect(text.replaceAll(/^```[^]*?^```/gm, '').match(/^# /gm)).toHaveLength(1);
  });
});

test('the pages name many places of the code', () => {
  const named = PAGES.flatMap((page) => [...readPage(page).matchAll(/`(?:src|adapters|certs|tests|schemas)\//g)]);
  expect(named.length).toBeGreaterThan(80);
});

test('the README is short, and leads to every page', () => {
  expect(statSync(packagePath('README.md')).size).toBeLessThanOrEqual(10_000);
  for (const page of PAGES.filter((name) => name !== 'README.md')) expect(readPage('README.md')).toContain(`(${page})`);
});

test('src/docs/operate.md lists every exit status', () => {
  for (const status of Object.values(EXIT)) expect(readPage('src/docs/operate.md')).toContain(`| ${status} |`);
});

test('src/docs/words.md has each English term once', () => {
  const [glossary = ''] = readPage('src/docs/words.md').split('<!--');
  const terms = [...glossary.matchAll(/^\| ([a-z][^|]*) \|/gm)].flatMap(([, cell = '']) => cell.split(', '));
  expect(terms.length).toBeGreaterThan(60);
  expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
});

test('the least metadata.json of src/docs/connect.md is taken', () => {
  const example = /```json\n([^]*?)```/.exec(readPage('src/docs/connect.md'))?.[1] ?? '';
  expect(Metadata.safeParse(JSON.parse(example)).success).toBe(true);
});
