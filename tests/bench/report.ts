// What a benchmark tells: figures with their units, beside those of a peer measured in the same run, and the conditions.

import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** What it is compared with, measured in the same run. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** `value / peerValue`. */
  readonly ratio: number | null;
}

export interface BenchReport {
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, string | number | boolean>>;
  readonly results: readonly Result[];
}

export interface Bench {
  readonly versions: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, string | number | boolean>>;
  readonly results: readonly Result[];
}

export interface BenchOptions {
  /** Longest time of one measured stretch. */
  readonly seconds: number;
}

export function result(name: string, unit: string, value: number, peer?: { name: string; value: number }): Result {
  return {
    name,
    unit,
    value: rounded(value),
    peer: peer?.name ?? null,
    peerValue: peer === undefined ? null : rounded(peer.value),
    ratio: peer === undefined ? null : rounded(value / peer.value),
  };
}

export function complete(bench: Bench): BenchReport {
  return {
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryMB: Math.round(totalmem() / 1e6),
      kernel: release(),
    },
    versions: { lienthong: commit(), node: process.version, ...bench.versions },
    conditions: { at: new Date().toISOString(), loadAtStart: LOAD_AT_START, ...bench.conditions },
    results: bench.results,
  };
}

/** Progress, for people; standard output is for the figures. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Three figures that count. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

const LOAD_AT_START = Number(loadAverage().toFixed(2));

function loadAverage(): number {
  return Number(
    process.platform === 'linux' ? execFileSync('cat', ['/proc/loadavg'], { encoding: 'utf8' }).split(' ')[0] : 0,
  );
}
