// Migrations run once, for any caller and any number at a time; and no program runs on a schema it does not know.

import { afterAll, describe, expect, test } from '@jest/globals';
import { RUN_ROLE } from '../../../src/drivers/embedded-postgres/embedded.ts';
import { knownMigrations, migrate, requireSchema, type Migration } from '../../../src/drivers/postgres/migrate.ts';
import { openPool } from '../../../src/drivers/postgres/pool.ts';
import { openStore } from '../../../src/drivers/postgres/store.ts';
import { query, serverKinds, sharedServer, stopServers, type TestDatabase } from '../../support/postgres.ts';

afterAll(() => stopServers());

const KNOWN = knownMigrations();
const NEWEST = KNOWN.at(-1)?.version ?? 0;
/** The migration that looks at rows which were there before the constraints on states. */
const STATES_VALID = KNOWN.find(({ name }) => name.endsWith('-states-valid'))?.version ?? 0;
const log = () => undefined;

function following(version: number, minProgram: number): Migration {
  return {
    version,
    name: `${version}-later`,
    minProgram,
    sql: `create table later_${version} (id integer)`,
    checksum: 'c',
  };
}

async function requireOf(database: TestDatabase, migrations: readonly Migration[]): Promise<void> {
  const pool = openPool({ url: database.runUrl, name: 'test', connections: 1, log });
  try {
    await requireSchema(pool, migrations);
  } finally {
    await pool.end();
  }
}

test('migrations are numbered one by one, and no two bear one number', () => {
  expect(KNOWN.map(({ version }) => version)).toEqual(KNOWN.map((_each, index) => index + 1));
});

