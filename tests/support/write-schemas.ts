// Writes the files under `schemas/` again, after their tables have changed.

import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { packagePath } from '../../src/config/paths.ts';
import { fieldsPage } from './fields-page.ts';
import { SCHEMA_FILES } from './schemas.ts';
import { strictXsd } from './strict-xsd.ts';

for (const [path, content] of Object.entries(SCHEMA_FILES)) {
  const text = await format(JSON.stringify(content, null, 2), { parser: 'json', printWidth: 120 });
  await writeFile(packagePath('schemas', ...path.split('/')), text);
}
await writeFile(packagePath('schemas', 'fields.md'), fieldsPage());
await writeFile(packagePath('schemas', 'edxml-strict.xsd'), strictXsd());
