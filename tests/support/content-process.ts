// A process that keeps some bytes in a folder, twice, and prints what came of it as JSON: for tests that plant faults under
// a whole process. Its arguments are the folder, the number of bytes, and the share of the disk that is to stay free.

import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { openDiskContentStore } from '../../src/drivers/disk/content-store.ts';
import type { ContentStore } from '../../src/ports/content-store.ts';

const [directory = '', size = '0', reserve = '0'] = process.argv.slice(2);

async function outcome(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'ok',
    (error: unknown) => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'error'),
  );
}

async function put(store: ContentStore, bytes: Buffer): Promise<void> {
  const staged = await store.stage();
  for (let at = 0; at < bytes.length; at += 100_000) await staged.write(bytes.subarray(at, at + 100_000));
  await staged.commit(createHash('sha256').update(bytes).digest('hex'));
}

const bytes = randomBytes(Number(size));
const open = () => openDiskContentStore({ directory, reserve: Number(reserve) });
const opened = await outcome(open());
const store = await open();
const first = await outcome(put(store, bytes));
const staged = (await readdir(path.join(directory, 'staging'))).length;
const probe = await outcome(store.probe());
const second = await outcome(put(store, bytes));
process.stdout.write(JSON.stringify({ opened, first, staged, probe, second }));
