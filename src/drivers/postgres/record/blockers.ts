// Finds the delivery that must finish before another may leave: the previous unfinished one about the same document, to
// the same addressee.

import type pg from 'pg';

export interface Waiting {
  readonly id: string;
  readonly organisation: string;
  /** Order keys, each once. */
  readonly keys: readonly string[];
  /** The delivery is about earlier documents: all deliveries in the order of those documents count as well. */
  readonly follows: boolean;
}

/**
 * The blocker of each delivery that has one. Its row is locked until the commit, so that it cannot finish unseen in
 * between. `earlier`: the deliveries are in the record already, and only earlier ones block them.
 */
export async function lockBlockers(
  client: pg.ClientBase,
  waiting: readonly Waiting[],
  isEarlier: boolean,
): Promise<ReadonlyMap<string, string>> {
  const blockers = new Map<string, string>();
  const groups = [
    ['blockers', waiting.filter(({ follows, keys }) => !follows && keys.length === 1)],
    ['blockers-of-any', waiting.filter(({ follows, keys }) => follows || keys.length > 1)],
  ] as const;
  for (const [name, group] of groups) {
    if (group.length === 0) continue;
    const rowsAsked = group.map(({ id, organisation, keys }) => ({ id, organisation, order_key: keys[0], keys }));
    const { rows } = await client.query<{ id: string; blocker: string | null }>({
      name,
      text: PREVIOUS[name],
      values: [JSON.stringify(rowsAsked), isEarlier],
    });
    for (const { id, blocker } of rows) if (blocker !== null) blockers.set(id, blocker);
  }
  return blockers;
}

const CAME_BEFORE = '(not $2::boolean or (d.id < g.id and d.blocked_by is distinct from g.id))';

/** The everyday case: one key, one look into one index. */
const PREVIOUS_OF_ONE = `
  select g.id, previous.id as blocker
    from json_to_recordset($1::json) as g(id uuid, order_key text, organisation text)
   cross join lateral (
     select d.id from delivery d
      where d.order_key = g.order_key and d.organisation = g.organisation and d.finished_at is null and ${CAME_BEFORE}
      order by d.id desc limit 1 for share
   ) as previous`;

/**
 * The newest of several blockers; when it finishes, the gateway looks for the next. A delivery that the addressee has
 * read does not block, acknowledged or not: otherwise a receiver could delay a revocation by not acknowledging.
 */
const PREVIOUS_OF_ANY = `
  select g.id, greatest(one.id, other.id) as blocker
    from json_to_recordset($1::json) as g(id uuid, keys text[], organisation text)
    left join lateral (
      select d.id from delivery d
       where d.order_key = any(g.keys) and d.organisation = g.organisation and d.finished_at is null
         and d.fetched_at is null and ${CAME_BEFORE}
       order by d.id desc limit 1 for share
    ) as one on true
    left join lateral (
      select d.id from delivery d
       where d.order_keys && g.keys and d.order_keys is not null and d.organisation = g.organisation
         and d.finished_at is null and d.fetched_at is null and ${CAME_BEFORE}
       order by d.id desc limit 1 for share
    ) as other on true`;

const PREVIOUS = { blockers: PREVIOUS_OF_ONE, 'blockers-of-any': PREVIOUS_OF_ANY } as const;
