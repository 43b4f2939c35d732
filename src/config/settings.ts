// Every setting, once: the environment, the configuration file, `serve --help` and src/docs/operate.md all follow this table.

/** The way a value is written. `bytes` takes `300MB`, `seconds` takes whole numbers, `list` is separated by commas. */
export type SettingKind = 'text' | 'integer' | 'seconds' | 'bytes' | 'list' | 'path' | 'url';

export interface Setting {
  /** Its path in the file: `http.port` is the member `port` of `http`. */
  readonly path: string;
  readonly variable: string;
  readonly kind: SettingKind;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Never shown, never logged; `<variable>_FILE` names a file that holds it. */
  readonly secret?: true;
  /** As a person reads it; the value itself is in `config.ts`. */
  readonly fallback: string;
  readonly help: string;
}

/** Names one JSON file with the same settings. The environment wins over the file. */
export const CONFIG_VARIABLE = 'LIENTHONG_CONFIG';

export const ROLES = ['api', 'worker', 'scheduler'] as const;
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;

export const SETTINGS = [
  {
    path: 'dataDir',
    variable: 'LIENTHONG_DATA_DIR',
    kind: 'path',
    fallback: './data',
    help: 'folder for the embedded database, content and keys',
  },
  {
    path: 'roles',
    variable: 'LIENTHONG_ROLES',
    kind: 'list',
    choices: ROLES,
    fallback: ROLES.join(','),
    help: 'what this process does',
  },
  {
    path: 'logLevel',
    variable: 'LIENTHONG_LOG_LEVEL',
    kind: 'text',
    choices: LOG_LEVELS,
    fallback: 'info',
    help: 'least important log lines to write',
  },

  {
    path: 'http.host',
    variable: 'LIENTHONG_HTTP_HOST',
    kind: 'text',
    fallback: '127.0.0.1',
    help: 'address to listen on',
  },
  {
    path: 'http.port',
    variable: 'LIENTHONG_HTTP_PORT',
    kind: 'integer',
    min: 0,
    max: 65_535,
    fallback: '8080',
    help: 'port to listen on; 0 takes a free one',
  },
  {
    path: 'http.publicUrl',
    variable: 'LIENTHONG_HTTP_PUBLIC_URL',
    kind: 'url',
    fallback: 'http://localhost:<port>',
    help: 'address under which others reach the gateway; stands in tokens and receipts',
  },
  {
    path: 'http.hosts',
    variable: 'LIENTHONG_HTTP_HOSTS',
    kind: 'list',
    fallback: 'that of the public address, and loopback names',
    help: 'host names that are served',
  },
  {
    path: 'http.problemBase',
    variable: 'LIENTHONG_HTTP_PROBLEM_BASE',
    kind: 'url',
    fallback: 'https://lienthong.vn/problems/',
    help: 'what problem types begin with',
  },
  {
    path: 'http.maxPackageBytes',
    variable: 'LIENTHONG_HTTP_MAX_PACKAGE',
    kind: 'bytes',
    min: 1024,
    max: 2_147_483_648,
    fallback: '300MB',
    help: 'largest package that is accepted',
  },
  {
    path: 'http.maxConcurrentUploads',
    variable: 'LIENTHONG_HTTP_MAX_UPLOADS',
    kind: 'integer',
    min: 1,
    max: 10_000,
    fallback: '256',
    help: 'packages received at once by this process',
  },
  {
    path: 'http.maxConnections',
    variable: 'LIENTHONG_HTTP_MAX_CONNECTIONS',
    kind: 'integer',
    min: 10,
    max: 100_000,
    fallback: '4096',
    help: 'open sockets of this process',
  },
  {
    path: 'http.requestsPerSecond',
    variable: 'LIENTHONG_HTTP_REQUESTS_PER_SECOND',
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    fallback: '2000',
    help: 'requests of one connection, counted by this process',
  },
  {
    path: 'http.idleSeconds',
    variable: 'LIENTHONG_HTTP_IDLE',
    kind: 'seconds',
    min: 1,
    max: 30,
    fallback: '20',
    help: 'silence within a request after which it is given up',
  },
  {
    path: 'http.requestSeconds',
    variable: 'LIENTHONG_HTTP_REQUEST',
    kind: 'seconds',
    min: 5,
    max: 86_400,
    fallback: '1800',
    help: 'longest time one request may take to arrive',
  },

  {
    path: 'database.url',
    variable: 'LIENTHONG_DATABASE_URL',
    kind: 'url',
    secret: true,
    fallback: 'embedded PostgreSQL under the data folder',
    help: 'PostgreSQL 14 or newer, with the run role',
  },
  {
    path: 'database.migrateUrl',
    variable: 'LIENTHONG_DATABASE_MIGRATE_URL',
    kind: 'url',
    secret: true,
    fallback: 'none',
    help: 'the same database with the migrate role, for `lienthong migrate`',
  },
  {
    path: 'database.connections',
    variable: 'LIENTHONG_DATABASE_CONNECTIONS',
    kind: 'integer',
    min: 2,
    max: 500,
    fallback: '10',
    help: 'database connections of this process',
  },

  {
    path: 'broker.url',
    variable: 'LIENTHONG_BROKER_URL',
    kind: 'url',
    secret: true,
    fallback: 'embedded broker',
    help: 'RabbitMQ, amqp:// or amqps://',
  },
  {
    path: 'broker.shards',
    variable: 'LIENTHONG_BROKER_SHARDS',
    kind: 'integer',
    min: 1,
    max: 64,
    fallback: '8',
    help: 'quorum queues the work is spread over; the same in every process',
  },

  {
    path: 'content.directory',
    variable: 'LIENTHONG_CONTENT_DIRECTORY',
    kind: 'path',
    fallback: '<data folder>/content',
    help: 'folder for packages larger than 64 KB',
  },
  {
    path: 'content.endpoint',
    variable: 'LIENTHONG_S3_ENDPOINT',
    kind: 'url',
    fallback: 'none',
    help: 'S3-compatible store instead of the folder',
  },
  { path: 'content.region', variable: 'LIENTHONG_S3_REGION', kind: 'text', fallback: 'us-east-1', help: 'its region' },
  { path: 'content.bucket', variable: 'LIENTHONG_S3_BUCKET', kind: 'text', fallback: 'none', help: 'its bucket' },
  {
    path: 'content.prefix',
    variable: 'LIENTHONG_S3_PREFIX',
    kind: 'text',
    fallback: 'none',
    help: 'what keys begin with',
  },
  {
    path: 'content.accessKeyId',
    variable: 'LIENTHONG_S3_ACCESS_KEY_ID',
    kind: 'text',
    secret: true,
    fallback: 'none',
    help: 'its access key',
  },
  {
    path: 'content.secretAccessKey',
    variable: 'LIENTHONG_S3_SECRET_ACCESS_KEY',
    kind: 'text',
    secret: true,
    fallback: 'none',
    help: 'its secret key',
  },

  {
    path: 'scanner.url',
    variable: 'LIENTHONG_SCANNER_URL',
    kind: 'url',
    fallback: 'none: attachments are not scanned',
    help: 'malware scanner: clamd://host:port, clamd:///path/of/socket, or command:///path/of/program?arg=-',
  },

  {
    path: 'held.parkAfter',
    variable: 'LIENTHONG_HELD_PARK_AFTER',
    kind: 'seconds',
    min: 60,
    max: 2_592_000,
    fallback: '86400',
    help: 'how long a message waits for an authority before a person is asked',
  },

  {
    path: 'revocation.allow',
    variable: 'LIENTHONG_REVOCATION_ALLOW',
    kind: 'list',
    fallback: 'none: nothing is fetched',
    help: 'hosts that revocation data of certificates may be fetched from; an inner address with its port',
  },

  {
    path: 'signing.keyPath',
    variable: 'LIENTHONG_SIGNING_KEY_PATH',
    kind: 'path',
    fallback: 'made once in <data folder>/keys',
    help: 'PEM file of the P-256 key that signs receipts',
  },
  {
    path: 'signing.certificatePath',
    variable: 'LIENTHONG_SIGNING_CERTIFICATE_PATH',
    kind: 'path',
    fallback: 'none',
    help: "PEM file of that key's certificate and chain",
  },
  {
    path: 'signing.pkcs12Path',
    variable: 'LIENTHONG_SIGNING_PKCS12_PATH',
    kind: 'path',
    fallback: 'none',
    help: 'PKCS#12 file with key and certificates instead',
  },
  {
    path: 'signing.passphrase',
    variable: 'LIENTHONG_SIGNING_PASSPHRASE',
    kind: 'text',
    secret: true,
    fallback: 'none',
    help: 'its passphrase',
  },
  {
    path: 'signing.pkcs11Library',
    variable: 'LIENTHONG_SIGNING_PKCS11_LIBRARY',
    kind: 'path',
    fallback: 'none',
    help: 'PKCS#11 library of the hardware that keeps the key instead',
  },
  {
    path: 'signing.pkcs11Token',
    variable: 'LIENTHONG_SIGNING_PKCS11_TOKEN',
    kind: 'text',
    fallback: 'none',
    help: 'label of its token',
  },
  {
    path: 'signing.pkcs11Key',
    variable: 'LIENTHONG_SIGNING_PKCS11_KEY',
    kind: 'text',
    fallback: 'none',
    help: "label of the private key, or `id:` and the key's id in hexadecimal digits",
  },
  {
    path: 'signing.pkcs11Pin',
    variable: 'LIENTHONG_SIGNING_PKCS11_PIN',
    kind: 'text',
    secret: true,
    fallback: 'none',
    help: 'PIN of the token',
  },
  {
    path: 'signing.pkcs11PackageFolder',
    variable: 'LIENTHONG_SIGNING_PKCS11_PACKAGE_FOLDER',
    kind: 'path',
    fallback: "the gateway's own",
    help: 'folder in which the optional package pkcs11js was installed',
  },
  {
    path: 'signing.announced',
    variable: 'LIENTHONG_SIGNING_ANNOUNCED',
    kind: 'list',
    fallback: 'none',
    help: 'PEM files of public keys or certificates to show at /v1/keys besides: the next key, before it signs',
  },
  {
    path: 'timeStamps.url',
    variable: 'LIENTHONG_TIME_STAMPS_URL',
    kind: 'url',
    fallback: 'none: both are only signed',
    help: 'time-stamp authority (RFC 3161 over HTTP) for the hourly heads of the audit chain and for evidence containers',
  },
  {
    path: 'tokens.key',
    variable: 'LIENTHONG_TOKEN_KEY',
    kind: 'text',
    secret: true,
    fallback: 'made once in <data folder>/keys',
    help: 'PEM of the P-256 key that signs access tokens; the same in every process',
  },
  {
    path: 'cursors.key',
    variable: 'LIENTHONG_CURSOR_KEY',
    kind: 'text',
    secret: true,
    fallback: 'made once in <data folder>/keys',
    help: '64 hexadecimal digits that protect inbox cursors; the same in every process',
  },
] as const satisfies readonly Setting[];

export type SettingPath = (typeof SETTINGS)[number]['path'];

/** The settings as aligned lines for `serve --help`. */
export function settingsHelp(): string {
  const names = SETTINGS.map((setting: Setting) => `${setting.variable}${setting.secret === true ? '[_FILE]' : ''}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = SETTINGS.map(
    (setting, index) => `  ${(names[index] ?? '').padEnd(width)}  ${setting.help} (${setting.fallback})`,
  );
  return [
    'Settings (environment, or a JSON file named by LIENTHONG_CONFIG; the environment wins):',
    ...lines,
    'A variable ending in _FILE names a file that holds the secret.',
  ].join('\n');
}

/** The settings as a Markdown table for src/docs/operate.md. */
export function settingsTable(): string {
  const rows = SETTINGS.map(
    (setting: Setting) =>
      `| \`${setting.variable}\` | \`${setting.path}\` | ${setting.help}${setting.secret === true ? ' (secret)' : ''} | ${setting.fallback.replaceAll('<', '&lt;')} |`,
  );
  return ['| variable | in the file | meaning | default |', '|---|---|---|---|', ...rows].join('\n');
}
