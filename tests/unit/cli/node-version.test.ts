// A Node that is too old, played by one that says so: every way in ends with a sentence, before anything that an old Node
// could not read is loaded.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const WAYS_IN = ['src/lienthong.mjs', 'src/build.mjs', 'tests/run.mjs'];
const WANTED = '20.19';

function runOn(version: string, file: string): { status: number | null; stdout: string; stderr: string } {
  const posing = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(posing)}`, file, '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

test('the oldest Node is the one of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${WANTED}`);
});

test.each(WAYS_IN.flatMap((file) => ['12.22.12', '18.20.8', '20.18.3'].map((version) => [file, version] as const)))(
  '%s on Node %s names both versions and nothing else',
  (file, version) => {
    const { status, stdout, stderr } = runOn(version, file);
    expect(status).toBe(69);
    expect(stdout).toBe('');
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toContain(WANTED);
      expect(line).toContain(version);
    }
  },
);

test.each(['20.19.0', '22.0.0', '100.0.0'])('Node %s is new enough', (version) => {
  expect(runOn(version, 'src/lienthong.mjs').status).not.toBe(69);
});
