import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/config.ts';
import { packagePath } from '../../../src/config/paths.ts';
import { loadSecrets } from '../../../src/config/secrets.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'lienthong-secrets-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

const load = (environment: Record<string, string> = {}) => {
  const { config, secrets } = loadConfig({ LIENTHONG_DATA_DIR: dataDir, ...environment });
  return loadSecrets(config, secrets);
};

test('keys are made once, for their owner only, and stay', () => {
  const first = load();
  const again = load();
  expect(again.tokenKey.export({ type: 'pkcs8', format: 'pem' })).toBe(
    first.tokenKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  expect(again.cursorKey).toEqual(first.cursorKey);
  const keys = path.join(dataDir, 'keys');
  expect(readdirSync(keys).sort()).toEqual(['cursors.hex', 'tokens.pem']);
  for (const name of readdirSync(keys)) expect(statSync(path.join(keys, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(path.join(keys, 'tokens.pem'), 'utf8')).toContain('PRIVATE KEY');
});

test('configured keys are used and none is made', () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const secrets = load({
    LIENTHONG_TOKEN_KEY: pem,
    LIENTHONG_CURSOR_KEY: 'ab'.repeat(32),
    LIENTHONG_SIGNING_PKCS12_PATH: 'x.p12',
    LIENTHONG_S3_ACCESS_KEY_ID: 'id',
    LIENTHONG_S3_SECRET_ACCESS_KEY: 'key',
  });
  expect(secrets.cursorKey.toString('hex')).toBe('ab'.repeat(32));
  expect(secrets.s3).toEqual({ accessKeyId: 'id', secretAccessKey: 'key' });
  expect(readdirSync(dataDir)).toEqual([]);
});

test.each([
  ['LIENTHONG_TOKEN_KEY', 'nonsense', 'key-unreadable'],
  [
    'LIENTHONG_TOKEN_KEY',
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'config-invalid',
  ],
  ['LIENTHONG_CURSOR_KEY', 'short', 'config-invalid'],
])('%s of the wrong kind is refused', (variable, value, code) => {
  expect(() => load({ [variable]: value })).toThrow(expect.objectContaining({ code }));
});

test('the package finds its own files', () => {
  expect(JSON.parse(readFileSync(packagePath('package.json'), 'utf8'))).toMatchObject({ name: 'lienthong' });
});
