// A real PostgreSQL without anything to install or configure: the npm package's programs under a supervisor.
//
// Under the data directory lie `cluster` (the database), `access.json` (port and passwords, for this user only),
// `server.log` and the lock. Where the gateway runs as root, the server runs as another user; if that user cannot pass
// through the folders above the data directory (a checkout under /root, say), `cluster` is a link to a folder of its own
// under /var/lib/lienthong, because the rights of folders that are not the gateway's are not the gateway's to change.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ConfigReason } from '../../texts/config.ts';
import { canReach, serverAccount, type Account } from './account.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { lockDirectory } from './directory-lock.ts';
import { endOrphans } from './orphan.ts';
import type { Log } from '../driver-log.ts';

export interface EmbeddedOptions {
  /** Made when it is not there. */
  readonly dataDir: string;
  readonly log: Log;
  /** Called when the server ends although the gateway did not stop it. */
  readonly onExit?: () => void;
}

export interface Embedded {
  /** With the role that owns the schema. Holds a password: never log it. */
  readonly migrateUrl: string;
  /** With the role that `serve` works with. Holds a password: never log it. */
  readonly runUrl: string;
  readonly pid: number;
  /** Ends the server in order and frees the directory. Connections still open are cut. */
  stop(): Promise<void>;
}

export const MIGRATE_ROLE = 'lienthong_migrate';
export const RUN_ROLE = 'lienthong_run';
const OWNER_ROLE = 'lienthong_owner';
const DATABASE = 'lienthong';

const Access = z.object({ port: z.number(), owner: z.string(), migrate: z.string(), run: z.string() });
type Access = z.infer<typeof Access>;

const LIMITS = { start: 60_000, stop: 20_000, logBytes: 16 * 1024 * 1024, portTries: 5 } as const;

/** Settings that differ from PostgreSQL's own defaults. Durability is written out although it is the default. */
const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '1GB',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  jit: 'off',
};

/**
 * Starts the database of a data directory, made on the first start. Rejects with `data-directory-in-use` while another
 * gateway has it. What an earlier gateway that was killed left running is ended first; what it had committed is there.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o755 });
  const dataDir = realpathSync(options.dataDir);
  const lock = await lockDirectory(dataDir);
  try {
    const account = serverAccount();
    const cluster = prepareCluster(dataDir, account);
    const binaries = findBinaries(account, () => spareFolder(path.dirname(cluster), account));
    if (await endOrphans(cluster)) options.log('database.orphan-ended', {});
    const first = !existsSync(path.join(cluster, 'PG_VERSION'));
    if (first) await initialise(dataDir, cluster, binaries, account);
    const { child, access } = await launch(dataDir, cluster, binaries, account);
    await setUp(access).catch(async (error: unknown) => {
      await end(child);
      throw error;
    });
    return supervise(child, access, options, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function supervise(
  child: ChildProcess,
  access: Access,
  options: EmbeddedOptions,
  release: () => Promise<void>,
): Embedded {
  let stopping = false;
  child.once('exit', (code, signal) => {
    if (stopping) return;
    options.log('database.server-ended', { code: code ?? -1, signal: signal ?? 'none' });
    options.onExit?.();
  });
  return {
    migrateUrl: url(access, MIGRATE_ROLE, access.migrate),
    runUrl: url(access, RUN_ROLE, access.run),
    pid: child.pid ?? 0,
    async stop() {
      if (stopping) return;
      stopping = true;
      await end(child);
      await release();
    },
  };
}

/**
 * Addresses of the database of a data directory while another process has it started. Only for commands beside a
 * running gateway: nothing here starts or keeps a server. Rejects with `database-unavailable` when there is none yet.
 */
export function runningUrls(dataDir: string): Pick<Embedded, 'migrateUrl' | 'runUrl'> {
  try {
    const access = readAccess(dataDir);
    return {
      migrateUrl: url(access, MIGRATE_ROLE, access.migrate),
      runUrl: url(access, RUN_ROLE, access.run),
    };
  } catch (error) {
    throw failure(error instanceof Error ? error : new Error(String(error)));
  }
}

function url(access: Access, role: string, password: string, database = DATABASE): string {
  return `postgres://${role}:${password}@127.0.0.1:${access.port}/${database}`;
}

/** The folder of the cluster, with its links resolved. */
function prepareCluster(dataDir: string, account: Account | null): string {
  const place = path.join(dataDir, 'cluster');
  if (!existsSync(place)) {
    if (canReach(dataDir, account)) mkdirSync(place, { mode: 0o700 });
    else symlinkSync(folderElsewhere(), place);
    if (account !== null) chownSync(place, account.uid, account.gid);
  }
  return realpathSync(place);
}

/** A fresh name each time: a data directory that was removed must not come back with its old database. */
function folderElsewhere(): string {
  const parent = '/var/lib/lienthong';
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const cluster = path.join(parent, randomBytes(8).toString('hex'), 'cluster');
  mkdirSync(path.dirname(cluster), { mode: 0o755 });
  mkdirSync(cluster, { mode: 0o700 });
  return cluster;
}