describe.each(await serverKinds())('on %s PostgreSQL', (kind) => {
  const empty = async () => (await sharedServer(kind)).fresh({ migrated: false });

  test('four replicas that start at once apply each migration once', async () => {
    const database = await empty();
    const done = await Promise.all(Array.from({ length: 4 }, () => migrate(database.migrateUrl, RUN_ROLE)));
    expect(done.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, KNOWN.length]);
    expect(new Set(done.map(({ version }) => version))).toEqual(new Set([NEWEST]));
    expect((await migrate(database.migrateUrl, RUN_ROLE)).applied).toEqual([]);
  });

  test('a migration that fails leaves nothing of itself, and the next try completes it', async () => {
    const database = await empty();
    const broken = { ...following(NEWEST + 1, 1), sql: 'create table half (id integer); select 1 / 0' };
    await expect(migrate(database.migrateUrl, RUN_ROLE, [...KNOWN, broken])).rejects.toMatchObject({ code: '22012' });
    const tables = await query(database.adminUrl, "select 1 from pg_tables where tablename = 'half'");
    expect(tables).toEqual([]);
    const mended = await migrate(database.migrateUrl, RUN_ROLE, [...KNOWN, following(NEWEST + 1, 1)]);
    expect(mended.applied).toEqual([`${NEWEST + 1}-later`]);
  });

  test('pending migrations keep a program from serving', async () => {
    const database = await empty();
    await expect(requireOf(database, KNOWN)).rejects.toMatchObject({ code: 'schema-too-old', facts: { version: 0 } });
    await migrate(database.migrateUrl, RUN_ROLE, KNOWN.slice(0, 4));
    await expect(requireOf(database, KNOWN)).rejects.toMatchObject({ code: 'schema-too-old', facts: { version: 4 } });
    await expect(openStore({ url: database.runUrl, name: 'test', connections: 1, log })).rejects.toMatchObject({
      code: 'schema-too-old',
    });
  });

  test.each([
    ['that it can live with', 1, null],
    ['that needs a newer program', NEWEST + 1, 'schema-too-new'],
  ])('a program before a migration %s', async (_, minProgram, code) => {
    const database = await empty();
    await migrate(database.migrateUrl, RUN_ROLE, [...KNOWN, following(NEWEST + 1, minProgram)]);
    const checks = [() => requireOf(database, KNOWN), () => migrate(database.migrateUrl, RUN_ROLE, KNOWN)];
    for (const check of checks) {
      if (code === null) await check();
      else await expect(check()).rejects.toMatchObject({ code, facts: { version: NEWEST + 1 } });
    }
  });

  test('an applied migration that was changed afterwards is refused', async () => {
    const database = await empty();
    await migrate(database.migrateUrl, RUN_ROLE);
    const changed = KNOWN.map((one) => ({ ...one, checksum: 'other' }));
    await expect(migrate(database.migrateUrl, RUN_ROLE, changed)).rejects.toMatchObject({ code: 'config-invalid' });
  });

  test('a run role that is not there is named', async () => {
    const database = await empty();
    await expect(migrate(database.migrateUrl, 'nobody_here')).rejects.toMatchObject({
      code: 'config-invalid',
      facts: { reason: 'run-role-missing', role: 'nobody_here' },
    });
  });

  test('partitions are made ahead, also by the role that may not make tables', async () => {
    const database = await migrated();
    const count = async () =>
      (
        await query<{ n: number }>(
          database.runUrl,
          "select count(*)::integer as n from pg_inherits where inhparent = 'message'::regclass",
        )
      )[0]?.n;
    expect(await count()).toBe(5);
    await query(database.runUrl, "select ensure_partitions('2031-02-03')");
    expect(await count()).toBe(9);
    await query(database.runUrl, "select ensure_partitions('2031-02-03')");
    expect(await count()).toBe(9);
  });

  const IMPOSSIBLE = `
    insert into delivery (id, message, transmission, organisation, connection, order_key, transport)
    select id, id, id, 'H99.12.01', 'xa-mot', '', 'arrived' from (select id_at($1::timestamptz) as id) as one`;

  test('constraints on states reach every month, those made between two migrations as well', async () => {
    const database = await empty();
    const before = KNOWN.findIndex(({ name }) => name.endsWith('-state'));
    for (const known of [KNOWN.slice(0, before), KNOWN.slice(0, before + 2), KNOWN]) {
      await migrate(database.migrateUrl, RUN_ROLE, known);
      await query(database.runUrl, `select ensure_partitions('${2030 + known.length}-02-03')`);
    }
    const states = await query<{ constraint: string; tables: number; valid: boolean }>(
      database.runUrl,
      `select conname as constraint, count(*)::integer as tables, bool_and(convalidated) as valid
         from pg_constraint where conname in ('delivery_state', 'transmission_state') group by conname order by conname`,
    );
    const tables = await query<{ n: number }>(
      database.runUrl,
      "select count(*)::integer as n from pg_inherits where inhparent = 'delivery'::regclass",
    );
    expect(states).toEqual(
      ['delivery_state', 'transmission_state'].map((constraint) => ({
        constraint,
        tables: (tables[0]?.n ?? 0) + 1,
        valid: true,
      })),
    );
    for (const known of [before, before + 2, KNOWN.length])
      await expect(query(database.runUrl, IMPOSSIBLE, [`${2030 + known}-02-03`])).rejects.toMatchObject({
        code: '23514',
        constraint: 'delivery_state',
      });
  });

  test('a row that no program wrote stops the check of old rows, and nothing else', async () => {
    const database = await empty();
    const before = KNOWN.filter(({ version }) => version < STATES_VALID);
    await migrate(database.migrateUrl, RUN_ROLE, KNOWN.slice(0, before.length - 2));
    await query(database.adminUrl, IMPOSSIBLE, ['2026-11-20']);
    await expect(migrate(database.migrateUrl, RUN_ROLE)).rejects.toMatchObject({ code: '23514' });
    await requireOf(database, before);
  });

  test('rows of a clock gone astray do not stand in the way of their month', async () => {
    const database = await migrated();
    await query(
      database.runUrl,
      `insert into audit (id, actor, act, object, outcome, details)
      select id_at('2041-05-06'), 'a', 'b', '', 'ok', '{}'`,
    );
    await query(database.runUrl, "select ensure_partitions('2041-05-06')");
    const [row] = await query<{ place: string }>(
      database.runUrl,
      "select tableoid::regclass::text as place from audit where actor = 'a'",
    );
    expect(row?.place).toBe('audit_default');
  });

  let shared: Promise<TestDatabase> | null = null;
  const migrated = () => (shared ??= sharedServer(kind).then((server) => server.fresh()));

  test.each([
    'drop table message',
    'create table lienthong.mine (id integer)',
    'alter table audit add column more text',
    "copy (select 1) to program 'true'",
    'alter table audit disable trigger all',
    'set role lienthong_migrate',
    "insert into schema_migration values (99, 'x', 'x', 99)",
    'create schema mine',
  ])('the run role may not: %s', async (statement) => {
    const database = await migrated();
    await expect(query(database.runUrl, statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('a server that confirms before it has written is not served', async () => {
    const name = 'synchronous_commit';
    const database = await (await sharedServer(kind)).fresh();
    await query(
      database.adminUrl,
      `alter role ${RUN_ROLE} in database ${new URL(database.runUrl).pathname.slice(1)} set ${name} = off`,
    );
    await expect(openStore({ url: database.runUrl, name: 'test', connections: 1, log })).rejects.toMatchObject({
      code: 'fsync-off',
      facts: { name },
    });
  });
});
