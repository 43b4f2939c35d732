// Large packages as files named by their SHA-256, two folders deep. A file gets its name only after its bytes are on
// the disk: write, fsync, rename, fsync of the folder. After a failed fsync the file counts as lost and is thrown away,
// because the kernel may have dropped its pages. A file that has its name already is trusted only after the same fsync
// of its folder: the process that renamed it may have died before.

import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ContentStore, StagedContent } from '../../ports/content-store.ts';
import { codeOf } from '../error-code.ts';
import { exactly, requireContentHash, requireRange, verified } from '../verified.ts';

export interface DiskContentOptions {
  /** Made when it is not there, for this user only. */
  readonly directory: string;
  /** Share of the disk that stays free: below it nothing new is taken, so that what was taken can still be delivered. */
  readonly reserve?: number;
}

/** A tenth (src/docs/threats.md 6). */
const RESERVE = 0.1;

/** Bytes of one read. */
const READ_SIZE = 256 * 1024;

/** Opens the store in a directory. */
export async function openDiskContentStore({
  directory,
  reserve = RESERVE,
}: DiskContentOptions): Promise<ContentStore> {
  const staging = path.join(directory, 'staging');
  await mkdir(staging, { recursive: true, mode: 0o700 });
  await syncFolder(path.dirname(path.resolve(directory)));
  const place = (sha256: string): string => {
    requireContentHash(sha256);
    return path.join(directory, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  };
  const folders = durableFolders(directory);

  return {
    async stage() {
      await requireRoom(directory, reserve);
      const file = path.join(staging, randomUUID());
      const handle = await asStorage(open(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
      return staged(file, handle, (sha256) => settle(file, place(sha256), folders));
    },

    async open(sha256, range) {
      const file = place(sha256);
      const part = range === undefined ? undefined : requireRange(range);
      const handle = await openContent(file, sha256);
      const bytes = handle.createReadStream({ highWaterMark: READ_SIZE, ...part });
      return part === undefined ? verified(bytes, sha256) : exactly(bytes, part, sha256);
    },

    async has(sha256) {
      return await exists(place(sha256));
    },

    async remove(sha256) {
      const file = place(sha256);
      if (!(await exists(file))) return;
      await rm(file, { force: true });
      await syncFolder(path.dirname(file));
    },

    async sweep(seconds) {
      const before = Date.now() - seconds * 1000;
      let removed = 0;
      for (const name of await readdir(staging)) {
        const file = path.join(staging, name);
        const stats = await statOf(file);
        if (stats === undefined || stats.mtimeMs > before) continue;
        await rm(file, { force: true });
        removed += 1;
      }
      return removed;
    },

    probe: () => requireRoom(directory, reserve),

    async close() {
      // Every file handle belongs to a stream or a staged content, which close it themselves.
    },
  };
}

async function requireRoom(directory: string, reserve: number): Promise<void> {
  const { bavail, blocks } = await asStorage(statfs(directory));
  if (bavail < blocks * reserve) throw new ProblemError('storage-full');
}

/** `name` gives the file, whose bytes are on the disk, the name of its hash. */
function staged(file: string, handle: FileHandle, name: (sha256: string) => Promise<void>): StagedContent {
  let open = true;
  let committed: { readonly sha256: string; readonly completion: Promise<void> } | undefined;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await handle.close();
  };
  const discard = async (): Promise<void> => {
    await close();
    await rm(file, { force: true });
  };
  /** A failure leaves nothing behind. */
  const orDiscard = async (work: Promise<void>): Promise<void> => {
    try {
      await asStorage(work);
    } catch (error) {
      await discard();
      throw error;
    }
  };
  const commit = async (sha256: string): Promise<void> => {
    await handle.sync();
    await close();
    await name(sha256);
  };
  return {
    write: (chunk) => orDiscard(writeAll(handle, chunk)),
    async commit(sha256) {
      if (committed?.sha256 !== sha256) committed = { sha256, completion: orDiscard(commit(sha256)) };
      await committed.completion;
    },
    discard,
  };
}

/** `write` of a file may take less than it was given. */
async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

async function settle(file: string, target: string, folders: DurableFolders): Promise<void> {
  const folder = path.dirname(target);
  await folders.make(folder);
  if (await exists(target)) await rm(file, { force: true });
  else await rename(file, target);
  await syncFolder(folder);
}

interface DurableFolders {
  /** Resolves when the folder is there to stay. */
  make(folder: string): Promise<void>;
}

/**
 * Folders below `root`. A folder is durable only when its parent is synced, and the process that made it may have died
 * before that: so each process syncs each folder once, also one that another process made.
 */
function durableFolders(root: string): DurableFolders {
  const folders = new Map<string, Promise<void>>();
  const make = (folder: string): Promise<void> => {
    if (folder === root) return Promise.resolve();
    const underWay = folders.get(folder);
    if (underWay !== undefined) return underWay;
    const making = makeOne(folder);
    folders.set(folder, making);
    making.catch(() => folders.delete(folder));
    return making;
  };
  const makeOne = async (folder: string): Promise<void> => {
    const parent = path.dirname(folder);
    await make(parent);
    await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await syncFolder(parent);
  };
  return { make };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openContent(file: string, sha256: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new ProblemError('content-corrupt', { sha256 }, { cause: error });
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return (await statOf(file)) !== undefined;
}

/** Undefined when there is no such file; a disk that cannot say so rejects. */
async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Error codes of a disk that takes no more. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

async function asStorage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw FULL.has(codeOf(error)) ? new ProblemError('storage-full', {}, { cause: error }) : error;
  }
}
