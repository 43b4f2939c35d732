// `node src/build.mjs [PROJECT …]`: compiles what is out of date, and writes into dist/commit which commit that was.

import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST_WORDS } from './texts/first-words.mjs';

// An import would read nine megabytes for the names they export, before the first line here runs.
const ts = createRequire(import.meta.url)('typescript');

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');

process.chdir(ROOT);
process.exitCode = compile(process.argv.length > 2 ? process.argv.slice(2) : ['src/tsconfig.build.json']);
writeCommit();

/** As `tsc --build`; tells first when it is going to take a while. */
function compile(projects) {
  const names = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' };
  const report = (diagnostic) => console.error(ts.formatDiagnostic(diagnostic, names).trimEnd());
  const host = ts.createSolutionBuilderHost(ts.sys, undefined, report);
  const builder = ts.createSolutionBuilder(host, projects, {});
  const isOutdated = builder.getNextInvalidatedProject()?.kind === ts.InvalidatedProjectKind.Build;
  const { vi, en } = FIRST_WORDS.building;
  if (isOutdated) console.error(`${vi}\n${en}`);
  return builder.build();
}

/** Sources that came without their history are of no commit that can be told. */
function writeCommit() {
  const { status, stdout } = spawnSync('git', ['--git-dir=.git', 'describe', '--always', '--dirty', '--exclude=*']);
  rmSync('dist/commit', { force: true });
  if (status !== 0) return;
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/commit', stdout);
}
