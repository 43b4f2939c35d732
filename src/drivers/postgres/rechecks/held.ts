// Resolves a held message: it is released, or returned to its sender.

import type pg from 'pg';
import { firstCause } from '../../../core/verify/cause.ts';
import type { Report } from '../../../core/verify/report.ts';
import type { AuditEntry } from '../../../ports/audit.ts';
import { writeAudit } from '../audit/audit.ts';
import { takeEffect } from './held-act.ts';
import { moveDeliveries, moveTransmissions } from '../record/moves.ts';
import { makeReady, unblock } from '../record/release.ts';

/** False when the message is not held any more: another caller resolved it. */
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
  if (to === 'returned' || report.verdict !== 'undecided') await forget(client, id);
  const acted = to === 'released' ? await release(client, id, audit.actor) : await giveBack(client, id, report);
  await writeAudit(client, [audit, ...acted], new Date());
  return true;
}

/** Removes a decided message from the list of rechecks. */
export async function forget(client: pg.ClientBase, message: string): Promise<void> {
  await client.query({ name: 'recheck-forget', text: 'delete from recheck where message = $1', values: [message] });
}

/** Releases a message. Its effects on other documents come first, before its own deliveries may leave. */
async function release(client: pg.ClientBase, message: string, actor: string): Promise<readonly AuditEntry[]> {
  const acted = await takeEffect(client, message, actor);
  await client.query({
    name: 'held-unpark',
    text: UNPARK,
    values: [message],
  });
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
    text: RETURN,
    values: [message, cause?.code ?? 'held-expired', JSON.stringify(cause?.facts ?? {})],
  });
  await unblock(
    client,
    rows.map((row) => row.id),
  );
  return [];
}

const UNPARK = moveDeliveries('resend', { where: 'd.message = $1', states: ['parked'] });

const RETURN = `
  with closed as (
    ${moveTransmissions('finish', {
      where: 't.id in (select transmission from delivery where message = $1)',
      states: ['held'],
    })}
  )
  ${moveDeliveries('return', {
    where: 'd.message = $1 and d.finished_at is null',
    problem: { code: '$2', facts: '$3' },
  })}
  returning d.id`;
