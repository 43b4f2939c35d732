// The schemas and lists that others read say what the program checks.

import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { packagePath } from '../../src/config/paths.ts';
import { fieldsPage } from '../support/fields-page.ts';
import { SCHEMA_FILES } from '../support/schemas.ts';
import { strictXsd } from '../support/strict-xsd.ts';

test.each(Object.entries(SCHEMA_FILES))('%s is that of the program', async (path, content) => {
  const written: unknown = JSON.parse(await readFile(packagePath('schemas', ...path.split('/')), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(content)));
});

test('no boolean of metadata.json is told in the codes of its element', () => {
  const described = JSON.stringify(SCHEMA_FILES['agency-package.schema.json']).match(/"boolean","description":"[^"]*/g);
  expect(described).not.toBeNull();
  expect(described?.filter((text) => /\b[01] \p{L}/u.test(text))).toEqual([]);
});

test('fields.md is that of the program', async () => {
  expect(await readFile(packagePath('schemas', 'fields.md'), 'utf8')).toBe(fieldsPage());
});

test('edxml-strict.xsd is that of the program', async () => {
  expect(await readFile(packagePath('schemas', 'edxml-strict.xsd'), 'utf8')).toBe(strictXsd());
});

test('no list lies there that the program does not know', async () => {
  const files = await readdir(packagePath('schemas', 'code-lists'));
  expect(files.map((name) => `code-lists/${name}`).filter((path) => SCHEMA_FILES[path] === undefined)).toEqual([]);
});

test('every file is told in schemas/README.md', async () => {
  const readme = await readFile(packagePath('schemas', 'README.md'), 'utf8');
  const files = await readdir(packagePath('schemas'), { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile() && file.name !== 'README.md').map(({ name }) => name);
  expect(names.filter((name) => !readme.includes(`\`${name}\``) && !readme.includes(`/${name}\``))).toEqual([]);
});
