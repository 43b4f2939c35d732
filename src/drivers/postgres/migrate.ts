// Numbered migrations. The previous program can still use the schema after each; a migration that excludes older
// programs names the oldest program that still works (`-- min-program: N`, counted in migrations that a program knows).

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { packagePath } from '../../config/paths.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ConfigReason } from '../../texts/config.ts';
import { codeOf } from '../error-code.ts';
import { asProblem } from './faults.ts';
import { SCHEMA } from './pool.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly minProgram: number;
  readonly sql: string;
  /** Lower-case hex SHA-256 of the file. */
  readonly checksum: string;
}

export interface Migrated {
  /** Names of the migrations that this call applied. */
  readonly applied: readonly string[];
  readonly version: number;
}

/** Advisory key on which replicas that start together wait for one another. */
const MIGRATION_LOCK = 7_214_001;

/** The migrations this program knows, in order. */
export function knownMigrations(): readonly Migration[] {
  const folder = packagePath('src', 'drivers', 'postgres', 'migrations');
  return readdirSync(folder)
    .filter((file) => /^\d{6}-[a-z-]+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const sql = readFileSync(path.join(folder, file), 'utf8');
      return {
        version: Number(file.slice(0, 6)),
        name: file.slice(0, -'.sql'.length),
        minProgram: Number(/^-- min-program: (\d+)$/m.exec(sql)?.[1] ?? 1),
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    });
}

/**
 * Brings the schema up to this program, each migration in a transaction of its own, and grants the run role only the
 * rights it needs. Several processes may call it at once, and again at any time. Rejects with `schema-too-new` when the
 * schema no longer admits this program, with `config-invalid` when an applied migration was changed afterwards or the
 * run role is missing.
 */
export async function migrate(
  migrateUrl: string,
  runRole: string,
  migrations: readonly Migration[] = knownMigrations(),
): Promise<Migrated> {
  const client = new pg.Client({
    connectionString: migrateUrl,
    application_name: 'lienthong migrate',
    connectionTimeoutMillis: 5_000,
    options: `-c search_path=${SCHEMA} -c timezone=UTC`,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await run(client, runRole, migrations);
  } catch (error) {
    throw asProblem(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function run(client: pg.Client, runRole: string, migrations: readonly Migration[]): Promise<Migrated> {
  await prepare(client);
  const applied = await appliedMigrations(client);
  admit(applied, migrations);
  const names: string[] = [];
  for (const migration of migrations.filter((candidate) => !applied.some((row) => row.version === candidate.version))) {
    await apply(client, migration);
    names.push(migration.name);
  }
  await client.query('select ensure_partitions(now())');
  await grant(client, runRole);
  return {
    applied: names,
    version: Math.max(0, ...migrations.map((migration) => migration.version), ...applied.map((row) => row.version)),
  };
}

async function prepare(client: pg.Client): Promise<void> {
  // Looks first: a role that may not create schemas may still migrate an existing one.
  const { rows } = await client.query<{ there: boolean }>('select to_regnamespace($1) is not null as there', [SCHEMA]);
  if (rows[0]?.there !== true) await client.query(`create schema ${SCHEMA}`);
  await client.query(`create table if not exists schema_migration (
    version integer primary key,
    name text not null,
    checksum text not null,
    min_program integer not null,
    applied_at timestamptz not null default now()
  )`);
}

interface Applied {
  readonly version: number;
  readonly checksum: string;
  readonly min_program: number;
}

async function appliedMigrations(client: pg.ClientBase | pg.Pool): Promise<readonly Applied[]> {
  const { rows } = await client.query<Applied>(
    'select version, checksum, min_program from schema_migration order by version',
  );
  return rows;
}

/** Refuses a program that knows `migrations` and may not use a schema with the `applied` ones. */
function admit(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const newest = Math.max(0, ...migrations.map((migration) => migration.version));
  const version = Math.max(0, ...applied.map((row) => row.version));
  if (applied.some((row) => row.min_program > newest)) throw new ProblemError('schema-too-new', { version });
  for (const row of applied) {
    const sameVersion = migrations.find((candidate) => candidate.version === row.version);
    if (sameVersion !== undefined && sameVersion.checksum !== row.checksum) {
      throw new ProblemError('config-invalid', {
        name: sameVersion.name,
        reason: 'migration-changed' satisfies ConfigReason,
      });
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migration (version, name, checksum, min_program) values ($1, $2, $3, $4)', [
      migration.version,
      migration.name,
      migration.checksum,
      migration.minProgram,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Tables whose rows are written once: only the owner could change them, and triggers stop the owner too. */
const APPEND_ONLY = ['audit', 'audit_chain', 'audit_head', 'audit_head_stamp', 'status_history', 'attempt'] as const;
/** Tables that only the migrator writes. */
const READ_ONLY = ['schema_migration'] as const;

/** The tables that the applied migrations have made so far. */
async function present(client: pg.Client, tables: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where to_regclass('${SCHEMA}.' || name) is not null`,
    [tables],
  );
  return rows.map(({ name }) => name);
}

async function grant(client: pg.Client, runRole: string): Promise<void> {
  const role = client.escapeIdentifier(runRole);
  const tables = await present(client, APPEND_ONLY);
  const statements = [
    `grant usage on schema ${SCHEMA} to ${role}`,
    `grant select, insert, update, delete on all tables in schema ${SCHEMA} to ${role}`,
    `revoke update, delete, truncate on ${tables.join(', ')} from ${role}`,
    `revoke insert, update, delete, truncate on ${READ_ONLY.join(', ')} from ${role}`,
    `grant usage on all sequences in schema ${SCHEMA} to ${role}`,
    `grant execute on function ensure_partitions(timestamptz) to ${role}`,
  ];
  await client.query('begin');
  try {
    for (const statement of statements) await client.query(statement);
    for (const table of await partitionsOf(client, tables)) {
      await client.query(`revoke all on ${table} from ${role}`);
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    if (codeOf(error) === '42704') {
      throw new ProblemError(
        'config-invalid',
        { name: 'database.url', reason: 'run-role-missing' satisfies ConfigReason, role: runRole },
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * The partitions of tables. PostgreSQL checks rights on the parent that a statement names, so the run role needs none
 * on the partitions.
 */
async function partitionsOf(client: pg.Client, parents: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(c.relname) as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      join pg_class p on p.oid = i.inhparent join pg_namespace n on n.oid = p.relnamespace
     where c.relkind = 'r' and n.nspname = $1 and p.relname = any($2)`,
    [SCHEMA, parents],
  );
  return rows.map((row) => row.name);
}

/**
 * Checks the schema before `serve` starts. Rejects with `schema-too-old` when migrations are pending (or none ever
 * ran), with `schema-too-new` when the schema no longer admits this program.
 */
export async function requireSchema(
  pool: pg.Pool,
  migrations: readonly Migration[] = knownMigrations(),
): Promise<void> {
  const newest = Math.max(0, ...migrations.map((migration) => migration.version));
  let applied: readonly Applied[];
  try {
    applied = await appliedMigrations(pool);
  } catch (error) {
    // 42P01: no such table; 3F000: no such schema; 42501: not granted to this role yet.
    if (['42P01', '3F000', '42501'].includes(codeOf(error)))
      throw new ProblemError('schema-too-old', { version: 0 }, { cause: error });
    throw asProblem(error);
  }
  admit(applied, migrations);
  const version = Math.max(0, ...applied.map((row) => row.version));
  if (version < newest) throw new ProblemError('schema-too-old', { version });
}
