// The plan of the house: no two rooms need each other, and no folder is a hall of many doors.

import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';
import { crowdedFolders, hallOf, hallsOf, mutualPairs, planOf, type Importer } from './rooms.ts';
import { filesIn, sourcesIn } from './sources.ts';

/** More files than a reader takes in at a glance. */
const MOST_FILES = 25;

const FOLDERS = ['src', 'adapters'];

/** A small house. `pages` needs `press`, and `press` needs a file of `pages` back. */
const PLANTED: readonly Importer[] = [
  { file: 'src/main.ts', imports: ['src/press/run.ts', 'src/pages/deep/page.ts'] },
  { file: 'src/pages/deep/page.ts', imports: ['src/press/run.ts', 'src/pages/deep/line.ts'] },
  { file: 'src/pages/deep/line.ts', imports: [] },
  { file: 'src/press/run.ts', imports: ['src/press/ink.ts'] },
  { file: 'src/press/ink.ts', imports: ['src/pages/deep/line.ts'] },
];

test('no two rooms of a hall need each other', () => {
  expect(hallsOf(sourcesIn(packagePath('.'), FOLDERS)).flatMap(mutualPairs)).toEqual([]);
});

test('a planted pair is found, and nothing else', () => {
  expect(hallsOf(PLANTED).flatMap(mutualPairs)).toEqual([['src/pages', 'src/press']]);
});

test('no folder has more files than a reader takes in', () => {
  expect(crowdedFolders(filesIn(packagePath('.'), FOLDERS), MOST_FILES)).toEqual([]);
});

test('a planted crowd is found, and files below are not counted', () => {
  const crowd = Array.from({ length: MOST_FILES + 1 }, (_, index) => `src/crowd/${index}.sql`);
  const others = Array.from({ length: MOST_FILES }, (_, index) => `src/calm/${index}.ts`);
  expect(crowdedFolders([...crowd, ...others, 'src/calm/below/one.ts'], MOST_FILES)).toEqual([
    ['src/crowd', MOST_FILES + 1],
  ]);
});

test('the plan counts rooms, arrows, floors and the arrows that no order turns downwards', () => {
  expect(planOf(hallOf('src', PLANTED))).toEqual({
    hall: 'src',
    rooms: 3,
    arrows: 4,
    floors: 3,
    upwards: [expect.arrayContaining(['src/pages', 'src/press'])],
    mutual: [['src/pages', 'src/press']],
  });
  expect(planOf(hallOf('src/press', PLANTED))).toMatchObject({ rooms: 2, arrows: 1, floors: 2, upwards: [] });
});
