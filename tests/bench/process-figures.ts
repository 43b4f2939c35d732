// CPU time and memory of processes, this one's and others'.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Seconds of user and system time of all threads of a process, its ended children left out (Linux). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Highest resident memory a process ever had, in MB (Linux). */
export function peakMemoryOf(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}

/** Resident memory of a process now, in MB (Linux). */
export function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}

/** Seconds of user and system time that a command took; rejects unless it ends with 0. */
export function cpuSecondsOfCommand(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // The shell's `times` says in its second line what its ended children took.
    const child = spawn('sh', ['-c', '"$@" >/dev/null 2>&1 || exit 1; times', 'sh', command, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      const parts = [...(printed.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
      if (code !== 0 || parts.length !== 2) reject(new Error(`${command} ${args.join(' ')} failed`));
      else resolve(parts.reduce((sum, part) => sum + Number(part[1]) * 60 + Number(part[2]), 0));
    });
  });
}

export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
