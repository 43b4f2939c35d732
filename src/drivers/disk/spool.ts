// Bytes on their way through, in files without a name: each is unlinked before the first byte is written to it, so that
// the system itself frees it when it is closed or when the process dies. There is nothing to sweep.

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { Spool, SpoolFile } from '../../ports/spool.ts';
import { codeOf } from '../error-code.ts';
import { pagedSource } from './byte-source.ts';

/** `directory` is made when it is first needed, for this user only. It should not lie in memory. */
export function openSpool(directory: string): Spool {
  return {
    async open() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = path.join(directory, randomUUID());
      const handle = await open(file, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
      try {
        await unlink(file);
      } catch (error) {
        await handle.close();
        throw error;
      }
      return spoolFile(handle);
    },
  };
}

function spoolFile(handle: FileHandle): SpoolFile {
  let size = 0;
  let isClosed = false;
  return {
    get size() {
      return size;
    },
    async write(chunk) {
      try {
        // `write` of a file may take less than it was given.
        for (let at = 0; at < chunk.length;) {
          const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, size);
          at += bytesWritten;
          size += bytesWritten;
        }
      } catch (error) {
        throw FULL.has(codeOf(error)) ? new ProblemError('storage-full', {}, { cause: error }) : error;
      }
    },
    async read(into, position) {
      const { bytesRead } = await handle.read(into, 0, into.length, position);
      return bytesRead;
    },
    source: () => pagedSource(handle.fd, size, 'spool'),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await handle.close();
    },
  };
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
