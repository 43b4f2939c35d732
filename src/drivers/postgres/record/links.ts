// Links between messages: the documents a message acts on, those it answers, and the earlier version it follows.

import type pg from 'pg';
import type { Recall } from '../../../core/exchange/lifecycle.ts';
import type { Message } from '../../../core/message/message.ts';
import type { Acceptance, Related, RelatedMessage, Viewer } from '../../../ports/messages.ts';
import { query } from '../pool.ts';
import { VISIBLE } from './visible.ts';

type Relation = 'acts-on' | 'answers' | 'follows';

/** `previous`: the earlier version of the same document. */
export async function writeLinks(
  client: pg.ClientBase,
  fresh: readonly { readonly acceptance: Acceptance; readonly previous: string | null }[],
): Promise<void> {
  const links = fresh.flatMap(({ acceptance, previous }) => {
    const link = (relation: Relation, targets: readonly string[]) =>
      targets.map((other) => ({ message: acceptance.id, relation, other }));
    const concerned = new Map(acceptance.act?.concerned?.map(({ message, organisations }) => [message, organisations]));
    return [
      ...link('acts-on', acceptance.act?.messages ?? []).map((row) => ({
        ...row,
        organisations: concerned.get(row.other),
      })),
      ...link('answers', acceptance.answers ?? []),
      ...link('follows', previous === null ? [] : [previous]),
    ];
  });
  if (links.length === 0) return;
  await client.query({
    name: 'links-write',
    text: `insert into message_link (message, relation, other, organisations)
           select message, relation, other, organisations
             from json_to_recordset($1::json) as g(message uuid, relation text, other uuid, organisations text[])
            order by message, relation, other on conflict do nothing`,
    values: [JSON.stringify(links)],
  });
}

/** Most messages shown as related; a circular may have a thousand answers, and none of them may hide its revocation. */
const SHOWN = 200;

interface Row {
  readonly id: string;
  readonly kind: Message['kind'];
  readonly document_id: string;
  readonly received_at: Date;
  readonly relation: Relation;
  /** The message itself is the one that acts, answers or follows. */
  readonly forth: boolean;
  readonly answers: readonly { readonly organisation: string; readonly recall: Recall }[] | null;
}

/** The messages related to a message, as far as the viewer may see them. */
export async function related(pool: pg.Pool, id: string, viewer: Viewer): Promise<Related> {
  const rows = await query<Row>(pool, {
    name: 'related',
    text: `
      select m.id, m.kind, m.document_id, m.received_at, l.relation, l.forth,
             case when m.kind in ('revoke', 'update', 'replace') and not l.forth then (
               select json_agg(json_build_object('organisation', d.organisation, 'recall', d.recall) order by d.id)
                 from delivery d
                where d.message = m.id and d.recall <> 'none' and (m.connection = $2 or d.connection = $2)
             ) end as answers
        from (
          select * from (
            select other as id, relation, true as forth from message_link where message = $1
            union all
            select message, relation, false from message_link where other = $1
          ) as every
          order by relation = 'answers', id limit ${SHOWN}
        ) as l
       cross join lateral (select * from message where id = l.id offset 0) as m
       where ${VISIBLE} order by m.id`,
    values: [id, viewer.connection],
  });
  const of = (relation: Relation, forth: boolean): readonly RelatedMessage[] =>
    rows
      .filter((row) => row.relation === relation && row.forth === forth)
      .map((row) => ({
        id: row.id,
        kind: row.kind,
        documentId: row.document_id,
        receivedAt: row.received_at,
        answers: row.answers ?? [],
      }));
  return {
    actsOn: of('acts-on', true).filter(({ kind }) => kind !== 'status'),
    actedOnBy: of('acts-on', false),
    answers: of('answers', true),
    answeredBy: of('answers', false),
    previous: of('follows', true),
    next: of('follows', false),
  };
}
