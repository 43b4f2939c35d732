// What src/ports/content-store.ts promises, as tests. Every implementation runs all of them.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from '@jest/globals';
import type { ContentStore } from '../../src/ports/content-store.ts';
import { end, until } from '../support/external.ts';

/** A place of one's own for each test, named by `space`. */
export interface ContentHarness {
  /** A store as a further process would open it. */
  open(space: string): Promise<ContentStore>;
  /** Arguments for tests/support/staging-process.ts that open the same store in another process. */
  processArguments(space: string): readonly [kind: string, options: string];
  /** Bytes as they lie there, put in the place of what a store wrote: what a failing disk or an intruder does. */
  overwrite(space: string, sha256: string, bytes: Buffer): Promise<void>;
  /** Names of everything that lies there, staged or committed. */
  names(space: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const MIB = 1 << 20;
const HASH_OF_NOTHING_STORED = createHash('sha256').update('never stored').digest('hex');

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Pieces of uneven length, as they come from a network. */
function pieces(bytes: Buffer): Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 3 + 1) % 300_007) {
    size = Math.max(1, size);
    cut.push(bytes.subarray(at, at + size));
  }
  return cut;
}

async function put(store: ContentStore, bytes: Buffer): Promise<string> {
  const staged = await store.stage();
  for (const piece of pieces(bytes)) await staged.write(piece);
  const sha256 = hashOf(bytes);
  await staged.commit(sha256);
  return sha256;
}

