import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Base64Decoder, Base64Digest, HEAD_BYTES, decodeBase64 } from '../../../../src/core/xml/base64.ts';
import type { Base64Facts } from '../../../../src/core/xml/base64.ts';
import { XmlFault } from '../../../../src/core/xml/fault.ts';
import { pieces } from '../../../support/xml-events.ts';

function digest(text: Buffer, sizes: readonly number[] = []): Base64Facts {
  const reader = new Base64Digest();
  for (const piece of pieces(text, sizes)) {
    reader.feed(piece);
    piece.fill(0x2a);
  }
  return reader.end();
}

/** What the decoded bytes are encoded to, or `refused`. */
function decodedAgain(text: Buffer): string {
  try {
    return decodeBase64(text).toString('base64');
  } catch (error) {
    if (error instanceof XmlFault) return 'refused';
    throw error;
  }
}

const wrap = (text: string, width: number, end: string): string =>
  width === 0 ? text : text.replace(new RegExp(`(.{${width}})`, 'g'), `$1${end}`);

describe('what is encoded comes back', () => {
  test('in any wrapping, in any pieces', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(0, 1, 3, 4, 61, 64, 76),
        fc.constantFrom('\n', '\r\n', ' ', '\t', '\n    '),
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 }),
        (content, width, end, sizes) => {
          const bytes = Buffer.from(content);
          const text = Buffer.from(wrap(bytes.toString('base64'), width, end));
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          const spaces = text.length - bytes.toString('base64').length;
          expect(digest(text, sizes)).toEqual({ size: bytes.length, sha256, head: bytes, spaces });
          const decoder = new Base64Decoder();
          const parts = pieces(text, sizes).map((piece) => decoder.feed(piece));
          expect(Buffer.concat([...parts, decoder.end()])).toEqual(bytes);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([0, 64, 76])('in many blocks, lines of %d', (width) => {
    const bytes = Buffer.alloc(300_001, 'Sơn La \u0000\u00ff');
    const text = Buffer.from(wrap(bytes.toString('base64'), width, '\r\n'));
    const { size, sha256, head } = digest(text, new Array<number>(10).fill(50_001));
    expect({ size, sha256 }).toEqual({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(head).toEqual(bytes.subarray(0, HEAD_BYTES));
  });

  test('nothing is nothing', () => {
    expect(digest(Buffer.from(' \r\n'))).toMatchObject({ size: 0, spaces: 3 });
  });
});

describe('every damage is refused, and at its byte', () => {
  const long = 'QUJD'.repeat(30_000);

  test.each<[string, string, number]>([
    ['URL alphabet', 'QUJD-_-_', 4],
    ['URL alphabet far on', `${long}QU_D`, long.length + 2],
    ['a space of another kind', 'QUJD\u000bQUJD', 4],
    ['a control character far on', `${long}\u0001QUJD`, long.length],
    ['a character beyond ASCII', 'QUJDé', 4],
    ['padding too early', 'Q===', 1],
    ['padding without quantum', 'QUJD=', 4],
    ['padding too short', 'QQ=', 3],
    ['padding too long', 'QQ===', 4],
    ['more after padding', 'QQ==QUJD', 4],
    ['more after padding, after white space', 'QUI=\nQ', 5],
    ['padding that is interrupted', 'QQ=Q', 3],
    ['no padding', 'QUJDQQ', 6],
    ['one character left', 'QUJDQ', 5],
    ['stray bits, one byte', 'QR==', 2],
    ['stray bits, two bytes', 'QUJ=', 3],
    ['an ampersand', 'QUJD&#10;QUJD', 4],
  ])('%s', (_, text, offset) => {
    const fault = expect.objectContaining({ code: 'attachment-encoding-invalid', facts: { offset } });
    expect(() => decodeBase64(Buffer.from(text))).toThrow(fault);
    for (const size of [1, 5]) expect(() => digest(Buffer.from(text), new Array<number>(9).fill(size))).toThrow(fault);
  });

  test('the place in the package and the name are told', () => {
    const reader = new Base64Digest({ name: 'a.pdf' }, 1_000);
    const facts = { name: 'a.pdf', offset: 1_004 };
    expect(() => reader.feed(Buffer.from('QUJD*'))).toThrow(expect.objectContaining({ facts }));
  });
});

test('no change of one character of valid text goes unseen', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      (content, where, byte) => {
        const text = Buffer.from(Buffer.from(content).toString('base64'));
        const at = where % text.length;
        fc.pre(text[at] !== byte && !' \t\r\n'.includes(String.fromCharCode(byte)));
        text[at] = byte;
        expect([text.toString('latin1'), 'refused']).toContain(decodedAgain(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('long text is judged the same in one go, in pieces and character by character', () => {
  const judged = (text: Buffer, size: number): string => {
    const decoder = new Base64Decoder();
    const decoded: Buffer[] = [];
    try {
      for (let at = 0; at < text.length; at += size) decoded.push(decoder.feed(text.subarray(at, at + size)));
      decoder.end();
    } catch (error) {
      if (error instanceof XmlFault) return `${error.code} at ${String(error.facts['offset'])}`;
      throw error;
    }
    return `${decoder.spaces} ${createHash('sha256').update(Buffer.concat(decoded)).digest('hex')}`;
  };
  const verdicts = { decoded: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.integer({ min: 30_000, max: 36_000 }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(0x2d, 0x5f, 0x3d, 0x2a, 0x2b, 0x20, 0x0a, 0x0d, 0x0b, 0x80)), {
        maxLength: 2,
      }),
      fc.integer({ min: 2, max: 40_000 }),
      (length, changes, size) => {
        const text = Buffer.from(Buffer.alloc(length, 'Mẫu số một').toString('base64'));
        for (const [at, byte] of changes) text[at % text.length] = byte;
        const exact = judged(text, 1);
        expect([judged(text, text.length), judged(text, size)]).toEqual([exact, exact]);
        verdicts[exact.startsWith('attachment') ? 'refused' : 'decoded'] += 1;
      },
    ),
    { numRuns: 60 },
  );
  expect(Math.min(verdicts.decoded, verdicts.refused)).toBeGreaterThan(5);
});
