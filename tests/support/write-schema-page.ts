// Writes `src/docs/schema.md` again, after a migration was added.

import { writeFile } from 'node:fs/promises';
import { packagePath } from '../../src/config/paths.ts';
import { stopServers } from './postgres.ts';
import { schemaPage } from './schema-page.ts';

try {
  await writeFile(packagePath('src', 'docs', 'schema.md'), await schemaPage());
} finally {
  await stopServers();
}
