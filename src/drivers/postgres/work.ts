// What relay, consumers and sweep live on. See `settle.ts` for the end of a try.

import type pg from 'pg';
import type { Lease, LeasedTransmission, WorkStore } from '../../ports/store.ts';
import { writeAudit } from './audit.ts';
import { batched } from './batch.ts';
import { isOneItemsFault } from './faults.ts';
import { newId } from '../ids.ts';
import { transaction } from './pool.ts';
import { unblock } from './release.ts';
import { settler } from './settle.ts';
import { WORK, type Signals } from './signals.ts';
import { isId } from './visible.ts';

/** Seconds of the record's rules (design, sections 3 and 8). */
const SECONDS = { claim: 10, lease: 20, lost: 60 } as const;

/** Of every connection at most so many transmissions are looked at in one sweep. */
const SWEEP_PER_CONNECTION = 200;

export function openWork(pool: pg.Pool, signals: Signals): WorkStore {
  const lease = batched<LeaseCall, readonly LeasedTransmission[]>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    (calls) => leaseAll(pool, calls),
  );
  const published = batched<readonly string[], true>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    async (calls) => {
      await markPublished(pool, calls.flat());
      return calls.map(() => true as const);
    },
  );
  return {
    takeOutbox: (limit) => takeOutbox(pool, limit),
    async published(ids) {
      if (ids.length > 0) await published(ids);
    },
    async unpublished(ids) {
      if (ids.length > 0) await giveBack(pool, ids);
    },
    async lease(named, owner) {
      // Anybody who can reach the queue can put words into it.
      const transmissions = named.filter(isId);
      return transmissions.length === 0 ? [] : await lease({ transmissions, owner });
    },
    renew: (leases) => renew(pool, leases),
    settle: settler(pool, signals),
    async sweep(limit) {
      const count = await sweep(pool, limit);
      if (count > 0) signals.raise({ work: true, pending: true });
      return count;
    },
    waitForWork: (milliseconds, signal) => signals.wait(WORK, milliseconds, signal),
  };
}

/** An outbox row's name outside: rank and number, which together are its key. */
function outboxKeys(ids: readonly string[]): readonly [readonly number[], readonly string[]] {
  const pairs = ids.map((id) => id.split(':'));
  return [pairs.map(([rank]) => Number(rank)), pairs.map(([, id]) => id ?? '0')];
}

/**
 * A claim or a deletion here may be lost when the server crashes: then a reference is published twice, which does no harm.
 * So these two do not wait for the disk.
 */
const UNHURRIED = 'set local synchronous_commit = off';

async function takeOutbox(pool: pg.Pool, limit: number): ReturnType<WorkStore['takeOutbox']> {
  return await transaction(pool, async (client) => {
    await client.query(UNHURRIED);
    const { rows } = await client.query<{ rank: number; id: string; transmission: string; connection: string }>({
      name: 'outbox-take',
      text: `
        with due as (
          select rank, id from outbox where claimed_until is null or claimed_until < now()
           order by rank, id limit $1 for update skip locked
        )
        update outbox o set claimed_until = now() + interval '${SECONDS.claim} seconds' from due
         where o.rank = due.rank and o.id = due.id
        returning o.rank, o.id, o.transmission, o.connection`,
      values: [limit],
    });
    return rows
      .sort((a, b) => a.rank - b.rank || Number(BigInt(a.id) - BigInt(b.id)))
      .map(({ rank, id, transmission, connection }) => ({
        id: `${rank}:${id}`,
        reference: { transmission, connection, urgent: rank === 0 },
      }));
  });
}

/** A reference that waited long for its broker is dated anew, or the sweep would take it for lost. */
async function markPublished(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query(UNHURRIED);
    await client.query({
      name: 'outbox-published',
      text: `
        with gone as (
          delete from outbox o using unnest($1::smallint[], $2::bigint[]) as g(rank, id)
           where o.rank = g.rank and o.id = g.id returning o.transmission, o.created_at
        )
        update transmission t set referenced_at = now() from gone
         where t.id = gone.transmission and gone.created_at < now() - interval '${SECONDS.lost / 2} seconds'
           and t.state = 'ready' and t.referenced_at is not null`,
      values: [...outboxKeys(ids)],
    });
  });
}

