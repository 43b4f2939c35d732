// `npm run bench -- read|write|verify|exchange|package|pdf [--json] [--seconds N]`: figures beside a peer's, or beside yardsticks, of one run.

import { parseArgs } from 'node:util';
import { complete, type Bench, type BenchOptions, type BenchReport } from './report.ts';

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<Bench>>> = {
  read: async (options) => (await import('./read.ts')).benchRead(options),
  write: async (options) => (await import('./write.ts')).benchWrite(options),
  verify: async (options) => (await import('./verify.ts')).benchVerify(options),
  exchange: async (options) => (await import('./exchange.ts')).benchExchange(options),
  pdf: async (options) => (await import('./pdf.ts')).benchPdf(options),
  package: async () => (await import('./package.ts')).benchPackage(),
};

const USAGE = `usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json] [--seconds N]\n`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '10' } },
  });
  const bench = Object.hasOwn(BENCHES, positionals[0] ?? '') ? BENCHES[positionals[0] ?? ''] : undefined;
  const seconds = Number(values.seconds);
  if (bench === undefined || positionals.length !== 1 || !(seconds >= 1 && seconds <= 600)) {
    process.stderr.write(USAGE);
    return 64;
  }
  const report = complete(await bench({ seconds }));
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
  return 0;
}

function table({ machine, versions, conditions, results }: BenchReport): string {
  const facts = [machine, versions, conditions].map((group) =>
    Object.entries(group)
      .map(([name, value]) => `${name} ${value}`)
      .join('; '),
  );
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map(({ name, value, unit, peer, peerValue, ratio }) => {
    const beside = peer === null ? '' : `   ${peer}: ${peerValue ?? ''} ${unit}, ratio ${ratio ?? ''}`;
    return `${name.padEnd(width)}  ${String(value).padStart(10)} ${unit}${beside}`;
  });
  return `${facts.join('\n')}\n\n${lines.join('\n')}\n`;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = error instanceof TypeError && 'code' in error ? 64 : 70;
}
