// Comments point only to pages of this repository, and to sections that these pages have.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';

interface Comment {
  /** Path and line. */
  readonly where: string;
  readonly text: string;
}

const comments = ['src', 'adapters', 'certs', 'tests'].flatMap(filesIn).flatMap(commentsIn);

function filesIn(folder: string): readonly string[] {
  return readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|cjs|sql|py)$/.test(file) && !file.includes('node_modules'))
    .map((file) => join(folder, file));
}

/** Lines that begin with the mark of a comment, and what stands behind one at a line's end. */
function commentsIn(file: string): readonly Comment[] {
  const lines = readFileSync(packagePath(file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const text = /^\s*(?:\/\/|\/?\*|--|#).*|\s(?:\/\/|\/\*|--) .*/.exec(line)?.[0];
    return text === undefined ? [] : [{ where: `${file}:${index + 1}`, text }];
  });
}

/** Names of papers that are not here, or that are pages here and then named by their path. */
const PAPERS =
  /threat model|format facts|bad[- ]inputs?[- ]catalogue|catalogue of bad|\b(?:design|house|habits|faults|bad-inputs)\.md/i;

test('the sources have many comments', () => {
  expect(comments.length).toBeGreaterThan(4_000);
});

test('no comment names a paper that is not in the repository', () => {
  expect(comments.filter(({ text }) => PAPERS.test(text)).map(({ where }) => where)).toEqual([]);
});

const POINTER = /\b((?:src|schemas|adapters|certs)\/[\w./-]+\.md)(?: (\d+(?:\.\d+)*))?/g;

test('every page and section that a comment points to is there', () => {
  const pointers = comments.flatMap(({ where, text }) =>
    [...text.matchAll(POINTER)].map(([, page = '', section]) => ({ where, page, section })),
  );
  expect(pointers.length).toBeGreaterThan(20);
  expect(pointers.filter(({ page, section }) => !leadsSomewhere(page, section))).toEqual([]);
});

function leadsSomewhere(page: string, section: string | undefined): boolean {
  if (!existsSync(packagePath(page))) return false;
  if (section === undefined) return true;
  const headings = readFileSync(packagePath(page), 'utf8').match(/^#+ [\d.]+/gm) ?? [];
  return headings.some((heading) => heading.replace(/^#+ /, '') === section);
}
