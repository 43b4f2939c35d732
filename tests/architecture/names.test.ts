// Names are nouns and verbs of the field: `found`, `given` and `other` tell a reader nothing about what they hold.

import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';
import { PRODUCT } from './measure.ts';
import { listOf, namesIn, namesNothing } from './names.ts';
import { sourceOf, sourcesIn } from './sources.ts';

/** The share of names that may name nothing. It only ever goes down. */
const MOST = 0.015;

test('few names name nothing', () => {
  const names = sourcesIn(packagePath('.'), PRODUCT).flatMap(namesIn);
  const empty = names.filter(namesNothing);
  const list = empty.length / names.length > MOST ? listOf(empty) : [];
  expect(list).toEqual([]);
});

test('names are counted where they are declared, and a verb may name a function', () => {
  const source = sourceOf(
    'src/planted.ts',
    `interface Report { readonly found: number; read(): void; readonly put: () => void }
     const read = (given: string) => given;
     const known = [1].map((one) => one);
     function write({ other, isKnown }: { other: 1; isKnown: 2 }) { return known.length + other; }`,
  );
  const empty = namesIn(source).filter(namesNothing);
  expect(listOf(empty)).toEqual([
    'other (2): src/planted.ts:4 src/planted.ts:4',
    'found (1): src/planted.ts:1',
    'given (1): src/planted.ts:2',
    'known (1): src/planted.ts:3',
    'one (1): src/planted.ts:3',
  ]);
});
