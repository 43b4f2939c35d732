// A Node that is too old, played by one that says so, and a program that was not built: every way in ends with a sentence,
// before anything that an old Node could not read is loaded.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Linter } from 'eslint';

const WAYS_IN = ['src/lienthong.mjs', 'src/build.mjs', 'tests/run.mjs'];
const WANTED = '20.19';

function runOn(version: string, file: string): { status: number | null; stdout: string; stderr: string } {
  const posing = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(posing)}`, file, '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

test('the oldest Node is the one of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${WANTED}`);
});

test.each(WAYS_IN.flatMap((file) => ['12.22.12', '18.20.8', '20.18.3'].map((version) => [file, version] as const)))(
  '%s on Node %s names both versions and nothing else',
  (file, version) => {
    const { status, stdout, stderr } = runOn(version, file);
    expect(status).toBe(69);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toContain(WANTED);
      expect(line).toContain(version);
    }
  },
);

test.each(['20.19.0', '22.0.0', '100.0.0'])('Node %s is new enough', (version) => {
  expect(runOn(version, 'src/lienthong.mjs').stderr).not.toContain(WANTED);
});

test('a command that was not built says in both languages how to build it, and nothing else', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'lienthong-unbuilt-'));
  for (const file of ['src/lienthong.mjs', 'src/node-version.mjs', 'src/texts/first-words.mjs', 'package.json'])
    cpSync(file, join(checkout, file));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/lienthong.mjs', 'serve'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  rmSync(checkout, { recursive: true });
  expect(status).toBe(69);
  expect(stdout).toBe('');
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toContain('npm run build');
});

/** What Node 12 parses is ECMAScript 2020 without two of its operators. */
const NODE_12: Linter.Config = {
  languageOptions: { ecmaVersion: 2020, sourceType: 'module' },
  rules: { 'no-restricted-syntax': ['error', 'ChainExpression', "LogicalExpression[operator='??']"] },
};

/** Of `fs`, in Node 12. */
const FILE_NAMES: ReadonlySet<string> = new Set(['existsSync', 'readFileSync']);

/** A module is linked with all that it imports before its first line runs: a file and the files it imports, directly or not. */
function linkedWith(file: string, linked = new Set<string>()): ReadonlySet<string> {
  linked.add(file);
  for (const { from } of importsOf(file)) {
    const imported = join(dirname(file), from);
    if (from.startsWith('.') && !linked.has(imported)) linkedWith(imported, linked);
  }
  return linked;
}

function importsOf(file: string): readonly { readonly from: string; readonly names: readonly string[] }[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^import\b([^'"();]*)['"]([^'"]+)['"]/gm)].map(([, clause = '', from = '']) => ({
    from,
    names: clause.replace(/\bfrom\b/, '').match(/[\w*]+/g) ?? [],
  }));
}

describe.each(WAYS_IN)('what Node links %s with', (way) => {
  const files = [...linkedWith(way)];

  test('are its own words and the look at the version', () => {
    expect(files).toEqual(expect.arrayContaining(['src/node-version.mjs', 'src/texts/first-words.mjs']));
  });

  test.each(files)('%s is read by Node 12', (file) => {
    expect(new Linter().verify(readFileSync(file, 'utf8'), NODE_12, file)).toEqual([]);
  });

  // A name that a module lacks ends the linking, as the prefix `node:` does before 12.20.
  test.each(files)('%s imports what Node 12 has', (file) => {
    const builtin = importsOf(file).filter(({ from }) => !from.startsWith('.'));
    expect(builtin.filter(({ from, names }) => from !== 'fs' || !names.every((name) => FILE_NAMES.has(name)))).toEqual(
      [],
    );
  });
});

test.each(['a?.b;', 'a ?? b;', 'await a;', 'a ||= b;', 'class A { b = 1; }'])('Node 12 does not read %s', (text) => {
  expect(new Linter().verify(text, NODE_12)).not.toEqual([]);
});
