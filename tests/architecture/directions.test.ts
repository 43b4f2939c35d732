// The rules of dependency-cruiser.cjs against a small tree that breaks each of them once: a rule that cannot fire protects
// nothing. (The product's own tree is checked by the test command, as a phase of its own.)

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';

import { run } from '../support/external.ts';

/** Files of the tree. What is not named below breaks no rule. */
const TREE: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { listed: '1', asn1js: '1' },
    devDependencies: { 'dev-tool': '1' },
  }),
  'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'NodeNext', allowImportingTsExtensions: true } }),
  ...installed('listed'),
  ...installed('dev-tool'),
  ...installed('stranger'),
  ...installed('asn1js'),

  'src/core/message.ts': "import { createHash } from 'node:crypto';\nexport const message = createHash;\n",
  'src/ports/store.ts': "import type { message } from '../core/message.ts';\nexport type Store = typeof message;\n",
  'src/drivers/ids.ts': 'export const id = 1;\n',
  'src/drivers/disk/store.ts': "import { id } from '../ids.ts';\nimport 'listed';\nexport const disk = id;\n",
  'src/drivers/s3/store.ts': 'export const s3 = 1;\n',
  'src/gateway/receive.ts': "import { message } from '../core/message.ts';\nexport const receive = message;\n",
  'src/main.ts': "import './drivers/disk/store.ts';\nimport '../adapters/one/client.ts';\n",
  'adapters/shared.ts': 'export const shared = 1;\n',
  'adapters/one/client.ts':
    "import '../shared.ts';\nimport type { Store } from '../../src/ports/store.ts';\nexport type One = Store;\n",
  'adapters/two/client.ts': 'export const two = 2;\n',
  'tests/support/fake.ts': "import '../../src/drivers/s3/store.ts';\n",

  'src/texts/states.ts': "import { message } from '../core/message.ts';\nexport const words = message;\n",
  'src/api/answers.ts':
    "import { message } from '../core/message.ts';\nimport { words } from '../texts/states.ts';\nexport const answer = [message, words];\n",
  'src/console/screen.ts':
    "import 'listed';\nimport { words } from '../texts/states.ts';\nimport { answer } from '../api/answers.ts';\nexport const screen = [words, answer];\n",
  'src/accounts/rules.ts': "import { message } from '../core/message.ts';\nexport const rules = message;\n",
  'src/accounts/store.ts': "import type { rules } from './rules.ts';\nexport type Accounts = typeof rules;\n",
  'src/drivers/disk/accounts.ts':
    "import type { Accounts } from '../../accounts/store.ts';\nexport type Disk = Accounts;\n",
  'src/http/server.ts': 'export const server = 1;\n',
  'src/http/v1/operations.ts':
    "import { server } from '../server.ts';\nimport { receive } from '../../gateway/receive.ts';\nexport const v1 = [server, receive];\n",
  'src/http/admin/operations.ts':
    "import { server } from '../server.ts';\nimport { rules } from '../../accounts/rules.ts';\nexport const admin = [server, rules];\n",
  'src/workers/run.ts': "import { receive } from '../gateway/receive.ts';\nexport const run = receive;\n",

  'src/core/there.ts': "import { back } from './back.ts';\nexport const there = () => back;\n",
  'src/core/back.ts': "import { there } from './there.ts';\nexport const back = () => there;\n",
  'src/core/reads-files.ts': "import 'node:fs';\n",
  'src/core/knows-a-port.ts': "import type { Store } from '../ports/store.ts';\nexport type Known = Store;\n",
  'src/core/reads-asn1.ts': "import 'asn1js';\n",
  'src/texts/knows-a-command.ts': "import { receive } from '../gateway/receive.ts';\nexport const knows = receive;\n",
  'src/texts/reads-files.ts': "import 'node:fs';\n",
  'src/api/knows-a-use-case.ts': "import { receive } from '../gateway/receive.ts';\nexport const knows = receive;\n",
  'src/console/knows-core.ts': "import { message } from '../core/message.ts';\nexport const knows = message;\n",
  'src/console/knows-an-interface.ts': "import { v1 } from '../http/v1/operations.ts';\nexport const knows = v1;\n",
  'src/desk/rules.ts': "import type { Store } from '../ports/store.ts';\nexport type Rules = Store;\n",
  'src/reports/rules.ts': "import 'node:fs';\n",
  'src/desk/knows-accounts.ts': "import { rules } from '../accounts/rules.ts';\nexport const knows = rules;\n",
  'src/gateway/knows-accounts.ts': "import { rules } from '../accounts/rules.ts';\nexport const knows = rules;\n",
  'src/drivers/disk/knows-rules.ts': "import { rules } from '../../accounts/rules.ts';\nexport const knows = rules;\n",
  'src/gateway/knows-a-loop.ts': "import { run } from '../workers/run.ts';\nexport const knows = run;\n",
  'src/http/knows-v1.ts': "import { v1 } from './v1/operations.ts';\nexport const knows = v1;\n",
  'src/http/admin/knows-v1.ts': "import { v1 } from '../v1/operations.ts';\nexport const knows = v1;\n",
  'src/ports/does-something.ts': "import { message } from '../core/message.ts';\nexport const does = message;\n",
  'src/ports/knows-a-use-case.ts':
    "import type { receive } from '../gateway/receive.ts';\nexport type Known = typeof receive;\n",
  'src/drivers/disk/knows-s3.ts': "import '../s3/store.ts';\n",
  'src/workers/knows-a-driver.ts': "import '../drivers/disk/store.ts';\n",
  'src/workers/knows-an-adapter.ts': "import '../../adapters/one/client.ts';\n",
  'src/workers/knows-tests.ts': "import '../../tests/support/fake.ts';\n",
  'src/workers/wants-a-tool.ts': "import 'dev-tool';\n",
  'src/workers/wants-a-stranger.ts': "import 'stranger';\n",
  'src/workers/wants-nothing-there.ts': "import './nothing.ts';\n",
  'adapters/one/knows-a-driver.ts': "import '../../src/drivers/disk/store.ts';\n",
  'adapters/one/knows-two.ts': "import '../two/client.ts';\n",
};