/** Bytes of buffers that are still referenced. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { arrayBuffers, external } = process.memoryUsage();
  return Math.max(arrayBuffers, external);
}

async function read(store: ContentStore, sha256: string): Promise<Buffer> {
  return buffer(await store.open(sha256));
}

export function contentContract(name: string, prepare: () => Promise<ContentHarness>): void {
  describe(`${name} keeps the promises of a content store`, () => {
    let harness: ContentHarness;
    let space: string;
    let store: ContentStore;

    beforeAll(async () => {
      harness = await prepare();
    }, 600_000);
    afterAll(() => harness.close(), 60_000);

    beforeEach(async () => {
      space = `t${randomBytes(6).toString('hex')}`;
      store = await harness.open(space);
    });
    afterEach(() => store.close());

    test.each([0, 1, 65_536, 3 * MIB + 17, 20 * MIB])('%i bytes come back as they were', async (size) => {
      const bytes = randomBytes(size);
      const sha256 = await put(store, bytes);
      expect(await store.has(sha256)).toBe(true);
      expect((await read(store, sha256)).equals(bytes)).toBe(true);
    });

    test('another process finds what was committed', async () => {
      const bytes = randomBytes(100_000);
      const sha256 = await put(store, bytes);
      const other = await harness.open(space);
      expect((await read(other, sha256)).equals(bytes)).toBe(true);
      await other.close();
    });

    test('nothing is found before it is committed', async () => {
      const bytes = randomBytes(100_000);
      const staged = await store.stage();
      await staged.write(bytes);
      expect(await store.has(hashOf(bytes))).toBe(false);
      await expect(store.open(hashOf(bytes))).rejects.toMatchObject({ code: 'content-corrupt' });
      await staged.commit(hashOf(bytes));
      expect(await store.has(hashOf(bytes))).toBe(true);
    });

    test('what is discarded leaves nothing', async () => {
      const staged = await store.stage();
      await staged.write(randomBytes(20 * MIB));
      await staged.discard();
      await staged.discard();
      expect(await harness.names(space)).toEqual([]);
    });

    test('the same content again is kept once', async () => {
      const bytes = randomBytes(200_000);
      const sha256 = await put(store, bytes);
      const before = await harness.names(space);
      await put(store, bytes);
      await Promise.all([put(store, bytes), put(store, bytes), put(await harness.open(space), bytes)]);
      expect(await harness.names(space)).toEqual(before);
      expect((await read(store, sha256)).equals(bytes)).toBe(true);
    });

    test('committing again changes nothing, and ends the writing', async () => {
      const bytes = randomBytes(200_000);
      const sha256 = hashOf(bytes);
      const staged = await store.stage();
      await staged.write(bytes);
      await Promise.all([staged.commit(sha256), staged.commit(sha256)]);
      await staged.commit(sha256);
      await expect(staged.write(bytes)).rejects.toBeDefined();
      await expect(staged.commit(HASH_OF_NOTHING_STORED)).rejects.toBeDefined();
      await staged.discard();
      expect(await harness.names(space)).toHaveLength(1);
      expect((await read(store, sha256)).equals(bytes)).toBe(true);
      expect(await store.has(HASH_OF_NOTHING_STORED)).toBe(false);
    });

    test('what was discarded takes no more', async () => {
      const staged = await store.stage();
      await staged.discard();
      await expect(staged.write(Buffer.from('x'))).rejects.toBeDefined();
      await expect(staged.commit(hashOf(Buffer.from('x')))).rejects.toBeDefined();
      expect(await harness.names(space)).toEqual([]);
    });

    test('a hundred megabytes pass in both directions through little memory', async () => {
      const [pieces, most] = [100, 48 * MIB];
      const piece = randomBytes(MIB);
      const hash = createHash('sha256');
      const before = heldBytes();
      let peak = 0;
      const look = (count: number): void => {
        if (count % 10 === 0) peak = Math.max(peak, heldBytes() - before);
      };
      const staged = await store.stage();
      for (let count = 1; count <= pieces; count += 1) {
        // A copy, as every piece from a network is a buffer of its own.
        await staged.write(Buffer.from(piece));
        hash.update(piece);
        look(count);
      }
      const sha256 = hash.digest('hex');
      await staged.commit(sha256);

      const stream = await store.open(sha256);
      const back = createHash('sha256');
      let [seen, looked] = [0, 0];
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        back.update(chunk);
        seen += chunk.length;
        if (seen - looked < 10 * MIB) continue;
        looked = seen;
        // A reader that takes its time, so that what is not asked for has every chance to pile up.
        await new Promise((resolve) => setImmediate(resolve));
        look(0);
      }
      expect(back.digest('hex')).toBe(sha256);
      expect(seen).toBe(pieces * MIB);
      expect(peak).toBeLessThan(most);
    });

    test('many contents at once do not mix', async () => {
      const contents = Array.from({ length: 12 }, (_, index) => randomBytes(1 + index * 70_001));
      const hashes = await Promise.all(contents.map((bytes) => put(store, bytes)));
      const back = await Promise.all(hashes.map((sha256) => read(store, sha256)));
      expect(back.map(hashOf)).toEqual(contents.map(hashOf));
    });

    test.each([
      [0, 0],
      [0, 999],
      [1, 1],
      [70_000, 140_000],
      [199_999, 199_999],
    ])('bytes %i to %i are those bytes', async (start, end) => {
      const bytes = randomBytes(200_000);
      const sha256 = await put(store, bytes);
      const part = await buffer(await store.open(sha256, { start, end }));
      expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
    });

    test.each([
      [1, 0],
      [-1, 5],
      [0.5, 5],
      [0, Number.NaN],
      [0, Infinity],
    ])('bytes %d to %d are no range', async (start, end) => {
      const sha256 = await put(store, randomBytes(1000));
      await expect(store.open(sha256, { start, end })).rejects.toMatchObject({ code: 'range-not-satisfiable' });
    });

    test.each([
      [0, 1000],
      [999, 1500],
      [1000, 1000],
      [5000, 9000],
    ])('bytes %i to %i of a thousand are not given short', async (start, end) => {
      const sha256 = await put(store, randomBytes(1000));
      const reading = async (): Promise<Buffer> => buffer(await store.open(sha256, { start, end }));
      await expect(reading()).rejects.toMatchObject({ code: 'content-corrupt' });
    });

    test('two contents that were swapped are both refused', async () => {
      const contents = [randomBytes(300_000), randomBytes(300_000)] as const;
      const hashes = [await put(store, contents[0]), await put(store, contents[1])] as const;
      await harness.overwrite(space, hashes[0], contents[1]);
      await harness.overwrite(space, hashes[1], contents[0]);
      for (const sha256 of hashes) {
        await expect(read(store, sha256)).rejects.toMatchObject({ code: 'content-corrupt' });
      }
    });

    const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
      ['one bit flipped', (bytes) => Buffer.concat([Buffer.from([(bytes[0] ?? 0) ^ 1]), bytes.subarray(1)])],
      ['the last byte changed', (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([~(bytes.at(-1) ?? 0)])])],
      ['cut short', (bytes) => bytes.subarray(0, -1)],
      ['emptied', () => Buffer.alloc(0)],
      ['filled with zeros', (bytes) => Buffer.alloc(bytes.length)],
      ['grown', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
      ['another content', () => Buffer.from('another content')],
    ];

    test.each(DAMAGES)('content that was damaged is never read to its end (%s)', async (_, damage) => {
      const bytes = randomBytes(700_000);
      const sha256 = await put(store, bytes);
      await harness.overwrite(space, sha256, damage(bytes));
      let seen = 0;
      const reading = async (): Promise<void> => {
        for await (const chunk of await store.open(sha256)) seen += Buffer.from(chunk as Uint8Array).length;
      };
      await expect(reading()).rejects.toMatchObject({ code: 'content-corrupt' });
      expect(seen).toBeLessThan(bytes.length);
    });

    test('a reader may stop in the middle', async () => {
      const sha256 = await put(store, randomBytes(5 * MIB));
      const stream = await store.open(sha256);
      await new Promise((resolve) => stream.once('data', resolve));
      stream.destroy();
      await until('the stream is closed', 10, () => stream.closed || undefined);
      expect(await store.has(sha256)).toBe(true);
    });

    test('an unknown hash is corrupt content', async () => {
      expect(await store.has(HASH_OF_NOTHING_STORED)).toBe(false);
      await expect(store.open(HASH_OF_NOTHING_STORED)).rejects.toMatchObject({ code: 'content-corrupt' });
      await expect(store.open(HASH_OF_NOTHING_STORED, { start: 0, end: 1 })).rejects.toMatchObject({
        code: 'content-corrupt',
      });
    });

    test.each(['', '..', '../../etc/passwd', 'a'.repeat(63), 'A'.repeat(64), `${'a'.repeat(64)}/..`, 'ổ đĩa', '\0'])(
      'a name that is no hash never becomes a place: %j',
      async (text) => {
        await expect(store.open(text)).rejects.toMatchObject({ code: 'content-corrupt' });
        await expect(store.has(text)).rejects.toMatchObject({ code: 'content-corrupt' });
        await expect(store.remove(text)).rejects.toMatchObject({ code: 'content-corrupt' });
        const staged = await store.stage();
        await staged.write(Buffer.from('x'));
        await expect(staged.commit(text)).rejects.toMatchObject({ code: 'content-corrupt' });
        expect(await harness.names(space)).toEqual([]);
      },
    );

    test('removed content is gone for good, and removing again is no error', async () => {
      const sha256 = await put(store, randomBytes(1000));
      await store.remove(sha256);
      await store.remove(sha256);
      expect(await store.has(sha256)).toBe(false);
      await expect(store.open(sha256)).rejects.toMatchObject({ code: 'content-corrupt' });
      await store.remove(HASH_OF_NOTHING_STORED);
    });

    test('what was staged and left is swept, and nothing else', async () => {
      const kept = await put(store, randomBytes(1000));
      const small = await store.stage();
      await small.write(randomBytes(1000));
      const large = await store.stage();
      await large.write(randomBytes(20 * MIB));
      expect(await store.sweep(3600)).toBe(0);
      const other = await harness.open(space);
      await until('all is swept', 60, async () => {
        await other.sweep(0);
        return (await harness.names(space)).length === 1 || undefined;
      });
      expect(await store.has(kept)).toBe(true);
      await other.close();
      await Promise.allSettled([small.discard(), large.discard()]);
    });

    test.each([1000, 20 * MIB])('a process killed with %i bytes staged leaves nothing that lasts', async (size) => {
      const [kind, options] = harness.processArguments(space);
      const program = ['--import', './tests/support/typescript.mjs', './tests/support/staging-process.ts'];
      const child = spawn(process.execPath, [...program, kind, options, String(size)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        await new Promise<void>((resolve, reject) => {
          child.stdout.once('data', () => resolve());
          child.once('exit', () => reject(new Error('it ended before it had staged anything')));
        });
      } finally {
        await end(child, 'SIGKILL');
      }
      expect(await store.has(hashOf(Buffer.alloc(size, 'x')))).toBe(false);
      await until('all is swept', 30, async () => {
        await store.sweep(0);
        return (await harness.names(space)).length === 0 || undefined;
      });
    });

    test('a store that works says so', async () => {
      await expect(store.probe()).resolves.toBeUndefined();
    });
  });
}
