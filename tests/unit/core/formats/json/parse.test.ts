import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ProblemError } from '../../../../../src/core/problems/problem-error.ts';
import { parseJson } from '../../../../../src/core/formats/json/parse.ts';

function codeOf(bytes: Buffer): string {
  try {
    parseJson(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

describe('refused', () => {
  test.each([
    ['', 'malformed-json'],
    ['{"a":1,"a":2}', 'malformed-json'],
    ['{"a":1,"\\u0061":2}', 'malformed-json'],
    ['{"__proto__":1,"__proto__":2}', 'malformed-json'],
    ['[1,]', 'malformed-json'],
    ['{"a":1,}', 'malformed-json'],
    ['01', 'malformed-json'],
    ['+1', 'malformed-json'],
    ['.5', 'malformed-json'],
    ['1.', 'malformed-json'],
    ['Infinity', 'malformed-json'],
    ["'a'", 'malformed-json'],
    ['"a\nb"', 'malformed-json'],
    ['"\\x41"', 'malformed-json'],
    ['1 2', 'malformed-json'],
    ['\ufeff1', 'malformed-json'],
    ['"\\ud83d"', 'malformed-text'],
    ['"\\udc00\\ud83d"', 'malformed-text'],
    ['{"\\ud800":1}', 'malformed-text'],
    ['1e400', 'schema-invalid'],
    ['['.repeat(100_000), 'malformed-json'],
    ['{"a":'.repeat(100_000), 'malformed-json'],
  ])('%.40s → %s', (text, code) => {
    expect(codeOf(Buffer.from(text))).toBe(code);
  });

  test('the offset is where it went wrong', () => {
    expect(() => parseJson(Buffer.from('{"a":1,"a":2}'))).toThrow(expect.objectContaining({ facts: { offset: 7 } }));
  });
});

test('objects have no prototype to reach for', () => {
  const value = parseJson(Buffer.from('{"__proto__":{"x":1},"constructor":2}'));
  expect(Object.getPrototypeOf(value)).toBeNull();
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
});

test('reads what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.json({ depthSize: 'small' }), (text) => {
      const expected: unknown = JSON.parse(text);
      expect(JSON.stringify(parseJson(Buffer.from(text)))).toBe(JSON.stringify(expected));
    }),
  );
});

test('whatever it reads, JSON.parse reads the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...'{}[]",:01-.eE+tfn u\\"'.split(''), 'true', 'null', '"a"', '"a":')),
      (pieces) => {
        const text = pieces.join('');
        if (codeOf(Buffer.from(text)) !== 'read') return;
        expect(JSON.stringify(parseJson(Buffer.from(text)))).toBe(JSON.stringify(JSON.parse(text)));
      },
    ),
    { numRuns: 2000 },
  );
});

/** Where we are stricter than the corpus asks, and why. */
const STRICTER: Readonly<Record<string, string>> = {
  'y_object_duplicated_key.json': 'a repeated name is read differently by different parsers',
  'y_object_duplicated_key_and_value.json': 'a repeated name is read differently by different parsers',
};

const corpora = process.env['CORPORA_DIR'];

if (corpora === undefined) {
  if (process.env['CI'] === 'true') throw new Error('CORPORA_DIR is not set');
  console.log('CORPORA_DIR is not set: the JSON corpus was not run');
  test('the JSON corpus was not run: CORPORA_DIR is not set', () => undefined);
} else {
  const Corpus = z.object({ cases: z.array(z.object({ id: z.string(), expected: z.string(), b64: z.string() })) });
  const packed = readFileSync(path.join(corpora, 'json-parsing', 'cases.json.gz'));
  const { cases } = Corpus.parse(JSON.parse(gunzipSync(packed).toString('utf8')));

  describe('the corpus', () => {
    test('is all there', () => {
      expect(cases).toHaveLength(318);
    });

    test.each(cases)('$id is $expected', ({ id, expected, b64 }) => {
      const bytes = Buffer.from(b64, 'base64');
      const code = codeOf(bytes);
      if (expected === 'accept') expect(code).toBe(Object.hasOwn(STRICTER, id) ? 'malformed-json' : 'read');
      // Bytes that are no text are refused as such before they are looked at as JSON.
      else if (expected === 'reject') expect(code).toBe(isUtf8(bytes) ? 'malformed-json' : 'malformed-text');
      else expect(code).toMatch(/^(?:read|malformed-json|malformed-text|schema-invalid)$/);
    });
  });
}