async function giveBack(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query({
      name: 'outbox-give-back',
      text: `update outbox o set claimed_until = null from unnest($1::smallint[], $2::bigint[]) as g(rank, id)
              where o.rank = g.rank and o.id = g.id`,
      values: [...outboxKeys(ids)],
    });
  });
}

interface LeaseCall {
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
  readonly sha256: string;
  readonly size: string;
  readonly bytes: Buffer | null;
  readonly deliveries: LeasedTransmission['deliveries'];
}

async function leaseAll(
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
    sha256: row.sha256,
    size: Number(row.size),
    inline: row.bytes,
    attempt: row.epoch,
    deliveries: row.deliveries,
  };
}

/**
 * A place of the connection is taken with the transmission; both are locked, and what another worker holds is passed over.
 * What is refused for want of a place or because its connection is paused loses its mark of being referenced: the sweep, or
 * the next settlement of that connection, gives it a new reference.
 */
const LEASE = `
  with given as (
    select * from json_to_recordset($1::json) as g(id uuid, owner text)
  ), due as materialized (
    select t.id, t.connection, t.urgent, c.concurrency, c.paused
      from transmission t join connection c on c.id = t.connection
     where t.id = any($2::uuid[]) and t.state = 'ready' and t.direction = 'push' and t.due_at <= now()
       and t.lease_until is null
     order by t.id for no key update of t skip locked
  ), wanted as materialized (
    select due.*, row_number() over (partition by connection order by urgent desc, id) as place
      from due where not paused
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
           lease_until = now() + interval '${SECONDS.lease} seconds'
      from taken k join given g on g.id = k.id where t.id = k.id and t.id = any($2::uuid[])
    returning t.id, t.message, t.connection, t.epoch
  ), left_waiting as (
    update transmission t set referenced_at = null
     where t.id = any(array(select id from due except select id from taken))
  )
  select l.id as transmission, l.epoch, l.connection, l.message, m.kind, m.sender, m.document_id, m.urgent, m.unchecked,
         m.sha256, m.size, c.bytes,
         (select json_agg(json_build_object('id', d.id, 'organisation', d.organisation) order by d.id)
            from delivery d where d.message = l.message and d.transmission = l.id) as deliveries
    from leased l join message m on m.id = l.message left join message_content c on c.message = l.message
   order by m.urgent desc, l.id`;

