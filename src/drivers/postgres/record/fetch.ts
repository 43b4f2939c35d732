// Reads a package, with an audit row and a note on the copy in the same transaction. From then on the copy has left and
// can no longer be stopped.

import type pg from 'pg';
import type { AuditEntry } from '../../../ports/audit.ts';
import type { RenderedForm } from '../../../core/message/rendering.ts';
import type { DeliveryContent, MessageStore } from '../../../ports/messages.ts';
import { writeAudit } from '../audit/audit.ts';
import { batched } from '../batch.ts';
import { isOneItemsFault } from '../faults.ts';
import { transaction } from '../pool.ts';
import type { Signals } from '../signals.ts';
import { AVAILABLE, IN_ITS_FORM, isId, VISIBLE } from './visible.ts';

interface Call {
  readonly id: string;
  readonly connection: string;
  readonly audit: AuditEntry;
}

/** A call names a message, or one copy of it. */
type By = 'message' | 'delivery';

type Found = DeliveryContent | 'cancelled' | null;

interface Row {
  readonly n: number;
  readonly message: string;
  readonly sha256: string;
  readonly size: string;
  readonly bytes: Buffer | null;
  readonly stopped: boolean;
  readonly form: RenderedForm | null;
  readonly rendered_sha256: string;
  readonly rendered_size: string;
  readonly rendered_bytes: Buffer | null;
}

/** The two kinds of reading; calls of one kind share commits. */
export function fetcher(pool: pg.Pool, signals: Signals): Pick<MessageStore, 'content' | 'deliveryContent'> {
  const reading = (by: By): ((call: Call) => Promise<Found>) => {
    const fetch = batched<Call, { readonly found: Found }>(
      { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
      async (calls) => {
        const found = await transaction(pool, (client) => fetchAll(client, calls, by));
        signals.raise({ pending: true });
        return found.map((answer) => ({ found: answer }));
      },
    );
    return async (call) => (isId(call.id) ? (await fetch(call)).found : null);
  };
  const byMessage = reading('message');
  const byDelivery = reading('delivery');
  return {
    content: (id, { connection }, audit) => byMessage({ id, connection, audit }),
    deliveryContent: (id, connection, audit) => byDelivery({ id, connection, audit }),
  };
}

async function fetchAll(client: pg.ClientBase, calls: readonly Call[], by: By): Promise<readonly Found[]> {
  const callRows = JSON.stringify(calls.map(({ id, connection }, n) => ({ n, id, connection })));
  const values = [callRows, calls.map(({ id }) => id)];
  await client.query({ name: `fetch-note-${by}`, text: NOTE[by], values });
  const { rows } = await client.query<Row>({ name: `fetch-find-${by}`, text: FIND[by], values });
  const found = calls.map((_, n) => asFound(rows.find((row) => row.n === n)));
  const audit = calls.filter((_, n) => found[n] !== null && found[n] !== 'cancelled').map((call) => call.audit);
  await writeAudit(client, audit, new Date());
  return found;
}

function asFound(row: Row | undefined): Found {
  if (row === undefined) return null;
  if (row.stopped) return 'cancelled';
  const { form, message, sha256, size, bytes } = row;
  const rendered =
    form === null
      ? null
      : { form, sha256: row.rendered_sha256, size: Number(row.rendered_size), inline: row.rendered_bytes };
  return { message, sha256, size: Number(size), inline: bytes, rendered };
}

const GIVEN = 'json_to_recordset($1::json) as g(n integer, id uuid, connection text)';

/** Only the first reading writes; the statement sees a copy that was stopped meanwhile once its lock is free. */
const NOTE_DELIVERY = `
  update delivery d set fetched_at = now() from ${GIVEN}
   where d.id = g.id and d.id = any($2::uuid[]) and d.connection = g.connection and d.fetched_at is null
     and d.transport <> 'cancelled'
     and exists (select from message m where m.id = d.message and ${AVAILABLE}) and ${IN_ITS_FORM}`;

const FIND_DELIVERY = `
  select g.n, m.id as message, m.sha256, m.size, c.bytes, d.transport = 'cancelled' as stopped,
         r.form, r.sha256 as rendered_sha256, r.size as rendered_size, r.bytes as rendered_bytes
    from ${GIVEN}
    join delivery d on d.id = g.id and d.connection = g.connection
    join message m on m.id = d.message
    left join message_content c on c.message = m.id
    left join rendering r on r.message = m.id and r.sha256 = d.rendered_sha256
   where d.id = any($2::uuid[]) and ${AVAILABLE} and ${IN_ITS_FORM}`;

/** The sender reads its own message; an addressee that reads it fetches its copies. */
const NOTE_MESSAGE = `
  update delivery d set fetched_at = now() from ${GIVEN}
   where d.message = g.id and d.message = any($2::uuid[]) and d.connection = g.connection and d.fetched_at is null
     and d.transport <> 'cancelled'
     and exists (select from message m where m.id = d.message and m.connection <> g.connection
                    and m.disposition in ('accepted', 'released'))`;

const FIND_MESSAGE = `
  select g.n, m.id as message, m.sha256, m.size, c.bytes,
         m.connection <> g.connection and not exists (
           select from delivery d where d.message = m.id and d.connection = g.connection and d.transport <> 'cancelled'
         ) as stopped,
         null as form, null as rendered_sha256, null as rendered_size, null::bytea as rendered_bytes
    from ${GIVEN}
    join message m on m.id = g.id
    left join message_content c on c.message = m.id
   where m.id = any($2::uuid[]) and ${VISIBLE.replaceAll('$2', 'g.connection')}`;

const NOTE: Readonly<Record<By, string>> = { message: NOTE_MESSAGE, delivery: NOTE_DELIVERY };
const FIND: Readonly<Record<By, string>> = { message: FIND_MESSAGE, delivery: FIND_DELIVERY };
