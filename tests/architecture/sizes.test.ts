// A file is as long as one idea, and no reader holds more than this in mind.

import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';
import { filesIn, sourcesIn } from './sources.ts';

const MOST_LINES = 500;

const FOLDERS = ['src', 'adapters', 'certs', 'tests'];

/** Files that may be longer, and why. */
const TABLES: Readonly<Record<string, string>> = {
  'certs/test-pki.ts': 'a row for each fault that a certificate can have',
  'src/texts/problems.ts': 'a row for each problem',
  'tests/unit/core/formats/read.test.ts': 'a row for each fault of a package',
  'tests/unit/core/signature/reader.test.ts': 'a row for each fault of a signature element',
  'tests/vectors/pdf-attacks.test.ts': 'a row for each attack on a signed PDF',
  'tests/vectors/signatures.test.ts': 'a row for each attack on a signed package',
};

test('no file is longer than one idea, but for tables', () => {
  const long = sourcesIn(packagePath('.'), FOLDERS)
    .filter(({ file }) => TABLES[file] === undefined)
    .map(({ file, text }) => [file, text.trimEnd().split('\n').length] as const)
    .filter(([, lines]) => lines > MOST_LINES);
  expect(Object.fromEntries(long)).toEqual({});
});

test('every table is there', () => {
  expect(Object.keys(TABLES).filter((file) => !filesIn(packagePath('.'), FOLDERS).includes(file))).toEqual([]);
});
