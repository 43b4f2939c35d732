// `npm test`, and `npm test -- PATTERN`: looks at Node before it loads what an older one could not read.

import '../src/node-version.mjs';

import('./phases.mjs');
