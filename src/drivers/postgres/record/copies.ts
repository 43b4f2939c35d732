// Copies of documents, as SQL: the live ones, the versions of a document, and the lock that orders transactions on one
// document.

import type pg from 'pg';
import type { KnownMessage } from '../../../core/exchange/effects.ts';
import type { Act } from '../../../ports/messages.ts';
import { query } from '../pool.ts';

/**
 * Delivery `d` is no copy any more: returned, stopped, refused by its addressee (02), or given back (15). An answer to the
 * delivery's own question, as an update asks it, gives nothing back.
 */
export const DEAD = `coalesce(d.transport in ('returned', 'cancelled') or d.business_latest = '02'
  or (d.recall = 'agreed' and d.asked_by is distinct from d.message), false)`;

/**
 * The documents of the ids `$1`, and the updates of each under any id. Every step looks up a few rows by an index;
 * `offset 0` keeps the planner from joining whole tables instead.
 */
const VERSIONS = `
  with recursive version as (
    select named.id as document_id, m.id, m.issuer, m.sender
      from unnest($1::text[]) as named(id)
     cross join lateral (
       select id, issuer, sender from message
        where document_id = named.id and kind in ('new', 'update', 'replace') offset 0
     ) as m
    union
    select v.document_id, m.id, m.issuer, m.sender
      from version v
     cross join lateral (
       select message from message_link where other = v.id and relation = 'acts-on' offset 0
     ) as l
     cross join lateral (
       select id, issuer, sender from message where id = l.message and kind = 'update' offset 0
     ) as m
  )`;

export async function knownMessages(
  pool: pg.Pool,
  documentIds: readonly string[],
  organisation: string,
): Promise<readonly KnownMessage[]> {
  if (documentIds.length === 0) return [];
  return await query<KnownMessage>(pool, {
    name: 'known-messages',
    text: `${VERSIONS}
      select v.document_id as "documentId", v.id as message, v.issuer, v.sender,
             array(select distinct d.organisation from delivery d where d.message = v.id and not ${DEAD}
                    order by d.organisation) as holders,
             -- The limit keeps the server from looking at all deliveries of the organisation at once.
             coalesce((select true from delivery d where d.message = v.id and d.organisation = $2
                          and coalesce(d.handed_over_at, d.fetched_at) is not null limit 1), false) as received
        from version v order by v.id`,
    values: [documentIds, organisation],
  });
}

/** Locks documents until the commit: each transaction that decides on one waits here for the others. */
export async function lockDocuments(client: pg.ClientBase, documentIds: readonly string[]): Promise<void> {
  await client.query({
    name: 'lock-documents',
    text: `select pg_advisory_xact_lock(hashtextextended('document ' || id, 0))
             from (select unnest($1::text[]) as id order by 1) as named`,
    values: [documentIds],
  });
}

/** The versions of the act's documents that it does not name yet. Call it under the documents' lock. */
export async function missingVersions(
  client: pg.ClientBase,
  { documents, messages }: Pick<Act, 'documents' | 'messages'>,
): Promise<readonly { readonly id: string; readonly documentId: string }[]> {
  const { rows } = await client.query<{ id: string; documentId: string }>({
    name: 'missing-versions',
    text: `${VERSIONS}
      select v.id, v.document_id as "documentId" from version v
       where v.id <> all($2::uuid[])
         and exists (select from message k where k.id = any($2::uuid[]) and k.sender = v.sender and k.issuer = v.issuer)
       order by v.id`,
    values: [documents, messages],
  });
  return rows;
}
