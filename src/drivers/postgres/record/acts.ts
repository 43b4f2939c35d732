// Carries out a message's act on copies of other documents: under the locks of those copies, the core decides the fate
// of each. All transactions lock in this order: inbox entry, transmission, delivery.

import type pg from 'pg';
import { mostTelling, type Finding } from '../../../core/problems/finding.ts';
import {
  fateOf,
  isTold,
  NEVER_CONNECTED,
  NOTHING_LEFT,
  type Copy,
  type Fate,
  type Reach,
} from '../../../core/exchange/effects.ts';
import type { AuditEntry } from '../../../ports/audit.ts';
import type { Act } from '../../../ports/messages.ts';
import { DEAD } from './copies.ts';
import { askDeliveries } from './moves.ts';
import { actEntry, stopCopies } from './stop.ts';

/** A message that acts, and its own deliveries. */
export interface Acting {
  readonly id: string;
  readonly actor: string;
  readonly act: Act;
  readonly deliveries: readonly { readonly id: string; readonly organisation: string; readonly reach?: Reach }[];
}

export interface ActedOut {
  /** The message's own deliveries that must not leave, because their addressees never got the document it acts on. */
  readonly notSent: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly audit: readonly AuditEntry[];
}

/**
 * Stops copies and marks the question on others. Call it in the transaction in which the message takes effect, before
 * its deliveries may leave.
 */
export async function carryOut(client: pg.ClientBase, { id, actor, act, deliveries }: Acting): Promise<ActedOut> {
  const by = { actor, message: id, kind: act.kind };
  const reaches = new Map(deliveries.map(({ organisation, reach }) => [organisation, reach]));
  const copies = await lockCopies(client, act);
  const fates = copies.map((copy) => ({ copy, fate: fateOf(act.kind, reaches.get(copy.organisation), copy) }));
  const stopped = fates.filter(({ fate }) => fate.stop).map(({ copy }) => copy);
  const questions = fates.filter(({ fate }) => fate.ask).map(({ copy }) => copy);
  await ask(client, id, questions);
  await stopCopies(client, stopped);

  const ofAddressee = new Map<string, Fate[]>();
  for (const { copy, fate } of fates)
    ofAddressee.set(copy.organisation, [...(ofAddressee.get(copy.organisation) ?? []), fate]);
  const notSent = deliveries.filter(
    ({ organisation, reach }) => !isTold(act.kind, reach, ofAddressee.get(organisation) ?? []),
  );
  const outOfOrder: Finding = { code: 'status-out-of-order', severity: 'warning', facts: { statusCode: '13' } };
  return {
    notSent: new Set(notSent.map((delivery) => delivery.id)),
    findings: mostTelling([
      ...[...new Set(stopped.map(({ organisation }) => organisation))].map(stoppedFor),
      ...(act.kind === 'recall' && stopped.length + questions.length === 0 ? [outOfOrder] : []),
    ]),
    audit: [
      ...stopped.map((copy) => actEntry('delivery.cancel', copy.id, by)),
      ...questions.map((copy) => actEntry('delivery.ask', copy.id, by)),
      ...notSent.map((delivery) => actEntry('delivery.cancel', delivery.id, by)),
    ],
  };
}

function stoppedFor(organId: string): Finding {
  return { code: 'copy-stopped', severity: 'info', facts: { organId } };
}

interface CopyRow extends Copy {
  readonly id: string;
  readonly transmission: string;
  readonly organisation: string;
}

/** Locks all copies of the documents acted on; answers their present states. */
async function lockCopies(
  client: pg.ClientBase,
  { messages, organisation, concerned = [] }: Act,
): Promise<readonly CopyRow[]> {
  const { rows } = await client.query<{ id: string; transmission: string }>({
    name: 'act-copies',
    text: `select d.id, d.transmission from delivery d
            where d.message = any($1::uuid[]) and ($2::text is null or d.organisation = $2)
              and not exists (
                select from json_to_recordset($3::json) as c(message uuid, organisations text[])
                 where c.message = d.message and d.organisation <> all(c.organisations)
              )`,
    values: [messages, organisation ?? null, JSON.stringify(concerned)],
  });
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  await client.query({
    name: 'act-lock-pending',
    text: 'select from inbox_pending where delivery = any($1::uuid[]) order by id for update',
    values: [ids],
  });
  await client.query({
    name: 'act-lock-entries',
    text: 'select from inbox_entry where delivery = any($1::uuid[]) order by seq for update',
    values: [ids],
  });
  await client.query({
    name: 'act-lock-transmissions',
    text: 'select from transmission where id = any($1::uuid[]) order by id for update',
    values: [rows.map(({ transmission }) => transmission)],
  });
  const locked = await client.query<CopyRow>({
    name: 'act-lock-deliveries',
    text: `
      select d.id, d.transmission, d.organisation, d.recall,
             case when t.lease_until is not null and d.finished_at is null then 'sending' else d.transport end as transport,
             ${DEAD} as dead, d.fetched_at is not null as fetched,
             exists (
               select from attempt a
                where a.message = d.message and a.transmission = d.transmission and a.outcome <> 'done'
                  and coalesce(a.facts ->> 'last', a.code) <> all($2::text[])
                  and not (a.code = 'receiver-unreachable' and a.facts ->> 'reason' = any($3::text[]))
             ) as doubtful
        from delivery d join transmission t on t.id = d.transmission
       where d.id = any($1::uuid[]) order by d.id for update of d`,
    values: [ids, NOTHING_LEFT, NEVER_CONNECTED],
  });
  return locked.rows;
}

/** The copies carry the question of the message `by` from now on. */
async function ask(client: pg.ClientBase, by: string, copies: readonly CopyRow[]): Promise<void> {
  if (copies.length === 0) return;
  await client.query({
    name: 'act-ask',
    text: ASK,
    values: [copies.map(({ id }) => id), by],
  });
}

const ASK = askDeliveries('$2', 'd.id = any($1::uuid[])');
