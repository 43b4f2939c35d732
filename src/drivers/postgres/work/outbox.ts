// References to be published: a relay claims them, and deletes them when the broker has confirmed them.

import type pg from 'pg';
import type { WorkStore } from '../../../ports/work.ts';
import { transaction } from '../pool.ts';

/** Seconds in which a relay must publish claimed references. */
const CLAIM_SECONDS = 10;

/** Age in seconds of a reference, published or waiting, that shows that the relay is behind. */
export const LATE_SECONDS = 30;

/** The key of an outbox row, rank and number, from its public id. */
function outboxKeys(ids: readonly string[]): readonly [readonly number[], readonly string[]] {
  const pairs = ids.map((id) => id.split(':'));
  return [pairs.map(([rank]) => Number(rank)), pairs.map(([, id]) => id ?? '0')];
}

/**
 * A claim or a deletion here may be lost when the server crashes: then a reference is published twice, which does no
 * harm, so these two do not wait for the disk.
 */
const UNHURRIED = 'set local synchronous_commit = off';

export async function claimReferences(pool: pg.Pool, limit: number): ReturnType<WorkStore['claimReferences']> {
  return await transaction(pool, async (client) => {
    await client.query(UNHURRIED);
    const { rows } = await client.query<{ rank: number; id: string; transmission: string; connection: string }>({
      name: 'outbox-take',
      text: `
        with due as (
          select rank, id from outbox where claimed_until is null or claimed_until < now()
           order by rank, id limit $1 for update skip locked
        )
        update outbox o set claimed_until = now() + interval '${CLAIM_SECONDS} seconds' from due
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

/** Dates a reference that waited long for its broker anew, or the sweep would take it for lost. */
export async function confirmReferences(pool: pg.Pool, ids: readonly string[]): Promise<void> {
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
         where t.id = gone.transmission and gone.created_at < now() - interval '${LATE_SECONDS} seconds'
           and t.state = 'ready' and t.referenced_at is not null`,
      values: [...outboxKeys(ids)],
    });
  });
}

export async function returnReferences(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query({
      name: 'outbox-give-back',
      text: `update outbox o set claimed_until = null from unnest($1::smallint[], $2::bigint[]) as g(rank, id)
              where o.rank = g.rank and o.id = g.id`,
      values: [...outboxKeys(ids)],
    });
  });
}
