// Checking the audit chain: every row against its hash, every signed head against the chain, and no row beside it.

import { verify, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { CHAIN_START, chainHash, headBytes, type AuditRow } from '../../core/audit-chain.ts';
import type { ChainFault } from '../../ports/store.ts';
import { transaction } from './pool.ts';

export interface AuditCheck {
  /** Chained rows that were read. */
  readonly rows: number;
  /** Committed rows that the sequencer has not chained yet. */
  readonly pending: number;
  /** The end of the chain, to be kept elsewhere. */
  readonly head: { readonly seq: string; readonly hash: string };
  /** Empty when the log is whole; at most a hundred. */
  readonly faults: readonly ChainFault[];
}

export interface AuditCheckOptions {
  /** A head that was kept elsewhere: only with one is a log seen to be cut whose heads were cut with it. */
  readonly kept?: { readonly seq: bigint; readonly hash: string };
  /** The public key that signs heads; without it signatures are not checked. */
  readonly key?: KeyObject;
}

const PAGE = 5_000;
const MOST_FAULTS = 100;

/** Reads the whole log in one snapshot, so that rows which come meanwhile do no harm. */
export async function verifyAudit(pool: pg.Pool, options: AuditCheckOptions = {}): Promise<AuditCheck> {
  return await transaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await client.query('set local statement_timeout = 0');
    return await checkAudit(client, options);
  });
}

/** The same within a transaction of the caller. */
export async function checkAudit(client: pg.ClientBase, options: AuditCheckOptions): Promise<AuditCheck> {
  const faults: ChainFault[] = [];
  const end = await checkRows(client, faults);
  await checkHeads(client, options, end, faults);
  if (options.kept !== undefined) await checkHead(client, options.kept, end, faults);
  await checkUnchained(client, faults);
  const { rows } = await client.query<{ pending: number }>(
    'select coalesce(sum(cardinality(ids)), 0)::integer as pending from audit_pending',
  );
  return {
    rows: end.rows,
    pending: rows[0]?.pending ?? 0,
    head: { seq: end.seq.toString(), hash: end.hash.toString('hex') },
    faults: faults.slice(0, MOST_FAULTS),
  };
}

interface End {
  readonly seq: bigint;
  readonly hash: Buffer;
  readonly rows: number;
}

/** A place in the chain with the row that has it; `id` is null, and so is all of the row, when it is gone. */
interface ChainRow extends Omit<AuditRow, 'seq' | 'id'> {
  readonly seq: string;
  readonly hash: Buffer;
  readonly id: string | null;
}

/**
 * After a fault the walk goes on from the hash that is stored, so that each fault is named once and not again at every row
 * behind it. Behind a gap the first row cannot be judged: what its hash rests on is gone.
 */
async function checkRows(client: pg.ClientBase, faults: ChainFault[]): Promise<End> {
  let seq = 0n;
  let hash: Buffer = CHAIN_START;
  let count = 0;
  for (;;) {
    const { rows } = await client.query<ChainRow>({
      name: 'verify-audit',
      text: `select c.seq, c.hash, a.id, a.at, a.actor, a.act, a.object, a.outcome, a.details
               from (select * from audit_chain where seq > $1 order by seq limit ${PAGE}) as c
               left join audit a on a.id = c.audit order by c.seq`,
      values: [seq.toString()],
    });
    if (rows.length === 0) return { seq, hash, rows: count };
    for (const row of rows) {
      const found = BigInt(row.seq);
      const gap = found !== seq + 1n;
      if (gap) faults.push(fault('audit-row-missing', seq + 1n));
      const { id } = row;
      if (id === null) faults.push(fault('audit-row-missing', found));
      else if (!gap && !chainHash(hash, { ...row, id, seq: found }).equals(row.hash)) {
        faults.push(fault('audit-chain-broken', found));
      }
      seq = found;
      hash = row.hash;
      count += 1;
    }
  }
}

function fault(code: ChainFault['code'], seq: bigint): ChainFault {
  return { code, seq: seq.toString(), facts: { sequence: seq.toString() } };
}

async function checkHeads(
  client: pg.ClientBase,
  { key }: AuditCheckOptions,
  end: End,
  faults: ChainFault[],
): Promise<void> {
  const { rows } = await client.query<{ seq: string; hash: Buffer; at: Date; body: Buffer; signature: Buffer }>(
    'select seq, hash, at, body, signature from audit_head order by seq',
  );
  for (const { seq, hash, at, body, signature } of rows) {
    const head = { seq: BigInt(seq), hash: hash.toString('hex') };
    const honest = headBytes({ seq: head.seq, hash, at }).equals(body) && isSigned(body, signature, key);
    if (honest) await checkHead(client, head, end, faults);
    else faults.push(fault('audit-chain-broken', head.seq));
  }
}

function isSigned(body: Buffer, signature: Buffer, key: KeyObject | undefined): boolean {
  return key === undefined || verify('sha256', body, key, signature);
}

/** A head beyond the end of the chain says that the tail was cut off; one within it must stand there unchanged. */
async function checkHead(
  client: pg.ClientBase,
  head: { readonly seq: bigint; readonly hash: string },
  end: End,
  faults: ChainFault[],
): Promise<void> {
  if (head.seq > end.seq) {
    faults.push(fault('audit-row-missing', end.seq + 1n));
    return;
  }
  const { rows } = await client.query<{ hash: string }>(
    "select encode(hash, 'hex') as hash from audit_chain where seq = $1",
    [head.seq.toString()],
  );
  // A row that is not there was named by the walk.
  if (rows[0] !== undefined && rows[0].hash !== head.hash) faults.push(fault('audit-chain-broken', head.seq));
}

/** Rows that were slipped in: neither chained nor waiting for it. */
async function checkUnchained(client: pg.ClientBase, faults: ChainFault[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select a.id from audit a
      where not exists (select from audit_chain c where c.audit = a.id)
        and a.id not in (select unnest(ids) from audit_pending)
      order by a.id limit ${MOST_FAULTS}`,
  );
  for (const { id } of rows) faults.push({ code: 'audit-row-unchained', seq: '', facts: { id } });
}
