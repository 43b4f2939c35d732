// The embedded server as a user's machine treats it: killed, started twice, started as root and not as root.

import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { canReach } from '../../../src/drivers/embedded-postgres/account.ts';
import { startEmbedded, type Embedded } from '../../../src/drivers/embedded-postgres/embedded.ts';
import { end, until } from '../../support/external.ts';
import { query } from '../../support/postgres.ts';

const log = () => undefined;
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
const open: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-embedded-'));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, 'data');
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startEmbedded>[0]> = {}): Promise<Embedded> {
  const database = await startEmbedded({ dataDir, log, ...options });
  open.push(database);
  return database;
}

interface Killable {
  readonly child: ChildProcess;
  readonly postmaster: number;
  /** The last row that was told to be committed. */
  told(): number;
}

/** A process of its own with the database; `uid` as in spawn. */
async function startProcess(uid?: number): Promise<Killable> {
  const program = ['--import', './tests/support/typescript.mjs', './tests/support/embedded-process.ts', dataDir];
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  open.push({ stop: () => end(child, 'SIGTERM') });
  let told = 0;
  let postmaster = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, number] = line.split(' ');
    if (word === 'up') postmaster = Number(number);
    if (word === 'committed') told = Number(number);
  });
  await until('the process has committed something', 30, () => {
    if (child.exitCode !== null) throw new Error('it ended');
    return told > 0 || undefined;
  });
  return { child, postmaster, told: () => told };
}

