// The configuration the program runs with: defaults, the rules between settings, and every problem told at once.
// Alternatives are unions, so that a mixture that makes no sense cannot be held.

import path from 'node:path';
import { readHostEntry } from '../core/pki/host.ts';
import type { Facts } from '../core/problems/finding.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import type { ConfigReason } from '../texts/config.ts';
import { readSettings, type ConfigFault, type Raw } from './env.ts';
import { LOG_LEVELS, ROLES, SETTINGS, type Setting, type SettingPath } from './settings.ts';

export type Role = (typeof ROLES)[number];
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface HttpLimits {
  readonly maxPackageBytes: number;
  readonly maxConcurrentUploads: number;
  readonly maxConnections: number;
  /** Of one connection, in this process. */
  readonly requestsPerSecond: number;
  readonly idleSeconds: number;
  readonly requestSeconds: number;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end. Issuer and audience of tokens. */
  readonly publicUrl: string;
  /** Lower-case host names without port; a request that names another is misdirected. */
  readonly hosts: readonly string[];
  /** With a slash at the end. */
  readonly problemBase: string;
  readonly limits: HttpLimits;
}

export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly dataDir: string; readonly connections: number }
  | { readonly kind: 'server'; readonly connections: number };

export type BrokerConfig = { readonly kind: 'embedded' } | { readonly kind: 'rabbitmq'; readonly shards: number };

export type ContentConfig =
  | { readonly kind: 'disk'; readonly directory: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
    };

export type SigningConfig =
  | {
      readonly kind: 'file';
      readonly keyPath: string;
      readonly certificatePath?: string;
      /** Made when it is not there: only where the operator configured no key. */
      readonly generate: boolean;
    }
  | { readonly kind: 'pkcs12'; readonly path: string }
  | {
      readonly kind: 'pkcs11';
      readonly library: string;
      readonly token: string;
      readonly key: string;
      readonly certificatePath?: string;
      readonly packageFolder?: string;
    };

/** Everything that may be shown. Addresses with passwords and keys are in `Secrets`. */
export interface Config {
  readonly dataDir: string;
  readonly roles: readonly Role[];
  readonly logLevel: LogLevel;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly broker: BrokerConfig;
  readonly content: ContentConfig;
  readonly signing: SigningConfig;
  /** Files of public keys that are shown besides. */
  readonly announcedKeys: readonly string[];
  /** Null: heads of the audit chain are only signed. */
  readonly timeStampUrl: string | null;
  /** Null: attachments are not scanned. */
  readonly scannerUrl: string | null;
  /** Seconds a held message waits before a person is asked. */
  readonly heldPatience: number;
  /** Hosts, with or without port, that revocation data may be fetched from. */
  readonly revocationAllow: readonly string[];
}

/** Configured values that must never be shown. `secrets.ts` turns them into keys. */
export interface ConfiguredSecrets {
  readonly databaseUrl?: string;
  readonly migrateUrl?: string;
  readonly brokerUrl?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly signingPassphrase?: string;
  readonly signingPin?: string;
  readonly tokenKey?: string;
  readonly cursorKey?: string;
}

export interface Configured {
  readonly config: Config;
  readonly secrets: ConfiguredSecrets;
}

/** Reads the environment and the file it may name. All problems at once, as one `config-invalid`. */
export function loadConfig(environment?: NodeJS.ProcessEnv): Configured {
  return configure(readSettings(environment));
}

