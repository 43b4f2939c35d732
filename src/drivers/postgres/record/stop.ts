// Stops copies before they leave, whether they wait for a lease, another try or a person, or in an inbox.

import type pg from 'pg';
import type { AuditEntry } from '../../../ports/audit.ts';
import { moveDeliveries, moveTransmissions } from './moves.ts';
import { intoOutbox, makeReady, unblock } from './release.ts';

/**
 * Cancels deliveries and their pending work. The caller holds their locks, has checked that none has left, and audits
 * the act. Deliveries that waited for them may go on. A cancelled delivery that carried a question never put it.
 */
export async function stopCopies(
  client: pg.ClientBase,
  copies: readonly { readonly id: string; readonly transmission: string }[],
): Promise<void> {
  if (copies.length === 0) return;
  const deliveries = copies.map(({ id }) => id);
  const transmissions = [...new Set(copies.map(({ transmission }) => transmission))];
  await client.query({
    name: 'stop-deliveries',
    text: STOP,
    values: [deliveries],
  });
  await client.query({ name: 'stop-transmissions', text: NARROW, values: [transmissions] });
  await makeReady(client, transmissions, 'blocked');
  await unblock(client, deliveries);
}

const STOP = `
  with waiting as (
    delete from inbox_pending where delivery = any($1::uuid[])
  ), entries as (
    delete from inbox_entry where delivery = any($1::uuid[])
  )
  ${moveDeliveries('cancel', { where: 'd.id = any($1::uuid[])' })}`;

/**
 * A transmission without deliveries is finished. One that goes on with fewer deliveries gets a new reference where it
 * had one: a worker may have skipped it while it was locked here.
 */
const NARROW = `
  with rest as materialized (
    select o.id, exists (
      select from delivery d where d.message = o.message and d.transmission = o.id and d.finished_at is null
    ) as left_over
    from transmission o where o.id = any($1::uuid[])
  ), closed as (
    ${moveTransmissions('finish', {
      from: 'rest',
      where: 't.id = rest.id and t.id = any($1::uuid[]) and not rest.left_over',
      set: { narrowed: 't.narrowed + 1' },
    })}
  ), narrowed as (
    update transmission t set narrowed = t.narrowed + 1 from rest
     where t.id = rest.id and t.id = any($1::uuid[]) and rest.left_over
    returning t.id, t.connection, t.urgent, t.state, t.direction, t.referenced_at
  )
  ${intoOutbox("narrowed where state = 'ready' and direction = 'push' and referenced_at is not null")}`;

/** The audit row of a stopped or recalled copy, with the reason and the message. */
export function actEntry(
  act: 'delivery.cancel' | 'delivery.ask',
  delivery: string,
  by: { readonly actor: string; readonly message: string; readonly kind: string },
): AuditEntry {
  const { actor, message, kind } = by;
  return { actor, act, object: delivery, outcome: 'ok', details: { by: message, kind } };
}
