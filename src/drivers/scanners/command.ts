// Any scanner with a command line: it reads the file from standard input and says by its exit status what it thinks, as
// `clamdscan -` and most others do.

import { spawn } from 'node:child_process';
import type { ScanAnswer } from '../../core/verify/scan.ts';
import type { MalwareScanner, Scan } from '../../ports/malware-scanner.ts';

export interface CommandScannerOptions {
  /** Absolute path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** Milliseconds without progress after which the program counts as hung. */
  readonly patience?: number;
}

const PATIENCE = 60_000;
/** Of what it prints; the rest is read and thrown away. */
const OUTPUT_BYTES = 4096;
const CLEAN = 0;
const INFECTED = 1;

export function openCommandScanner(options: CommandScannerOptions): MalwareScanner {
  return { scan: () => openScan(options) };
}

function openScan({ program, args, patience = PATIENCE }: CommandScannerOptions): Scan {
  // Nothing of our environment: it may hold secrets.
  const child = spawn(program, [...args], { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: '/usr/bin:/bin' } });
  const hung = setTimeout(() => child.kill('SIGKILL'), patience);
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    if (output.length < OUTPUT_BYTES) output += bytes.toString('utf8');
  });
  const answer = new Promise<ScanAnswer>((resolve) => {
    child.once('error', ({ message }) => resolve({ kind: 'unavailable', reason: message }));
    child.once('close', (status, signal) => resolve(answerOf(status, signal, output)));
  });
  const over = answer.then(() => clearTimeout(hung));
  // A program that has made up its mind stops reading.
  child.stdin.on('error', () => undefined);
  return {
    async write(chunk) {
      if (!child.stdin.writable) return;
      hung.refresh();
      const written = new Promise<void>((resolve) => child.stdin.write(chunk, () => resolve()));
      await Promise.race([written, over]);
    },
    async end() {
      hung.refresh();
      child.stdin.end();
      return await answer;
    },
    abandon: () => child.kill('SIGKILL'),
  };
}

function answerOf(status: number | null, signal: NodeJS.Signals | null, output: string): ScanAnswer {
  if (status === CLEAN) return { kind: 'clean' };
  const [line = ''] = output.trim().split('\n');
  if (status === INFECTED) return { kind: 'infected', name: /(\S+) FOUND$/.exec(line)?.[1] ?? 'malware' };
  return { kind: 'unavailable', reason: signal ?? `status ${String(status)}` };
}
