// `npm start` builds first, in whatever checkout it stands: here a small one, with the real src/build.mjs in it.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const NOBODY = 65_534;

/** Root may write anywhere, so a process of root becomes somebody else before its first line. */
const AS_NOBODY = `if (process.geteuid() === 0) { process.setegid(${NOBODY}); process.seteuid(${NOBODY}); }`;

/** What the compiler needs of itself, as copies: nobody may not be let into the folder where this checkout lies. */
const COPIES = [
  'src/build.mjs',
  'src/compile.mjs',
  'src/node-version.mjs',
  'src/texts/first-words.mjs',
  'package.json',
  ...[
    'package.json',
    'lib/typescript.js',
    'lib/lib.es5.d.ts',
    'lib/lib.decorators.d.ts',
    'lib/lib.decorators.legacy.d.ts',
  ].map((file) => join('node_modules/typescript', file)),
];

let checkout = '';

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'lienthong-build-'));
  chmodSync(checkout, 0o755);
  for (const file of COPIES) cpSync(file, join(checkout, file));
  const compilerOptions = { composite: true, rootDir: '.', outDir: '../dist', lib: ['ES5'], types: [] };
  writeFileSync(join(checkout, 'src/tsconfig.build.json'), JSON.stringify({ compilerOptions, files: ['one.ts'] }));
  writeFileSync(join(checkout, 'src/one.ts'), 'export const one = 1;\n');
  writeFileSync(join(checkout, '.gitignore'), 'dist/\nnode_modules/\n');
});

afterEach(() => {
  allow(0o755);
  rmSync(checkout, { recursive: true, force: true });
});

function git(...args: readonly string[]): void {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid', '-c', 'commit.gpgsign=false'];
  expect(spawnSync('git', [...author, ...args], { cwd: checkout }).status).toBe(0);
}

function keepHistory(): void {
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=one');
}

/** Who may write into the checkout's folders, and into what was built. */
function allow(mode: number): void {
  for (const folder of ['.', 'src', 'dist']) {
    mkdirSync(join(checkout, folder), { recursive: true });
    chmodSync(join(checkout, folder), mode);
  }
  for (const file of readdirSync(join(checkout, 'dist'))) chmodSync(join(checkout, 'dist', file), mode & 0o666);
}

interface Build {
  readonly before?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

function build({ before = '', environment = {} }: Build = {}): { status: number | null; stderr: string } {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(before)}`, 'src/build.mjs'];
  return spawnSync(process.execPath, args, {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, LIENTHONG_COMMIT: '', ...environment },
  });
}

function commit(): string {
  return readFileSync(join(checkout, 'dist/commit'), 'utf8').trim();
}

/** Builds, then builds again as somebody who may write nothing, and without what `before` takes away. */
function buildTwice(before = ''): { status: number | null; stderr: string } {
  expect(build().status).toBe(0);
  allow(0o555);
  return build({ before: AS_NOBODY + before });
}

test('who may not write here starts what is up to date', () => {
  keepHistory();
  expect(buildTwice()).toMatchObject({ status: 0, stderr: '' });
  expect(commit()).toMatch(/^[0-9a-f]{7,}$/);
});

test('who may not write here, and has no Git, starts what is up to date', () => {
  keepHistory();
  expect(buildTwice('process.env.PATH = "";')).toMatchObject({ status: 0, stderr: '' });
  expect(commit()).toMatch(/^[0-9a-f]{7,}$/);
});

test('a checkout without history is of no commit, and starts as well', () => {
  expect(buildTwice()).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(join(checkout, 'dist'))).not.toContain('commit');
});

test('the commit that stands there follows the history', () => {
  keepHistory();
  expect(build().status).toBe(0);
  const before = commit();
  writeFileSync(join(checkout, 'src/one.ts'), 'export const one = 2;\n');
  expect(build().status).toBe(0);
  expect(commit()).toBe(`${before}-dirty`);
  git('commit', '--quiet', '--all', '--message=two');
  expect(build().status).toBe(0);
  expect(commit()).not.toContain(before);
});

test('what is built anew from sources without history is of no commit any more', () => {
  keepHistory();
  expect(build().status).toBe(0);
  rmSync(join(checkout, '.git'), { recursive: true });
  writeFileSync(join(checkout, 'src/one.ts'), 'export const one = 2;\n');
  expect(build().status).toBe(0);
  expect(readdirSync(join(checkout, 'dist'))).not.toContain('commit');
});

test('where Git cannot tell the commit, the environment does', () => {
  expect(build({ environment: { LIENTHONG_COMMIT: 'abc1234' } }).status).toBe(0);
  expect(commit()).toBe('abc1234');
});

test('where Git can tell the commit, the environment does not', () => {
  keepHistory();
  expect(build({ environment: { LIENTHONG_COMMIT: 'abc1234' } }).status).toBe(0);
  expect(commit()).not.toBe('abc1234');
});
