// Applies an accepted status to its delivery: always a line in the history, and the delivery's columns by the core's
// tables.

import type pg from 'pg';
import type { Finding } from '../../../core/problems/finding.ts';
import {
  advanceBusiness,
  advanceRecall,
  isBusinessCode,
  type BusinessCode,
  type Recall,
  type Transport,
} from '../../../core/exchange/lifecycle.ts';
import type { StatusCode } from '../../../core/message/message.ts';
import type { Acceptance, StatusEffect } from '../../../ports/messages.ts';
import { newId } from '../../ids.ts';
import { reportOn } from './moves.ts';

interface State {
  readonly transport: Transport;
  readonly latest: BusinessCode | null;
  readonly furthest: BusinessCode | null;
  readonly recall: Recall;
}

interface Row extends State {
  readonly id: string;
  /** The message that asked for a recall, and whether it was a revocation. */
  readonly asked_by: string | null;
  readonly revocation: boolean;
}

/**
 * Applies the effects of the acceptances; answers findings by the id of the status message. `acts.ts` carries out a 13
 * on the copies; here it only enters the history.
 */
export async function applyEffects(
  client: pg.ClientBase,
  acceptances: readonly Acceptance[],
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const effectRows = acceptances.flatMap(({ id, receivedAt, effect }) =>
    effect === undefined ? [] : [{ id, receivedAt, effect }],
  );
  if (effectRows.length === 0) return new Map();
  const states = await lockDeliveries(
    client,
    effectRows.flatMap(({ effect }) => [effect.delivery, ...(effect.answers?.deliveries ?? [])]),
  );
  const noticed = new Map<string, readonly Finding[]>();
  const history: object[] = [];
  const changes: object[] = [];
  for (const { id, receivedAt, effect } of effectRows) {
    const notes: Finding[] = [];
    const copies = effect.code === '13' ? [] : meantBy(effect, states);
    for (const before of copies) {
      const { state, findings } = advance(before, effect);
      notes.push(...findings.filter(({ code }) => notes.every((note) => note.code !== code)));
      changes.push({
        id: before.id,
        ...state,
        arrived: state.transport === 'arrived' && before.transport !== 'arrived',
      });
    }
    noticed.set(id, notes);
    const spokenOf = new Set([effect.delivery, ...copies.map((row) => row.id)]);
    history.push(...[...spokenOf].map((delivery) => historyRow(id, receivedAt, { ...effect, delivery }, notes)));
  }
  await client.query({
    name: 'effects-apply',
    text: APPLY,
    values: [JSON.stringify(changes), JSON.stringify(history)],
  });
  return noticed;
}

/** The deliveries that still carry the answered question; without any, the delivery that the status is about. */
function meantBy({ delivery, answers }: StatusEffect, states: ReadonlyMap<string, Row>): readonly Row[] {
  const carrying = (answers?.deliveries ?? []).flatMap((id) => {
    const row = states.get(id);
    return row?.asked_by === answers?.message && row !== undefined ? [row] : [];
  });
  if (carrying.length > 0) return carrying;
  const spokenOf = states.get(delivery);
  if (spokenOf === undefined) throw new Error('a status speaks of a delivery that is not there');
  return [spokenOf];
}

/** An addressee that reports on its own has the document, so a handed-over delivery has arrived. */
function advance(row: Row, effect: StatusEffect): { readonly state: State; readonly findings: readonly Finding[] } {
  const { code } = effect;
  if (!isBusinessCode(code)) {
    const moved = advanceRecall(row.recall, code, row.revocation);
    return {
      state: { ...stateOf(row), recall: moved.recall },
      findings: moved.finding === undefined ? [] : [moved.finding],
    };
  }
  const moved = advanceBusiness({ latest: row.latest, furthest: row.furthest }, code);
  const arrives = row.transport === 'handed-over' && effect.origin === 'organisation';
  const findings: Finding[] = moved.finding === undefined ? [] : [moved.finding];
  if (arrives) findings.push({ code: 'arrived-after-hand-over', severity: 'info', facts: { statusCode: code } });
  return {
    state: { ...moved.business, recall: row.recall, transport: arrives ? 'arrived' : row.transport },
    findings,
  };
}

function stateOf({ transport, latest, furthest, recall }: Row): State {
  return { transport, latest, furthest, recall };
}

/** Locks deliveries in the order of their ids, as all transactions do. */
async function lockDeliveries(client: pg.ClientBase, ids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
  const { rows } = await client.query<Row>({
    name: 'effects-lock',
    text: `
      select d.id, d.transport, d.business_latest as latest, d.business_furthest as furthest, d.recall,
             d.asked_by, coalesce((select m.kind = 'revoke' from message m where m.id = d.asked_by), false) as revocation
        from delivery d where d.id = any($1::uuid[]) order by d.id for update of d`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

function historyRow(message: string, at: Date, effect: StatusEffect, findings: readonly Finding[]): object {
  const row: Record<'id' | 'delivery' | 'message' | 'stated_at' | 'origin', string> & { code: StatusCode } = {
    id: newId(at),
    delivery: effect.delivery,
    message,
    code: effect.code,
    stated_at: effect.statedAt,
    origin: effect.origin,
  };
  return { ...row, description: effect.description ?? null, findings };
}

const APPLY = `
  with reports as (
    select * from json_to_recordset($1::json)
      as g(id uuid, latest text, furthest text, recall text, arrived boolean)
  ), ${reportOn('reports')}
  insert into status_history (id, delivery, message, code, description, stated_at, origin, findings)
  select id, delivery, message, code, description, stated_at, origin, findings
    from json_to_recordset($2::json) as g(
      id uuid, delivery uuid, message uuid, code text, description text, stated_at text, origin text, findings json)`;
