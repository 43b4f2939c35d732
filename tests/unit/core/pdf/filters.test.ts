// Compressed streams: what comes out is what another inflater makes of it, and what is damaged is refused with one word.

import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unzlibSync } from 'fflate';
import { PdfFault } from '../../../../src/core/pdf/fault.ts';
import { decode } from '../../../../src/core/pdf/filters.ts';
import { Work } from '../../../../src/core/pdf/limits.ts';
import type { PdfDictionary } from '../../../../src/core/pdf/values.ts';

const FLATE: PdfDictionary = {
  kind: 'dictionary',
  hasDuplicates: false,
  entries: new Map([['Filter', { kind: 'name', text: 'FlateDecode' }]]),
};
const CONTENT = Buffer.from('<< /Type /Annot /Rect [1 2 3 4] >> '.repeat(2000));

function outcome(raw: Buffer, work = new Work()): string {
  try {
    return `${decode(FLATE, raw, work).length} bytes`;
  } catch (error) {
    if (error instanceof PdfFault) return `${error.kind} ${error.reason}`;
    throw error;
  }
}

const deflated = deflateSync(CONTENT);
const swapped = (at: number, byte: number): Buffer => Buffer.from(deflated).fill(byte, at, at + 1);
/** An empty stored block, `count` times, and the last one. */
const blocks = (count: number): Buffer =>
  Buffer.concat([
    deflated.subarray(0, 2),
    Buffer.alloc(count * 5, Buffer.from('000000ffff', 'hex')),
    deflateSync('').subarray(2),
  ]);

test.each<readonly [string, Buffer, string]>([
  ['whole', deflated, `${CONTENT.length} bytes`],
  ['with the end of its line', Buffer.concat([deflated, Buffer.from('\r\n')]), `${CONTENT.length} bytes`],
  ['with another sum', swapped(deflated.length - 1, 0), `${CONTENT.length} bytes`],
  ['empty', Buffer.alloc(0), '0 bytes'],
  ['without its sum', deflated.subarray(0, -4), 'malformed compressed data'],
  ['cut off', deflated.subarray(0, 100), 'malformed compressed data'],
  ['one byte', deflated.subarray(0, 1), 'malformed compressed data'],
  ['of another method', swapped(0, 0x79), 'malformed compressed data'],
  ['with a wrong check', swapped(1, 0), 'malformed compressed data'],
  ['with a preset dictionary', deflateSync(CONTENT, { dictionary: Buffer.from('Annot') }), 'malformed compressed data'],
  ['without the head of zlib', deflated.subarray(2), 'malformed compressed data'],
  ['of a thousand blocks', blocks(1000), '0 bytes'],
  ['of blocks without number', blocks(100_001), 'malformed compressed data'],
  ['too long', deflateSync(Buffer.alloc(9 << 20)), 'limits stream'],
])('a stream %s', (_, raw, expected) => {
  expect(outcome(raw)).toBe(expected);
});

test('what comes out counts as work', () => {
  expect(outcome(deflated, new Work(CONTENT.length - 1))).toBe('limits work');
});

test('what is read of a damaged stream, zlib and another inflater read the same', () => {
  const damages = fc.array(fc.tuple(fc.nat(deflated.length - 5), fc.nat(255)), { maxLength: 2 });
  fc.assert(
    fc.property(damages, fc.nat(deflated.length), (damage, cut) => {
      const raw = Buffer.from(deflated);
      for (const [at, byte] of damage) raw[at] = byte;
      const part = cut % 3 === 0 ? raw.subarray(0, cut) : raw;
      if (part.length === 0 || !outcome(part).endsWith('bytes')) return;
      const bytes = decode(FLATE, part, new Work());
      expect(bytes.equals(unzlibSync(part))).toBe(true);
      // zlib looks at the sum as well.
      if (damage.length === 0) expect(bytes.equals(inflateSync(part))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
