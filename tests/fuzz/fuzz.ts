// `npm run fuzz [-- --seed N --inputs N --json]`: damaged packages through the reader, the rules and the writers. Ends with
// 1 and names the file of the input when something else than an answer came out.

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { complete } from '../bench/report.ts';
import { fuzz, type FuzzReport } from './run.ts';

const SECONDS_WITHOUT_A_STEP = 60;

/** In a thread of its own: where an input never ends, this one has no turn any more. */
const WATCHMAN = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const step = new Int32Array(workerData.step);
  let [last, since] = [-2, Date.now()];
  setInterval(() => {
    const now = Atomics.load(step, 0);
    if (now !== last) [last, since] = [now, Date.now()];
    if (Date.now() - since < workerData.seconds * 1000) return;
    writeSync(2, 'hang: seed ' + workerData.seed + ', input ' + now + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      inputs: { type: 'string', default: '100000' },
      json: { type: 'boolean', default: false },
    },
  });
  const [seed, inputs] = [Number(values.seed), Number(values.inputs)];
  if (!Number.isSafeInteger(seed) || !(inputs >= 1 && inputs <= 10_000_000)) {
    process.stderr.write('usage: npm run fuzz [-- --seed N --inputs N --json]\n');
    return 64;
  }
  const step = new SharedArrayBuffer(4);
  const watchman = new Worker(WATCHMAN, { eval: true, workerData: { step, seed, seconds: SECONDS_WITHOUT_A_STEP } });
  process.stderr.write(`seed ${seed}, ${inputs} inputs\n`);
  const began = performance.now();
  const cpu = process.cpuUsage();
  const report = await fuzz({
    seed,
    inputs,
    began: (index) => Atomics.store(new Int32Array(step), 0, index),
    said: (line) => process.stderr.write(`${line}\n`),
  });
  await watchman.terminate();
  const { user, system } = process.cpuUsage(cpu);
  const { machine, versions, conditions } = complete({
    versions: {},
    conditions: {
      seconds: Math.round((performance.now() - began) / 1000),
      cpuSeconds: Math.round((user + system) / 1e6),
      command: `npm run fuzz -- --seed ${seed} --inputs ${inputs}`,
    },
    results: [],
  });
  const whole = { machine, versions, conditions, ...report };
  process.stdout.write(values.json ? `${JSON.stringify(whole, null, 2)}\n` : told(whole));
  return report.findings.length === 0 ? 0 : 1;
}

function told(whole: FuzzReport & Pick<ReturnType<typeof complete>, 'machine' | 'versions' | 'conditions'>): string {
  const { machine, versions, conditions, outcomes, worst, memory, findings } = whole;
  const facts = [machine, versions, conditions].map((group) =>
    Object.entries(group)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
  );
  const lines = [
    ...facts,
    '',
    `${whole.inputs} inputs made of ${whole.samples} packages, ${whole.megabytes} MB, seed ${whole.seed}`,
    ...Object.entries(outcomes).map(([code, count]) => `  ${String(count).padStart(8)}  ${code}`),
    `worst input: ${worst.milliseconds} ms of CPU (input ${worst.index}, ${worst.bytes} bytes)`,
    `heap ${memory.early.heapMB} MB at a tenth, ${memory.late.heapMB} MB at the end; resident ${memory.early.residentMB} MB, ${memory.late.residentMB} MB`,
    ...findings.map(({ index, what, detail, file }) => `${what.toUpperCase()} input ${index}: ${detail}\n  ${file}`),
    findings.length === 0 ? 'nothing found' : `${findings.length} found`,
  ];
  return `${lines.join('\n')}\n`;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = error instanceof TypeError && 'code' in error ? 64 : 70;
}
