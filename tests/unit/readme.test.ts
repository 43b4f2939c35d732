// What the README says about the program is made from the program, and what it points at is there.

import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { settingsTable } from '../../src/config/settings.ts';
import { packagePath } from '../../src/config/paths.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { toMermaid } from '../../src/core/exchange/lifecycle.ts';

const readme = readFileSync(packagePath('README.md'), 'utf8');

function part(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\n([^]*?)\n<!-- /${name} -->`).exec(readme)?.[1];
  if (found === undefined) throw new Error(`README.md has no part ${name}`);
  return found.trim();
}

describe('README.md', () => {
  test('its table of settings is the one of src/config/settings.ts', () => {
    expect(part('settings')).toBe(settingsTable().trim());
  });

  test('its diagram of states is the one of src/core/exchange/lifecycle.ts', () => {
    expect(part('lifecycle')).toBe(`\`\`\`mermaid\n${toMermaid().trim()}\n\`\`\``);
  });

  test('every path it names is there', () => {
    const named = [...readme.matchAll(/`((?:src|adapters|certs|tests|schemas)\/[\w./-]*)`/g)].map(
      ([, path]) => path ?? '',
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(packagePath(path)))).toEqual([]);
  });

  test('it lists every exit status', () => {
    for (const status of Object.values(EXIT)) expect(readme).toContain(`| ${status} |`);
  });
});
