#!/usr/bin/env node
// The command as it is installed: looks at Node before it loads what an older one could not read.

import './node-version.mjs';

import(new URL('../dist/src/cli.js', import.meta.url).href);
