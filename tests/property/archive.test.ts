// The reader of archives against zlib and against another reader of archives.

import { createHash } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { crc32 } from '../../src/core/archive/crc32.ts';
import { ArchiveFault } from '../../src/core/archive/fault.ts';
import { Inflater } from '../../src/core/archive/inflate.ts';
import { OneFileReader } from '../../src/core/archive/one-file.ts';
import { crcOf, zip, type EntryOptions } from '../support/archive.ts';
import { chunksOf } from '../support/packages.ts';

interface Inflated {
  readonly content: Buffer;
  /** How many bytes the data had. */
  readonly length: number;
}

function ours(data: Buffer, sizes: readonly number[]): Inflated | 'refused' {
  const pieces: Buffer[] = [];
  const inflater = new Inflater((piece) => {
    pieces.push(Buffer.from(piece));
  }, 1_000_000);
  try {
    let fed = 0;
    let rest: Buffer | undefined;
    for (const chunk of chunksOf(data, sizes)) {
      fed += chunk.length;
      rest = inflater.feed(chunk);
      if (rest !== undefined) break;
    }
    rest ??= inflater.end();
    return { content: Buffer.concat(pieces), length: fed - rest.length };
  } catch (error) {
    if (error instanceof ArchiveFault) return 'refused';
    throw error;
  }
}

/** Options that TypeScript's description of Node does not know: with `info` the engine comes along. */
function zlibs(data: Buffer): Inflated | 'refused' {
  try {
    const { buffer, engine } = inflateRawSync(data, { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { content: buffer, length: engine.bytesWritten };
  } catch {
    return 'refused';
  }
}

/** From noise to one word again and again, around the size of the window and its blocks. */
const contents = fc
  .record({
    word: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    noise: fc.uint8Array({ maxLength: 2000 }),
    times: fc.integer({ min: 0, max: 400 }),
  })
  .map(({ word, noise, times }) => Buffer.concat([noise, ...Array<Uint8Array>(times).fill(word), noise]));

const ways = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 });

test('what zlib deflates comes back, in any pieces, and its end is found', () => {
  fc.assert(
    fc.property(contents, ways, cuts, fc.uint8Array({ maxLength: 700 }), (content, way, sizes, behind) => {
      const data = deflateRawSync(content, way);
      const inflated = ours(Buffer.concat([data, behind]), sizes);
      expect(inflated === 'refused' ? inflated : inflated.length).toBe(data.length);
      expect(inflated !== 'refused' && inflated.content.equals(content)).toBe(true);
    }),
  );
});

test('damaged data are refused exactly when zlib refuses them, and else come out alike', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(contents, ways, cuts, flips, fc.boolean(), (content, way, sizes, bits, early) => {
      const data = deflateRawSync(content.subarray(0, 3000), way);
      for (const [place, bit] of bits) {
        const at = place % (early ? Math.min(data.length, 80) : data.length);
        data[at] = (data[at] ?? 0) ^ (1 << bit);
      }
      expect(ours(data, sizes)).toEqual(zlibs(data));
    }),
    { numRuns: 1000 },
  );
});

test('noise is refused exactly when zlib refuses it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), cuts, (noise, sizes) => {
      const data = Buffer.from(noise);
      expect(ours(data, sizes)).toEqual(zlibs(data));
    }),
    { numRuns: 1000 },
  );
});

test('the sum is that of gzip, however it is carried on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, sizes) => {
      const content = Buffer.from(bytes);
      expect(chunksOf(content, sizes).reduce(crc32, 0)).toBe(crcOf(content));
    }),
  );
});

/** The only file of an archive, by a reader that goes by the directory; undefined when it finds another number or a fault. */
async function byDirectory(bytes: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const found: Buffer[] = [];
    const none = () => resolve(undefined);
    const read = (archive: ZipFile, entry: Entry) =>
      archive.openReadStream(entry, (error, stream) => {
        if (error) {
          none();
          return;
        }
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.on('error', none);
        stream.on('end', () => {
          found.push(Buffer.concat(pieces));
          archive.readEntry();
        });
      });
    fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true }, (error, archive) => {
      if (error) {
        none();
        return;
      }
      archive.on('error', none);
      archive.on('entry', (entry: Entry) => read(archive, entry));
      archive.on('end', () => resolve(found.length === 1 ? found[0] : undefined));
      archive.readEntry();
    });
  });
}

function bySide(bytes: Buffer, sizes: readonly number[]): { sha256: string; size: number } | undefined {
  const reader = new OneFileReader(1 << 20);
  for (const piece of chunksOf(bytes, sizes)) reader.feed(piece);
  const reading = reader.end();
  return reading.kind === 'one' ? { sha256: reading.file.sha256, size: reading.file.size } : undefined;
}

test('a file that is found is the file another reader finds, in archives good and damaged', async () => {
  const forms: fc.Arbitrary<EntryOptions> = fc.record({
    // Stored with its sizes behind it, an empty file cannot be told from one whose size is not known, and both are refused.
    content: contents.filter(({ length }) => length > 0),
    method: fc.constantFrom('stored', 'deflated'),
    descriptor: fc.constantFrom('none', 'signed', 'unsigned'),
    name: fc.constantFrom('a.pdf', 'báo cáo.doc', '1f6e1a52.xlsx'),
  });
  const damage = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 })), { freq: 1 });
  let read = 0;
  await fc.assert(
    fc.asyncProperty(forms, cuts, damage, async (form, sizes, bit) => {
      const bytes = zip([form]);
      if (bit !== null) {
        // Near the ends, where the records are.
        const place = bit[0] % 160;
        const at = place < 60 ? place : bytes.length - 1 - (place - 60);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit[1]);
      }
      const found = bySide(bytes, sizes);
      if (bit === null) expect(found).toBeDefined();
      if (found === undefined) return;
      read += 1;
      const theirs = await byDirectory(bytes);
      expect(theirs?.length).toBe(found.size);
      expect(
        createHash('sha256')
          .update(theirs ?? '')
          .digest('hex'),
      ).toBe(found.sha256);
    }),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(100);
});
