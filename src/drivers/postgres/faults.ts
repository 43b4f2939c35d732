// Sorts the errors of PostgreSQL and its driver by whether trying again helps.

import { ProblemError } from '../../core/problems/problem-error.ts';
import type { RefusalCode } from '../../core/problems/problems.ts';
import { codeOf } from '../error-code.ts';

/** SQLSTATE classes and codes: PostgreSQL manual, appendix A. */
const UNAVAILABLE: ReadonlySet<string> = new Set([
  '53300', // too_many_connections
  '55P03', // lock_not_available: lock_timeout passed
  '57014', // query_canceled: statement_timeout passed
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: a standby that has not taken over
]);

const FULL: ReadonlySet<string> = new Set(['53100', '53200']);

/** Deadlock and serialization failure: nothing was written, and the same transaction may succeed on another try. */
const AGAIN: ReadonlySet<string> = new Set(['40P01', '40001']);

/** After these errors the connection is useless, and the result of a COMMIT may be unknown. */
const BROKEN_SQL: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '53300']);
const BROKEN_SOCKET =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNABORTED)$/;
/** Errors without a code from the driver. */
const BROKEN_TEXT =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end)/;

/** Whether nothing was written, so that the caller may repeat the transaction at once. */
export function isTransient(error: unknown): boolean {
  return AGAIN.has(codeOf(error));
}

/** Whether the connection is gone, so that the result of what was sent over it is unknown. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  if (BROKEN_SQL.has(code) || code.startsWith('08') || BROKEN_SOCKET.test(code)) return true;
  return error instanceof Error && BROKEN_TEXT.test(error.message);
}

/**
 * Whether a failed statement over many rows may have failed because of one row; faults of the database itself concern
 * all rows.
 */
export function isOneItemsFault(error: unknown): boolean {
  return !(error instanceof ProblemError) && !isBroken(error);
}

/** The catalogue's problem for a database fault; any other error unchanged. */
export function asProblem(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const code = codeOf(error);
  const problem = (name: RefusalCode): ProblemError => new ProblemError(name, {}, { cause: error });
  if (FULL.has(code)) return problem('storage-full');
  if (isBroken(error) || UNAVAILABLE.has(code) || AGAIN.has(code)) return problem('database-unavailable');
  return error;
}