const PLANTED: readonly (readonly [rule: string, file: string])[] = [
  ['no-cycles', 'src/core/back.ts'],
  ['core-is-pure', 'src/core/reads-files.ts'],
  ['core-is-pure', 'src/core/knows-a-port.ts'],
  ['core-is-pure', 'src/core/reads-asn1.ts'],
  ['texts-see-core', 'src/texts/knows-a-command.ts'],
  ['texts-see-core', 'src/texts/reads-files.ts'],
  ['api-sees-core-and-texts', 'src/api/knows-a-use-case.ts'],
  ['console-sees-api-and-texts', 'src/console/knows-core.ts'],
  ['console-sees-api-and-texts', 'src/console/knows-an-interface.ts'],
  ['rules-are-pure', 'src/desk/rules.ts'],
  ['rules-are-pure', 'src/reports/rules.ts'],
  ['capabilities-do-not-know-each-other', 'src/desk/knows-accounts.ts'],
  ['capabilities-are-known-by-composers-and-faces', 'src/gateway/knows-accounts.ts'],
  ['drivers-know-ports-of-capabilities', 'src/drivers/disk/knows-rules.ts'],
  ['use-cases-do-not-know-loops', 'src/gateway/knows-a-loop.ts'],
  ['http-kernel-does-not-know-its-interfaces', 'src/http/knows-v1.ts'],
  ['interfaces-do-not-know-each-other', 'src/http/admin/knows-v1.ts'],
  ['ports-are-types', 'src/ports/does-something.ts'],
  ['ports-see-core', 'src/ports/knows-a-use-case.ts'],
  ['adapters-see-ports-and-core', 'adapters/one/knows-a-driver.ts'],
  ['adapters-do-not-know-each-other', 'adapters/one/knows-two.ts'],
  ['drivers-do-not-know-each-other', 'src/drivers/disk/knows-s3.ts'],
  ['only-main-composes', 'src/workers/knows-a-driver.ts'],
  ['only-main-composes', 'src/workers/knows-an-adapter.ts'],
  ['product-does-not-know-tests', 'src/workers/knows-tests.ts'],
  ['no-dev-dependencies', 'src/workers/wants-a-tool.ts'],
  ['no-unlisted-dependencies', 'src/workers/wants-a-stranger.ts'],
  ['no-unresolvable', 'src/workers/wants-nothing-there.ts'],
];

function installed(name: string): Record<string, string> {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: '',
  };
}

const Report = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
});

let folder: string;
let found: (readonly [string, string])[];

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'lienthong-directions-')));
  for (const [name, content] of Object.entries(TREE)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const tool = path.resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const rules = path.resolve('tests/architecture/dependency-cruiser.cjs');
  const args = [tool, 'src', 'adapters', 'tests', '--config', rules, '--output-type', 'json'];
  const report = Report.parse(JSON.parse(await run(process.execPath, args, { cwd: folder })));
  found = report.summary.violations.map(({ from, rule }) => [rule.name, from] as const);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(PLANTED)('%s fires for %s', (rule, file) => {
  expect(found).toContainEqual([rule, file]);
});

test('nothing else is found', () => {
  const planted = new Set(PLANTED.map(([, file]) => file)).add('src/core/there.ts');
  expect(found.filter(([, file]) => !planted.has(file))).toEqual([]);
});
