// The schemas that others read say what the program checks.

import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { packagePath } from '../../src/config/paths.ts';
import { RegistryFile } from '../../src/drivers/postgres/registry-file.ts';

test('registry.schema.json is that of the registry file', async () => {
  const written: unknown = JSON.parse(await readFile(packagePath('schemas', 'registry.schema.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(RegistryFile, { io: 'input' }))));
});
