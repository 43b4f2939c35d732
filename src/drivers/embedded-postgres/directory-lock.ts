// One gateway per data directory. The lock is a listening Unix socket in the directory: the kernel frees it when the
// process dies, however it dies, and it holds across containers that share the directory but not their process ids.

import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ConfigReason } from '../../texts/config.ts';
import { codeOf } from '../error-code.ts';

export interface DirectoryLock {
  release(): Promise<void>;
}

const NAME = 'gateway.lock';
/** Bytes of `sun_path` (Linux 108, macOS 104), the zero included. */
const LONGEST_PATH = 100;

/** Takes the lock of an existing directory, or rejects with `data-directory-in-use`. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const place = shortName(directory);
  const claimFile = path.join(place.path, `${NAME}.${randomBytes(6).toString('hex')}`);
  const lock = path.join(place.path, NAME);
  const server = await listen(claimFile).catch((error: unknown) => {
    place.close();
    throw error;
  });
  try {
    await claim(claimFile, lock);
  } catch (error) {
    await close(server);
    place.close();
    throw error;
  } finally {
    rmSync(claimFile, { force: true });
  }
  return {
    async release() {
      rmSync(lock, { force: true });
      await close(server);
      place.close();
    },
  };
}

/** Gives the listening socket the lock's name: a link is made by one process only. */
async function claim(claimFile: string, lock: string): Promise<void> {
  for (;;) {
    try {
      linkSync(claimFile, lock);
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (await answers(lock)) throw new ProblemError('data-directory-in-use');
    removeDead(lock);
  }
}

/** Moved away first: of two processes that found the same dead lock only one may remove it. */
function removeDead(lock: string): void {
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(lock, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Whether a living process listens there, stopped ones included. */
async function answers(socket: string): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const client = connect(socket);
    client.once('connect', () => {
      client.destroy();
      resolve(true);
    });
    client.once('error', (error) => {
      if (['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))) resolve(false);
      else if (codeOf(error) === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}

async function listen(socket: string): Promise<Server> {
  return await new Promise((resolve, reject) => {
    const server = createServer((client) => client.destroy());
    server.once('error', reject);
    server.listen(socket, () => {
      server.unref();
      resolve(server);
    });
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** A path to the directory that is short enough for a socket: through an open descriptor where its name is too long. */
function shortName(directory: string): { readonly path: string; close(): void } {
  if (Buffer.byteLength(directory) + NAME.length + 14 <= LONGEST_PATH)
    return { path: directory, close: () => undefined };
  if (process.platform !== 'linux') {
    throw new ProblemError('config-invalid', {
      name: 'dataDir',
      reason: 'folder-path-too-long' satisfies ConfigReason,
    });
  }
  const descriptor = openSync(directory, 'r');
  return { path: `/proc/self/fd/${descriptor}`, close: () => closeSync(descriptor) };
}
