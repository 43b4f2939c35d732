// The commands of the pages, run one after another as they stand there, and every other command line held against the program.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeDemoPackages } from '../../src/demo/document.ts';
import { run } from '../support/external.ts';
import { builtCommandLine, lienthong, LiveGateway } from '../support/live-gateway.ts';
import { commandsOf, PAGES, readPage } from '../support/pages.ts';
import { requireTool } from '../support/tools.ts';

let folder: string;
let gateway: LiveGateway;

beforeAll(async () => {
  for (const tool of ['curl', 'openssl'] as const) await requireTool(tool);
  folder = await mkdtemp(join(tmpdir(), 'lienthong-pages-'));
  gateway = await LiveGateway.open(join(folder, 'data', 'demo'));
  const { letter } = await makeDemoPackages(gateway.demo.world);
  await writeFile(join(folder, 'data', 'demo', 'letter.edxml'), letter.bytes);
  await mkdir(join(folder, 'bin'));
  await writeFile(
    join(folder, 'bin', 'npx'),
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${builtCommandLine()}" "$@"\n`,
  );
  await chmod(join(folder, 'bin', 'npx'), 0o755);
}, 180_000);

afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a part's commands print, beside the gateway's data; rejects when one of them fails. */
async function runPart(page: string, part: string): Promise<string> {
  const commands = commandsOf(page, part).replaceAll('http://127.0.0.1:8080', gateway.demo.world.gateway);
  const path = [join(folder, 'bin'), process.env['PATH']].join(delimiter);
  return run('bash', ['-e', '-o', 'pipefail', '-c', `export PATH='${path}'\n${commands}`], { cwd: folder });
}

test('src/docs/connect.md: curl sends, reports, fetches and acknowledges', async () => {
  const printed = await runPart('src/docs/connect.md', 'curl');
  expect(printed).toContain('"code":"04"');
  expect(printed).toContain('"acknowledgedAt":"');
}, 60_000);

test('src/docs/prove.md: openssl checks a receipt', async () => {
  expect(await runPart('src/docs/prove.md', 'receipt')).toContain('Verified OK');
}, 60_000);

/** `lienthong …` in shell blocks and in code within the text, as words. */
const lines = PAGES.flatMap((page) =>
  [...readPage(page).matchAll(/(?:^|`|npx |&& )lienthong ((?:[^`\n|&;>#]|\\\|)+)/gm)].map(([, line = '']) => ({
    page,
    words: line.trim().split(/\s+/),
  })),
);

test('every command and option that a page names is one of the program', async () => {
  expect(lines.length).toBeGreaterThan(20);
  const helps = new Map<string, Promise<string>>();
  const unknown: string[] = [];
  for (const { page, words } of lines.filter(({ words: [first = ''] }) => /^[a-z-]+$/.test(first))) {
    const first = words[0] ?? '';
    const name = words.slice(0, first.startsWith('-') ? 0 : ['pki', 'registry', 'held'].includes(first) ? 2 : 1);
    const options = words.filter((word) => /^--[a-z-]+$/.test(word) && word !== '--help');
    const key = name.join(' ');
    helps.set(
      key,
      helps.get(key) ?? lienthong([...name, '--help']).then(({ code, stdout }) => (code === 0 ? stdout : '')),
    );
    const help = await helps.get(key);
    const lacking = options.filter((option) => !new RegExp(`^ +(-., )?${option}\\b`, 'm').test(help ?? ''));
    if (help === '' || lacking.length > 0) unknown.push(`${page}: ${words.join(' ')}`);
  }
  expect(unknown).toEqual([]);
}, 60_000);
