// Makes transmissions available: a pushed one gets a reference for the broker, a pulled one an entry in the inbox,
// always in the transaction that changes its state.

import type pg from 'pg';
import { lockBlockers } from './blockers.ts';
import { moveTransmissions } from './moves.ts';

/**
 * `insert into outbox …`: a reference for each of `rows`, which have a transmission's `id`, `connection` and `urgent`.
 * `rows` may also hold the text that follows the table's name. Numbers rise with the ids.
 */
export function intoOutbox(rows: string): string {
  return `
    insert into outbox (rank, transmission, connection)
    select case when urgent then 0 else 1 end, id, connection from ${rows} order by id`;
}

/** `insert into inbox_pending …` for the deliveries `d` of `rows`, to be numbered in the order of their ids. */
export function intoInbox(rows: string): string {
  return `
    insert into inbox_pending (connection, delivery, message)
    select d.connection, d.id, d.message from ${rows} order by d.id`;
}

/** The transmissions that became available, so that the caller can wake their waiters after the commit. */
export interface Released {
  readonly pushed: number;
  readonly pulled: number;
}

/**
 * Makes the transmissions in state `from` ready, or blocked while one of their deliveries is. Call it in a statement of
 * its own after changing the deliveries, so that it sees their new states.
 */
export async function makeReady(
  client: pg.ClientBase,
  transmissions: readonly string[],
  from: 'held' | 'blocked',
): Promise<Released> {
  if (transmissions.length === 0) return { pushed: 0, pulled: 0 };
  const { rows } = await client.query<Counts>({
    name: `make-ready-${from}`,
    text: MAKE_READY[from],
    values: [transmissions],
  });
  return rows[0] ?? { pushed: 0, pulled: 0 };
}

function makeReadyFrom(state: 'held' | 'blocked'): string {
  const released = moveTransmissions(
    { block: 'waiting.waits', release: 'not waiting.waits' },
    {
      from: `(
        select o.id, exists (
          select from delivery d where d.message = o.message and d.transmission = o.id and d.blocked_by is not null
        ) as waits
        from transmission o where o.id = any($1::uuid[])
      ) as waiting`,
      where: 't.id = waiting.id',
      states: [state],
    },
  );
  return `
    with freed as (
      ${released}
      returning t.id, t.message, t.connection, t.direction, t.urgent, t.state
    ), pushed as (
      ${intoOutbox("freed where state = 'ready' and direction = 'push'")} returning 1
    ), pulled as (
      ${intoInbox(`freed f join delivery d on d.message = f.message and d.transmission = f.id
        where f.state = 'ready' and f.direction = 'pull' and d.finished_at is null`)} returning 1
    )
    select (select count(*) from pushed)::int as pushed, (select count(*) from pulled)::int as pulled`;
}

const MAKE_READY = { held: makeReadyFrom('held'), blocked: makeReadyFrom('blocked') } as const;

interface Counts {
  readonly pushed: number;
  readonly pulled: number;
}

/**
 * Releases deliveries that waited for ones that have just finished, unless another blocker remains. Call it in a
 * statement of its own after marking those finished: a transaction that blocks a delivery on one of them locks its row
 * first, so none is missed.
 */
export async function unblock(client: pg.ClientBase, finished: readonly string[]): Promise<Released> {
  if (finished.length === 0) return { pushed: 0, pulled: 0 };
  const { rows } = await client.query<{ id: string; transmission: string; organisation: string; keys: string[] }>({
    name: 'unblock-find',
    text: `select id, transmission, organisation, coalesce(order_keys, array[order_key]) as keys
             from delivery where blocked_by = any($1::uuid[])`,
    values: [finished],
  });
  if (rows.length === 0) return { pushed: 0, pulled: 0 };
  const transmissions = [...new Set(rows.map((row) => row.transmission))];
  await client.query({
    name: 'unblock-lock',
    text: 'select from transmission where id = any($1::uuid[]) order by id for no key update',
    values: [transmissions],
  });
  const blockers = await lockBlockers(
    client,
    rows.map((row) => ({ ...row, follows: true })),
    true,
  );
  await client.query({
    name: 'unblock',
    text: `update delivery d set blocked_by = g.blocker from json_to_recordset($1::json) as g(id uuid, blocker uuid)
            where d.id = g.id and d.id = any($2::uuid[]) and d.blocked_by = any($3::uuid[])`,
    values: [
      JSON.stringify(rows.map(({ id }) => ({ id, blocker: blockers.get(id) ?? null }))),
      rows.map(({ id }) => id),
      finished,
    ],
  });
  return await makeReady(client, transmissions, 'blocked');
}
