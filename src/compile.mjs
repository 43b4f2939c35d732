// Compiles what is out of date of the projects named as arguments, and writes into dist/commit which commit that was.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST_WORDS } from './texts/first-words.mjs';

// An import would read nine megabytes for the names they export, before the first line here runs.
const ts = createRequire(import.meta.url)('typescript');

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');

process.chdir(ROOT);
const { status, isOutdated } = compile(process.argv.length > 2 ? process.argv.slice(2) : ['src/tsconfig.build.json']);
process.exitCode = status;
noteCommit(isOutdated);

/** As `tsc --build`; tells first when it is going to take a while. */
function compile(projects) {
  const names = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' };
  const report = (diagnostic) => console.error(ts.formatDiagnostic(diagnostic, names).trimEnd());
  const host = ts.createSolutionBuilderHost(ts.sys, undefined, report);
  const builder = ts.createSolutionBuilder(host, projects, {});
  const isOutdated = builder.getNextInvalidatedProject()?.kind === ts.InvalidatedProjectKind.Build;
  const { vi, en } = FIRST_WORDS.building;
  if (isOutdated) console.error(`${vi}\n${en}`);
  return { status: builder.build(), isOutdated };
}

/**
 * Writes only what is not there yet: whoever starts a built gateway need not be allowed to write here. Sources that came
 * without their history are of the commit that LIENTHONG_COMMIT says, or of none that can be told; a build that nothing
 * changed keeps the commit it has.
 */
function noteCommit(isOutdated) {
  const known = existsSync('dist/commit') ? readFileSync('dist/commit', 'utf8') : '';
  const commit = commitFromGit() || commitFromEnvironment() || (isOutdated ? '' : known);
  if (commit === known) return;
  mkdirSync('dist', { recursive: true });
  rmSync('dist/commit', { force: true });
  if (commit !== '') writeFileSync('dist/commit', commit);
}

/** As Git shortens it, with `-dirty` behind it where files have changed; empty where Git cannot tell. */
function commitFromGit() {
  const { status, stdout } = spawnSync('git', ['--git-dir=.git', 'describe', '--always', '--dirty', '--exclude=*']);
  return status === 0 ? stdout.toString() : '';
}

/** Where sources are copied without their history, as into an image; empty where nobody says it. */
function commitFromEnvironment() {
  const { LIENTHONG_COMMIT = '' } = process.env;
  return LIENTHONG_COMMIT === '' ? '' : `${LIENTHONG_COMMIT}\n`;
}
