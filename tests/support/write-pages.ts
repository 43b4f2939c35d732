// Writes the made parts of the README and of the pages in `src/docs/` again, after their tables have changed.

import { writeFile } from 'node:fs/promises';
import { packagePath } from '../../src/config/paths.ts';
import { PAGES, readPage, writtenAgain } from './pages.ts';

for (const page of PAGES) await writeFile(packagePath(...page.split('/')), writtenAgain(readPage(page)));
