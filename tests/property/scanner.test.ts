// What the scanner says of a document does not depend on how its bytes are cut.

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { XML_LIMITS } from '../../src/core/xml/limits.ts';
import { canonicalByLibxml2 } from '../support/libxml2.ts';
import { eventsOf } from '../support/xml-events.ts';

// prettier-ignore
const FRAGMENTS = [
  '<', '>', '/', '"', "'", '=', '&', ';', '!', '?', ']', ']]', ']]>', '<![CDATA[', '<!--', '-->', '--', '-', '<!DOCTYPE', '<!', '<?', '<?xml ', '?>',
  '<a>', '</a>', '<b:c>', '</b:c>', '<a/>', '<a b="1"', ' xmlns="urn:x"', ' xmlns:b="urn:b"', ' b:b="1"', ' b="&lt;"', '&amp;', '&#65;', '&#0;', '&#x110000;',
  '&nbsp;', '&#00000000000000065;', '\r', '\n', '\r\n', '\t', ' ', 'x', 'Hà Nội', '😀', '\u0000', '\u0001', '\ufffe', '\ufeff', 'ế', '1', ':', 'x'.repeat(110),
  'version="1.0"', 'encoding="UTF-8"',
];
const BYTES = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xe1],
  [0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xef, 0xbf],
  [0xd5, 0x6e],
];

const fragment = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...FRAGMENTS).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.constantFrom(...BYTES).map((bytes) => Buffer.from(bytes)) },
);
const starts = fc.constantFrom(
  '',
  '<?xml version="1.0"?>',
  '\ufeff',
  '\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n',
  '<a>',
  '<a xmlns:b="urn:b">x',
);
const ends = fc.constantFrom('', '</a>', '</a>\n', '</a><!--e-->');

const soup = fc
  .tuple(starts, fc.array(fragment, { maxLength: 14 }), ends)
  .map(([start, middle, end]) => Buffer.concat([Buffer.from(start), ...middle, Buffer.from(end)]));

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 300 });

const TIGHT = {
  ...XML_LIMITS,
  totalBytes: 300,
  depth: 3,
  elements: 5,
  nameBytes: 8,
  tagBytes: 40,
  attributes: 2,
  attributeValueBytes: 10,
  namespaces: 1,
  namespacesInScope: 2,
  commentBytes: 12,
  declarationBytes: 40,
};

describe('events and faults do not depend on the chunks', () => {
  test.each([
    ['usual limits', XML_LIMITS],
    ['tight limits', TIGHT],
  ])('%s', (_, limits) => {
    fc.assert(
      fc.property(soup, sizes, (bytes, cuts) => {
        const whole = eventsOf(bytes, [], limits);
        expect(eventsOf(bytes, cuts, limits)).toEqual(whole);
        expect(eventsOf(bytes, new Array<number>(bytes.length).fill(1), limits)).toEqual(whole);
      }),
      { numRuns: 4_000 },
    );
  });
});

describe('what is accepted', () => {
  test('is well-formed to libxml2', () => {
    fc.assert(
      fc.property(soup, (bytes) => {
        const events = eventsOf(bytes);
        fc.pre(!(events.at(-1) ?? '').startsWith('fault'));
        expect(canonicalByLibxml2(bytes.toString('utf8'), { mode: 'inclusive' })).not.toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});
