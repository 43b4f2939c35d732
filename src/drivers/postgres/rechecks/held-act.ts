// A held revocation, update or replacement takes effect when it is released. It then also acts on versions accepted
// meanwhile, and goes to the holders of those.

import type pg from 'pg';
import type { Finding } from '../../../core/problems/finding.ts';
import type { Reach } from '../../../core/exchange/effects.ts';
import { group } from '../../../core/exchange/group.ts';
import type { AuditEntry } from '../../../ports/audit.ts';
import type { Act } from '../../../ports/messages.ts';
import { newId } from '../../ids.ts';
import { carryOut } from '../record/acts.ts';
import { lockBlockers } from '../record/blockers.ts';
import { DEAD, lockDocuments, missingVersions } from '../record/copies.ts';
import { askDeliveries, beginDeliveries, beginTransmissions } from '../record/moves.ts';
import { stopCopies } from '../record/stop.ts';

/** Carries the act out before the message's own deliveries may leave. Does nothing for other messages. */
export async function takeEffect(
  client: pg.ClientBase,
  message: string,
  actor: string,
): Promise<readonly AuditEntry[]> {
  const found = await heldAct(client, message);
  if (found === undefined) return [];
  await lockDocuments(client, found.act.documents);
  const { act, additions: added } = await withLaterVersions(client, message, found);
  const ownDeliveries = await client.query<{
    id: string;
    transmission: string;
    organisation: string;
    reach: Reach | null;
  }>({
    name: 'held-deliveries',
    text: 'select id, transmission, organisation, reach from delivery where message = $1 and finished_at is null order by id',
    values: [message],
  });
  const late = await lateHolders(client, message, { ...act, messages: added });
  const deliveries = [
    ...ownDeliveries.rows.map(({ reach, ...row }) => (reach === null ? row : { ...row, reach })),
    ...late.flatMap((version) => version.deliveries.map((delivery) => ({ ...delivery, transmission: version.id }))),
  ];
  const { notSent, findings, audit } = await carryOut(client, { id: message, actor, act, deliveries });
  const reached = await insertLate(client, message, late, notSent);
  await client.query({
    name: 'held-asks',
    text: ASK,
    values: [message, [...notSent]],
  });
  await stopCopies(
    client,
    ownDeliveries.rows.filter(({ id }) => notSent.has(id)),
  );
  await client.query({
    name: 'held-noticed',
    text: 'update message set findings = (findings::jsonb || $2::jsonb)::json where id = $1',
    values: [message, JSON.stringify([...reached, ...findings])],
  });
  return audit;
}

interface HeldAct {
  readonly act: Act;
  /** Organisations that a replacement concerns, by document. */
  readonly concerned: ReadonlyMap<string, readonly string[]>;
}

/** The act as decided when the message was accepted. */
async function heldAct(client: pg.ClientBase, message: string): Promise<HeldAct | undefined> {
  const { rows } = await client.query<{
    kind: 'revoke' | 'update' | 'replace';
    id: string;
    document_id: string;
    organisations: readonly string[] | null;
  }>({
    name: 'held-act',
    text: `
      select m.kind, o.id, o.document_id, l.organisations
        from message m join message_link l on l.message = m.id and l.relation = 'acts-on' join message o on o.id = l.other
       where m.id = $1 and m.kind in ('revoke', 'update', 'replace') order by o.id`,
    values: [message],
  });
  const [first] = rows;
  if (first === undefined) return undefined;
  const limited = rows.flatMap((row) => (row.organisations === null ? [] : [{ ...row, codes: row.organisations }]));
  return {
    act: {
      kind: first.kind,
      documents: [...new Set(rows.map((row) => row.document_id))],
      messages: rows.map(({ id }) => id),
      concerned: limited.map(({ id, codes }) => ({ message: id, organisations: codes })),
    },
    concerned: new Map(limited.map((row) => [row.document_id, row.codes])),
  };
}

/**
 * The act with the versions of its documents that were accepted since; links those. Call it under the documents' lock.
 */
async function withLaterVersions(
  client: pg.ClientBase,
  message: string,
  { act, concerned }: HeldAct,
): Promise<{ readonly act: Act; readonly additions: readonly string[] }> {
  const versions = (await missingVersions(client, act)).filter(({ id }) => id !== message);
  const additions = [...new Set(versions.map(({ id }) => id))];
  if (additions.length === 0) return { act, additions };
  const limits = additions.flatMap((id) => {
    const lists = versions.filter((version) => version.id === id).map(({ documentId }) => concerned.get(documentId));
    const organisations = lists.flatMap((list) => list ?? []);
    return lists.includes(undefined) ? [] : [{ message: id, organisations }];
  });
  await client.query({
    name: 'held-links',
    text: `insert into message_link (message, relation, other, organisations)
           select $1, 'acts-on', g.other, c.organisations
             from unnest($2::uuid[]) as g(other)
             left join json_to_recordset($3::json) as c(message uuid, organisations text[]) on c.message = g.other
            order by 3 on conflict do nothing`,
    values: [message, additions, JSON.stringify(limits)],
  });
  const whole = [...(act.concerned ?? []), ...limits];
  return { act: { ...act, messages: [...act.messages, ...additions], concerned: whole }, additions };
}

