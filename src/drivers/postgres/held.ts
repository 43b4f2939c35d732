// Messages that wait for a fact: what is still to be verified again, and what comes of it.

import type pg from 'pg';
import { firstCause } from '../../core/verify/cause.ts';
import type { Report } from '../../core/verify/report.ts';
import type { AuditEntry, MessageStore } from '../../ports/store.ts';
import { writeAudit } from './audit.ts';
import { takeEffect } from './held-act.ts';
import { query } from './pool.ts';
import { makeReady, unblock } from './release.ts';

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

async function giveBack(client: pg.ClientBase, message: string, report: Report): Promise<readonly AuditEntry[]> {
  const cause = firstCause(report);
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
