// Leases: a lease lets one worker send a transmission, and takes a place of its connection.

import type pg from 'pg';
import type { Verdict } from '../../../core/problems/finding.ts';
import type { RenderedForm } from '../../../core/message/rendering.ts';
import type { Lease, LeasedTransmission } from '../../../ports/work.ts';
import { transaction } from '../pool.ts';

/** Seconds after which a silent worker loses its lease. */
export const LEASE_SECONDS = 20;

export interface LeaseCall {
  readonly transmissions: readonly string[];
  readonly owner: string;
}

interface LeasedRow {
  readonly transmission: string;
  readonly epoch: number;
  readonly message: string;
  readonly kind: LeasedTransmission['kind'];
  readonly sender: string;
  readonly document_id: string;
  readonly connection: string;
  readonly urgent: boolean;
  readonly unchecked: boolean;
  readonly verdict: Verdict;
  readonly reference_only: boolean;
  readonly sha256: string;
  readonly size: string;
  readonly bytes: Buffer | null;
  readonly form: RenderedForm | null;
  readonly rendered_sha256: string;
  readonly rendered_size: string;
  readonly rendered_bytes: Buffer | null;
  readonly deliveries: LeasedTransmission['deliveries'];
}

export async function leaseAll(
  pool: pg.Pool,
  calls: readonly LeaseCall[],
): Promise<readonly (readonly LeasedTransmission[])[]> {
  const callOf = new Map<string, LeaseCall>();
  for (const call of calls) for (const id of call.transmissions) if (!callOf.has(id)) callOf.set(id, call);
  const wanted = [...callOf].map(([id, { owner }]) => ({ id, owner }));
  const leased = await transaction(pool, async (client) => {
    const { rows } = await client.query<LeasedRow>({
      name: 'lease',
      text: LEASE,
      values: [JSON.stringify(wanted), wanted.map(({ id }) => id)],
    });
    return rows;
  });
  const results = new Map<LeaseCall, LeasedTransmission[]>(calls.map((call) => [call, []]));
  for (const row of leased) {
    const call = callOf.get(row.transmission);
    if (call !== undefined) results.get(call)?.push(asLeased(row));
  }
  return calls.map((call) => results.get(call) ?? []);
}

function asLeased(row: LeasedRow): LeasedTransmission {
  return {
    transmission: row.transmission,
    epoch: row.epoch,
    message: row.message,
    kind: row.kind,
    sender: row.sender,
    documentId: row.document_id,
    connection: row.connection,
    urgent: row.urgent,
    unchecked: row.unchecked,
    verdict: row.verdict,
    referenceOnly: row.reference_only,
    sha256: row.sha256,
    size: Number(row.size),
    inline: row.bytes,
    rendered: renderedOf(row),
    attempt: row.epoch,
    deliveries: row.deliveries,
  };
}

function renderedOf(row: LeasedRow): LeasedTransmission['rendered'] {
  if (row.form === null) return null;
  return {
    form: row.form,
    sha256: row.rendered_sha256,
    size: Number(row.rendered_size),
    inline: row.rendered_bytes,
  };
}

/**
 * Takes a place of the connection with the transmission. It locks both, and skips those that another worker holds. A
 * transmission that is refused because the connection is paused or has no free place loses its mark of being
 * referenced: the sweep, or the next settlement of that connection, gives it a new reference. So does one that lost
 * deliveries since this statement began: the locked row shows that, while all other rows are read as they were.
 */
const LEASE = `
  with given as (
    select * from json_to_recordset($1::json) as g(id uuid, owner text)
  ), due as materialized (
    select t.id, t.connection, t.urgent, t.narrowed, c.concurrency, c.paused
      from transmission t join connection c on c.id = t.connection
     where t.id = any($2::uuid[]) and t.state = 'ready' and t.direction = 'push' and t.due_at <= now()
       and t.lease_until is null
     order by t.id for no key update of t skip locked
  ), wanted as materialized (
    select due.*, row_number() over (partition by connection order by urgent desc, id) as place
      from due
     where not paused and narrowed = (
       select seen.narrowed from transmission seen where seen.id = due.id and seen.id = any($2::uuid[]))
  ), places as materialized (
    select w.connection, free.slot, row_number() over (partition by w.connection order by free.slot) as place
      from (select connection, concurrency, count(*) as many from wanted group by connection, concurrency) as w
     cross join lateral (
       select s.slot from lease_slot s
        where s.connection = w.connection and s.slot < w.concurrency and s.transmission is null
        order by s.slot limit w.many for update skip locked
     ) as free
  ), taken as materialized (
    select w.id, w.connection, p.slot from wanted w join places p on p.connection = w.connection and p.place = w.place
  ), occupied as (
    update lease_slot s set transmission = k.id from taken k where s.connection = k.connection and s.slot = k.slot
  ), leased as (
    update transmission t
       set epoch = t.epoch + 1, lease_owner = g.owner, lease_slot = k.slot,
           lease_until = now() + interval '${LEASE_SECONDS} seconds'
      from taken k join given g on g.id = k.id where t.id = k.id and t.id = any($2::uuid[])
    returning t.id, t.message, t.connection, t.epoch
  ), left_waiting as (
    update transmission t set referenced_at = null
     where t.id = any(array(select id from due except select id from taken))
  )
  select l.id as transmission, l.epoch, l.connection, l.message, m.kind, m.sender, m.document_id, m.urgent, m.unchecked,
         m.verdict, m.reference_only, m.sha256, m.size, c.bytes, r.form, r.sha256 as rendered_sha256,
         r.size as rendered_size, r.bytes as rendered_bytes, o.deliveries
    from leased l join message m on m.id = l.message left join message_content c on c.message = l.message
   cross join lateral (
     select json_agg(json_build_object('id', d.id, 'organisation', d.organisation) order by d.id) as deliveries,
            min(d.rendered_sha256) as rendered
       from delivery d where d.message = l.message and d.transmission = l.id and d.finished_at is null
   ) as o
    left join rendering r on r.message = l.message and r.sha256 = o.rendered
   order by m.urgent desc, l.id`;

export async function renew(pool: pg.Pool, leases: readonly Lease[]): Promise<readonly string[]> {
  if (leases.length === 0) return [];
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ transmission: string }>({
      name: 'lease-renew',
      text: `
        update transmission t set lease_until = now() + interval '${LEASE_SECONDS} seconds'
          from json_to_recordset($1::json) as g(transmission uuid, epoch integer)
         where t.id = g.transmission and t.id = any($2::uuid[]) and t.epoch = g.epoch and t.lease_until is not null
        returning t.id as transmission`,
      values: [
        JSON.stringify(leases.map(({ transmission, epoch }) => ({ transmission, epoch }))),
        leases.map(({ transmission }) => transmission),
      ],
    });
    return rows.map((row) => row.transmission);
  });
}
