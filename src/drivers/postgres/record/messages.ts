// Reading the record: messages, deliveries, contents and timelines, each only for viewers that may see them.

import type pg from 'pg';
import type { Facts, Finding, Verdict } from '../../../core/problems/finding.ts';
import type { BusinessCode, Recall, Transport } from '../../../core/exchange/lifecycle.ts';
import type { Message, StatusCode } from '../../../core/message/message.ts';
import type { ProblemCode } from '../../../core/problems/problems.ts';
import type { Reach } from '../../../core/exchange/effects.ts';
import type { Report } from '../../../core/verify/report.ts';
import type { DeliveryView, MessageStore, MessageView, Related, Viewer } from '../../../ports/messages.ts';
import { acceptor } from './accept.ts';
import { writeAudit } from '../audit/audit.ts';
import { batched } from '../batch.ts';
import { knownMessages } from './copies.ts';
import { isOneItemsFault } from '../faults.ts';
import { fetcher } from './fetch.ts';
import { related } from './links.ts';
import { query, transaction } from '../pool.ts';
import type { Signals } from '../signals.ts';
import { trace } from './trace.ts';
import { AVAILABLE, isId, VISIBLE } from './visible.ts';

export function openMessages(pool: pg.Pool, signals: Signals): MessageStore {
  const record = batched<Parameters<MessageStore['record']>[0], true>(
    { size: 64, wait: 2, inFlight: 1, divisible: isOneItemsFault },
    async (calls) => {
      await transaction(pool, (client) => writeAudit(client, calls.flat(), new Date()));
      signals.raise({ pending: true });
      return calls.map(() => true as const);
    },
  );
  return {
    accept: acceptor(pool, signals),
    async record(entries) {
      if (entries.length > 0) await record(entries);
    },
    message: (id, viewer) => message(pool, id, viewer),
    report: (id, viewer) => report(pool, id, viewer),
    trace: async (id, viewer) => (isId(id) ? await trace(pool, id, viewer) : null),
    ...fetcher(pool, signals),
    delivery: (id, connection) => delivery(pool, id, connection),
    acceptedBefore: (...question) => acceptedBefore(pool, ...question),
    findDelivery: (...question) => findDelivery(pool, ...question),
    knownMessages: (documentIds, organisation) => knownMessages(pool, documentIds, organisation),
    openQuestion: (...question) => openQuestion(pool, ...question),
  };
}

interface MessageRow {
  readonly id: string;
  readonly message: Message;
  readonly connection: string;
  readonly sender: string;
  readonly issuer: string;
  readonly sha256: string;
  readonly size: string;
  readonly received_at: Date;
  readonly verdict: Verdict;
  readonly disposition: MessageView['disposition'];
  readonly urgent: boolean;
  readonly findings: readonly Finding[];
  readonly receipt_body: Buffer;
  readonly receipt_signature: Buffer;
  readonly receipt_key: string;
}

