// Pushed transmissions that are due and have no live reference, as SQL: the sweep and a settlement give them new
// references.

/**
 * Stands behind `from connection c`: `waiting`, the longest due of each connection, locked, up to its free places and
 * to `most`. Skips transmissions that another worker holds.
 */
export function waitingOf(most?: number): string {
  const limit = most === undefined ? 'places.free' : `least(places.free, ${most})`;
  return `
         cross join lateral (
           select count(*) as free from lease_slot s
            where s.connection = c.id and s.slot < c.concurrency and s.transmission is null
         ) as places
         cross join lateral (
           select t.id, t.connection, t.urgent from transmission t
            where t.connection = c.id and t.state = 'ready' and t.direction = 'push' and t.referenced_at is null
              and t.due_at <= now() and t.lease_until is null
            order by t.due_at
            limit ${limit}
            for no key update skip locked
         ) as waiting`;
}
