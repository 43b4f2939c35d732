// A disk that fails: faults are planted under a whole process, with mounts of its own and with failing system calls.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { openDiskContentStore } from '../../../src/drivers/disk/content-store.ts';
import { run } from '../../support/external.ts';
import { requireTool } from '../../support/tools.ts';

const Outcome = z.object({
  opened: z.string(),
  first: z.string(),
  staged: z.number(),
  probe: z.string(),
  second: z.string(),
});

const PROGRAM = [process.execPath, '--import', './tests/support/typescript.mjs', './tests/support/content-process.ts'];
const MIB = 1 << 20;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-disk-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs with mounts that no other process sees and that are gone afterwards; needs no root where user namespaces are allowed. */
async function onDisk(options: string, size: number, reserve = 0): Promise<z.infer<typeof Outcome>> {
  const quoted = PROGRAM.map((word) => `'${word}'`).join(' ');
  const script = `mount -t tmpfs -o ${options} tmpfs "$1" && exec ${quoted} "$1/store" ${size} ${reserve}`;
  const own = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  return Outcome.parse(JSON.parse(await run('unshare', [...own, 'sh', '-c', script, 'sh', folder])));
}

describe('a small disk', () => {
  test('that has room takes content', async () => {
    const outcome = await onDisk('size=8m', MIB);
    expect(outcome).toEqual({ opened: 'ok', first: 'ok', staged: 0, probe: 'ok', second: 'ok' });
  });

  test('that is full refuses and keeps nothing of what it refused', async () => {
    const outcome = await onDisk('size=4m', 8 * MIB);
    expect(outcome).toEqual({ opened: 'ok', first: 'storage-full', staged: 0, probe: 'ok', second: 'storage-full' });
  });

  test('that has no more names refuses', async () => {
    // Names of: the mount itself, store, staging, one staged file, and the first folder of its name.
    const outcome = await onDisk('size=8m,nr_inodes=5', 1000);
    expect(outcome).toMatchObject({ first: 'storage-full', staged: 0 });
  });

  test('below its reserve takes nothing new, before it is full', async () => {
    const outcome = await onDisk('size=8m', 4 * MIB, 0.9);
    expect(outcome).toMatchObject({ first: 'ok', probe: 'storage-full', second: 'storage-full' });
  });
});

describe('a disk that cannot write what it took', () => {
  // In the order of the calls: the folder above the store, then for the first content
  // the file, the parents of two new folders and the file's own folder, then the second's file.
  test.each([
    [1, { opened: 'EIO', first: 'ok', second: 'ok' }],
    [3, { opened: 'ok', first: 'EIO', second: 'ok' }],
    [4, { opened: 'ok', first: 'EIO', second: 'ok' }],
    [5, { opened: 'ok', first: 'EIO', second: 'ok' }],
    [6, { opened: 'ok', first: 'EIO', second: 'ok' }],
    [7, { opened: 'ok', first: 'ok', second: 'EIO' }],
  ])('fsync number %i fails: it is not confirmed, and the next try writes anew', async (call, wanted) => {
    const strace = await requireTool('strace');
    const inject = `inject=fsync:error=EIO:when=${call}`;
    const args = ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', '-e', inject];
    // Calls are counted for each thread, so there must be one.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
    const printed = await run(strace, [...args, ...PROGRAM, path.join(folder, 'store'), '200000'], { env });
    const outcome = Outcome.parse(JSON.parse(printed));
    expect(outcome).toMatchObject({ ...wanted, staged: 0 });
  });
});

test('files and folders are for their owner alone', async () => {
  const directory = path.join(folder, 'store');
  const store = await openDiskContentStore({ directory });
  const staged = await store.stage();
  await staged.write(Buffer.from('x'));
  const during = await readdir(path.join(directory, 'staging'));
  expect((await stat(path.join(directory, 'staging', during[0] ?? ''))).mode & 0o777).toBe(0o600);
  await staged.commit('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const { mode } = await stat(path.join(entry.parentPath, entry.name));
    expect(mode & 0o777).toBe(entry.isFile() ? 0o600 : 0o700);
  }
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});