interface Late {
  readonly id: string;
  readonly connection: string;
  readonly direction: 'push' | 'pull';
  readonly deliveries: readonly { readonly id: string; readonly organisation: string; readonly reach?: Reach }[];
}

/**
 * Holders of a version accepted meanwhile that have no delivery of the message: it goes to them by the connection of
 * that version.
 */
async function lateHolders(
  client: pg.ClientBase,
  message: string,
  { messages, concerned = [] }: Act,
): Promise<readonly Late[]> {
  if (messages.length === 0) return [];
  const { rows } = await client.query<{ organisation: string; connection: string; direction: 'push' | 'pull' }>({
    name: 'held-late-holders',
    text: `
      select distinct on (d.organisation) d.organisation, d.connection, t.direction
        from delivery d join transmission t on t.id = d.transmission
       where d.message = any($2::uuid[]) and not ${DEAD}
         and not exists (select from delivery own where own.message = $1 and own.organisation = d.organisation)
         and not exists (
           select from json_to_recordset($3::json) as c(message uuid, organisations text[])
            where c.message = d.message and d.organisation <> all(c.organisations)
         )
       order by d.organisation, d.id desc`,
    values: [message, messages, JSON.stringify(concerned)],
  });
  const directions = new Map(rows.map(({ connection, direction }) => [connection, direction]));
  const now = new Date();
  return group(
    rows.map(({ organisation, connection }) => ({ organisation, connection, reach: 'holder' })),
    () => newId(now),
  ).map((version) => ({ ...version, direction: directions.get(version.connection) ?? 'push' }));
}

/**
 * Adds deliveries that the receipt does not name, because they became known after its signing; each gets an audit row.
 */
async function insertLate(
  client: pg.ClientBase,
  message: string,
  late: readonly Late[],
  notSent: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const remaining = late
    .map((version) => ({ ...version, deliveries: version.deliveries.filter(({ id }) => !notSent.has(id)) }))
    .filter(({ deliveries }) => deliveries.length > 0);
  if (remaining.length === 0) return [];
  const { rows } = await client.query<{ keys: string[] }>({
    name: 'held-late-keys',
    text: 'select coalesce(order_keys, array[order_key]) as keys from delivery where message = $1 limit 1',
    values: [message],
  });
  const keys = rows[0]?.keys ?? [];
  const deliveries = remaining.flatMap((version) =>
    version.deliveries.map((delivery) => ({ ...delivery, transmission: version })),
  );
  const blockers = await lockBlockers(
    client,
    deliveries.map(({ id, organisation }) => ({ id, organisation, keys, follows: true })),
    false,
  );
  await client.query({
    name: 'held-late',
    text: INSERT_LATE,
    values: [
      message,
      JSON.stringify(remaining.map(({ id, connection, direction }) => ({ id, connection, direction }))),
      JSON.stringify(
        deliveries.map(({ id, organisation, transmission }) => ({
          id,
          organisation,
          transmission: transmission.id,
          connection: transmission.connection,
          blocked_by: blockers.get(id) ?? null,
        })),
      ),
      keys[0],
      keys.length > 1 ? keys : null,
    ],
  });
  return deliveries.map(({ organisation }) => ({
    code: 'recipient-reached',
    severity: 'info',
    facts: { organId: organisation },
  }));
}

const ASK = askDeliveries('d.message', 'd.message = $1 and d.id <> all($2::uuid[]) and d.finished_at is null');

const INSERT_LATE = `
  with t as (
    select g.id, m.id as message, g.connection, g.direction, m.urgent, 'held' as state
      from message m, json_to_recordset($2::json) as g(id uuid, connection text, direction text) where m.id = $1
  ), d as (
    select id, $1::uuid as message, transmission, organisation, connection, $4::text as order_key, $5::text[] as order_keys,
           'holder' as reach, blocked_by, false as not_sent, null::uuid as asked_by
      from json_to_recordset($3::json)
        as g(id uuid, transmission uuid, organisation text, connection text, blocked_by uuid)
  ), transmissions as (
    ${beginTransmissions('t')}
  )
  ${beginDeliveries('d')}`;