async function renew(pool: pg.Pool, leases: readonly Lease[]): Promise<readonly string[]> {
  if (leases.length === 0) return [];
  return await transaction(pool, async (client) => {
    const { rows } = await client.query<{ transmission: string }>({
      name: 'lease-renew',
      text: `
        update transmission t set lease_until = now() + interval '${SECONDS.lease} seconds'
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

async function sweep(pool: pg.Pool, limit: number): Promise<number> {
  await transaction(pool, (client) => client.query('select ensure_partitions(now())'));
  const expired = await transaction(pool, (client) => endExpired(client, limit));
  const requeued = await transaction(pool, (client) => requeue(client, limit));
  const freed = await transaction(pool, (client) => unblockForgotten(client, limit));
  return expired + requeued + freed;
}

/**
 * A lease that ran out: its worker died or was stopped. The try counts, and the next may begin at once; but what has taken
 * its worker along before waits ever longer, because a transmission that kills whoever touches it must not keep all of
 * them dying (threat model 2.2, poison loop).
 */
async function endExpired(client: pg.ClientBase, limit: number): Promise<number> {
  const { rows } = await client.query<{
    transmission: string;
    message: string;
    owner: string;
    epoch: number;
    at: Date;
  }>({
    name: 'sweep-expired',
    text: `
      with expired as (
        update transmission t
           set lease_until = null,
               referenced_at = null,
               due_at = now() + (
                 select case when count(*) = 0 then interval '0'
                             else least(interval '1 hour', interval '5 seconds' * power(4, least(count(*), 8))) end
                   from attempt a
                  where a.message = t.message and a.transmission = t.id and a.code = 'worker-crashed')
         where t.id in (
           select o.id from lease_slot s join transmission o on o.id = s.transmission
            where s.transmission is not null and o.lease_until < now() limit $1 for no key update of o skip locked
         )
        returning t.id as transmission, t.message, t.connection, t.lease_slot, t.lease_owner as owner, t.epoch
      ), freed as (
        update lease_slot s set transmission = null from expired e
         where s.connection = e.connection and s.slot = e.lease_slot and s.transmission = e.transmission
      ), told as (
        update delivery d set transport = 'retrying', problem_code = 'worker-crashed', problem_facts = '{}'
          from expired e where d.message = e.message and d.transmission = e.transmission and d.finished_at is null
      )
      select transmission, message, owner, epoch, now() as at from expired`,
    values: [limit],
  });
  const at = rows[0]?.at;
  if (at === undefined) return 0;
  const attempts = rows.map((row) => ({ ...row, id: newId(at) }));
  await client.query({
    name: 'sweep-attempts',
    text: `
      insert into attempt (id, message, transmission, number, owner, took, outcome, code, facts)
      select id, message, transmission, epoch, owner, ${SECONDS.lease * 1000}, 'retry', 'worker-crashed', '{}'
        from json_to_recordset($1::json) as g(id uuid, message uuid, transmission uuid, epoch integer, owner text)`,
    values: [JSON.stringify(attempts)],
  });
  await writeAudit(
    client,
    rows.map((row) => ({
      actor: 'worker',
      act: 'delivery.send',
      object: row.transmission,
      outcome: 'worker-crashed',
      details: { attempt: row.epoch },
    })),
    at,
  );
  return rows.length;
}

/**
 * New references for what is due and has none: first up to the free places of each connection (retries, the unpaused,
 * those refused for want of room), then those whose reference a broker seems to have lost. While the relay is behind with
 * the outbox nothing counts as lost.
 */
async function requeue(client: pg.ClientBase, limit: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>({
    name: 'sweep-requeue',
    text: `
      with due as (
        select waiting.id, waiting.connection, waiting.urgent
          from connection c
         cross join lateral (
           select count(*) as free from lease_slot s
            where s.connection = c.id and s.slot < c.concurrency and s.transmission is null
         ) as places
         cross join lateral (
           select t.id, t.connection, t.urgent from transmission t
            where t.connection = c.id and t.state = 'ready' and t.direction = 'push' and t.referenced_at is null
              and t.due_at <= now() and t.lease_until is null
            order by t.due_at
            limit least(places.free, ${SWEEP_PER_CONNECTION})
            for no key update skip locked
         ) as waiting
         where not c.paused
         limit $1
      ), lost as (
        select t.id, t.connection, t.urgent from transmission t join connection c on c.id = t.connection
         where t.state = 'ready' and t.direction = 'push' and t.due_at <= now() and not c.paused
           and t.referenced_at < now() - interval '${SECONDS.lost} seconds'
           and t.lease_until is null
           and not exists (select from outbox where created_at < now() - interval '${SECONDS.lost / 2} seconds')
         order by t.referenced_at limit $1 for no key update of t skip locked
      ), chosen as (
        select * from due union all select * from lost
      ), marked as (
        update transmission t set referenced_at = now() from chosen where t.id = chosen.id
      ), written as (
        insert into outbox (rank, transmission, connection)
        select case when urgent then 0 else 1 end, id, connection from chosen order by urgent desc, id
        returning 1
      )
      select count(*)::integer as count from written`,
    values: [limit],
  });
  return rows[0]?.count ?? 0;
}

/** A safety net only: finishing a delivery frees what waited for it in the same transaction. */
async function unblockForgotten(client: pg.ClientBase, limit: number): Promise<number> {
  const { rows } = await client.query<{ id: string }>({
    name: 'sweep-forgotten',
    text: `
      select b.id from delivery d join delivery b on b.id = d.blocked_by
       where d.blocked_by is not null and b.finished_at is not null limit $1`,
    values: [limit],
  });
  const released = await unblock(
    client,
    rows.map((row) => row.id),
  );
  return released.pushed + released.pulled;
}
