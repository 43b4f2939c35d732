// Records the end of a try: its outcome, the new states of the transmission and its deliveries, and the deliveries it
// releases.

import type pg from 'pg';
import type { AuditEntry } from '../../../ports/audit.ts';
import type { Settlement, WorkStore } from '../../../ports/work.ts';
import { newId } from '../../ids.ts';
import { writeAudit } from '../audit/audit.ts';
import { batched } from '../batch.ts';
import { waitingOf } from './due.ts';
import { isOneItemsFault } from '../faults.ts';
import { transaction } from '../pool.ts';
import { endsOfTry, moveDeliveries, moveTransmissions } from '../record/moves.ts';
import { intoOutbox, unblock } from '../record/release.ts';
import type { Signals } from '../signals.ts';
import { actEntry, stopCopies } from '../record/stop.ts';

/** Settlements of single calls share commits. */
export function settler(pool: pg.Pool, signals: Signals): WorkStore['settleTries'] {
  const settle = batched<readonly Settlement[], readonly boolean[]>(
    {
      size: 64,
      wait: 2,
      inFlight: 2,
      keys: (call) => call.map(({ lease }) => lease.transmission),
      divisible: isOneItemsFault,
    },
    async (calls) => {
      const settled = await transaction(pool, (client) => settleAll(client, calls.flat()));
      signals.raise({ work: true, pending: true });
      return calls.map((call) => call.map(({ lease }) => settled.has(lease.transmission)));
    },
  );
  return async (settlements) => (settlements.length === 0 ? [] : await settle(settlements));
}

/** Answers the transmissions that were settled; the others' leases were stale. */
async function settleAll(client: pg.ClientBase, settlements: readonly Settlement[]): Promise<ReadonlySet<string>> {
  const at = new Date();
  const { rows } = await client.query<{ transmission: string; connection: string; finished: readonly string[] | null }>(
    {
      name: 'settle',
      text: SETTLE,
      values: [
        JSON.stringify(settlements.map((settlement) => settlementRow(settlement, at))),
        settlements.map(({ lease }) => lease.transmission),
      ],
    },
  );
  const settled = new Set(rows.map((row) => row.transmission));
  await unblock(
    client,
    rows.flatMap((row) => row.finished ?? []),
  );
  const again = settlements.filter(({ transport }) => transport === 'retrying' || transport === 'parked');
  const stopped = await stopAsked(
    client,
    again.map(({ lease }) => lease.transmission).filter((id) => settled.has(id)),
  );
  await fillFreedPlaces(client, [...new Set(rows.map((row) => row.connection))]);
  const audit = settlements
    .filter(({ lease }) => settled.has(lease.transmission))
    .flatMap((settlement) => settlement.audit);
  await writeAudit(client, [...audit, ...stopped], at);
  return settled;
}

/**
 * A copy that was recalled while it was being sent is not tried again. The question still goes to its addressee,
 * because the try may have succeeded.
 */
async function stopAsked(client: pg.ClientBase, transmissions: readonly string[]): Promise<readonly AuditEntry[]> {
  if (transmissions.length === 0) return [];
  const { rows } = await client.query<{ id: string; transmission: string; message: string; kind: string }>({
    name: 'settle-asked',
    text: `
      select d.id, d.transmission, d.asked_by as message, q.kind
        from transmission t
        join delivery d on d.message = t.message and d.transmission = t.id
        join message q on q.id = d.asked_by
       where t.id = any($1::uuid[]) and d.recall = 'asked' and d.asked_by <> d.message and d.finished_at is null
       order by d.id`,
    values: [transmissions],
  });
  await stopCopies(client, rows);
  return rows.map(({ id, message, kind }) =>
    actEntry('delivery.cancel', id, { actor: 'worker', message, kind: kind === 'status' ? 'recall' : kind }),
  );
}

function settlementRow({ lease, outcome, transport, retryAfter, took }: Settlement, at: Date): object {
  const isDone = outcome.kind === 'done';
  return {
    attempt: newId(at),
    transmission: lease.transmission,
    epoch: lease.epoch,
    transport,
    retry_after: retryAfter ?? 0,
    took: Math.round(took),
    outcome: outcome.kind,
    code: isDone ? 'ok' : outcome.code,
    facts: outcome.facts ?? {},
    problem_code: isDone ? null : outcome.code,
    problem_facts: isDone ? null : outcome.facts,
  };
}

/**
 * A lease ends once, and only under its own epoch: of a worker that slept and the worker that took over, only one ends
 * it. Every later part reads `ended` alone: joined with `given` too, the search for deliveries would use only half of
 * their index.
 */
const SETTLE = `
  with given as (
    select * from json_to_recordset($1::json) as g(
      attempt uuid, transmission uuid, epoch integer, transport text, retry_after double precision, took integer,
      outcome text, code text, facts json, problem_code text, problem_facts json)
  ), ended as (
    ${moveTransmissions(endsOfTry('g.transport').transmissions, {
      from: 'given g',
      where: 't.id = g.transmission and t.id = any($2::uuid[]) and t.epoch = g.epoch and t.lease_until is not null',
      states: ['ready'],
      set: { due_at: 'now() + make_interval(secs => g.retry_after)' },
    })}
    returning g.*, t.message, t.connection, t.lease_owner as owner, t.lease_slot
  ), freed as (
    update lease_slot s set transmission = null from ended e
     where s.connection = e.connection and s.slot = e.lease_slot and s.transmission = e.transmission
  ), told as (
    ${moveDeliveries(endsOfTry('e.transport').deliveries, {
      from: 'ended e',
      where: 'd.message = e.message and d.transmission = e.transmission',
      states: ['sending'],
      problem: { code: 'e.problem_code', facts: 'e.problem_facts' },
    })}
    returning d.id, d.transmission, d.finished_at
  ), tried as (
    insert into attempt (id, message, transmission, number, owner, took, outcome, code, facts)
    select attempt, message, transmission, epoch, owner, took, outcome, code, facts from ended
  )
  select e.transmission, e.connection,
         (select array_agg(told.id) from told where told.transmission = e.transmission and told.finished_at is not null) as finished
    from ended e`;

/**
 * Gives references to transmissions that were refused because these connections had no free place, up to the places
 * free now.
 */
async function fillFreedPlaces(client: pg.ClientBase, connections: readonly string[]): Promise<void> {
  if (connections.length === 0) return;
  await client.query({
    name: 'settle-fill',
    text: `
      with due as (
        select waiting.id, waiting.connection, waiting.urgent
          from connection c ${waitingOf()}
         where c.id = any($1) and not c.paused
      ), marked as (
        update transmission t set referenced_at = now() from due where t.id = due.id
      )
      ${intoOutbox('due')}`,
    values: [connections],
  });
}