async function message(pool: pg.Pool, id: string, viewer: Viewer): Promise<MessageView | null> {
  if (!isId(id)) return null;
  const rows = await query<MessageRow>(pool, {
    name: 'message',
    text: `
      select m.id, m.message, m.connection, m.sender, m.issuer, m.sha256, m.size, m.received_at, m.verdict, m.disposition,
             m.urgent, m.findings, m.receipt_body, m.receipt_signature, m.receipt_key
        from message m where m.id = $1 and ${VISIBLE}`,
    values: [id, viewer.connection],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const everyView = await deliveries(pool, 'd.message = $1', id);
  const views =
    row.connection === viewer.connection
      ? everyView
      : everyView.filter((view) => view.connection === viewer.connection);
  return asMessage(row, views, await related(pool, id, viewer));
}

function asMessage(row: MessageRow, views: readonly DeliveryView[], related: Related): MessageView {
  return {
    id: row.id,
    message: row.message,
    connection: row.connection,
    sender: row.sender,
    issuer: row.issuer,
    sha256: row.sha256,
    size: Number(row.size),
    receivedAt: row.received_at,
    verdict: row.verdict,
    disposition: row.disposition,
    urgent: row.urgent,
    findings: row.findings,
    receipt: { body: row.receipt_body, signature: row.receipt_signature, keyId: row.receipt_key },
    deliveries: views,
    related,
  };
}

interface DeliveryRow {
  readonly id: string;
  readonly organisation: string;
  readonly connection: string;
  readonly transmission: string;
  readonly transport: Transport;
  readonly business_latest: BusinessCode | null;
  readonly business_furthest: BusinessCode | null;
  readonly recall: Recall;
  readonly reach: Reach | null;
  readonly attempts: number;
  readonly handed_over_at: Date | null;
  readonly arrived_at: Date | null;
  readonly problem_code: ProblemCode | null;
  readonly problem_facts: Facts | null;
  readonly next_attempt_at: Date | null;
  readonly blocked_by: string | null;
}

/** `sending` while a worker holds a live lease; between two tries the instant of the next. */
const DELIVERIES = `
  select d.id, d.organisation, d.connection, d.transmission,
         case when t.lease_until > now() and d.finished_at is null then 'sending' else d.transport end as transport,
         d.business_latest, d.business_furthest, d.recall, d.reach, t.epoch as attempts,
         d.handed_over_at, d.arrived_at, d.problem_code, d.problem_facts, d.blocked_by,
         case when d.transport = 'retrying' and t.lease_until is null then t.due_at end as next_attempt_at
    from delivery d
    join transmission t on t.id = d.transmission`;

async function deliveries(
  pool: pg.Pool,
  condition: 'd.message = $1' | 'd.id = $1',
  id: string,
): Promise<readonly DeliveryView[]> {
  const rows = await query<DeliveryRow>(pool, {
    name: `deliveries ${condition}`,
    text: `${DELIVERIES} where ${condition} order by d.id`,
    values: [id],
  });
  return rows.map(asDelivery);
}

function asDelivery(row: DeliveryRow): DeliveryView {
  return {
    id: row.id,
    organisation: row.organisation,
    connection: row.connection,
    transmission: row.transmission,
    transport: row.transport,
    business: { latest: row.business_latest, furthest: row.business_furthest },
    recall: row.recall,
    reach: row.reach,
    attempts: row.attempts,
    handedOverAt: row.handed_over_at,
    arrivedAt: row.arrived_at,
    problem: row.problem_code === null ? null : { code: row.problem_code, facts: row.problem_facts ?? {} },
    nextAttemptAt: row.next_attempt_at,
    blockedBy: row.blocked_by,
  };
}

/** Values for members that older reports lack. */
const SILENT = { documents: [], profileDates: { validFrom: null, validTo: null }, proofs: [] } as const;

async function report(pool: pg.Pool, id: string, viewer: Viewer): Promise<Report | null> {
  if (!isId(id)) return null;
  const rows = await query<{ report: Report }>(pool, {
    name: 'report',
    text: `select m.report from message m where m.id = $1 and ${VISIBLE}`,
    values: [id, viewer.connection],
  });
  const [row] = rows;
  return row === undefined ? null : { ...SILENT, ...row.report };
}

async function delivery(pool: pg.Pool, id: string, connection: string): ReturnType<MessageStore['delivery']> {
  if (!isId(id)) return null;
  const rows = await query<{ message: string }>(pool, {
    name: 'delivery',
    text: `select d.message from delivery d join message m on m.id = d.message
            where d.id = $1 and d.connection = $2 and ${AVAILABLE}`,
    values: [id, connection],
  });
  if (rows[0] === undefined) return null;
  const whole = await message(pool, rows[0].message, { connection });
  const subject = whole?.deliveries.find((delivery) => delivery.id === id);
  if (whole === null || subject === undefined) return null;
  const latestStatus = await statedLast(pool, id);
  return { ...subject, message: whole, ...(latestStatus === undefined ? {} : { latestStatus }) };
}

/** The addressee's last status; 13 comes from the sender. */
async function statedLast(
  pool: pg.Pool,
  delivery: string,
): Promise<{ readonly code: StatusCode; readonly statedAt: string; readonly sha256: string } | undefined> {
  const rows = await query<{ code: StatusCode; statedAt: string; sha256: string }>(pool, {
    name: 'delivery-stated-last',
    text: `select s.code, s.stated_at as "statedAt", m.sha256
             from status_history s join message m on m.id = s.message
            where s.delivery = $1 and s.code <> '13' order by s.recorded_at desc, s.id desc limit 1`,
    values: [delivery],
  });
  return rows[0];
}

async function acceptedBefore(
  pool: pg.Pool,
  connection: string,
  documentId: string,
  sha256: string,
): ReturnType<MessageStore['acceptedBefore']> {
  const rows = await query<Pick<MessageRow, 'id' | 'receipt_body' | 'receipt_signature' | 'receipt_key'>>(pool, {
    name: 'accepted-before',
    text: `
      select id, receipt_body, receipt_signature, receipt_key from message
       where document_id = $2 and connection = $1 and sha256 = $3 and disposition <> 'returned' order by id desc limit 1`,
    values: [connection, documentId.normalize('NFC'), sha256],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const receipt = { body: row.receipt_body, signature: row.receipt_signature, keyId: row.receipt_key };
  return { message: row.id, receipt };
}

/** Prefers the newest live version among several, and a copy that has left to one that has not. */
async function findDelivery(
  pool: pg.Pool,
  sender: string,
  documentId: string,
  addressee: string,
  deliveryId?: string,
): ReturnType<MessageStore['findDelivery']> {
  const rows = await query<{ id: string; message: string; received_at: Date; order_key: string; held: boolean }>(pool, {
    name: 'find-delivery',
    text: `
      select d.id, d.message, m.received_at, d.order_key, m.disposition = 'held' as held
        from message m join delivery d on d.message = m.id
       where m.document_id = $2 and m.sender = $1 and m.kind <> 'status' and d.organisation = $3
         and m.disposition <> 'returned' and ($4::uuid is null or d.id = $4)
       order by m.disposition = 'held', d.transport in ('returned', 'cancelled'),
                coalesce(d.handed_over_at, d.fetched_at) is null, d.id desc limit 1`,
    values: [sender, documentId.normalize('NFC'), addressee, deliveryId ?? null],
  });
  const row = rows[0];
  if (row === undefined) return null;
  return { id: row.id, message: row.message, receivedAt: row.received_at, orderKey: row.order_key, held: row.held };
}

/** The question and its answer may each name the document, or the question itself. */
async function openQuestion(
  pool: pg.Pool,
  sender: string,
  documentId: string,
  addressee: string,
  deliveryId?: string,
): ReturnType<MessageStore['openQuestion']> {
  const rows = await query<{ message: string; deliveries: readonly string[] }>(pool, {
    name: 'open-question',
    text: `
      with named as (
        select m.id from message m where m.document_id = $2 and m.sender = $1 and m.kind <> 'status'
      ), about as (
        select id from named
        union
        select l.message from named n join message_link l on l.other = n.id and l.relation = 'acts-on'
      ), carried as (
        select d.id, d.recall, d.asked_by
          from about a join message m on m.id = a.id join delivery d on d.message = a.id
         where d.organisation = $3 and d.recall in ('asked', 'refused') and d.asked_by is not null
           and m.sender = $1 and m.disposition in ('accepted', 'released')
      ), newest as (
        select asked_by from carried order by id is distinct from $4::uuid, recall = 'asked' desc, asked_by desc limit 1
      ), carrying as (
        select id from about
        union
        select l.other from newest n join message_link l on l.message = n.asked_by and l.relation = 'acts-on'
        union
        select asked_by from newest
      )
      select n.asked_by as message,
             array(select d.id from carrying c join delivery d on d.message = c.id
                    where d.organisation = $3 and d.asked_by = n.asked_by order by d.id) as deliveries
        from newest n`,
    values: [sender, documentId.normalize('NFC'), addressee, deliveryId ?? null],
  });
  return rows[0] ?? null;
}
