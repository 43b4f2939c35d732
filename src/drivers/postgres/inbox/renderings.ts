// Messages in the forms that connections ask for: made once, kept, and recorded on their deliveries.

import type pg from 'pg';
import type { Finding } from '../../../core/problems/finding.ts';
import type { RenderedForm, RenderingChoice } from '../../../core/message/rendering.ts';
import type { Message } from '../../../core/message/message.ts';
import type { Park } from '../../../core/exchange/outcome.ts';
import type { KeptRendering, RenderingSource, RenderingStore, RenderingTarget } from '../../../ports/renderings.ts';
import { writeAudit } from '../audit/audit.ts';
import { query, transaction } from '../pool.ts';
import { moveDeliveries, moveTransmissions } from '../record/moves.ts';
import type { Signals } from '../signals.ts';

export function openRenderings(pool: pg.Pool, signals: Signals): RenderingStore {
  return {
    readSource: (message) => readSource(pool, message),
    async assign(target, form) {
      const kept = await transaction(pool, (client) => assign(client, target, form));
      if (kept !== null) signals.raise({ pending: true });
      return kept;
    },
    async keep(target, made) {
      const kept = await transaction(pool, async (client) => {
        await client.query({
          name: 'rendering-keep',
          text: `insert into rendering (message, form, sha256, size, bytes, losses) values ($1, $2, $3, $4, $5, $6)
                 on conflict do nothing`,
          values: [target.message, made.form, made.sha256, made.size, made.inline, JSON.stringify(made.losses)],
        });
        return await assign(client, target, made.form);
      });
      if (kept === null) throw new Error('a rendering that was kept is not there');
      signals.raise({ pending: true });
      return kept;
    },
    listWaiting: (after, limit) => listWaiting(pool, after, limit),
    async park(target, outcome) {
      const parked = await transaction(pool, (client) => park(client, target, outcome));
      if (parked) signals.raise({ pending: true });
      return parked;
    },
  };
}

async function readSource(pool: pg.Pool, message: string): Promise<RenderingSource | null> {
  const rows = await query<{
    message: Message;
    signed: boolean;
    sha256: string;
    size: string;
    bytes: Buffer | null;
  }>(pool, {
    name: 'rendering-source',
    text: `select m.message, (m.report ->> 'signer') is not null as signed, m.sha256, m.size, c.bytes
             from message m left join message_content c on c.message = m.id where m.id = $1`,
    values: [message],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { sha256, size, bytes } = row;
  return { message: row.message, signed: row.signed, location: { sha256, size: Number(size), inline: bytes } };
}

interface Row {
  readonly form: RenderedForm;
  readonly sha256: string;
  readonly size: string;
  readonly bytes: Buffer | null;
}

function asKept({ form, sha256, size, bytes }: Row): KeptRendering {
  return { form, sha256, size: Number(size), inline: bytes };
}

/** A form that another worker recorded first stands. */
async function assign(
  client: pg.ClientBase,
  { message, transmission }: RenderingTarget,
  form: RenderedForm,
): Promise<KeptRendering | null> {
  const { rows } = await client.query<Row & { losses: readonly Finding[] }>({
    name: 'rendering-find',
    text: 'select form, sha256, size, bytes, losses from rendering where message = $1 and form = $2',
    values: [message, form],
  });
  const [found] = rows;
  if (found === undefined) return null;
  const marked = await client.query<{ id: string; at: Date }>({
    name: 'rendering-assign',
    text: `update delivery set rendered_sha256 = $3
            where message = $1 and transmission = $2 and rendered_sha256 is null and finished_at is null
           returning id, now() as at`,
    values: [message, transmission, found.sha256],
  });
  const details = { form, sha256: found.sha256, losses: lossesText(found.losses) };
  await writeAudit(
    client,
    marked.rows.map(({ id }) => ({ actor: 'worker', act: 'delivery.render', object: id, outcome: 'ok', details })),
    marked.rows[0]?.at ?? new Date(),
  );
  const recorded = await client.query<Row>({
    name: 'rendering-recorded',
    text: `select r.form, r.sha256, r.size, r.bytes
             from delivery d join rendering r on r.message = d.message and r.sha256 = d.rendered_sha256
            where d.message = $1 and d.transmission = $2 order by d.finished_at is not null, d.id limit 1`,
    values: [message, transmission],
  });
  return asKept(recorded.rows[0] ?? found);
}

/** Names of lost fields, no more than a person reads. */
function lossesText(losses: readonly Finding[]): string {
  const fields = losses.map(({ facts }) => String(facts['field'] ?? ''));
  const named = fields.slice(0, NAMED_LOSSES);
  return [...named, ...(fields.length > named.length ? [`+${fields.length - named.length}`] : [])].join(', ');
}

const NAMED_LOSSES = 20;

async function listWaiting(pool: pg.Pool, after: bigint, limit: number): ReturnType<RenderingStore['listWaiting']> {
  const rows = await query<{ place: string; message: string; transmission: string; choice: RenderingChoice }>(pool, {
    name: 'rendering-waiting',
    text: `
      select p.id as place, p.message, d.transmission, p.rendering as choice
        from (
          select p.id, p.delivery, p.message, c.rendering from inbox_pending p join connection c on c.id = p.connection
           where c.rendering is not null and p.id > $1
        ) as p join delivery d on d.id = p.delivery
       where d.rendered_sha256 is null
       order by p.id limit $2`,
    values: [after.toString(), limit],
  });
  return rows.map((row) => ({ ...row, place: BigInt(row.place) }));
}

/** Locks in the common order: inbox entries, transmission, deliveries. */
async function park(
  client: pg.ClientBase,
  { message, transmission }: RenderingTarget,
  { code, facts }: Park,
): Promise<boolean> {
  const pending = await client.query<{ id: string }>({
    name: 'rendering-park-pending',
    text: `select p.id from inbox_pending p
            where p.delivery = any(array(select d.id from delivery d where d.message = $1 and d.transmission = $2))
            order by p.id for update`,
    values: [message, transmission],
  });
  if (pending.rows.length === 0) return false;
  const { rowCount } = await client.query({
    name: 'rendering-park-transmission',
    text: PARK_TRANSMISSION,
    values: [transmission],
  });
  if (rowCount !== 1) return false;
  await client.query({
    name: 'rendering-park-leave',
    text: 'delete from inbox_pending where id = any($1::bigint[])',
    values: [pending.rows.map(({ id }) => id)],
  });
  const { rows } = await client.query<{ id: string; at: Date }>({
    name: 'rendering-park',
    text: PARK,
    values: [message, transmission, code, JSON.stringify(facts)],
  });
  await writeAudit(
    client,
    rows.map(({ id }) => ({
      actor: 'worker',
      act: 'delivery.park',
      object: id,
      outcome: code,
      details: { transmission },
    })),
    rows[0]?.at ?? new Date(),
  );
  return true;
}

const PARK_TRANSMISSION = moveTransmissions('park', { where: 't.id = $1' });

const PARK = `
  ${moveDeliveries('park', {
    where: 'd.message = $1 and d.transmission = $2',
    problem: { code: '$3', facts: '$4' },
  })}
  returning d.id, now() as at`;
