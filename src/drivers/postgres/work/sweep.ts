// Repairs leases that ran out, work without a reference, and deliveries whose blocker has finished.

import type pg from 'pg';
import { newId } from '../../ids.ts';
import { writeAudit } from '../audit/audit.ts';
import { waitingOf } from './due.ts';
import { LEASE_SECONDS } from './lease.ts';
import { LATE_SECONDS } from './outbox.ts';
import { transaction } from '../pool.ts';
import { moveDeliveries, moveTransmissions, problemOf } from '../record/moves.ts';
import { intoOutbox, unblock } from '../record/release.ts';

/** Seconds after which a reference that no consumer brought counts as lost by its broker. */
const LOST_SECONDS = 60;

/** Most transmissions of each connection in one sweep. */
const SWEEP_PER_CONNECTION = 200;

export async function sweep(pool: pg.Pool, limit: number): Promise<number> {
  await transaction(pool, (client) => client.query('select ensure_partitions(now())'));
  const expired = await transaction(pool, (client) => endExpired(client, limit));
  const requeued = await transaction(pool, (client) => requeue(client, limit));
  const freed = await transaction(pool, (client) => unblockForgotten(client, limit));
  return expired + requeued + freed;
}

/**
 * Ends leases that ran out because their worker died or was stopped. The try counts, and the next may begin at once;
 * but a transmission whose worker died before waits longer each time, so that it cannot kill one worker after the other
 * (src/docs/threats.md 4, poison loop).
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
    text: END_EXPIRED,
    values: [limit],
  });
  const at = rows[0]?.at;
  if (at === undefined) return 0;
  const attempts = rows.map((row) => ({ ...row, id: newId(at) }));
  await client.query({
    name: 'sweep-attempts',
    text: `
      insert into attempt (id, message, transmission, number, owner, took, outcome, code, facts)
      select id, message, transmission, epoch, owner, ${LEASE_SECONDS * 1000}, 'retry', 'worker-crashed', '{}'
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

const AFTER_CRASHES = `now() + (
  select case when count(*) = 0 then interval '0'
              else least(interval '1 hour', interval '5 seconds' * power(4, least(count(*), 8))) end
    from attempt a where a.message = t.message and a.transmission = t.id and a.code = 'worker-crashed')`;

const END_EXPIRED = `
  with expired as (
    ${moveTransmissions('retry', {
      where: `t.id in (
        select o.id from lease_slot s join transmission o on o.id = s.transmission
         where s.transmission is not null and o.lease_until < now() limit $1 for no key update of o skip locked
      )`,
      set: { due_at: AFTER_CRASHES },
    })}
    returning t.id as transmission, t.message, t.connection, t.lease_slot, t.lease_owner as owner, t.epoch
  ), freed as (
    update lease_slot s set transmission = null from expired e
     where s.connection = e.connection and s.slot = e.lease_slot and s.transmission = e.transmission
  ), told as (
    ${moveDeliveries('retry', {
      from: 'expired e',
      where: 'd.message = e.message and d.transmission = e.transmission',
      problem: problemOf('worker-crashed'),
    })}
  )
  select transmission, message, owner, epoch, now() as at from expired`;

/**
 * Gives new references to due transmissions without one: first up to the free places of each connection (retries,
 * unpaused ones, those refused for want of a place), then to those whose reference a broker seems to have lost. While
 * the relay is behind with the outbox no reference counts as lost.
 */
async function requeue(client: pg.ClientBase, limit: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>({
    name: 'sweep-requeue',
    text: `
      with due as (
        select waiting.id, waiting.connection, waiting.urgent
          from connection c ${waitingOf(SWEEP_PER_CONNECTION)}
         where not c.paused
         limit $1
      ), lost as (
        select t.id, t.connection, t.urgent from transmission t join connection c on c.id = t.connection
         where t.state = 'ready' and t.direction = 'push' and t.due_at <= now() and not c.paused
           and t.referenced_at < now() - interval '${LOST_SECONDS} seconds'
           and t.lease_until is null
           and not exists (select from outbox where created_at < now() - interval '${LATE_SECONDS} seconds')
         order by t.referenced_at limit $1 for no key update of t skip locked
      ), chosen as (
        select * from due union all select * from lost
      ), marked as (
        update transmission t set referenced_at = now() from chosen where t.id = chosen.id
      ), written as (
        ${intoOutbox('chosen')} returning 1
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
