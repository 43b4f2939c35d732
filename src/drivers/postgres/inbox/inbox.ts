// The inbox: a connection pulls its entries page by page, and acknowledges them by hash.

import type pg from 'pg';
import type { AuditEntry } from '../../../ports/audit.ts';
import type { AcknowledgeResult, InboxEntry, InboxPage, InboxStore } from '../../../ports/inbox.ts';
import type { Transport } from '../../../core/exchange/lifecycle.ts';
import { writeAudit } from '../audit/audit.ts';
import { transaction } from '../pool.ts';
import { moveDeliveries, moveTransmissions } from '../record/moves.ts';
import { unblock } from '../record/release.ts';
import { inboxTopic, type Signals } from '../signals.ts';
import { AVAILABLE, isId } from '../record/visible.ts';

/** The count of unacknowledged entries ends here: a receiver that far behind learns nothing from the exact figure. */
const COUNT_LIMIT = 10_000;

export function openInbox(pool: pg.Pool, signals: Signals): InboxStore {
  return {
    page: (connection, after, limit) => transaction(pool, (client) => page(client, connection, after, limit)),
    async acknowledge(connection, delivery, sha256, transport, audit) {
      if (!isId(delivery)) return { kind: 'not-found' };
      const { result, released } = await transaction(pool, (client) =>
        acknowledge(client, connection, delivery, sha256, transport, audit),
      );
      signals.raise({ work: released, pending: true });
      return result;
    },
    waitForEntry: (connection, milliseconds, signal) => signals.wait(inboxTopic(connection), milliseconds, signal),
  };
}

interface EntryRow extends Omit<
  InboxEntry,
  'seq' | 'size' | 'receivedAt' | 'acknowledgedAt' | 'documentId' | 'referenceOnly'
> {
  readonly seq: string;
  readonly size: string;
  readonly document_id: string;
  readonly reference_only: boolean;
  readonly received_at: Date;
  readonly acknowledged_at: Date | null;
}

async function page(
  client: pg.ClientBase,
  connection: string,
  after: bigint | null,
  limit: number,
): Promise<InboxPage> {
  const before = after ?? (await beforeOldestOpen(client, connection));
  if (before === null) return { entries: [], unacknowledgedBefore: { count: 0, oldest: null } };
  const { rows } = await client.query<EntryRow>({
    name: 'inbox-page',
    text: `
      select e.seq, e.delivery, d.transmission, e.message, m.kind, d.organisation, m.sender, m.issuer, m.document_id,
             m.subject, m.urgent, m.unchecked, m.verdict, m.reference_only, coalesce(r.sha256, m.sha256) as sha256,
             coalesce(r.size, m.size) as size, m.received_at, e.acknowledged_at
        from (select * from inbox_entry where connection = $1 and seq > $2 order by seq limit $3) as e
        join delivery d on d.id = e.delivery
        join message m on m.id = e.message
        left join rendering r on r.message = e.message and r.sha256 = d.rendered_sha256
       order by e.seq`,
    values: [connection, before.toString(), limit],
  });
  const entries = rows.map(asEntry);
  const first = entries[0]?.seq;
  return {
    entries,
    unacknowledgedBefore: await openBefore(client, connection, first ?? before + 1n),
  };
}

function asEntry({ document_id, reference_only, received_at, acknowledged_at, ...row }: EntryRow): InboxEntry {
  return {
    ...row,
    seq: BigInt(row.seq),
    size: Number(row.size),
    documentId: document_id,
    referenceOnly: reference_only,
    receivedAt: received_at,
    acknowledgedAt: acknowledged_at,
  };
}

/** The place just before the oldest entry that is not acknowledged; null when there is none. */
async function beforeOldestOpen(client: pg.ClientBase, connection: string): Promise<bigint | null> {
  const { rows } = await client.query<{ seq: string }>({
    name: 'inbox-oldest-open',
    text: 'select seq from inbox_entry where connection = $1 and acknowledged_at is null order by seq limit 1',
    values: [connection],
  });
  return rows[0] === undefined ? null : BigInt(rows[0].seq) - 1n;
}

