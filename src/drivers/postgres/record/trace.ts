// The timeline of a message: audit rows, tries and statuses of both ends, in order of time.

import type pg from 'pg';
import type { Facts } from '../../../core/problems/finding.ts';
import { isProblemCode } from '../../../core/problems/problems.ts';
import type { TraceLine, Viewer } from '../../../ports/messages.ts';
import { query } from '../pool.ts';
import { VISIBLE } from './visible.ts';

interface Row {
  readonly at: Date;
  readonly act: string;
  readonly actor: string;
  readonly delivery: string | null;
  readonly organisation: string | null;
  readonly outcome: string;
  readonly details: Facts;
}

/**
 * Audit rows that name the message, one of its transmissions or deliveries; but not those of tries and statuses, whose
 * own tables say more. The index holds only rows with an object, so the statement names that condition. The addressee
 * sees the rows of its own deliveries, and that the message was accepted.
 */
const TIMELINE = `
  with m as (
    select m.id, m.connection, m.sender from message m where m.id = $1 and ${VISIBLE}
  ), own as (
    select d.id, d.transmission, d.organisation from delivery d join m on m.id = d.message
     where m.connection = $2 or d.connection = $2
  ), audited as (
    select a.at, a.act, a.actor, null::uuid as delivery, null::text as organisation, a.outcome, a.details::json as details, a.id
      from m join audit a on a.object = m.id::text and a.object <> ''
     where a.act <> 'status.record'
    union all
    select a.at, a.act, a.actor, own.id, own.organisation, a.outcome, a.details::json, a.id
      from own join audit a on a.object = own.id::text and a.object <> ''
     where a.act not in ('delivery.send', 'status.record')
  ), tried as (
    select t.finished_at as at, 'attempt' as act, 'worker' as actor, own.id as delivery, own.organisation, t.code as outcome,
           json_build_object('attempt', t.number, 'took', t.took) as details, t.id
      from m join attempt t on t.message = m.id join own on own.transmission = t.transmission
  ), stated as (
    -- 13 is the sender's own word; every other status is the addressee's.
    select s.recorded_at as at, case s.code when '13' then 'status.recall' else 'status.record' end as act,
           case when s.origin = 'gateway' then 'worker' when s.code = '13' then 'organisation:' || m.sender
                else 'organisation:' || own.organisation end as actor,
           own.id as delivery, own.organisation, 'ok' as outcome,
           json_build_object('statusCode', s.code, 'origin', s.origin, 'statedAt', s.stated_at) as details, s.id
      from m join own on true join status_history s on s.delivery = own.id
  )
  select at, act, actor, delivery, organisation, outcome, details from (
    select * from audited union all select * from tried union all select * from stated
  ) as line order by at, id`;

/** Null when there is no such message, or the viewer may not see it. */
export async function trace(pool: pg.Pool, id: string, viewer: Viewer): Promise<readonly TraceLine[] | null> {
  const rows = await query<Row>(pool, { name: 'trace', text: TIMELINE, values: [id, viewer.connection] });
  const lines = rows.map(({ outcome, ...row }) => ({
    ...row,
    outcome: isProblemCode(outcome) ? outcome : ('ok' as const),
  }));
  if (lines.length > 0) return lines;
  const visible = await query<{ id: string }>(pool, {
    name: 'trace-visible',
    text: `select m.id from message m where m.id = $1 and ${VISIBLE}`,
    values: [id, viewer.connection],
  });
  return visible.length === 0 ? null : [];
}