/** Beside the cluster, where the server's user can reach and no other user can write. */
function spareFolder(besideCluster: string, account: Account | null): string {
  if (canReach(besideCluster, account)) return besideCluster;
  throw new ProblemError('config-invalid', {
    name: 'dataDir',
    reason: 'folder-out-of-reach' satisfies ConfigReason,
  });
}

function readAccess(dataDir: string): Access {
  return Access.parse(JSON.parse(readFileSync(path.join(dataDir, 'access.json'), 'utf8')));
}

function writeAccess(dataDir: string, access: Access): void {
  const file = path.join(dataDir, 'access.json');
  writeFileSync(`${file}.new`, JSON.stringify(access), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

/** Environment of the server's programs: nothing of the gateway's own, where secrets may be. */
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } as const;

/** Made beside and renamed when complete, so that a start that was cut short leaves nothing half done. */
async function initialise(
  dataDir: string,
  cluster: string,
  binaries: Binaries,
  account: Account | null,
): Promise<void> {
  const secret = (): string => randomBytes(24).toString('base64url');
  const access: Access = { port: await freePort(), owner: secret(), migrate: secret(), run: secret() };
  writeAccess(dataDir, access);
  const temporary = path.join(path.dirname(cluster), 'cluster.new');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { mode: 0o700 });
  const newCluster = path.join(temporary, 'cluster');
  const passwordFile = path.join(temporary, 'password');
  writeFileSync(passwordFile, access.owner, { mode: 0o600 });
  if (account !== null) for (const target of [temporary, passwordFile]) chownSync(target, account.uid, account.gid);
  const initdb = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${newCluster}`,
      `--username=${OWNER_ROLE}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
    ],
    { ...account, cwd: '/', env: ENVIRONMENT, encoding: 'utf8' },
  );
  if (initdb.status !== 0) throw failure(initdb.error ?? new Error(initdb.stderr.slice(-2_000)));
  renameSync(newCluster, cluster);
  rmSync(temporary, { recursive: true, force: true });
}

async function launch(
  dataDir: string,
  cluster: string,
  binaries: Binaries,
  account: Account | null,
): Promise<{ readonly child: ChildProcess; readonly access: Access }> {
  let access = readAccess(dataDir);
  for (let attempt = 1; ; attempt += 1) {
    if (!(await isFree(access.port))) {
      access = { ...access, port: await freePort() };
      writeAccess(dataDir, access);
    }
    const child = spawnServer(dataDir, cluster, binaries, account, access.port);
    const answer = await connectable(child, access);
    if (answer === 'up') return { child, access };
    await end(child);
    if (attempt >= LIMITS.portTries) throw failure(new Error('the server did not start; its log is server.log'));
  }
}

function spawnServer(
  dataDir: string,
  cluster: string,
  binaries: Binaries,
  account: Account | null,
  port: number,
): ChildProcess {
  const file = path.join(dataDir, 'server.log');
  if (existsSync(file) && statSync(file).size > LIMITS.logBytes) truncateSync(file);
  const log = openSync(file, 'a', 0o600);
  try {
    const settings = Object.entries({ ...SERVER_SETTINGS, port: String(port) });
    const child = spawn(
      binaries.postgres,
      ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...account,
        cwd: '/',
        env: ENVIRONMENT,
        stdio: ['ignore', log, log],
        // A session of its own: Ctrl-C in a terminal is for the gateway, which stops the server after its own work.
        detached: true,
      },
    );
    child.once('error', () => undefined);
    return child;
  } finally {
    closeSync(log);
  }
}

/** By connecting, not by reading the log: `up` means that queries are answered. */
async function connectable(child: ChildProcess, access: Access): Promise<'up' | 'ended'> {
  const limit = performance.now() + LIMITS.start;
  while (performance.now() < limit) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return 'ended';
    try {
      await withClient(url(access, OWNER_ROLE, access.owner, 'postgres'), (client) => client.query('select 1'));
      return 'up';
    } catch {
      await pause(15);
    }
  }
  return 'ended';
}

/** Roles and database, each only where it is missing, so that a first start that was cut short is completed. */
async function setUp(access: Access): Promise<void> {
  await withClient(url(access, OWNER_ROLE, access.owner, 'postgres'), async (client) => {
    const { rows } = await client.query<{ there: boolean }>(
      'select exists (select from pg_database where datname = $1) as there',
      [DATABASE],
    );
    if (rows[0]?.there === true) return;
    for (const [role, password] of [
      [MIGRATE_ROLE, access.migrate],
      [RUN_ROLE, access.run],
    ] as const) {
      const name = client.escapeIdentifier(role);
      await client.query(`drop role if exists ${name}`);
      await client.query(`create role ${name} login password ${client.escapeLiteral(password)}`);
    }
    await client.query(`create database ${DATABASE} owner ${MIGRATE_ROLE}`);
  });
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 2_000,
    application_name: 'lienthong start',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast shutdown: open transactions are rolled back, everything committed is written. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const limit = new AbortController();
  const late = pause(LIMITS.stop, 'late' as const, { signal: limit.signal }).catch(() => 'ended' as const);
  if ((await Promise.race([exit, late])) === 'late') child.kill('SIGQUIT');
  await exit;
  limit.abort();
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function failure(cause: unknown): ProblemError {
  return new ProblemError('database-unavailable', {}, { cause });
}
