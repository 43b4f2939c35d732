import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/config.ts';
import { settingsHelp, settingsTable } from '../../../src/cli/help/settings.ts';
import { SETTINGS, type Setting } from '../../../src/config/settings.ts';
import { ProblemError } from '../../../src/core/problems/problem-error.ts';
import { describe as inWords } from '../../../src/texts/describe.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lienthong-config-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

/** All that the refusal tells, as facts and in both languages. */
function faults(environment: Record<string, string>) {
  try {
    loadConfig(environment);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'config-invalid') throw error;
    expect(error.findings[0]?.facts).toEqual(error.facts);
    return error.findings.map(({ code, facts }) => ({
      facts,
      vi: inWords(code, facts, 'vi').title,
      en: inWords(code, facts, 'en').title,
    }));
  }
  return [];
}

describe('defaults', () => {
  test('everything is embedded, under ./data, on loopback', () => {
    const { config, secrets } = loadConfig({});
    const dataDir = path.resolve('data');
    expect(config).toEqual({
      dataDir,
      scannerUrl: null,
      revocationAllow: [],
      heldPatience: 86_400,
      timeStampUrl: null,
      roles: ['api', 'worker', 'scheduler'],
      logLevel: 'info',
      http: {
        host: '127.0.0.1',
        port: 8080,
        publicUrl: 'http://localhost:8080',
        hosts: ['localhost', 'localhost', '127.0.0.1', '[::1]'],
        problemBase: 'https://lienthong.vn/problems/',
        limits: {
          maxPackageBytes: 314_572_800,
          maxConcurrentUploads: 256,
          maxConnections: 4096,
          requestsPerSecond: 2000,
          idleSeconds: 20,
          requestSeconds: 1800,
        },
      },
      database: { kind: 'embedded', dataDir: path.join(dataDir, 'postgres'), connections: 10 },
      broker: { kind: 'embedded' },
      content: { kind: 'disk', directory: path.join(dataDir, 'content') },
      signing: { kind: 'file', keyPath: path.join(dataDir, 'keys', 'receipts.pem'), generate: true },
      announcedKeys: [],
    });
    expect(secrets).toEqual({});
  });
});

describe('what is set', () => {
  test('servers instead of what is embedded', () => {
    const { config, secrets } = loadConfig({
      LIENTHONG_DATABASE_URL: 'postgres://run:p@db/lienthong',
      LIENTHONG_DATABASE_MIGRATE_URL: 'postgres://migrate:p@db/lienthong',
      LIENTHONG_BROKER_URL: 'amqp://u:p@mq/',
      LIENTHONG_BROKER_SHARDS: '4',
      LIENTHONG_S3_ENDPOINT: 'http://s3.test',
      LIENTHONG_S3_BUCKET: 'packages',
      LIENTHONG_HTTP_PUBLIC_URL: 'https://Trục.test/',
      LIENTHONG_HTTP_MAX_PACKAGE: '10MB',
      LIENTHONG_ROLES: 'worker, scheduler',
    });
    expect(config.database).toEqual({ kind: 'server', connections: 10 });
    expect(config.broker).toEqual({ kind: 'rabbitmq', shards: 4 });
    expect(config.content).toEqual({
      kind: 's3',
      endpoint: 'http://s3.test',
      region: 'us-east-1',
      bucket: 'packages',
      prefix: '',
    });
    expect(config.http.publicUrl).toBe('https://Trục.test');
    expect(config.http.limits.maxPackageBytes).toBe(10 * 1024 * 1024);
    expect(config.roles).toEqual(['worker', 'scheduler']);
    expect(secrets).toMatchObject({ databaseUrl: 'postgres://run:p@db/lienthong', brokerUrl: 'amqp://u:p@mq/' });
    expect(JSON.stringify(config)).not.toContain(':p@');
  });

  test('the environment wins over the file, and a file may hold a secret', () => {
    const config = file('good.json', JSON.stringify({ http: { port: 9000, host: '0.0.0.0' }, roles: ['api'] }));
    const secret = file('broker', 'amqp://u:p@mq/\n');
    const read = loadConfig({
      LIENTHONG_CONFIG: config,
      LIENTHONG_HTTP_PORT: '9001',
      LIENTHONG_BROKER_URL_FILE: secret,
    });
    expect([read.config.http.port, read.config.http.host, read.config.roles]).toEqual([9001, '0.0.0.0', ['api']]);
    expect(read.secrets.brokerUrl).toBe('amqp://u:p@mq/');
  });
});

