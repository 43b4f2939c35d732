// Any scanner with a command line: it reads the file from standard input and says by its exit status what it thinks, as
// `clamdscan -` and most others do.

import { spawn, type ChildProcess } from 'node:child_process';
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
  // Nothing of our environment: it may hold secrets. A group of its own: a script is stopped with what it has started.
  // Without file descriptors left, Node gives a process without streams and tells the error afterwards.
  const child: ChildProcess = spawn(program, [...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    detached: true,
  });
  let isClosed = false;
  const stop = (): void => {
    if (!isClosed) killGroup(child);
  };
  const hung = setTimeout(stop, patience);
  let output = '';
  const answer = new Promise<ScanAnswer>((resolve) => {
    child.on('error', ({ message }) => resolve({ kind: 'unavailable', reason: message }));
    child.once('close', (status, signal) => {
      isClosed = true;
      resolve(answerOf(status, signal, output));
    });
  });
  const over = answer.then(() => clearTimeout(hung));
  const { stdin, stdout } = child;
  stdout?.on('data', (bytes: Buffer) => {
    if (output.length < OUTPUT_BYTES) output += bytes.toString('utf8');
  });
  // A program that has made up its mind stops reading.
  stdin?.on('error', () => undefined);
  return {
    async write(chunk) {
      if (!stdin?.writable) return;
      hung.refresh();
      const writing = new Promise<void>((resolve) => stdin.write(chunk, () => resolve()));
      await Promise.race([writing, over]);
    },
    async end() {
      hung.refresh();
      stdin?.end();
      return await answer;
    },
    abandon: stop,
  };
}

/** The stream is given up as well: a process that left the group may hold its other end. */
function killGroup(child: ChildProcess): void {
  child.stdout?.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone, or is not ours to end; of the program itself Node knows which.
    child.kill('SIGKILL');
  }
}

function answerOf(status: number | null, signal: NodeJS.Signals | null, output: string): ScanAnswer {
  if (status === CLEAN) return { kind: 'clean' };
  const [line = ''] = output.trim().split('\n');
  if (status === INFECTED) return { kind: 'infected', name: /(\S+) FOUND$/.exec(line)?.[1] ?? 'malware' };
  return { kind: 'unavailable', reason: signal ?? `status ${String(status)}` };
}
