// Verdicts on documents that were delivered unchecked, kept for each receiver until it has acknowledged its notice.

import type pg from 'pg';
import type { Verdict } from '../../../core/problems/finding.ts';
import type { Notice, NoticeStore } from '../../../ports/notices.ts';
import { newId } from '../../ids.ts';
import { query } from '../pool.ts';
import { isId } from '../record/visible.ts';

export function openNotices(pool: pg.Pool): NoticeStore {
  return {
    async claimNotices(limit) {
      const rows = await query<NoticeRow & { tries: number }>(pool, {
        name: 'notice-due',
        text: `
          update notice set due_at = now() + interval '1 minute', tries = tries + 1
           where id in (
             select id from notice where told_at is null and pushed and due_at <= now() order by due_at limit $1
                for no key update skip locked
           )
          returning id, message, delivery, connection, verdict, made_at, tries`,
        values: [limit],
      });
      return rows.map((row) => ({ ...asNotice(row), tries: row.tries }));
    },
    async closeNotice(id) {
      await query(pool, {
        name: 'notice-close',
        text: 'update notice set told_at = now() where id = $1 and told_at is null',
        values: [id],
      });
    },
    async postponeNotice(id, seconds) {
      await query(pool, {
        name: 'notice-postpone',
        text: `update notice set due_at = now() + make_interval(secs => $2::integer) where id = $1 and told_at is null`,
        values: [id, seconds],
      });
    },
    async listNotices(connection, limit) {
      const rows = await query<NoticeRow>(pool, {
        name: 'notice-open',
        text: `select id, message, delivery, connection, verdict, made_at from notice
                where connection = $1 and told_at is null order by id limit $2`,
        values: [connection, limit],
      });
      return rows.map(asNotice);
    },
    async takeNotice(id, connection) {
      if (!isId(id)) return false;
      const rows = await query(pool, {
        name: 'notice-take',
        text: `update notice set told_at = coalesce(told_at, now()) where id = $1 and connection = $2 returning id`,
        values: [id, connection],
      });
      return rows.length === 1;
    },
  };
}

interface NoticeRow {
  readonly id: string;
  readonly message: string;
  readonly delivery: string;
  readonly connection: string;
  readonly verdict: Verdict;
  readonly made_at: Date;
}

function asNotice({ made_at, ...row }: NoticeRow): Notice {
  const { id, message, delivery, connection, verdict } = row;
  return { id, message, delivery, connection, verdict, madeAt: made_at };
}

/** Makes a notice for each delivery that was not stopped, in the transaction that records the verdict. */
export async function makeNotices(client: pg.ClientBase, message: string, verdict: Verdict): Promise<void> {
  const { rows } = await client.query<{ id: string }>({
    name: 'notice-deliveries',
    text: `select id from delivery where message = $1 and transport not in ('returned', 'cancelled') order by id`,
    values: [message],
  });
  const at = new Date();
  await client.query({
    name: 'notice-make',
    text: `
      insert into notice (id, connection, delivery, message, verdict, pushed)
      select g.id, d.connection, d.id, d.message, $3, t.direction = 'push'
        from json_to_recordset($2::json) as g(id uuid, delivery uuid)
        join delivery d on d.id = g.delivery join transmission t on t.id = d.transmission
       where d.message = $1`,
    values: [message, JSON.stringify(rows.map(({ id }) => ({ id: newId(at), delivery: id }))), verdict],
  });
}