const PKCS11 = {
  LIENTHONG_SIGNING_PKCS11_LIBRARY: '/lib/token.so',
  LIENTHONG_SIGNING_PKCS11_TOKEN: 'Lienthong',
  LIENTHONG_SIGNING_PKCS11_KEY: 'receipts',
  LIENTHONG_SIGNING_PKCS11_PIN: '4711',
};

test('a commit that the build was told may stand in the environment when the gateway starts', () => {
  const named = { LIENTHONG_COMMIT: 'abc1234' };
  expect(loadConfig(named)).toEqual(loadConfig({}));
});

test('a key in a token, whose PIN is a secret', () => {
  const { config, secrets } = loadConfig({ ...PKCS11, LIENTHONG_SIGNING_CERTIFICATE_PATH: '/c.pem' });
  expect(config.signing).toEqual({
    kind: 'pkcs11',
    library: '/lib/token.so',
    token: 'Lienthong',
    key: 'receipts',
    certificatePath: '/c.pem',
  });
  expect(secrets).toEqual({ signingPin: '4711' });
});

describe('what is wrong', () => {
  const schemes = 'postgres://, postgresql://';
  test.each<[Record<string, string>, Record<string, unknown>]>([
    [{ LIENTHONG_HTTP_PORT: '70000' }, { reason: 'integer-wanted', least: 0, most: 65_535 }],
    [{ LIENTHONG_HTTP_PORT: '80a' }, { reason: 'integer-wanted', least: 0, most: 65_535 }],
    [{ LIENTHONG_HTTP_IDLE: '31' }, { reason: 'seconds-wanted', least: 1, most: 30 }],
    [{ LIENTHONG_HTTP_PUBLIC_URL: 'gateway' }, { reason: 'url-wanted' }],
    [{ LIENTHONG_HTTP_HOSTS: 'a,,b' }, { reason: 'list-wanted' }],
    [
      { LIENTHONG_REVOCATION_ALLOW: 'ocsp.example,http://crl.example' },
      { reason: 'host-wrong', entry: 'http://crl.example' },
    ],
    [{ LIENTHONG_HTTP_MAX_PACKAGE: '10 TB' }, { reason: 'bytes-wanted', least: 1024, most: 2_147_483_648 }],
    [{ LIENTHONG_LOG_LEVEL: 'loud' }, { reason: 'choice-wanted', choices: 'error, warn, info, debug' }],
    [{ LIENTHONG_ROLES: 'api,cook' }, { reason: 'choices-wanted', choices: 'api, worker, scheduler' }],
    [{ LIENTHONG_HTTP_PROT: '1' }, { reason: 'setting-unknown' }],
    [{ LIENTHONG_DATABASE_URL: 'mysql://db' }, { reason: 'scheme-wrong', schemes }],
    [
      { LIENTHONG_DATABASE_MIGRATE_URL: 'postgres://db' },
      { reason: 'companion-missing', companion: 'LIENTHONG_DATABASE_URL' },
    ],
    [{ LIENTHONG_S3_BUCKET: 'b' }, { reason: 'companion-missing', companion: 'LIENTHONG_S3_ENDPOINT' }],
    [
      { LIENTHONG_CONTENT_DIRECTORY: '/x', LIENTHONG_S3_BUCKET: 'b', LIENTHONG_S3_ENDPOINT: 'http://s' },
      { reason: 'rival-set', rival: 'LIENTHONG_S3_BUCKET' },
    ],
    [
      { LIENTHONG_SIGNING_KEY_PATH: 'a', LIENTHONG_SIGNING_PKCS12_PATH: 'b' },
      { reason: 'rival-set', rival: 'LIENTHONG_SIGNING_PKCS12_PATH' },
    ],
    [
      { LIENTHONG_SIGNING_PKCS12_PATH: 'a', ...PKCS11 },
      { reason: 'rival-set', rival: 'LIENTHONG_SIGNING_PKCS11_LIBRARY' },
    ],
    [
      { LIENTHONG_SIGNING_PKCS11_PIN: '1' },
      { reason: 'companion-missing', companion: 'LIENTHONG_SIGNING_PKCS11_LIBRARY' },
    ],
    [
      { ...PKCS11, LIENTHONG_SIGNING_PKCS11_PIN: '' },
      { reason: 'companion-missing', companion: 'LIENTHONG_SIGNING_PKCS11_PIN' },
    ],
    [
      { LIENTHONG_SIGNING_CERTIFICATE_PATH: 'a' },
      { reason: 'companion-missing', companion: 'LIENTHONG_SIGNING_KEY_PATH' },
    ],
    [{ LIENTHONG_BROKER_URL: 'amqp://a', LIENTHONG_BROKER_URL_FILE: 'b' }, { reason: 'secret-set-twice' }],
    [{ LIENTHONG_SCANNER_URL: 'http://scan' }, { reason: 'scheme-wrong', schemes: 'clamd://, command://' }],
    [{ LIENTHONG_BROKER_URL_FILE: '/nowhere/at/all' }, { reason: 'named-file-unreadable' }],
    [{ LIENTHONG_CONFIG: '/nowhere/at/all' }, { reason: 'named-file-unreadable' }],
  ])('%j', (environment, facts) => {
    const [name = ''] = Object.keys(environment);
    const [fault, ...others] = faults(environment);
    expect(others).toEqual([]);
    expect(fault?.facts).toEqual({ name, ...facts });
    expect(fault?.vi).toContain(`Thiết lập “${name}” không hợp lệ: `);
    expect(fault?.en).toContain(`The setting “${name}” is not valid: `);
    expect(`${fault?.vi ?? '…'}${fault?.en ?? '…'}`).not.toMatch(/…|[{}]|-wanted|-missing|-wrong/);
  });

  test.each([
    ['{', { name: 'LIENTHONG_CONFIG', reason: 'named-file-not-json' }],
    ['[]', { name: 'LIENTHONG_CONFIG', reason: 'named-file-not-object' }],
    ['{"http":{"prot":1}}', { name: 'http.prot', reason: 'setting-unknown' }],
    ['{"http":{"port":"x"}}', { name: 'http.port', reason: 'integer-wanted', least: 0, most: 65_535 }],
  ])('the file %s', (content, facts) => {
    expect(faults({ LIENTHONG_CONFIG: file('bad.json', content) }).map((fault) => fault.facts)).toEqual([facts]);
  });

  test('all of it at once, in the language of whoever reads it, and never a secret', () => {
    const told = faults({ LIENTHONG_HTTP_PORT: 'x', LIENTHONG_LOG_LEVEL: 'y', LIENTHONG_BROKER_URL: 'top-secret' });
    expect(told.map(({ vi }) => vi)).toEqual([
      'Thiết lập “LIENTHONG_LOG_LEVEL” không hợp lệ: phải là một trong: error, warn, info, debug.',
      'Thiết lập “LIENTHONG_HTTP_PORT” không hợp lệ: phải là số nguyên từ 0 đến 65535.',
      'Thiết lập “LIENTHONG_BROKER_URL” không hợp lệ: phải là địa chỉ đầy đủ, có cả giao thức.',
    ]);
    expect(told.map(({ en }) => en)).toContain(
      'The setting “LIENTHONG_HTTP_PORT” is not valid: it must be a whole number from 0 to 65535.',
    );
    expect(JSON.stringify(told)).not.toContain('top-secret');
  });
});

describe('the table', () => {
  test('names every variable and path once', () => {
    expect(new Set(SETTINGS.map(({ variable }) => variable)).size).toBe(SETTINGS.length);
    expect(new Set(SETTINGS.map((setting) => setting.path)).size).toBe(SETTINGS.length);
  });

  test('help and Markdown show every setting, and defaults they state are those that are applied', () => {
    for (const { variable } of SETTINGS) {
      expect(settingsHelp('vi')).toContain(variable);
      expect(settingsTable()).toContain(`\`${variable}\``);
    }
    const { http, dataDir } = loadConfig({}).config;
    const stated = new Map(SETTINGS.map((setting: Setting) => [setting.path, setting.fallback]));
    expect(stated.get('http.port')).toBe(String(http.port));
    expect(stated.get('http.maxConnections')).toBe(String(http.limits.maxConnections));
    expect(stated.get('http.requestsPerSecond')).toBe(String(http.limits.requestsPerSecond));
    expect(path.resolve(stated.get('dataDir') ?? '')).toBe(dataDir);
  });
});