/** Not counting one that ended and was never reaped, as in a container whose first process does not reap. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\s+[ZX]/m.test(status);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

const rowsOf = async (database: Embedded) =>
  (
    await query<{ n: number; max: number }>(
      database.migrateUrl,
      'select count(*)::integer as n, max(n) as max from told',
    )
  )[0];

test('kill -9, three times and in three ways, loses nothing that was committed', async () => {
  let told = 0;
  for (const what of ['gateway', 'gateway and server', 'stopped gateway'] as const) {
    const running = await startProcess();
    await until('some rows', 20, () => running.told() > told + 20 || undefined);
    if (what === 'gateway and server') process.kill(running.postmaster, 'SIGKILL');
    if (what === 'stopped gateway') running.child.kill('SIGSTOP');
    await kill(running.child);
    expect(running.told()).toBeGreaterThan(told);
    told = running.told();
    const database = await start();
    expect(await isRunning(running.postmaster)).toBe(false);
    const rows = await rowsOf(database);
    expect(rows?.max).toBeGreaterThanOrEqual(told);
    expect(rows?.n).toBe(rows?.max);
    await database.stop();
  }
});

test('a second gateway on the same data is refused, also while the first is stopped', async () => {
  const { child } = await startProcess();
  const refused = { code: 'data-directory-in-use', facts: {} };
  await expect(startEmbedded({ dataDir, log })).rejects.toMatchObject(refused);
  child.kill('SIGSTOP');
  await expect(startEmbedded({ dataDir: `${dataDir}/../data`, log })).rejects.toMatchObject(refused);
  child.kill('SIGCONT');
});

test('of many that start at once, one has the data', async () => {
  const starts = await Promise.allSettled(Array.from({ length: 6 }, () => start()));
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('stopped in order, it leaves no process and starts again as it was', async () => {
  const first = await start();
  expect((await stat(path.join(dataDir, 'access.json'))).mode & 0o777).toBe(0o600);
  const settings = await query<{ name: string; setting: string }>(
    first.runUrl,
    `select name, setting from pg_settings where name in
       ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'password_encryption')`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    data_checksums: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    listen_addresses: '127.0.0.1',
    password_encryption: 'scram-sha-256',
    synchronous_commit: 'on',
  });
  const wrong = new URL(first.runUrl);
  wrong.password = 'x';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await first.stop();
  expect(await isRunning(first.pid)).toBe(false);

  const second = await start();
  expect([second.runUrl, second.migrateUrl]).toEqual([first.runUrl, first.migrateUrl]);
  await second.stop();

  // A port that another program took meanwhile is left to it.
  const port = Number(new URL(first.runUrl).port);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', () => resolve()));
  const third = await start();
  other.close();
  expect(new URL(third.runUrl).port).not.toBe(String(port));
  expect(await query(third.runUrl, 'select 1')).toHaveLength(1);
  await third.stop();

  // A number in postmaster.pid may belong to another program by now.
  const file = path.join(await realpath(path.join(dataDir, 'cluster')), 'postmaster.pid');
  await writeFile(file, `${process.pid}\n${path.dirname(file)}\n`);
  expect(await query((await start()).runUrl, 'select 1')).toHaveLength(1);
});

test('a first start that was cut short is done anew', async () => {
  await mkdir(path.join(dataDir, 'cluster.new', 'cluster'), { recursive: true });
  await writeFile(path.join(dataDir, 'cluster.new', 'cluster', 'PG_VERSION'), '18\n');
  expect(await query((await start()).runUrl, 'select 1')).toHaveLength(1);
});

test('a path longer than sockets take is no obstacle; a server that ends by itself is told', async () => {
  dataDir = path.join(folder, 'd'.repeat(100), 'data');
  let told = 0;
  const database = await start({ onExit: () => (told += 1) });
  await expect(startEmbedded({ dataDir, log })).rejects.toMatchObject({ code: 'data-directory-in-use' });
  expect(await query(database.runUrl, 'select 1')).toHaveLength(1);
  process.kill(database.pid, 'SIGKILL');
  await until('told', 10, () => told === 1 || undefined);
});

test('nothing it says holds a password', async () => {
  const said: string[] = [];
  const { child } = await startProcess();
  await kill(child);
  const database = await start({ log: (event, facts) => void said.push(JSON.stringify([event, facts])) });
  const access = JSON.parse(await readFile(path.join(dataDir, 'access.json'), 'utf8')) as Record<string, string>;
  const written = [...said, await readFile(path.join(dataDir, 'server.log'), 'utf8')].join('\n');
  for (const name of ['owner', 'migrate', 'run']) expect(written).not.toContain(access[name]);
  expect(said.join('\n')).toContain('database.orphan-ended');
  expect(new URL(database.runUrl).password).toBe(access['run']);
});

if (isRoot) describe('as root', asRoot);
else test('not run: the tests that need root to change the user', () => expect(isRoot).toBe(false));

function asRoot(): void {
  const NOBODY = 65_534;

  test('another user starts it just as well, and survives a kill', async () => {
    await mkdir(dataDir);
    await chown(dataDir, NOBODY, NOBODY);
    const first = await startProcess(NOBODY);
    expect((await stat(`/proc/${first.postmaster}`)).uid).toBe(NOBODY);
    await kill(first.child);
    const again = await startProcess(NOBODY);
    expect(again.told()).toBeGreaterThan(first.told());
  });

  test('below a folder that the server’s user cannot pass, the cluster lies elsewhere', async () => {
    await chmod(folder, 0o700);
    const database = await start();
    const place = path.join(dataDir, 'cluster');
    expect((await lstat(place)).isSymbolicLink()).toBe(true);
    expect((await stat(place)).mode & 0o777).toBe(0o700);
    expect((await stat(`/proc/${database.pid}`)).uid).not.toBe(0);
    const target = await realpath(place);
    open.unshift({ stop: async () => rm(path.dirname(target), { recursive: true, force: true }) });
    await database.stop();
    const again = await start();
    expect(again.runUrl).toBe(database.runUrl);
    expect(await realpath(place)).toBe(target);
  });

  test('what a user can reach follows the rights of every folder above', async () => {
    const account = { uid: NOBODY, gid: NOBODY };
    await mkdir(dataDir);
    expect(canReach(dataDir, account)).toBe(true);
    await chmod(folder, 0o700);
    expect(canReach(dataDir, account)).toBe(false);
    await chown(folder, NOBODY, 0);
    expect(canReach(dataDir, account)).toBe(true);
    expect(canReach(dataDir, null)).toBe(true);
  });
}
