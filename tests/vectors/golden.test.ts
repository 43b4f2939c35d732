// The writer must never change its bytes: the golden files are the program's own bytes of the day they were promised,
// and today's must be the same to the last one.

import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkFile } from '../../src/cli/verify/verify.ts';
import { toPem } from '../../src/core/crypto/pem.ts';
import { fieldsOf } from '../../src/core/message/fields.ts';
import { pathsOf, rowsOf } from '../../src/core/message/rows.ts';
import { ACCEPTED } from '../support/evidence.ts';
import { GOLDEN_FOLDER, goldenFiles, goldenInput } from '../support/golden.ts';

const made = await goldenFiles();

const kept = readdirSync(GOLDEN_FOLDER, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  .map((entry) => relative(GOLDEN_FOLDER, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .filter((name) => !name.startsWith('inputs/'))
  .sort();

const goldenFile = (name: string): Buffer => readFileSync(join(GOLDEN_FOLDER, name));

test('every golden file is made, and no other', () => {
  expect([...made.keys()].sort()).toEqual(kept);
});

describe('today’s bytes are those of', () => {
  test.each(kept)('%s', (name) => {
    const bytes = made.get(name) ?? Buffer.alloc(0);
    // As text first, which shows where they part.
    expect(bytes.toString('latin1')).toBe(goldenFile(name).toString('latin1'));
    expect(bytes.equals(goldenFile(name))).toBe(true);
  });
});

describe('the golden files', () => {
  test.each(['new', 'status'] as const)('hold every element of the strict form of kind %s', (kind) => {
    const names = kept.filter((name) => name.startsWith('edxml/') && name.includes('status') === (kind === 'status'));
    const written = names.map((name) => goldenFile(name).toString()).join('');
    const paths = pathsOf(rowsOf(fieldsOf(kind))).map(({ element }) => element?.replaceAll('[]', '') ?? '');
    const wanted = paths.flatMap((path) => (path === '' ? [] : path.split('/')));
    expect(wanted.length).toBeGreaterThan(15);
    expect(wanted.filter((element) => !written.includes(`${element}>`))).toEqual([]);
  });

  test.each(kept.filter((name) => name.endsWith('.sig')))('%s is the gateway’s signature', (name) => {
    const body = goldenFile(name.replace(/\.sig$/, '.json'));
    const key = createPublicKey(goldenFile('evidence/gateway-key.pem'));
    expect(verify('sha256', body, key, goldenFile(name))).toBe(true);
  });
});

describe('a golden evidence container', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-golden-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['passed', 'undecided'] as const)('%s proves its verdict', async (verdict) => {
    const root = join(folder, 'root.pem');
    writeFileSync(root, toPem('CERTIFICATE', goldenInput('root.cer')));
    const agency = join(folder, 'agency.pem');
    writeFileSync(agency, toPem('CERTIFICATE', goldenInput('agency.cer')));
    const gatewayKey = verdict === 'passed' ? join(GOLDEN_FOLDER, 'evidence', 'gateway-key.pem') : agency;
    const checked = await checkFile(
      join(GOLDEN_FOLDER, 'evidence', `${verdict}.asice`),
      { lang: 'vi', trust: [root], gatewayKey: [gatewayKey], profile: 'document' },
      new Date(ACCEPTED.getTime() + 24 * 3600 * 1000),
    );
    expect(checked.container?.findings).toEqual([]);
    expect(checked).toMatchObject({ verdict, container: { recorded: verdict }, report: { documents: [{}] } });
  });
});
