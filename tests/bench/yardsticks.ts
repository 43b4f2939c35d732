// What this machine can do at all, measured in the same run, so that figures of two machines can be compared.

import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ownCpuSeconds } from './process-figures.ts';
import { result, say, type Result } from './report.ts';

const MEASURED_MS = 1000;

/** Durable writes of 4 KB, one after the other. */
export function fsyncRate(folder = tmpdir()): Result {
  say('yardstick: fdatasync of 4 KB …');
  const work = mkdtempSync(join(folder, 'lienthong-bench-'));
  try {
    const file = openSync(join(work, 'file'), 'w');
    const block = randomBytes(4096);
    const started = performance.now();
    let count = 0;
    for (; performance.now() - started < MEASURED_MS; count += 1) {
      writeSync(file, block);
      fdatasyncSync(file);
    }
    const seconds = (performance.now() - started) / 1000;
    closeSync(file);
    return result('yardstick: fdatasync', '1/s', count / seconds);
  } finally {
    rmSync(work, { recursive: true });
  }
}

export function sha256Rate(): Result {
  say('yardstick: SHA-256 …');
  const block = randomBytes(1 << 20);
  const hash = createHash('sha256');
  return result(
    'yardstick: SHA-256',
    'MB/s of CPU',
    cpuRate(block, (bytes) => hash.update(bytes)),
  );
}

/** Into text, as attachments are written. */
export function base64Rate(): Result {
  say('yardstick: base64 …');
  return result(
    'yardstick: base64',
    'MB/s of CPU',
    cpuRate(randomBytes(3 << 14), (bytes) => bytes.toString('base64')),
  );
}

function cpuRate(block: Buffer, work: (bytes: Buffer) => unknown): number {
  const started = performance.now();
  const began = ownCpuSeconds();
  let megabytes = 0;
  for (; performance.now() - started < MEASURED_MS; megabytes += block.length / 1e6) work(block);
  return megabytes / (ownCpuSeconds() - began);
}

/** One row a transaction over one connection: what pgbench's simplest script would do. */
export async function commitRate(url: string): Promise<Result> {
  say('yardstick: commits …');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TEMP TABLE bench_ticks (id bigserial PRIMARY KEY, note text NOT NULL)');
    const started = performance.now();
    let count = 0;
    // A temporary table writes no log, so the commit is made to wait for one that does.
    for (; performance.now() - started < MEASURED_MS; count += 1) {
      await client.query(
        "BEGIN; INSERT INTO bench_ticks (note) VALUES ('tick'); SELECT pg_logical_emit_message(true, 'bench', 'tick'); COMMIT",
      );
    }
    return result(
      'yardstick: PostgreSQL commits, one connection',
      '1/s',
      count / ((performance.now() - started) / 1000),
    );
  } finally {
    await client.end();
  }
}
