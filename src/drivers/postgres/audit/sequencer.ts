// The sequencer: one leader that numbers committed entries. It gives a number after the commit and from one session
// only, so a reader that has read up to a number has missed nothing.

import type pg from 'pg';
import { CHAIN_START, chainHash, headBytes, type AuditRow } from '../../../core/exchange/audit-chain.ts';
import type { SequencerStore, SignedHead } from '../../../ports/sequencer.ts';
import { asProblem, isBroken } from '../faults.ts';
import type { Log } from '../../driver-log.ts';
import { inTransaction, openClient } from '../pool.ts';
import { PENDING, type Signals } from '../signals.ts';

/** Advisory key of the leader's session. */
const LEADER_LOCK = 7_214_002;
/** At most so many inbox entries, and so many transactions' audit rows, in one call. */
const BATCH = { entries: 1_000, transactions: 500 } as const;
const HEAD_INTERVAL = '1 hour';

interface Head {
  readonly seq: bigint;
  readonly hash: Buffer;
}

export interface Sequencer extends SequencerStore {
  close(): Promise<void>;
}

/** All work runs on the session that holds the lock: a lost session loses its uncommitted work with the lock. */
export function openSequencer(options: { readonly url: string; readonly log: Log }, signals: Signals): Sequencer {
  let session: pg.Client | null = null;
  let head: Head | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  const drop = async (): Promise<void> => {
    const old = session;
    session = null;
    head = null;
    await old?.end().catch(() => undefined);
  };

  /** The leader's session; null while another process leads. */
  const lead = async (): Promise<pg.Client | null> => {
    if (session !== null) return session;
    const client = await openClient({ ...options, name: 'lienthong sequencer' });
    const { rows } = await client.query<{ led: boolean }>('select pg_try_advisory_lock($1) as led', [LEADER_LOCK]);
    if (rows[0]?.led !== true) {
      await client.end();
      return null;
    }
    client.once('end', () => {
      if (session === client) void drop();
    });
    session = client;
    return client;
  };

  /** One call at a time: a session has one transaction. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  const leading = <T>(work: (client: pg.Client) => Promise<T>, otherwise: T): Promise<T> =>
    alone(async () => {
      try {
        const client = await lead();
        return client === null ? otherwise : await work(client);
      } catch (error) {
        // It may be unknown whether a COMMIT stands, so the next call reads the head anew.
        head = null;
        if (isBroken(error)) await drop();
        throw asProblem(error);
      }
    });

  return {
    sequence: () =>
      leading(async (client) => {
        const start = head ?? (await readHead(client));
        const counts = await inTransaction(client, async () => ({
          inbox: await numberEntries(client),
          chained: await chainRows(client, start),
        }));
        head = counts.chained.head;
        if (counts.inbox.connections.length > 0) signals.raise({ inbox: counts.inbox.connections });
        return { entries: counts.inbox.entries, rows: counts.chained.rows };
      }, null),
    unstampedHead: () => leading(unstampedHead, null),
    keepStamp: (stamp) => leading((client) => keepStamp(client, stamp), undefined),
    signHead: (sign) => leading((client) => signHead(client, sign), false),
    waitForPending: (milliseconds, signal) => signals.wait(PENDING, milliseconds, signal),
    close: () => alone(drop),
  };
}

async function readHead(client: pg.ClientBase): Promise<Head> {
  const { rows } = await client.query<{ seq: string; hash: Buffer }>(
    'select seq, hash from audit_chain order by seq desc limit 1',
  );
  return rows[0] === undefined ? { seq: 0n, hash: CHAIN_START } : { seq: BigInt(rows[0].seq), hash: rows[0].hash };
}

/** An entry is shown only in the form that its connection takes. */
const SHOWABLE = `case when p.connection = any(array(select id from connection where rendering is not null))
  then (select d.rendered_sha256 is not null from delivery d where d.id = p.delivery) else true end`;

async function numberEntries(
  client: pg.ClientBase,
): Promise<{ readonly entries: number; readonly connections: readonly string[] }> {
  const { rows } = await client.query<{ connection: string; entries: number }>({
    name: 'sequence-inbox',
    text: `
      with taken as (
        delete from inbox_pending where id in (
          select p.id from inbox_pending p where ${SHOWABLE} order by p.id limit ${BATCH.entries})
        returning id, connection, delivery, message
      ), written as (
        insert into inbox_entry (connection, delivery, message, received_at)
        select t.connection, t.delivery, t.message, m.received_at from taken t join message m on m.id = t.message
         order by t.id
        on conflict (delivery, connection) do nothing
        returning connection
      )
      select connection, count(*)::integer as entries from written group by connection`,
  });
  return {
    entries: rows.reduce((sum, row) => sum + row.entries, 0),
    connections: rows.map((row) => row.connection),
  };
}

async function chainRows(client: pg.ClientBase, start: Head): Promise<{ readonly rows: number; readonly head: Head }> {
  const { rows } = await client.query<Omit<AuditRow, 'seq'>>({
    name: 'sequence-audit',
    text: `
      with taken as (
        delete from audit_pending where id in (select id from audit_pending order by id limit ${BATCH.transactions})
        returning id, ids
      )
      select a.id, a.at, a.actor, a.act, a.object, a.outcome, a.details
        from taken cross join lateral unnest(taken.ids) with ordinality as u(audit, place)
        join audit a on a.id = u.audit
       order by taken.id, u.place`,
  });
  if (rows.length === 0) return { rows: 0, head: start };
  let { seq, hash } = start;
  const chained = rows.map((row) => {
    seq += 1n;
    hash = chainHash(hash, { seq, ...row });
    return { seq: seq.toString(), audit: row.id, hash: hash.toString('hex') };
  });
  await client.query({
    name: 'sequence-chain',
    text: `insert into audit_chain (seq, audit, hash)
           select seq, audit, decode(hash, 'hex') from json_to_recordset($1::json) as g(seq bigint, audit uuid, hash text)`,
    values: [JSON.stringify(chained)],
  });
  return { rows: rows.length, head: { seq, hash } };
}

/**
 * The signature is made outside the transaction: signers may be slow. Only the leader calls it, so no other process
 * signs.
 */
async function signHead(client: pg.ClientBase, sign: Parameters<SequencerStore['signHead']>[0]): Promise<boolean> {
  const { rows } = await client.query<{ due: boolean; at: Date }>(
    `select coalesce(max(at) < now() - interval '${HEAD_INTERVAL}', true) as due, now()::timestamptz(3) as at from audit_head`,
  );
  const [row] = rows;
  const head = await readHead(client);
  if (row === undefined || !row.due || head.seq === 0n) return false;
  const body = headBytes({ ...head, at: row.at });
  const { signature, keyId } = await sign(body);
  const { rowCount } = await client.query(
    `insert into audit_head (seq, hash, at, body, signature, key_id) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [head.seq.toString(), head.hash, row.at, body, signature, keyId],
  );
  return rowCount === 1;
}

async function unstampedHead(client: pg.ClientBase): Promise<SignedHead | null> {
  const { rows } = await client.query<SignedHead>(
    `select h.seq, h.body from audit_head h
      where h.seq = (select max(seq) from audit_head) and not exists (select from audit_head_stamp s where s.seq = h.seq)`,
  );
  return rows[0] ?? null;
}

async function keepStamp(
  client: pg.ClientBase,
  { seq, token, at }: Parameters<SequencerStore['keepStamp']>[0],
): Promise<void> {
  await client.query('insert into audit_head_stamp (seq, token, at) values ($1, $2, $3) on conflict do nothing', [
    seq,
    token,
    at,
  ]);
}
