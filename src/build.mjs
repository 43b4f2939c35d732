// `node src/build.mjs [PROJECT …]`: looks at Node before it loads what an older one could not read.

import './node-version.mjs';

import('./compile.mjs');
