// Undecided verdicts: the messages to judge again, the results, and the silent parties they wait for.

import type pg from 'pg';
import { awaitedOf } from '../../../core/verify/waiting.ts';
import type { Report } from '../../../core/verify/report.ts';
import type { DueRecheck, Incident, RecheckStore, Waiting, WaitingMessage } from '../../../ports/rechecks.ts';
import type { AuditEntry } from '../../../ports/audit.ts';
import { writeAudit } from '../audit/audit.ts';
import { forget, resolveHeld } from './held.ts';
import { makeNotices } from './notices.ts';
import { query, transaction } from '../pool.ts';
import { moveDeliveries, problemOf } from '../record/moves.ts';
import type { Signals } from '../signals.ts';
import { isId } from '../record/visible.ts';

/** Undecided messages added to the list in one statement. */
const ENLISTED = 1_000;

export function openRechecks(pool: pg.Pool, signals: Signals): RecheckStore {
  return {
    async claimRechecks(limit) {
      await enlist(pool);
      return await claimRechecks(pool, limit);
    },
    async postponeRecheck(id, undecided, park) {
      await transaction(pool, (client) => postponeRecheck(client, id, undecided, park));
      if (park !== null) signals.raise({ pending: true });
    },
    async resolveHeld(id, report, to, audit) {
      const resolved = await transaction(pool, (client) => resolveHeld(client, id, report, to, audit));
      signals.raise({ work: true, pending: true });
      return resolved;
    },
    async recordVerdict(id, report, audit) {
      const settled = await transaction(pool, (client) => recordVerdict(client, id, report, audit));
      signals.raise({ pending: true });
      return settled;
    },
    async hastenRechecks(awaits) {
      if (awaits.length === 0) return;
      await query(pool, {
        name: 'recheck-hasten',
        text: `update recheck set due_at = now() where awaits && $1::text[] and due_at > now() and due_at < 'infinity'`,
        values: [awaits],
      });
    },
    updateIncidents: () => transaction(pool, updateIncidents),
    listIncidents: (closed) => listIncidents(pool, closed),
    listWaiting: async (limit) => {
      await enlist(pool);
      return await listWaiting(pool, limit);
    },
    async decideHeld(id, to, audit) {
      if (!isId(id)) return false;
      const decided = await transaction(pool, (client) => decideHeld(client, id, to, audit));
      signals.raise({ work: true, pending: true });
      return decided;
    },
  };
}

/** Adds every undecided message to the list, also those of older program versions. */
async function enlist(pool: pg.Pool): Promise<void> {
  const rows = await query<{ id: string; report: Report }>(pool, {
    name: 'recheck-missing',
    text: `select m.id, m.report from message m
            where (m.disposition = 'held' or m.unchecked) and not exists (select from recheck r where r.message = m.id)
            limit ${ENLISTED}`,
  });
  if (rows.length === 0) return;
  await query(pool, {
    name: 'recheck-enlist',
    text: `insert into recheck (message, awaits)
           select g.message, array(select json_array_elements_text(g.awaits))
             from json_to_recordset($1::json) as g(message uuid, awaits json) on conflict do nothing`,
    values: [JSON.stringify(rows.map(({ id, report }) => ({ message: id, awaits: awaitedOf(report) })))],
  });
}

interface DueRow {
  readonly id: string;
  readonly connection: string;
  readonly received_at: Date;
  readonly sha256: string;
  readonly size: string;
  readonly bytes: Buffer | null;
  readonly held: boolean;
  readonly parked: boolean;
  readonly tries: number;
  readonly awaits: readonly string[];
}

/**
 * Who dies meanwhile gives them back by and by. The column holds whole milliseconds, so the clock is rounded like it: what is
 * due at once would otherwise lie half a millisecond ahead.
 */
async function claimRechecks(pool: pg.Pool, limit: number): Promise<readonly DueRecheck[]> {
  const rows = await query<DueRow>(pool, {
    name: 'recheck-due',
    text: `
      with claimed as (
        update recheck set due_at = now() + interval '5 minutes', tries = tries + 1
         where message in (
           select message from recheck where due_at <= now()::timestamptz(3)
            order by due_at limit $1 for no key update skip locked
         )
        returning message, tries, awaits, parked_at
      )
      select m.id, m.connection, m.received_at, m.sha256, m.size, c.bytes, m.disposition = 'held' as held,
             r.parked_at is not null as parked, r.tries, r.awaits
        from claimed r join message m on m.id = r.message left join message_content c on c.message = m.id
       order by m.id`,
    values: [limit],
  });
  return rows.map(({ id, connection, received_at, sha256, size, bytes, held, parked: isParked, tries, awaits }) => ({
    id,
    connection,
    receivedAt: received_at,
    content: { sha256, size: Number(size), inline: bytes },
    state: held ? 'held' : 'delivered',
    parked: isParked,
    tries,
    awaits,
  }));
}

