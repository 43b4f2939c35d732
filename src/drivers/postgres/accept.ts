// Accepting: everything one package writes, in one transaction, and many packages in one commit.

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Finding } from '../../core/finding.ts';
import { printedCode } from '../../core/message.ts';
import type { AcceptResult, Acceptance } from '../../ports/store.ts';
import { writeAudit } from './audit.ts';
import { batched } from './batch.ts';
import { applyEffects } from './effects.ts';
import { isBroken, isOneItemsFault } from './faults.ts';
import { claimKeys, resolveConflict, type Claim } from './identity.ts';
import { transaction } from './pool.ts';
import type { Signals } from './signals.ts';

/** Small accepts share commits: at most 64 in one, and two commits under way. */
const BATCH = { size: 64, wait: 2, inFlight: 2 } as const;

/** Milliseconds to wait before the whole batch is tried again on a fresh connection. */
const RECONNECT = [50, 250] as const;

export type Accept = (acceptance: Acceptance) => Promise<AcceptResult>;

export function acceptor(pool: pg.Pool, signals: Signals): Accept {
  const accept = batched<Acceptance, AcceptResult>(
    { ...BATCH, keys: uniqueKeys, divisible: isOneItemsFault },
    async (acceptances) => {
      const results = await acceptAll(pool, acceptances);
      signals.raise({ work: true, pending: true });
      return results;
    },
  );
  return accept;
}

/** What two entries of one statement must not both insert or change. */
function uniqueKeys(acceptance: Acceptance): readonly string[] {
  const { identity, connection, idempotencyKey, effect } = acceptance;
  return [
    `identity ${identity}`,
    ...(idempotencyKey === undefined ? [] : [`key ${connection} ${idempotencyKey}`]),
    ...(effect === undefined ? [] : [`delivery ${effect.delivery}`]),
  ];
}

/**
 * The connection may be lost while COMMIT is under way; then nobody knows whether it stands. The batch is simply run
 * again: a key that stands under the id of its own entry says that it did.
 */
async function acceptAll(pool: pg.Pool, acceptances: readonly Acceptance[]): Promise<readonly AcceptResult[]> {
  for (const delay of RECONNECT) {
    try {
      return await transaction(pool, (client) => acceptIn(client, acceptances));
    } catch (error) {
      if (!isBroken(error instanceof Error ? error.cause : error)) throw error;
      await pause(delay);
    }
  }
  return await transaction(pool, (client) => acceptIn(client, acceptances));
}

async function acceptIn(client: pg.ClientBase, acceptances: readonly Acceptance[]): Promise<readonly AcceptResult[]> {
  const claims = await claimKeys(client, acceptances);
  const results: AcceptResult[] = [];
  const fresh: Fresh[] = [];
  for (const claim of claims) {
    const decided = await decide(client, claim);
    results.push(decided.result);
    if (decided.write) fresh.push({ acceptance: claim.acceptance, previous: decided.previous });
  }
  if (fresh.length > 0) await write(client, fresh);
  return results;
}

interface Fresh {
  readonly acceptance: Acceptance;
  /** The earlier version of the same document. */
  readonly previous: string | null;
}

async function decide(
  client: pg.ClientBase,
  claim: Claim,
): Promise<{ readonly result: AcceptResult; readonly write: boolean; readonly previous: string | null }> {
  if (!claim.current) return { result: { kind: 'registry-changed' }, write: false, previous: null };
  if (claim.document && claim.key) return { result: { kind: 'accepted' }, write: true, previous: null };
  return await resolveConflict(client, claim);
}

async function write(client: pg.ClientBase, fresh: readonly Fresh[]): Promise<void> {
  const findings = await applyEffects(
    client,
    fresh.map((one) => one.acceptance),
  );
  const blockers = await lockBlockers(client, fresh);
  await insertAll(client, fresh, findings, blockers);
  const audit = fresh.flatMap(({ acceptance }) => acceptance.audit);
  await writeAudit(client, audit, fresh[0]?.acceptance.receivedAt ?? new Date(0));
}

/**
 * The previous unfinished delivery of the same order key to the same addressee, for each delivery that has one. Its row is
 * locked until the commit, so that it cannot finish unseen in between.
 */
async function lockBlockers(client: pg.ClientBase, fresh: readonly Fresh[]): Promise<ReadonlyMap<string, string>> {
  const wanted = fresh.flatMap(({ acceptance }) =>
    acceptance.deliveries.map(({ id, orderKey, organisation }) => ({ id, order_key: orderKey, organisation })),
  );
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; blocker: string }>({
    name: 'accept-blockers',
    text: `
      select g.id, previous.id as blocker
        from json_to_recordset($1::json) as g(id uuid, order_key text, organisation text)
       cross join lateral (
         select d.id from delivery d
          where d.order_key = g.order_key and d.organisation = g.organisation and d.finished_at is null
          order by d.id desc limit 1 for share
       ) as previous`,
    values: [JSON.stringify(wanted)],
  });
  return new Map(rows.map((row) => [row.id, row.blocker]));
}

/** Bytes of all entries in one parameter; rows say where theirs lie. SQL counts from 1. */
class Bytes {
  readonly #parts: Buffer[] = [];
  #length = 0;

  add(bytes: Buffer): readonly [number, number] {
    const at = this.#length + 1;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return [at, bytes.length];
  }