/** Applies defaults and rules to what was written. */
export function configure(raw: Raw): Configured {
  const faults = [...raw.faults];
  const values = new Map<SettingPath, unknown>();
  for (const setting of SETTINGS as readonly (Setting & { path: SettingPath })[]) {
    const written = raw.settings.get(setting.path);
    if (written === undefined) continue;
    const value = PARSERS[setting.kind](written.value, setting);
    if (value === undefined) faults.push({ name: written.source, ...expectation(setting) });
    else values.set(setting.path, value);
  }
  const text = (name: SettingPath): string | undefined => as('string', values.get(name));
  const number = (name: SettingPath): number | undefined => as('number', values.get(name));
  const list = (name: SettingPath): readonly string[] | undefined => asList(values.get(name));
  faults.push(...crossRules(text), ...hostRules(list('revocation.allow') ?? []));
  const [first] = faults;
  if (first !== undefined) throw invalid(first, faults);
  return { config: fill(text, number, list), secrets: configuredSecrets(text) };
}

type Texts = (name: SettingPath) => string | undefined;
type Numbers = (name: SettingPath) => number | undefined;
type Lists = (name: SettingPath) => readonly string[] | undefined;

/** Pairs that belong together or exclude each other. */
function crossRules(text: Texts): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  const has = (name: SettingPath): boolean => text(name) !== undefined;
  const variable = (name: SettingPath): string => SETTINGS.find((setting) => setting.path === name)?.variable ?? name;
  const needs = (name: SettingPath, companion: SettingPath): void => {
    if (has(name) && !has(companion))
      faults.push({ name: variable(name), reason: 'companion-missing', companion: variable(companion) });
  };
  const excludes = (name: SettingPath, rival: SettingPath): void => {
    if (has(name) && has(rival)) faults.push({ name: variable(name), reason: 'rival-set', rival: variable(rival) });
  };
  const scheme = (name: SettingPath, ...schemes: readonly string[]): void => {
    const url = text(name);
    if (url !== undefined && !schemes.includes(new URL(url).protocol.slice(0, -1))) {
      const beginnings = schemes.map((scheme) => `${scheme}://`).join(', ');
      faults.push({ name: variable(name), reason: 'scheme-wrong', schemes: beginnings });
    }
  };
  needs('database.migrateUrl', 'database.url');
  needs('content.endpoint', 'content.bucket');
  needs('content.bucket', 'content.endpoint');
  needs('content.prefix', 'content.bucket');
  needs('content.accessKeyId', 'content.secretAccessKey');
  needs('content.secretAccessKey', 'content.accessKeyId');
  excludes('content.directory', 'content.bucket');
  excludes('signing.keyPath', 'signing.pkcs12Path');
  excludes('signing.keyPath', 'signing.pkcs11Library');
  excludes('signing.pkcs12Path', 'signing.pkcs11Library');
  if (!has('signing.pkcs11Library')) needs('signing.certificatePath', 'signing.keyPath');
  for (const name of ['signing.pkcs11Token', 'signing.pkcs11Key', 'signing.pkcs11Pin'] as const) {
    needs('signing.pkcs11Library', name);
    needs(name, 'signing.pkcs11Library');
  }
  needs('signing.pkcs11PackageFolder', 'signing.pkcs11Library');
  needs('signing.passphrase', 'signing.pkcs12Path');
  scheme('http.publicUrl', 'http', 'https');
  scheme('http.problemBase', 'http', 'https');
  scheme('database.url', 'postgres', 'postgresql');
  scheme('database.migrateUrl', 'postgres', 'postgresql');
  scheme('broker.url', 'amqp', 'amqps');
  scheme('content.endpoint', 'http', 'https');
  scheme('timeStamps.url', 'http', 'https');
  scheme('scanner.url', 'clamd', 'command');
  return faults;
}

function hostRules(entries: readonly string[]): readonly ConfigFault[] {
  const wrong = entries.filter((entry) => readHostEntry(entry) === undefined);
  return wrong.map((entry) => ({ name: 'LIENTHONG_REVOCATION_ALLOW', reason: 'host-wrong', entry }));
}

