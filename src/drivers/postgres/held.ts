// Messages that wait for a fact: what is still to be verified again, and what comes of it.

import type pg from 'pg';
import type { Reach } from '../../core/route/effects.ts';
import type { Report } from '../../core/verify/report.ts';
import type { AuditEntry, MessageStore } from '../../ports/store.ts';
import { carryOut } from './acts.ts';
import { writeAudit } from './audit.ts';
import { lockDocuments } from './copies.ts';
import { query } from './pool.ts';
import { makeReady, unblock } from './release.ts';
import { stopCopies } from './stop.ts';

export async function held(pool: pg.Pool, limit: number, after: string | null): ReturnType<MessageStore['held']> {
  const rows = await query<{
    id: string;
    connection: string;
    issuer: string;
    received_at: Date;
    sha256: string;
    size: string;
    bytes: Buffer | null;
  }>(pool, {
    name: 'held',
    text: `
      select m.id, m.connection, m.issuer, m.received_at, m.sha256, m.size, c.bytes
        from message m left join message_content c on c.message = m.id
       where m.disposition = 'held' and ($2::uuid is null or m.id > $2) order by m.id limit $1`,
    values: [limit, after],
  });
  return rows.map((row) => ({
    id: row.id,
    connection: row.connection,
    issuer: row.issuer,
    receivedAt: row.received_at,
    content: { sha256: row.sha256, size: Number(row.size), inline: row.bytes },
  }));
}

/** False when the message is not held any more: somebody else resolved it. */
export async function resolveHeld(
  client: pg.ClientBase,
  id: string,
  report: Report,
  to: 'released' | 'returned',
  audit: AuditEntry,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'held-resolve',
    text: `
      update message set disposition = $2, verdict = $3, report = $4, unchecked = ($2 = 'released' and $3 = 'undecided')
       where id = $1 and disposition = 'held'`,
    values: [id, to, report.verdict, JSON.stringify(report)],
  });
  if (rowCount !== 1) return false;
  const acted = to === 'released' ? await release(client, id, audit.actor) : await giveBack(client, id, report);
  await writeAudit(client, [audit, ...acted], new Date());
  return true;
}

/** What the message does to others takes effect now, before its own deliveries may leave. */
async function release(client: pg.ClientBase, message: string, actor: string): Promise<readonly AuditEntry[]> {
  const acted = await takeEffect(client, message, actor);
  const { rows } = await client.query<{ transmission: string }>({
    name: 'held-transmissions',
    text: 'select distinct transmission from delivery where message = $1',
    values: [message],
  });
  await makeReady(
    client,
    rows.map((row) => row.transmission),
    'held',
  );
  return acted;
}

async function takeEffect(client: pg.ClientBase, message: string, actor: string): Promise<readonly AuditEntry[]> {
  const { rows } = await client.query<{
    kind: 'revoke' | 'update' | 'replace';
    documents: string[];
    messages: string[];
  }>({
    name: 'held-act',
    text: `
      select m.kind, array_agg(distinct o.document_id) as documents, array_agg(o.id order by o.id) as messages
        from message m join message_link l on l.message = m.id and l.relation = 'acts-on' join message o on o.id = l.other
       where m.id = $1 and m.kind in ('revoke', 'update', 'replace') group by m.kind`,
    values: [message],
  });
  const act = rows[0];
  if (act === undefined) return [];
  await lockDocuments(client, act.documents);
  const own = await client.query<{ id: string; transmission: string; organisation: string; reach: Reach | null }>({
    name: 'held-deliveries',
    text: 'select id, transmission, organisation, reach from delivery where message = $1 and finished_at is null order by id',
    values: [message],
  });
  const deliveries = own.rows.map(({ reach, ...row }) => (reach === null ? row : { ...row, reach }));
  const { untold, audit } = await carryOut(client, { id: message, actor, act, deliveries });
  await client.query({
    name: 'held-asks',
    text: `update delivery set recall = 'asked', asked_by = message where message = $1 and id <> all($2::uuid[])
              and finished_at is null`,
    values: [message, [...untold]],
  });
  await stopCopies(
    client,
    deliveries.filter(({ id }) => untold.has(id)),
  );
  return audit;
}

async function giveBack(client: pg.ClientBase, message: string, report: Report): Promise<readonly AuditEntry[]> {
  const cause = report.findings.find(({ severity }) => severity === 'error' || severity === 'undecided');
  const { rows } = await client.query<{ id: string }>({
    name: 'held-return',
    text: `
      with closed as (
        update transmission set state = 'finished'
         where id in (select transmission from delivery where message = $1) and state = 'held'
      )
      update delivery set transport = 'returned', finished_at = now(), blocked_by = null, problem_code = $2, problem_facts = $3
       where message = $1 and finished_at is null
      returning id`,
    values: [message, cause?.code ?? 'held-expired', JSON.stringify(cause?.facts ?? {})],
  });
  await unblock(
    client,
    rows.map((row) => row.id),
  );
  return [];
}
