// docker-compose.yml names settings, files and folders of this project; here they are held against what there is.

import { access, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { SETTINGS, type Setting } from '../../src/config/settings.ts';

const text = await readFile('docker-compose.yml', 'utf8');
const settings: readonly Setting[] = SETTINGS;

test('every variable of the gateway is a setting', () => {
  const known = settings.flatMap(({ variable, secret }) =>
    secret === true ? [variable, `${variable}_FILE`] : [variable],
  );
  const named = [...text.matchAll(/^ +(LIENTHONG_\w+):/gm)].map((match) => match[1]);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([]);
});

test('what is secret lies in files outside the repository', async () => {
  const secret = settings.filter((setting) => setting.secret === true).map(({ variable }) => variable);
  expect(secret.filter((variable) => new RegExp(`^ +${variable}:`, 'm').test(text))).toEqual([]);
  const files = [...text.matchAll(/\{ file: (\S+) \}/g)].map((match) => match[1]);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !file?.startsWith('./secrets/'))).toEqual([]);
  expect((await readFile('.gitignore', 'utf8')).split('\n')).toContain('secrets/');
});

test('what the image is built from is there', async () => {
  const sources = [...text.matchAll(/^ +COPY (.+) \S+$/gm)].flatMap((match) => (match[1] ?? '').split(' '));
  expect(sources).toContain('src');
  await Promise.all(sources.map((source) => access(source)));
});

test('an image is told the commit of its sources, which come without their history', () => {
  expect(text).toMatch(/^ +args:\n +COMMIT: \$\{LIENTHONG_COMMIT:-\}$/m);
  // Compose would fill in a single dollar by itself.
  expect(text).toMatch(/^ +ARG COMMIT\n +RUN LIENTHONG_COMMIT="\$\$COMMIT" npm run build /m);
  expect(text).not.toMatch(/COPY.*\.git\b/);
});
