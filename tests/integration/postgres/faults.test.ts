// The database in trouble: what the gateway says, how long it waits, and that it goes on by itself afterwards.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { RUN_ROLE, startEmbedded, type Embedded } from '../../../src/drivers/embedded-postgres/embedded.ts';
import { migrate } from '../../../src/drivers/postgres/migrate.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openPool, transaction } from '../../../src/drivers/postgres/pool.ts';
import { openSignals } from '../../../src/drivers/postgres/signals.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { acceptance, PUSHED, REGISTRY } from '../../support/acceptances.ts';
import { until } from '../../support/external.ts';
import { freshDatabase, query, stopServers, type TestDatabase } from '../../support/postgres.ts';
import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const log = () => undefined;
const UNAVAILABLE = { code: 'database-unavailable' };

let database: TestDatabase;
let proxy: TcpProxy;
let store: PostgresStore;
let version: number;

beforeAll(async () => {
  database = await freshDatabase();
  const pool = openPool({ url: database.runUrl, name: 'test', connections: 1, log });
  version = (await applyRegistry(pool, REGISTRY)).version;
  await pool.end();
});
afterAll(() => stopServers());

beforeEach(async () => {
  proxy = await openTcpProxy(Number(new URL(database.runUrl).port));
  const through = new URL(database.runUrl);
  through.port = String(proxy.port);
  store = await openStore({ url: through.href, name: 'through', connections: 4, log });
});
afterEach(async () => {
  await store.close();
  await proxy.close();
});

const count = async (id: string) =>
  (await query(database.adminUrl, 'select 1 from message where id = $1', [id])).length;

