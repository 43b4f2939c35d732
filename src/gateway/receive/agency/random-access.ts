import { open } from 'node:fs/promises';
import type { SpoolFile } from '../../../ports/spool.ts';

/** Bytes that can be read at any place. */
export type RandomAccess = Pick<SpoolFile, 'size' | 'read' | 'close'>;

/** Bytes of one read. */
const READ_SIZE = 256 * 1024;

/** The bytes from `start` to before `end`, or to their end. */
export async function* range(
  bytes: Pick<RandomAccess, 'read'>,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = start; at < end;) {
    const piece = Buffer.allocUnsafe(Math.min(READ_SIZE, end - at));
    const count = await bytes.read(piece, at);
    if (count === 0) return;
    yield piece.subarray(0, count);
    at += count;
  }
}

/** A file on disk. */
export async function fileAccess(path: string): Promise<RandomAccess> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    size,
    read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
    close: () => handle.close(),
  };
}

/** Whether the operating system's files failed; other errors concern the bytes. */
export function isStorageFault(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code);
}
