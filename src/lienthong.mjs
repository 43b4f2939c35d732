#!/usr/bin/env node
// The command as it is installed: looks at Node and for a build before it loads what an older Node could not read.

import './node-version.mjs';
import { existsSync } from 'fs';
import { FIRST_WORDS } from './texts/first-words.mjs';

const program = new URL('../dist/src/cli.js', import.meta.url);

if (existsSync(program)) {
  import(program.href);
} else {
  const { vi, en } = FIRST_WORDS.notBuilt;
  console.error(`${vi}\n${en}`);
  process.exitCode = 69;
}