/** Passes the next COMMITs on to the server and resets the client instead of passing the answer back. */
async function openCommitCutter(
  target: number,
  times: number,
): Promise<{ readonly port: number; arm(): void; cuts(): number; close(): Promise<void> }> {
  let left = 0;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let cut = false;
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => far.end());
    far.on('close', () => near.destroy());
    far.on('data', (chunk) => {
      if (!cut) near.write(chunk);
    });
    near.on('data', (chunk) => {
      far.write(chunk);
      if (left === 0 || !chunk.includes('commit')) return;
      left -= 1;
      cut = true;
      // Only after the server has answered, so that the COMMIT stands.
      far.once('data', () => near.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    arm() {
      left = times;
    },
    cuts: () => times - left,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('connections', () => {
  test('cut, the pool heals, and leader and listener come back', async () => {
    expect(await store.sequencer.sequence()).not.toBeNull();
    proxy.cut();
    await until(
      'accepting again',
      10,
      async () => (await store.messages.accept(acceptance(version, { to: [PUSHED] }))).kind === 'accepted' || undefined,
    );
    await until('leading again', 10, async () => (await store.sequencer.sequence()) ?? undefined);
    const stop = new AbortController();
    const other = await openStore({ url: database.runUrl, name: 'other', connections: 2, log });
    await until('hearing again', 10, async () => {
      const started = performance.now();
      const woken = store.work.waitForWork(1_000, stop.signal);
      await other.messages.accept(acceptance(version, { to: [PUSHED] }));
      await woken;
      return performance.now() - started < 900 || undefined;
    });
    await other.close();
  });

  test.each([1, 2, 3])('a COMMIT whose answer is lost (%i times) is decided by looking', async (times) => {
    const cutter = await openCommitCutter(Number(new URL(database.runUrl).port), times);
    const through = new URL(database.runUrl);
    through.port = String(cutter.port);
    const own = await openStore({ url: through.href, name: 'cut', connections: 2, log });
    cutter.arm();
    const one = acceptance(version, { to: [PUSHED], idempotencyKey: `unknown ${times}` });
    const first = await own.messages.accept(one).catch((error: unknown) => error);
    // Within its own tries the store finds out; beyond them it says that it does not know, and the client's retry does.
    if (times < 3) expect(first).toEqual({ kind: 'accepted' });
    else expect(first).toMatchObject(UNAVAILABLE);
    expect(cutter.cuts()).toBe(times);
    const again = {
      ...acceptance(version, { to: [PUSHED] }),
      identity: one.identity,
      sha256: one.sha256,
      idempotencyKey: `unknown ${times}`,
    };
    expect(await own.messages.accept(again)).toMatchObject({ kind: 'repeated', message: one.id, receipt: one.receipt });
    expect(await count(one.id)).toBe(1);
    expect(await count(again.id)).toBe(0);
    await own.close();
    await cutter.close();
  });

  test('frozen, a probe gives up after two seconds', async () => {
    await store.probe();
    proxy.freeze();
    const started = performance.now();
    await expect(store.probe()).rejects.toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(4_000);
    proxy.thaw();
    await until('answering again', 10, async () => store.probe().then(() => true));
  });

  test('closed while the listener is still connecting, it closes', async () => {
    const pool = openPool({ url: database.runUrl, name: 'test', connections: 1, log });
    const signals = openSignals({ url: database.runUrl, pool, log });
    await signals.close();
    await pool.end();
  });

  test('more than the server takes are told as unavailable', async () => {
    await query(database.adminUrl, `alter role ${RUN_ROLE} connection limit 0`);
    try {
      const pool = openPool({ url: database.runUrl, name: 'test', connections: 1, log });
      await expect(transaction(pool, (client) => client.query('select 1'))).rejects.toMatchObject(UNAVAILABLE);
      await pool.end();
    } finally {
      await query(database.adminUrl, `alter role ${RUN_ROLE} connection limit -1`);
    }
  });
});

describe('locks', () => {
  const holding = async (statement: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=lienthong' });
    await client.connect();
    await client.query('begin');
    await client.query(statement);
    return client;
  };

  test('held elsewhere cost a caller seconds, not minutes, and connections do not pile up', async () => {
    const one = acceptance(version, { to: [PUSHED] });
    await store.messages.accept(one);
    const client = await holding(`lock table message in access exclusive mode`);
    const started = performance.now();
    const all = await Promise.allSettled(
      Array.from({ length: 40 }, () => store.messages.accept(acceptance(version, { to: [PUSHED] }))),
    );
    expect(all.every(({ status }) => status === 'rejected')).toBe(true);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject(UNAVAILABLE);
    expect(performance.now() - started).toBeLessThan(5_000);
    await client.query('rollback');
    await client.end();
    expect(await store.messages.accept(acceptance(version, { to: [PUSHED] }))).toEqual({ kind: 'accepted' });
  });

  test('in reverse order are resolved and not told', async () => {
    const pool = openPool({ url: database.runUrl, name: 'test', connections: 4, log });
    await pool.query(
      `insert into idempotency_key values ('a', 'a', gen_random_uuid(), ''), ('b', 'b', gen_random_uuid(), '')`,
    );
    const crossing = (first: string, second: string) =>
      transaction(pool, async (client) => {
        await client.query('update idempotency_key set sha256 = sha256 || $1 where connection = $1', [first]);
        await client.query('select pg_sleep(0.05)');
        await client.query('update idempotency_key set sha256 = sha256 || $1 where connection = $1', [second]);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a'), crossing('a', 'b')]);
    const rows = await pool.query<{ length: number }>(
      "select length(sha256) from idempotency_key where connection in ('a', 'b')",
    );
    expect(rows.rows).toEqual([{ length: 3 }, { length: 3 }]);
    await pool.end();
  });
});

describe('the server', () => {
  let folder: string;
  let server: Embedded;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lienthong-faults-'));
    await chmod(folder, 0o755);
    server = await startEmbedded({ dataDir: path.join(folder, 'data'), log });
    await migrate(server.migrateUrl, RUN_ROLE);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('killed under load and started again, has all that was accepted; the pool finds it', async () => {
    const own = await openStore({ url: server.runUrl, name: 'own', connections: 4, log });
    const { version: ownVersion } = await applyRegistry(own.pool, REGISTRY);
    const told: string[] = [];
    const faults: unknown[] = [];
    const stop = new AbortController();
    const submitters = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) {
        const one = acceptance(ownVersion, { to: [PUSHED] });
        try {
          if ((await own.messages.accept(one)).kind === 'accepted') told.push(one.id);
        } catch (error) {
          faults.push(error);
        }
      }
    });
    await until('some are accepted', 10, () => told.length > 50 || undefined);
    process.kill(server.pid, 'SIGKILL');
    await until('a refusal', 10, () => faults.length > 0 || undefined);
    await server.stop();
    const before = told.length;
    server = await startEmbedded({ dataDir: path.join(folder, 'data'), log });
    await until('accepted again', 10, () => told.length > before + 10 || undefined);
    stop.abort();
    await Promise.all(submitters);
    for (const fault of faults) expect(fault).toMatchObject(UNAVAILABLE);
    const { rows } = await own.pool.query<{ n: number }>(
      'select count(*)::integer as n from message where id = any($1)',
      [told],
    );
    expect(rows[0]?.n).toBe(told.length);
    await own.close();
  });
});
