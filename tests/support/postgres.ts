// PostgreSQL for tests. How to use it:
//
//   const database = await freshDatabase();   // a migrated database of its own on this file's embedded server
//   …                                         // database.runUrl and database.migrateUrl, with the product's two roles
//   afterAll(() => stopServers());            // ends the servers this file started, with their data
//
// The first call of a test file starts the server (about 2 s), each database after it takes about 0.1 s. A server
// PostgreSQL of the machine (Debian's, 14 or newer) is started the same way with `startServer('installed')`, and says so
// when the machine has none.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { serverAccount } from '../../src/drivers/embedded-postgres/account.ts';
import { MIGRATE_ROLE, RUN_ROLE, startEmbedded } from '../../src/drivers/embedded-postgres/embedded.ts';
import { migrate } from '../../src/drivers/postgres/migrate.ts';
import { aptInstall, canInstall, end, freePort, serve, until } from './external.ts';

export interface TestDatabase {
  readonly runUrl: string;
  readonly migrateUrl: string;
  /** As superuser: for what a test does behind the product's back. */
  readonly adminUrl: string;
  /** Cuts all connections and removes the database. */
  drop(): Promise<void>;
}

export interface TestServer {
  readonly kind: ServerKind;
  /** `18.4`, say. */
  readonly version: string;
  /** A database of its own, migrated unless told otherwise. */
  fresh(options?: { readonly migrated: boolean }): Promise<TestDatabase>;
  stop(): Promise<void>;
}

export type ServerKind = 'embedded' | 'installed';

const servers = new Map<ServerKind, Promise<TestServer>>();

/** A migrated database of its own on this file's embedded server. */
export async function freshDatabase(): Promise<TestDatabase> {
  return await (await sharedServer('embedded')).fresh();
}

/** This file's server of a kind, started at the first call. */
export async function sharedServer(kind: ServerKind): Promise<TestServer> {
  const started = servers.get(kind) ?? startServer(kind);
  servers.set(kind, started);
  return await started;
}

/** Ends what `sharedServer` and `freshDatabase` started. */
export async function stopServers(): Promise<void> {
  const started = [...servers.values()];
  servers.clear();
  for (const server of started) await (await server).stop();
}

/** A server of one's own, with data in a folder that `stop` removes. */
export async function startServer(kind: ServerKind): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lienthong-postgres-'));
  const raw = kind === 'embedded' ? await startEmbeddedServer(folder) : await startInstalledServer(folder);
  const version = await query<{ v: string }>(raw.adminUrl, "select current_setting('server_version') as v");
  let template: Promise<string> | null = null;
  return {
    kind,
    version: version[0]?.v ?? 'unknown',
    async fresh({ migrated } = { migrated: true }) {
      if (!migrated) return await createDatabase(raw, 'template0');
      template ??= makeTemplate(raw);
      return await createDatabase(raw, await template);
    },
    async stop() {
      await raw.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface RawServer {
  readonly adminUrl: string;
  readonly password: string;
  stop(): Promise<void>;
}

async function startEmbeddedServer(folder: string): Promise<RawServer> {
  // mkdtemp makes folders that only their owner may pass, and as root the server runs as another user.
  await chmod(folder, 0o755);
  const server = await startEmbedded({ dataDir: path.join(folder, 'data'), log: () => undefined });
  const access = z
    .object({ owner: z.string(), run: z.string(), migrate: z.string() })
    .parse(JSON.parse(await readFile(path.join(folder, 'data', 'access.json'), 'utf8')));
  const admin = new URL(server.runUrl);
  admin.username = 'lienthong_owner';
  admin.password = access.owner;
  admin.pathname = '/postgres';
  const password = randomBytes(12).toString('hex');
  for (const role of [MIGRATE_ROLE, RUN_ROLE]) await query(admin.href, `alter role ${role} password '${password}'`);
  return { adminUrl: admin.href, password, stop: () => server.stop() };
}

/** Debian's own, under the same settings as a careful operator's: passwords, durability, no socket. */
async function startInstalledServer(folder: string): Promise<RawServer> {
  const bin = await installedPrograms();
  const account = serverAccount();
  await chmod(folder, 0o755);
  const data = path.join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  if (account !== null) await chown(data, account.uid, account.gid);
  const port = await freePort();
  const made = spawnSync(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', 'admin', '--auth=trust', '-E', 'UTF8', '--locale=C'],
    {
      ...account,
      cwd: '/',
      encoding: 'utf8',
    },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
  };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = await serve(...asAccount(path.join(bin, 'postgres'), args, account));
  const adminUrl = `postgres://admin@127.0.0.1:${port}/postgres`;
  await until('PostgreSQL answers', 30, async () => (await query(adminUrl, 'select 1')).length === 1 || undefined);
  const password = randomBytes(12).toString('hex');
  for (const role of [MIGRATE_ROLE, RUN_ROLE])
    await query(adminUrl, `create role ${role} login password '${password}'`);
  return { adminUrl, password, stop: () => end(child, 'SIGINT') };
}

function asAccount(
  program: string,
  args: readonly string[],
  account: { readonly uid: number; readonly gid: number } | null,
): readonly [string, readonly string[]] {
  if (account === null) return [program, args];
  return ['setpriv', [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', program, ...args]];
}

/**
 * The kinds of server that suites run on here. Without a PostgreSQL of the machine's own, and no right to install one, only
 * the embedded one is left, which is said aloud; in CI that is a failure.
 */
export async function serverKinds(): Promise<readonly ServerKind[]> {
  try {
    await installedPrograms();
    return ['embedded', 'installed'];
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    process.stderr.write(`not run on a server of its own: ${error instanceof Error ? error.message : String(error)}\n`);
    return ['embedded'];
  }
}

/** The folder of the newest PostgreSQL the machine has; installed where that is allowed, else named in the failure. */
async function installedPrograms(): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const root = '/usr/lib/postgresql';
    const versions = await readdir(root).catch(() => []);
    const newest = versions
      .map(Number)
      .filter((version) => version >= 14)
      .sort((a, b) => b - a)[0];
    return newest === undefined ? undefined : path.join(root, String(newest), 'bin');
  };
  const found = await find();
  if (found !== undefined) return found;
  if (!(await canInstall()))
    throw new Error('a PostgreSQL server (14 or newer) is needed: install the package postgresql');
  await aptInstall(['postgresql']);
  const installed = await find();
  if (installed === undefined) throw new Error('the package postgresql did not bring a server');
  return installed;
}

async function makeTemplate(server: RawServer): Promise<string> {
  const template = await createDatabase(server, 'template0');
  await migrate(template.migrateUrl, RUN_ROLE);
  return new URL(template.migrateUrl).pathname.slice(1);
}

async function createDatabase(server: RawServer, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(server.adminUrl, `create database ${name} template ${template} owner ${MIGRATE_ROLE}`);
  const url = (role: string | null): string => {
    const address = new URL(server.adminUrl);
    address.pathname = `/${name}`;
    if (role !== null) {
      address.username = role;
      address.password = server.password;
    }
    return address.href;
  };
  return {
    runUrl: url(RUN_ROLE),
    migrateUrl: url(MIGRATE_ROLE),
    adminUrl: url(null),
    async drop() {
      await query(server.adminUrl, `drop database ${name} with (force)`);
    },
  };
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=lienthong' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