function fill(text: Texts, number: Numbers, list: Lists): Config {
  const dataDir = path.resolve(text('dataDir') ?? './data');
  return {
    dataDir,
    roles: ROLES.filter((role) => (list('roles') ?? ROLES).includes(role)),
    logLevel: LOG_LEVELS.find((level) => level === text('logLevel')) ?? 'info',
    http: fillHttp(text, number, list),
    database:
      text('database.url') === undefined
        ? {
            kind: 'embedded',
            dataDir: path.join(dataDir, 'postgres'),
            connections: number('database.connections') ?? 10,
          }
        : { kind: 'server', connections: number('database.connections') ?? 10 },
    broker:
      text('broker.url') === undefined
        ? { kind: 'embedded' }
        : { kind: 'rabbitmq', shards: number('broker.shards') ?? 8 },
    content: fillContent(text, dataDir),
    signing: fillSigning(text, dataDir),
    announcedKeys: (list('signing.announced') ?? []).map((file) => path.resolve(file)),
    timeStampUrl: text('timeStamps.url') ?? null,
    scannerUrl: text('scanner.url') ?? null,
    heldPatience: number('held.parkAfter') ?? 86_400,
    revocationAllow: list('revocation.allow') ?? [],
  };
}

function fillHttp(text: Texts, number: Numbers, list: Lists): HttpConfig {
  const port = number('http.port') ?? 8080;
  const publicUrl = (text('http.publicUrl') ?? `http://localhost:${port}`).replace(/\/+$/, '');
  const problemBase = text('http.problemBase') ?? 'https://lienthong.vn/problems/';
  return {
    host: text('http.host') ?? '127.0.0.1',
    port,
    publicUrl,
    hosts: (list('http.hosts') ?? [new URL(publicUrl).hostname, 'localhost', '127.0.0.1', '[::1]']).map((host) =>
      host.toLowerCase(),
    ),
    problemBase: problemBase.endsWith('/') ? problemBase : `${problemBase}/`,
    limits: {
      maxPackageBytes: number('http.maxPackageBytes') ?? 300 * 1024 * 1024,
      maxConcurrentUploads: number('http.maxConcurrentUploads') ?? 256,
      maxConnections: number('http.maxConnections') ?? 4096,
      requestsPerSecond: number('http.requestsPerSecond') ?? 2000,
      idleSeconds: number('http.idleSeconds') ?? 20,
      requestSeconds: number('http.requestSeconds') ?? 1800,
    },
  };
}

function fillContent(text: Texts, dataDir: string): ContentConfig {
  const bucket = text('content.bucket');
  const endpoint = text('content.endpoint');
  if (bucket === undefined || endpoint === undefined) {
    return { kind: 'disk', directory: path.resolve(text('content.directory') ?? path.join(dataDir, 'content')) };
  }
  return {
    kind: 's3',
    endpoint,
    region: text('content.region') ?? 'us-east-1',
    bucket,
    prefix: text('content.prefix') ?? '',
  };
}

function fillSigning(text: Texts, dataDir: string): SigningConfig {
  const pkcs12 = text('signing.pkcs12Path');
  if (pkcs12 !== undefined) return { kind: 'pkcs12', path: path.resolve(pkcs12) };
  const certificatePath = text('signing.certificatePath');
  const certificates = certificatePath === undefined ? {} : { certificatePath: path.resolve(certificatePath) };
  const library = text('signing.pkcs11Library');
  if (library !== undefined) return { ...fillPkcs11(text, library), ...certificates };
  const keyPath = text('signing.keyPath');
  if (keyPath === undefined)
    return { kind: 'file', keyPath: path.join(dataDir, 'keys', 'receipts.pem'), generate: true };
  return { kind: 'file', keyPath: path.resolve(keyPath), ...certificates, generate: false };
}

function fillPkcs11(text: Texts, library: string): Extract<SigningConfig, { readonly kind: 'pkcs11' }> {
  const packageFolder = text('signing.pkcs11PackageFolder');
  return {
    kind: 'pkcs11',
    library: path.resolve(library),
    token: text('signing.pkcs11Token') ?? '',
    key: text('signing.pkcs11Key') ?? '',
    ...(packageFolder === undefined ? {} : { packageFolder: path.resolve(packageFolder) }),
  };
}