async function openBefore(
  client: pg.ClientBase,
  connection: string,
  seq: bigint,
): Promise<InboxPage['unacknowledgedBefore']> {
  const { rows } = await client.query<{ count: number; oldest: Date | null }>({
    name: 'inbox-open-before',
    text: `
      select count(*)::integer as count, min(received_at) as oldest from (
        select received_at from inbox_entry
         where connection = $1 and acknowledged_at is null and seq < $2 order by seq limit ${COUNT_LIMIT}
      ) as open`,
    values: [connection, seq.toString()],
  });
  return rows[0] ?? { count: 0, oldest: null };
}

interface Acknowledged {
  readonly result: AcknowledgeResult;
  /** Whether the acknowledgement released another delivery. */
  readonly released: boolean;
}

/**
 * Locks the entry first, so that two acknowledgements of one delivery follow one another, then the transmission. All
 * transactions lock in this order: entry, transmission, delivery.
 */
async function acknowledge(
  client: pg.ClientBase,
  connection: string,
  delivery: string,
  sha256: string,
  transport: 'arrived' | 'handed-over',
  audit: AuditEntry,
): Promise<Acknowledged> {
  const { rows } = await client.query<{ acknowledged_at: Date | null; sha256: string; transport: Transport }>({
    name: 'inbox-acknowledge-find',
    text: `
      select e.acknowledged_at, coalesce(d.rendered_sha256, m.sha256) as sha256, d.transport
        from inbox_entry e join delivery d on d.id = e.delivery join message m on m.id = e.message
        join transmission t on t.id = d.transmission
       where e.delivery = $1 and e.connection = $2 and d.transport not in ('returned', 'cancelled')
         for update of e, t`,
    values: [delivery, connection],
  });
  const row = rows[0];
  if (row === undefined) return { result: await whyMissing(client, connection, delivery), released: false };
  if (row.sha256 !== sha256) return { result: { kind: 'hash-mismatch' }, released: false };
  if (row.acknowledged_at !== null) {
    const result = {
      kind: 'acknowledged',
      at: row.acknowledged_at,
      transport: row.transport,
      repeated: true,
    } as const;
    return { result, released: false };
  }
  const done = await finish(client, connection, delivery, transport);
  const released = await unblock(client, [delivery]);
  await writeAudit(client, [audit], done.at);
  const result = { kind: 'acknowledged', at: done.at, transport: done.transport, repeated: false } as const;
  return { result, released: released.pushed > 0 };
}

/** Says why an entry is missing: a stopped copy has no entry any more. */
async function whyMissing(client: pg.ClientBase, connection: string, delivery: string): Promise<AcknowledgeResult> {
  const { rows } = await client.query({
    name: 'inbox-stopped',
    text: `
      select from delivery d join message m on m.id = d.message
       where d.id = $1 and d.connection = $2 and d.transport = 'cancelled' and ${AVAILABLE}`,
    values: [delivery, connection],
  });
  return { kind: rows.length === 0 ? 'not-found' : 'cancelled' };
}

async function finish(
  client: pg.ClientBase,
  connection: string,
  delivery: string,
  transport: 'arrived' | 'handed-over',
): Promise<{ readonly at: Date; readonly transport: Transport }> {
  const { rows } = await client.query<{ at: Date; transport: Transport }>({
    name: `inbox-acknowledge-${transport}`,
    text: ACKNOWLEDGE[transport],
    values: [delivery, connection],
  });
  const row = rows[0];
  if (row === undefined) throw new Error('an inbox entry has no delivery');
  return row;
}

function acknowledgeBy(event: 'arrive' | 'hand-over'): string {
  return `
    with entry as (
      update inbox_entry set acknowledged_at = now() where delivery = $1 and connection = $2
    ), taken as (
      ${moveDeliveries(event, { where: 'd.id = $1' })}
      returning d.message, d.transmission, d.transport
    ), closed as (
      ${moveTransmissions('finish', {
        from: 'taken',
        where: `t.id = taken.transmission and not exists (
          select from delivery d where d.message = taken.message and d.transmission = taken.transmission
             and d.id <> $1 and d.finished_at is null)`,
      })}
    )
    select now()::timestamptz(3) as at, transport from taken`;
}

const ACKNOWLEDGE = { arrived: acknowledgeBy('arrive'), 'handed-over': acknowledgeBy('hand-over') } as const;
