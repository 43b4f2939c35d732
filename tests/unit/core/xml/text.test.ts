import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isXmlCharacter, isXmlText } from '../../../../src/core/xml/text.ts';

describe('what text XML can carry', () => {
  test.each([
    [0x0, false],
    [0x8, false],
    [0x9, true],
    [0xa, true],
    [0xb, false],
    [0xc, false],
    [0xd, true],
    [0xe, false],
    [0x1f, false],
    [0x20, true],
    [0x7f, true],
    [0xd7ff, true],
    [0xd800, false],
    [0xdbff, false],
    [0xdc00, false],
    [0xdfff, false],
    [0xe000, true],
    [0xfffd, true],
    [0xfffe, false],
    [0xffff, false],
    [0x10000, true],
    [0x1ffff, true],
    [0x10ffff, true],
  ])('U+%s', (codePoint, expected) => {
    expect(isXmlCharacter(codePoint)).toBe(expected);
    expect(isXmlText(`a${String.fromCodePoint(codePoint)}b`)).toBe(expected);
  });

  test('is made of characters that XML has, one by one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }), (text) => {
        expect(isXmlText(text)).toBe(
          Array.from(text).every((character) => isXmlCharacter(character.codePointAt(0) ?? 0)),
        );
      }),
    );
  });
});
