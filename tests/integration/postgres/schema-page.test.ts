// src/docs/schema.md is the database that all migrations make.

import { afterAll, expect, test } from '@jest/globals';
import { readPage } from '../../support/pages.ts';
import { stopServers } from '../../support/postgres.ts';
import { schemaPage } from '../../support/schema-page.ts';

afterAll(() => stopServers());

test('src/docs/schema.md says what a migrated database holds', async () => {
  expect(readPage('src/docs/schema.md')).toBe(await schemaPage());
}, 60_000);