function configuredSecrets(text: Texts): ConfiguredSecrets {
  const names = {
    databaseUrl: text('database.url'),
    migrateUrl: text('database.migrateUrl'),
    brokerUrl: text('broker.url'),
    accessKeyId: text('content.accessKeyId'),
    secretAccessKey: text('content.secretAccessKey'),
    signingPassphrase: text('signing.passphrase'),
    signingPin: text('signing.pkcs11Pin'),
    tokenKey: text('tokens.key'),
    cursorKey: text('cursors.key'),
  };
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
}

type Parser = (value: unknown, setting: Setting) => string | number | readonly string[] | undefined;

/** One reader per kind: the value, or undefined when it is not one. */
const PARSERS: Readonly<Record<Setting['kind'], Parser>> = {
  text: parseText,
  path: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  url: (value) => (typeof value === 'string' && URL.canParse(value) ? value : undefined),
  integer: (value, setting) => within(parseInteger(value), setting),
  seconds: (value, setting) => within(parseInteger(value), setting),
  bytes: (value, setting) => within(parseBytes(value), setting),
  list: parseList,
};

function parseText(value: unknown, setting: Setting): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return setting.choices === undefined || setting.choices.includes(value) ? value : undefined;
}

function parseInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['B', 1],
  ['KB', 1024],
  ['MB', 1024 ** 2],
  ['GB', 1024 ** 3],
]);

function parseBytes(value: unknown): number | undefined {
  if (typeof value === 'number') return parseInteger(value);
  const match = typeof value === 'string' ? /^(\d{1,12}) ?([KMG]?B)?$/.exec(value) : null;
  const unit = BYTE_UNITS.get(match?.[2] ?? '');
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

function within(value: number | undefined, setting: Setting): number | undefined {
  if (value === undefined) return undefined;
  return value >= (setting.min ?? -Infinity) && value <= (setting.max ?? Infinity) ? value : undefined;
}

function parseList(value: unknown, setting: Setting): readonly string[] | undefined {
  const items: readonly unknown[] =
    typeof value === 'string' ? value.split(',').map((item) => item.trim()) : Array.isArray(value) ? value : [];
  const texts = items.filter((item): item is string => typeof item === 'string' && item !== '');
  if (texts.length === 0 || texts.length !== items.length) return undefined;
  const { choices } = setting;
  return choices === undefined || texts.every((item) => choices.includes(item)) ? texts : undefined;
}

const EXPECTATIONS: Readonly<Record<Setting['kind'], ConfigReason>> = {
  text: 'text-wanted',
  path: 'path-wanted',
  url: 'url-wanted',
  integer: 'integer-wanted',
  seconds: 'seconds-wanted',
  bytes: 'bytes-wanted',
  list: 'list-wanted',
};

function expectation({ kind, choices, min, max }: Setting): Facts & { readonly reason: ConfigReason } {
  if (choices !== undefined)
    return { reason: kind === 'list' ? 'choices-wanted' : 'choice-wanted', choices: choices.join(', ') };
  const range = min === undefined || max === undefined ? {} : { least: min, most: max };
  return { reason: EXPECTATIONS[kind], ...range };
}

/** Told by the first fault, with all of them as its findings. */
function invalid(first: ConfigFault, faults: readonly ConfigFault[]): ProblemError {
  const findings = faults.map((facts) => ({ code: 'config-invalid', severity: 'error', facts }) as const);
  return new ProblemError('config-invalid', { ...first }, { findings });
}

function as(type: 'string', value: unknown): string | undefined;
function as(type: 'number', value: unknown): number | undefined;
function as(type: 'string' | 'number', value: unknown): unknown {
  return typeof value === type ? value : undefined;
}

function asList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}