  whole(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

async function insertAll(
  client: pg.ClientBase,
  fresh: readonly Fresh[],
  findings: ReadonlyMap<string, readonly Finding[]>,
  blockers: ReadonlyMap<string, string>,
): Promise<void> {
  const bytes = new Bytes();
  const messages = fresh.map((one) => messageRow(one, findings.get(one.acceptance.id) ?? [], bytes));
  const deliveries = fresh.flatMap(({ acceptance }) => deliveryRows(acceptance, blockers));
  const transmissions = fresh.flatMap(({ acceptance }) => transmissionRows(acceptance, blockers));
  await client.query({
    name: 'accept-insert',
    text: INSERT,
    values: [JSON.stringify(messages), JSON.stringify(transmissions), JSON.stringify(deliveries), bytes.whole()],
  });
}

function messageRow({ acceptance, previous }: Fresh, added: readonly Finding[], bytes: Bytes): object {
  const { message, receipt, inline } = acceptance;
  const [bodyAt, bodyLength] = bytes.add(receipt.body);
  const [signatureAt, signatureLength] = bytes.add(receipt.signature);
  const [contentAt, contentLength] = inline === undefined ? [null, null] : bytes.add(inline);
  return {
    id: acceptance.id,
    kind: message.kind,
    connection: acceptance.connection,
    sender: acceptance.sender,
    issuer: acceptance.issuer,
    identity: acceptance.identity,
    // Looked up in one spelling; the message itself keeps what was written.
    document_id: (message.kind === 'status' ? message.responseFor.documentId : message.documentId).normalize('NFC'),
    code: message.kind === 'status' ? message.responseFor.code : printedCode(message.code),
    subject: message.kind === 'status' ? null : message.subject,
    urgent: acceptance.urgent,
    unchecked: acceptance.disposition === 'accepted' && acceptance.verdict === 'undecided',
    sha256: acceptance.sha256,
    size: acceptance.size,
    received_at: acceptance.receivedAt,
    verdict: acceptance.verdict,
    disposition: acceptance.disposition,
    registry_version: acceptance.registryVersion,
    previous,
    message,
    report: acceptance.report,
    findings: [...acceptance.findings, ...added],
    receipt_key: receipt.keyId,
    body_at: bodyAt,
    body_length: bodyLength,
    signature_at: signatureAt,
    signature_length: signatureLength,
    content_at: contentAt,
    content_length: contentLength,
  };
}

function deliveryRows(acceptance: Acceptance, blockers: ReadonlyMap<string, string>): readonly object[] {
  const connections = new Map(acceptance.transmissions.map((one) => [one.id, one.connection]));
  return acceptance.deliveries.map((delivery) => ({
    id: delivery.id,
    message: acceptance.id,
    transmission: delivery.transmission,
    organisation: delivery.organisation,
    connection: connections.get(delivery.transmission),
    order_key: delivery.orderKey,
    blocked_by: blockers.get(delivery.id) ?? null,
  }));
}

function transmissionRows(acceptance: Acceptance, blockers: ReadonlyMap<string, string>): readonly object[] {
  const blocked = new Set(acceptance.deliveries.filter((one) => blockers.has(one.id)).map((one) => one.transmission));
  return acceptance.transmissions.map((transmission) => ({
    id: transmission.id,
    message: acceptance.id,
    connection: transmission.connection,
    direction: transmission.direction,
    urgent: acceptance.urgent,
    state: acceptance.disposition === 'held' ? 'held' : blocked.has(transmission.id) ? 'blocked' : 'ready',
  }));
}

const INSERT = `
  with m as (
    select * from json_to_recordset($1::json) as g(
      id uuid, kind text, connection text, sender text, issuer text, identity text, document_id text, code text,
      subject text, urgent boolean, unchecked boolean, sha256 text, size bigint, received_at timestamptz, verdict text,
      disposition text, registry_version bigint, previous uuid, message json, report json, findings json,
      receipt_key text, body_at integer, body_length integer, signature_at integer, signature_length integer,
      content_at integer, content_length integer)
  ), t as (
    select * from json_to_recordset($2::json) as g(
      id uuid, message uuid, connection text, direction text, urgent boolean, state text)
  ), d as (
    select * from json_to_recordset($3::json) as g(
      id uuid, message uuid, transmission uuid, organisation text, connection text, order_key text, blocked_by uuid)
  ), messages as (
    insert into message (id, kind, connection, sender, issuer, identity, document_id, code, subject, urgent, unchecked,
      sha256, size, received_at, verdict, disposition, registry_version, previous, message, report, findings,
      receipt_body, receipt_signature, receipt_key)
    select id, kind, connection, sender, issuer, identity, document_id, code, subject, urgent, unchecked, sha256, size,
      received_at, verdict, disposition, registry_version, previous, message, report, findings,
      substr($4::bytea, body_at, body_length), substr($4::bytea, signature_at, signature_length), receipt_key
    from m
  ), contents as (
    insert into message_content (message, bytes)
    select id, substr($4::bytea, content_at, content_length) from m where content_at is not null
  ), transmissions as (
    insert into transmission (id, message, connection, direction, urgent, state, referenced_at)
    select id, message, connection, direction, urgent, state,
      case when state = 'ready' and direction = 'push' then now() end from t
  ), deliveries as (
    insert into delivery (id, message, transmission, organisation, connection, order_key, blocked_by)
    select id, message, transmission, organisation, connection, order_key, blocked_by from d
  ), pushed as (
    insert into outbox (rank, transmission, connection)
    select case when urgent then 0 else 1 end, id, connection from t
     where state = 'ready' and direction = 'push' order by id
  )
  insert into inbox_pending (connection, delivery, message)
  select d.connection, d.id, d.message from d join t on t.id = d.transmission
   where t.state = 'ready' and t.direction = 'pull' order by d.id`;
