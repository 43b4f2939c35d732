// Everything there is to check, cheapest first; with patterns as arguments only the jest tests whose path matches. One line
// for each phase, and at the end `N passed, N failed`; each phase before jest counts as one test.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');

/** A jest that hangs is a fault of a test; well below the hour that a run may take. */
const JEST_MINUTES = 45;

/** Scripts of package.json. */
const PHASES = ['format:check', 'types', 'lint', 'boundaries', 'unused'];

const count = { passed: 0, failed: 0, skipped: 0 };
const children = new Set();

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(1);
  });
}

const patterns = process.argv.slice(2);
if (patterns.length > 0) {
  await jest(patterns, {});
} else {
  for (const name of PHASES) await phase(name, () => program('npm', ['run', '--silent', name]));
  await phase('build', () => program(process.execPath, ['src/build.mjs', 'tests/tsconfig.build.json']));
  const servers = await startServers();
  await jest([], servers.environment);
  await servers.stop();
}
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`);
process.exitCode = count.failed > 0 ? 1 : 0;

/** Runs `work`, which answers what to show when it failed, or undefined. */
async function phase(name, work) {
  const began = performance.now();
  const fault = await work().catch((error) => String(error?.stack ?? error));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${name.padEnd(12)} ${fault === undefined ? 'passed' : 'FAILED'} ${seconds.padStart(7)} s`);
  if (fault !== undefined) console.log(fault.replaceAll(/^(?=.)/gm, '    '));
  count[fault === undefined ? 'passed' : 'failed'] += 1;
}

/** Answers a program's output when it failed. */
async function program(file, args) {
  const { code, output } = await run(file, args, { stdio: 'pipe' });
  return code === 0 ? undefined : output;
}

function run(file, args, { stdio, env = {}, ...limit }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdio, stdio],
      ...limit,
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    children.add(child);
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code, output: Buffer.concat(chunks).toString() });
    });
  });
}

/** One RabbitMQ for all suites that only need one; those that restart it start their own. */
async function startServers() {
  const environment = {};
  let stop = async () => undefined;
  await phase('servers', async () => {
    const { sharedRabbit } = await import(pathToFileURL(path.join(ROOT, 'dist/tests/support/rabbitmq.js')).href);
    const rabbit = await sharedRabbit();
    environment.AMQP_URL = rabbit.url;
    stop = () => rabbit.close();
  });
  return { environment, stop };
}

async function jest(tests, env) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lienthong-tests-'));
  const report = path.join(folder, 'report.json');
  const began = performance.now();
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const runner = path.join(ROOT, 'node_modules/jest/bin/jest.js');
  // Workers are processes of jest's own and take the options from the environment.
  const options = { NODE_OPTIONS: [process.env.NODE_OPTIONS, ...args].filter(Boolean).join(' ') };
  const { code } = await run(process.execPath, [runner, '--json', `--outputFile=${report}`, ...tests], {
    stdio: 'inherit',
    env: { ...env, ...options },
    timeout: JEST_MINUTES * 60_000,
    killSignal: 'SIGKILL',
  });
  const result = await readFile(report, 'utf8').then(JSON.parse, () => undefined);
  await rm(folder, { recursive: true, force: true });
  const failed = result === undefined ? 1 : result.numFailedTests + result.numRuntimeErrorTestSuites;
  // Jest may also fail for what is no test, such as a worker that died.
  const faults = failed === 0 && code !== 0 ? 1 : failed;
  count.passed += result?.numPassedTests ?? 0;
  count.failed += faults;
  count.skipped += (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`\n${'jest'.padEnd(12)} ${faults === 0 ? 'passed' : 'FAILED'} ${seconds.padStart(7)} s`);
}