async function postponeRecheck(
  client: pg.ClientBase,
  id: string,
  { report, awaits, seconds }: Parameters<RecheckStore['postponeRecheck']>[1],
  park: AuditEntry | null,
): Promise<void> {
  const { rowCount } = await client.query({
    name: 'recheck-report',
    text: `update message set report = $2, verdict = $3 where id = $1 and (disposition = 'held' or unchecked)`,
    values: [id, JSON.stringify(report), report.verdict],
  });
  if (rowCount !== 1) return;
  const parked = await client.query<{ first: boolean }>({
    name: 'recheck-postpone',
    text: `
      update recheck r set due_at = now() + make_interval(secs => $2), awaits = $3,
             parked_at = coalesce(r.parked_at, case when $4 then now() end)
        from (select parked_at from recheck where message = $1 for no key update) as before
       where r.message = $1 returning before.parked_at is null as first`,
    values: [id, seconds, awaits, park !== null],
  });
  if (park === null || parked.rows[0]?.first !== true) return;
  await client.query({
    name: 'recheck-park',
    text: PARK,
    values: [id, JSON.stringify(park.details)],
  });
  await writeAudit(client, [park], new Date());
}

const PARK = moveDeliveries('park', {
  where: 'd.message = $1',
  states: ['queued'],
  problem: problemOf('held-expired', '$2'),
});

/** Records the verdict for every receiver of the document; `undecided`: the gateway stops asking. */
async function recordVerdict(client: pg.ClientBase, id: string, report: Report, audit: AuditEntry): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'recheck-verdict',
    text: `update message set verdict = $2, report = $3, unchecked = ($2 = 'undecided')
            where id = $1 and unchecked and verdict = 'undecided'`,
    values: [id, report.verdict, JSON.stringify(report)],
  });
  if (rowCount !== 1) return false;
  await (report.verdict === 'undecided' ? restForever(client, id) : forget(client, id));
  await makeNotices(client, id, report.verdict);
  await writeAudit(client, [audit], new Date());
  return true;
}

/**
 * Removes decided messages from the list, and opens and closes incidents for the others. Only one caller sees each
 * change.
 */
async function updateIncidents(client: pg.ClientBase): Promise<Waiting> {
  await client.query({
    name: 'recheck-decided',
    text: `delete from recheck r using message m
            where m.id = r.message and m.disposition <> 'held' and not m.unchecked`,
  });
  const closed = await client.query<IncidentRow>({
    name: 'incident-close',
    text: `update incident set closed_at = now()
            where closed_at is null and not exists (select from recheck r where r.awaits @> array[incident.subject])
           returning subject, opened_at, closed_at, messages`,
  });
  const open = await client.query<IncidentRow & { first: boolean }>({
    name: 'incident-open',
    text: `
      insert into incident (subject, messages)
      select subject, count(*) from recheck, unnest(awaits) as subject group by subject order by subject
          on conflict (subject) where closed_at is null
          do update set messages = greatest(incident.messages, excluded.messages)
      returning subject, opened_at, closed_at, messages, xmax = 0 as first`,
  });
  const { rows } = await client.query<{ held: number; parked: number; delivered: number }>({
    name: 'recheck-counts',
    text: `
      select (count(*) filter (where m.disposition = 'held' and r.parked_at is null))::int as held,
             (count(*) filter (where m.disposition = 'held' and r.parked_at is not null))::int as parked,
             (count(*) filter (where m.unchecked and r.due_at < 'infinity'))::int as delivered
        from recheck r join message m on m.id = r.message`,
  });
  return {
    ...(rows[0] ?? { held: 0, parked: 0, delivered: 0 }),
    incidents: open.rows.length,
    opened: open.rows.filter(({ first }) => first).map(asIncident),
    closed: closed.rows.map(asIncident),
  };
}

/** Keeps the message in the list without a due time, so that it is not added again. */
async function restForever(client: pg.ClientBase, message: string): Promise<void> {
  await client.query({
    name: 'recheck-rest',
    text: `update recheck set due_at = 'infinity', awaits = '{}' where message = $1`,
    values: [message],
  });
}

interface IncidentRow {
  readonly subject: string;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
  readonly messages: number;
}

function asIncident({ subject, opened_at, closed_at, messages }: IncidentRow): Incident {
  return { subject, openedAt: opened_at, messages, ...(closed_at === null ? {} : { closedAt: closed_at }) };
}

async function listIncidents(pool: pg.Pool, closed: number): Promise<readonly Incident[]> {
  const rows = await query<IncidentRow>(pool, {
    name: 'incidents',
    text: `
      (select subject, opened_at, closed_at, messages from incident where closed_at is null order by id)
      union all
      (select subject, opened_at, closed_at, messages from incident where closed_at is not null order by id desc limit $1)`,
    values: [closed],
  });
  return rows.map(asIncident);
}

async function listWaiting(pool: pg.Pool, limit: number): Promise<readonly WaitingMessage[]> {
  return await query<WaitingMessage>(pool, {
    name: 'recheck-waiting',
    text: `
      select m.id, m.sender, m.document_id as "documentId", m.received_at as "receivedAt", r.awaits,
             case when m.disposition <> 'held' then 'delivered' when r.parked_at is null then 'held' else 'parked' end as state
        from recheck r join message m on m.id = r.message
       where r.due_at < 'infinity' order by r.parked_at is null, r.message limit $1`,
    values: [limit],
  });
}

/**
 * Carries out a person's decision. The report names the unknown facts, and the person who releases takes responsibility
 * for them.
 */
async function decideHeld(
  client: pg.ClientBase,
  id: string,
  to: 'released' | 'returned',
  audit: AuditEntry,
): Promise<boolean> {
  const { rows } = await client.query<{ report: Report }>({
    name: 'held-report',
    text: `select report from message where id = $1 and disposition = 'held' for no key update`,
    values: [id],
  });
  return rows[0] === undefined ? false : await resolveHeld(client, id, rows[0].report, to, audit);
}
