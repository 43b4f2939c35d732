// Checks the audit chain: every row against its hash, every signed head against the chain, and no row outside it.

import { createHash, verify, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import { CHAIN_START, chainHash, headBytes, type AuditRow } from '../../../core/exchange/audit-chain.ts';
import { checkTimeStamp, judgeTimeStamp, readTimeStamp } from '../../../core/cms/time-stamp.ts';
import { ok, type Facts, type Result } from '../../../core/problems/finding.ts';
import type { ProblemCode } from '../../../core/problems/problems.ts';
import type { Trust } from '../../../core/pki/trust.ts';
import type { ChainFault } from '../../../ports/audit.ts';
import { transaction } from '../pool.ts';

export interface AuditCheck {
  /** Chained rows that were read. */
  readonly rows: number;
  /** Committed rows that the sequencer has not chained yet. */
  readonly pending: number;
  /** The end of the chain, for a copy kept elsewhere. */
  readonly head: { readonly seq: string; readonly hash: string };
  /** Number of signed heads, of those with a time stamp, and the newest time that a stamp proves. */
  readonly heads: { readonly signed: number; readonly stamped: number; readonly stampedAt: string | null };
  /** Empty when the log is whole; at most a hundred. */
  readonly faults: readonly ChainFault[];
}

export interface AuditCheckOptions {
  /**
   * A head that was kept elsewhere: only such a head shows that the end of the log and its heads were cut off together.
   */
  readonly head?: { readonly seq: bigint; readonly hash: string };
  /** Every public key that signed heads, by its id; without any, signatures are not checked. */
  readonly keys?: ReadonlyMap<string, KeyObject>;
  /** Judges the authorities of time stamps; without it a stamp is only checked by itself. */
  readonly trust?: { readonly trust: Trust; readonly instant: Date };
}

const PAGE = 5_000;
const MOST_FAULTS = 100;

/** Reads the whole log in one snapshot, so that new rows do not disturb the check. */
export async function verifyAudit(pool: pg.Pool, options: AuditCheckOptions = {}): Promise<AuditCheck> {
  return await transaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await client.query('set local statement_timeout = 0');
    return await checkAudit(client, options);
  });
}

/** `verifyAudit` within a transaction of the caller. */
export async function checkAudit(client: pg.ClientBase, options: AuditCheckOptions): Promise<AuditCheck> {
  const faults: ChainFault[] = [];
  const end = await checkRows(client, faults);
  const heads = await checkHeads(client, options, end, faults);
  if (options.head !== undefined) await checkHead(client, options.head, end, faults);
  await checkUnchained(client, faults);
  const { rows } = await client.query<{ pending: number }>(
    'select coalesce(sum(cardinality(ids)), 0)::integer as pending from audit_pending',
  );
  return {
    rows: end.rows,
    pending: rows[0]?.pending ?? 0,
    head: { seq: end.seq.toString(), hash: end.hash.toString('hex') },
    heads,
    faults: faults.slice(0, MOST_FAULTS),
  };
}

interface End {
  readonly seq: bigint;
  readonly hash: Buffer;
  readonly rows: number;
}

/** A number in the chain with its row; `id` and all other columns are null when the row is gone. */
interface ChainRow extends Omit<AuditRow, 'seq' | 'id'> {
  readonly seq: string;
  readonly hash: Buffer;
  readonly id: string | null;
}

/**
 * After a fault the walk goes on from the hash that is stored, so that each fault is named once and not at every later
 * row. The first row after a gap cannot be judged, because the hash it builds on is gone.
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
      const rowSeq = BigInt(row.seq);
      const gap = rowSeq !== seq + 1n;
      if (gap) faults.push(fault('audit-row-missing', seq + 1n));
      const { id } = row;
      if (id === null) faults.push(fault('audit-row-missing', rowSeq));
      else if (!gap && !chainHash(hash, { ...row, id, seq: rowSeq }).equals(row.hash)) {
        faults.push(fault('audit-chain-broken', rowSeq));
      }
      seq = rowSeq;
      hash = row.hash;
      count += 1;
    }
  }
}

function fault(code: ChainFault['code'], seq: bigint, facts: Facts = {}): ChainFault {
  return { code, seq: seq.toString(), facts: { sequence: seq.toString(), ...facts } };
}

interface SignedHeadRow {
  readonly seq: string;
  readonly hash: Buffer;
  readonly at: Date;
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly keyId: string;
  readonly token: Buffer | null;
}

async function checkHeads(
  client: pg.ClientBase,
  options: AuditCheckOptions,
  end: End,
  faults: ChainFault[],
): Promise<AuditCheck['heads']> {
  const { rows } = await client.query<SignedHeadRow>(
    `select h.seq, h.hash, h.at, h.body, h.signature, h.key_id as "keyId", s.token
       from audit_head h left join audit_head_stamp s using (seq) order by h.seq`,
  );
  let stamped = 0;
  let stampedAt: string | null = null;
  for (const row of rows) {
    const seq = BigInt(row.seq);
    const signatureFault = faultOfSignature(row, options.keys);
    if (signatureFault === undefined) await checkHead(client, { seq, hash: row.hash.toString('hex') }, end, faults);
    else faults.push(signatureFault);
    if (row.token === null) continue;
    const at = stampedTime(row.token, row.body, options);
    stamped += 1;
    if (at.ok) stampedAt = new Date(at.value).toISOString();
    else faults.push(fault('audit-stamp-broken', seq, { reason: at.code }));
  }
  return { signed: rows.length, stamped, stampedAt };
}

/** An unknown key is a fault; otherwise an attacker could change the key's name to avoid the check of the signature. */
function faultOfSignature(
  { seq, hash, at, body, signature, keyId }: SignedHeadRow,
  keys: AuditCheckOptions['keys'],
): ChainFault | undefined {
  if (!headBytes({ seq: BigInt(seq), hash, at }).equals(body)) return fault('audit-chain-broken', BigInt(seq));
  if (keys === undefined) return undefined;
  const key = keys.get(keyId);
  if (key === undefined) return fault('audit-head-unverified', BigInt(seq), { key: keyId });
  return verify('sha256', body, key, signature) ? undefined : fault('audit-chain-broken', BigInt(seq));
}

/** The time in a valid stamp over a head's body; with `trust` its authority is checked too. */
function stampedTime(token: Buffer, body: Buffer, { trust }: AuditCheckOptions): Result<number, ProblemCode> {
  const reading = readTimeStamp(token);
  if (!reading.ok) return reading;
  const digest = createHash(reading.value.imprint.hash).update(body).digest();
  const judgement =
    trust === undefined
      ? checkTimeStamp(reading.value, digest)
      : judgeTimeStamp(reading.value, digest, trust.trust, trust.instant.getTime()).proven;
  return judgement.ok ? ok(judgement.value.at) : judgement;
}

/** A head beyond the end of the chain shows that the tail was cut off; a head within it must stand there unchanged. */
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
  // The walk already named a missing row.
  if (rows[0] !== undefined && rows[0].hash !== head.hash) faults.push(fault('audit-chain-broken', head.seq));
}

/** Finds inserted rows: neither chained nor waiting for the sequencer. */
async function checkUnchained(client: pg.ClientBase, faults: ChainFault[]): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `select a.id from audit a
      where not exists (select from audit_chain c where c.audit = a.id)
        and a.id not in (select unnest(ids) from audit_pending)
      order by a.id limit ${MOST_FAULTS}`,
  );
  for (const { id } of rows) faults.push({ code: 'audit-row-unchained', seq: '', facts: { id } });
}
