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
  },
  {
    path: 'roles',
    variable: 'LIENTHONG_ROLES',
    kind: 'list',
    choices: ROLES,
    fallback: ROLES.join(','),
  },
  {
    path: 'logLevel',
    variable: 'LIENTHONG_LOG_LEVEL',
    kind: 'text',
    choices: LOG_LEVELS,
    fallback: 'info',
  },

  {
    path: 'http.host',
    variable: 'LIENTHONG_HTTP_HOST',
    kind: 'text',
    fallback: '127.0.0.1',
  },
  {
    path: 'http.port',
    variable: 'LIENTHONG_HTTP_PORT',
    kind: 'integer',
    min: 0,
    max: 65_535,
    fallback: '8080',
  },
  {
    path: 'http.publicUrl',
    variable: 'LIENTHONG_HTTP_PUBLIC_URL',
    kind: 'url',
    fallback: 'http://localhost:<port>',
  },
  {
    path: 'http.hosts',
    variable: 'LIENTHONG_HTTP_HOSTS',
    kind: 'list',
    fallback: 'that of the public address, and loopback names',
  },
  {
    path: 'http.problemBase',
    variable: 'LIENTHONG_HTTP_PROBLEM_BASE',
    kind: 'url',
    fallback: 'https://lienthong.vn/problems/',
  },
  {
    path: 'http.maxPackageBytes',
    variable: 'LIENTHONG_HTTP_MAX_PACKAGE',
    kind: 'bytes',
    min: 1024,
    max: 2_147_483_648,
    fallback: '300MB',
  },
  {
    path: 'http.maxConcurrentUploads',
    variable: 'LIENTHONG_HTTP_MAX_UPLOADS',
    kind: 'integer',
    min: 1,
    max: 10_000,
    fallback: '256',
  },
  {
    path: 'http.maxConnections',
    variable: 'LIENTHONG_HTTP_MAX_CONNECTIONS',
    kind: 'integer',
    min: 10,
    max: 100_000,
    fallback: '4096',
  },
  {
    path: 'http.requestsPerSecond',
    variable: 'LIENTHONG_HTTP_REQUESTS_PER_SECOND',
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    fallback: '2000',
  },
  {
    path: 'http.idleSeconds',
    variable: 'LIENTHONG_HTTP_IDLE',
    kind: 'seconds',
    min: 1,
    max: 30,
    fallback: '20',
  },
  {
    path: 'http.requestSeconds',
    variable: 'LIENTHONG_HTTP_REQUEST',
    kind: 'seconds',
    min: 5,
    max: 86_400,
    fallback: '1800',
  },

  {
    path: 'database.url',
    variable: 'LIENTHONG_DATABASE_URL',
    kind: 'url',
    secret: true,
    fallback: 'embedded PostgreSQL under the data folder',
  },
  {
    path: 'database.migrateUrl',
    variable: 'LIENTHONG_DATABASE_MIGRATE_URL',
    kind: 'url',
    secret: true,
    fallback: 'none',
  },
  {
    path: 'database.connections',
    variable: 'LIENTHONG_DATABASE_CONNECTIONS',
    kind: 'integer',
    min: 2,
    max: 500,
    fallback: '10',
  },

  {
    path: 'broker.url',
    variable: 'LIENTHONG_BROKER_URL',
    kind: 'url',
    secret: true,
    fallback: 'embedded broker',
  },
  {
    path: 'broker.shards',
    variable: 'LIENTHONG_BROKER_SHARDS',
    kind: 'integer',
    min: 1,
    max: 64,
    fallback: '8',
  },

  {
    path: 'content.directory',
    variable: 'LIENTHONG_CONTENT_DIRECTORY',
    kind: 'path',
    fallback: '<data folder>/content',
  },
  {
    path: 'content.endpoint',
    variable: 'LIENTHONG_S3_ENDPOINT',
    kind: 'url',
    fallback: 'none',
  },
  { path: 'content.region', variable: 'LIENTHONG_S3_REGION', kind: 'text', fallback: 'us-east-1' },
  { path: 'content.bucket', variable: 'LIENTHONG_S3_BUCKET', kind: 'text', fallback: 'none' },
  {
    path: 'content.prefix',
    variable: 'LIENTHONG_S3_PREFIX',
    kind: 'text',
    fallback: 'none',
  },
  {
    path: 'content.accessKeyId',
    variable: 'LIENTHONG_S3_ACCESS_KEY_ID',
    kind: 'text',
    secret: true,
    fallback: 'none',
  },
  {
    path: 'content.secretAccessKey',
    variable: 'LIENTHONG_S3_SECRET_ACCESS_KEY',
    kind: 'text',
    secret: true,
    fallback: 'none',
  },

  {
    path: 'scanner.url',
    variable: 'LIENTHONG_SCANNER_URL',
    kind: 'url',
    fallback: 'none: attachments are not scanned',
  },

  {
    path: 'held.parkAfter',
    variable: 'LIENTHONG_HELD_PARK_AFTER',
    kind: 'seconds',
    min: 60,
    max: 2_592_000,
    fallback: '86400',
  },

  {
    path: 'revocation.allow',
    variable: 'LIENTHONG_REVOCATION_ALLOW',
    kind: 'list',
    fallback: 'none: nothing is fetched',
  },

  {
    path: 'signing.keyPath',
    variable: 'LIENTHONG_SIGNING_KEY_PATH',
    kind: 'path',
    fallback: 'made once in <data folder>/keys',
  },
  {
    path: 'signing.certificatePath',
    variable: 'LIENTHONG_SIGNING_CERTIFICATE_PATH',
    kind: 'path',
    fallback: 'none',
  },
  {
    path: 'signing.pkcs12Path',
    variable: 'LIENTHONG_SIGNING_PKCS12_PATH',
    kind: 'path',
    fallback: 'none',
  },
  {
    path: 'signing.passphrase',
    variable: 'LIENTHONG_SIGNING_PASSPHRASE',
    kind: 'text',
    secret: true,
    fallback: 'none',
  },
  {
    path: 'signing.pkcs11Library',
    variable: 'LIENTHONG_SIGNING_PKCS11_LIBRARY',
    kind: 'path',
    fallback: 'none',
  },
  {
    path: 'signing.pkcs11Token',
    variable: 'LIENTHONG_SIGNING_PKCS11_TOKEN',
    kind: 'text',
    fallback: 'none',
  },
  {
    path: 'signing.pkcs11Key',
    variable: 'LIENTHONG_SIGNING_PKCS11_KEY',
    kind: 'text',
    fallback: 'none',
  },
  {
    path: 'signing.pkcs11Pin',
    variable: 'LIENTHONG_SIGNING_PKCS11_PIN',
    kind: 'text',
    secret: true,
    fallback: 'none',
  },
  {
    path: 'signing.pkcs11PackageFolder',
    variable: 'LIENTHONG_SIGNING_PKCS11_PACKAGE_FOLDER',
    kind: 'path',
    fallback: "the gateway's own",
  },
  {
    path: 'signing.announced',
    variable: 'LIENTHONG_SIGNING_ANNOUNCED',
    kind: 'list',
    fallback: 'none',
  },
  {
    path: 'timeStamps.url',
    variable: 'LIENTHONG_TIME_STAMPS_URL',
    kind: 'url',
    fallback: 'none: both are only signed',
  },
  {
    path: 'tokens.key',
    variable: 'LIENTHONG_TOKEN_KEY',
    kind: 'text',
    secret: true,
    fallback: 'made once in <data folder>/keys',
  },
  {
    path: 'cursors.key',
    variable: 'LIENTHONG_CURSOR_KEY',
    kind: 'text',
    secret: true,
    fallback: 'made once in <data folder>/keys',
  },
] as const satisfies readonly Setting[];

export type SettingPath = (typeof SETTINGS)[number]['path'];
