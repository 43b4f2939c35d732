// To be imported first: on a Node older than package.json wants, the process ends here with a sentence and status 69.
// Plain JavaScript that every Node since version 12 can read, as is each file that stands between it and the command.

import { readFileSync } from 'fs';
import { FIRST_WORDS } from './texts/first-words.mjs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = engines.node.replace('>=', '');
const actual = process.versions.node;
const [major, minor] = needed.split('.').map(Number);
const [actualMajor, actualMinor] = actual.split('.').map(Number);

if (actualMajor < major || (actualMajor === major && actualMinor < minor)) {
  const { vi, en } = FIRST_WORDS.oldNode;
  console.error(`${vi(needed, actual)}\n${en(needed, actual)}`);
  process.exit(69);
}
