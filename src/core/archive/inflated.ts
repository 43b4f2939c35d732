import { Inflater } from './inflate.ts';
import { ARCHIVE_LIMITS } from './limits.ts';

/** So few bytes at once, that what they inflate to fits into memory whatever it is. */
const PIECE = 16 * 1024;

/**
 * What deflate data stand for, as they come; bytes behind their end are passed over. Rejects with an `ArchiveFault` where
 * they are damaged or do not end, and with whatever `data` rejects.
 */
export async function* inflated(data: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const ready: Buffer[] = [];
  const inflater = new Inflater((piece) => ready.push(Buffer.from(piece)), ARCHIVE_LIMITS.blocks);
  for await (const bytes of data) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const rest = inflater.feed(bytes.subarray(at, at + PIECE));
      yield* ready.splice(0);
      if (rest !== undefined) return;
    }
  }
  inflater.end();
  yield* ready;
}
