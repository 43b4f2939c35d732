// Connections to PostgreSQL, and transactions on them. Time limits stand on the server's side of every connection, so
// that a lock of another session delays a caller for seconds and never piles up waiting connections.

import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { Log } from '../driver-log.ts';
import { asProblem, isBroken, isTransient } from './faults.ts';

export const SCHEMA = 'lienthong';

/**
 * Milliseconds. A caller gets its 503 within five seconds (src/docs/threats.md 5), so the wait for a lock is shorter.
 */
const LIMITS = { connect: 3_000, lock: 3_000, statement: 10_000, idleInTransaction: 10_000, answer: 15_000 } as const;

export interface PoolOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  readonly connections: number;
  readonly log: Log;
}

const SESSION = [
  `-c search_path=${SCHEMA}`,
  '-c timezone=UTC',
  '-c jit=off',
  // The planner would hold every check constraint of every month against each statement, and never leave a month out by
  // it: months are left out by their bounds, which this setting does not touch (src/decisions/0016-moves.md).
  '-c constraint_exclusion=off',
  `-c lock_timeout=${LIMITS.lock}`,
  `-c statement_timeout=${LIMITS.statement}`,
  `-c idle_in_transaction_session_timeout=${LIMITS.idleInTransaction}`,
].join(' ');

function connectionOptions(url: string, name: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: LIMITS.connect,
    query_timeout: LIMITS.answer,
    keepAlive: true,
    options: SESSION,
  };
}

/** A pool that survives its server: broken connections are thrown away, and the next caller gets a fresh one. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOptions(options.url, options.name),
    max: options.connections,
    idleTimeoutMillis: 60_000,
    pipeline: true,
  });
  // A connection that breaks without a listener ends the process: the pool listens while it is idle, and each lent
  // connection needs a listener of its own between two statements.
  pool.on('error', (error) => options.log('database.connection-lost', { reason: error.message }));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** One connection outside the pool, for leadership and LISTEN, which last as long as a session. */
export async function openClient(options: Pick<PoolOptions, 'url' | 'name' | 'log'>): Promise<pg.Client> {
  const client = new pg.Client(connectionOptions(options.url, options.name));
  client.on('error', (error) => options.log('database.connection-lost', { reason: error.message }));
  await client.connect();
  return client;
}

/** How often a transaction is tried again after a deadlock or a serialization failure. */
const TRIES = 5;

/**
 * Runs `work` in one transaction (READ COMMITTED) and commits. Deadlocks are tried again, so `work` may run more than
 * once. Rejects with a `ProblemError` for a fault of the database, else with the error of `work`. When the connection
 * is lost during COMMIT the transaction may stand: a caller that tries again must look before writing.
 */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, work);
    } catch (error) {
      if (!isTransient(error) || attempt >= TRIES) throw asProblem(error);
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }
}

async function once<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let fault: unknown;
  try {
    const result = await inTransaction(client, work);
    return result;
  } catch (error) {
    fault = error;
    throw error;
  } finally {
    client.release(isBroken(fault));
  }
}

/** `BEGIN`, `work`, `COMMIT` on a connection that the caller holds; rolled back when `work` throws. */
export async function inTransaction<T>(client: pg.ClientBase, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  // Not awaited, so that the first statement of the work travels with it. The next statement shows its failure.
  const beginning = client.query('begin').catch((error: unknown) => error);
  try {
    const result = await work(client);
    const failure = await beginning;
    if (failure instanceof Error) throw failure;
    const answer = await client.query('commit');
    // PostgreSQL answers COMMIT with ROLLBACK after a failed statement whose error the work ignored.
    if (answer.command === 'ROLLBACK') throw new Error('the transaction was rolled back');
    return result;
  } catch (error) {
    if (!isBroken(error)) await client.query('rollback');
    throw error;
  }
}

/** One statement by itself, with database faults as `ProblemError`. */
export async function query<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  statement: pg.QueryConfig,
): Promise<readonly Row[]> {
  try {
    return (await pool.query<Row>(statement)).rows;
  } catch (error) {
    throw asProblem(error);
  }
}

/** Refuses a server that would lose what it confirmed. */
export async function requireDurability(pool: pg.Pool): Promise<void> {
  const rows = await query<{ name: string; setting: string }>(pool, {
    text: "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')",
  });
  for (const { name, setting } of rows) if (setting === 'off') throw new ProblemError('fsync-off', { name });
}

/** Rejects with `database-unavailable` when the database does not answer within two seconds. */
export async function probe(pool: pg.Pool): Promise<void> {
  const limit = new AbortController();
  const late = pause(2_000, undefined, { signal: limit.signal }).then(
    () => Promise.reject(new ProblemError('database-unavailable')),
    () => undefined,
  );
  try {
    await Promise.race([query(pool, { text: 'select 1' }), late]);
  } finally {
    limit.abort();
  }
}
