// Accepts packages: writes all rows of a package in one transaction, and many packages in one commit.

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Finding } from '../../../core/problems/finding.ts';
import { documentIdOf, printedCode } from '../../../core/message/message.ts';
import { asksByItself } from '../../../core/exchange/effects.ts';
import type { TransmissionState } from '../../../core/exchange/lifecycle.ts';
import { isForReferenceOnly } from '../../../core/verify/cause.ts';
import type { AcceptResult, Acceptance } from '../../../ports/messages.ts';
import { carryOut, type ActedOut } from './acts.ts';
import { writeAudit } from '../audit/audit.ts';
import { batched } from '../batch.ts';
import { lockBlockers, type Waiting } from './blockers.ts';
import { lockDocuments, missingVersions } from './copies.ts';
import { applyEffects } from './effects.ts';
import { isBroken, isOneItemsFault } from '../faults.ts';
import { claimKeys, resolveConflict, withdraw, type Claim } from './identity.ts';
import { writeLinks } from './links.ts';
import { beginDeliveries, beginTransmissions } from './moves.ts';
import { reusedNumbers } from './numbers.ts';
import { intoInbox, intoOutbox } from './release.ts';
import { transaction } from '../pool.ts';
import type { Signals } from '../signals.ts';

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

/** Keys that two entries of one statement must not both insert or change. */
function uniqueKeys(acceptance: Acceptance): readonly string[] {
  const { identity, connection, idempotencyKey, effect, act, heldAlready } = acceptance;
  return [
    `identity ${identity}`,
    ...(idempotencyKey === undefined ? [] : [`key ${connection} ${idempotencyKey}`]),
    ...(effect === undefined
      ? []
      : [effect.delivery, ...(effect.answers?.deliveries ?? [])].map((id) => `delivery ${id}`)),
    // Acts change copies of other documents, so statuses about those go into another batch, and so does a version that
    // is not sent to the holders of an earlier one.
    ...(act === undefined && effect === undefined && heldAlready === undefined ? [] : ['copies']),
  ];
}

/**
 * The connection may be lost while COMMIT is under way; then it is unknown whether it stands. The batch is run again: a
 * key that stands under the id of its own entry shows that it did.
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
    const decision = await decide(client, claim);
    results.push(decision.result);
    if (decision.write) fresh.push({ acceptance: claim.acceptance, previous: decision.previous });
  }
  if (fresh.length === 0) return results;
  const findings = await write(client, fresh);
  return claims.map(({ acceptance }, n) => withFindings(results[n], findings.get(acceptance.id)));
}

function withFindings(result: AcceptResult | undefined, findings: readonly Finding[] = []): AcceptResult {
  if (result === undefined) throw new Error('a claim was left undecided');
  return findings.length === 0 || result.kind !== 'accepted' ? result : { ...result, findings };
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
  if (!claim.document || !claim.key) return await resolveConflict(client, claim);
  const { act } = claim.acceptance;
  if (act !== undefined) {
    await lockDocuments(client, act.documents);
    if ((await missingVersions(client, act)).length > 0) {
      await withdraw(client, claim.acceptance);
      return { result: { kind: 'targets-changed' }, write: false, previous: null };
    }
  }
  return { result: { kind: 'accepted' }, write: true, previous: null };
}

/** Answers the findings of the record, by the id of the message. */
async function write(client: pg.ClientBase, fresh: readonly Fresh[]): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const acceptances = fresh.map((entry) => entry.acceptance);
  const notes = await applyEffects(client, acceptances);
  const acted = new Map<string, ActedOut>();
  for (const acceptance of acceptances) {
    const { id, act, disposition, deliveries, audit } = acceptance;
    if (act === undefined || disposition === 'held') continue;
    acted.set(id, await carryOut(client, { id, act, deliveries, actor: audit[0]?.actor ?? 'worker' }));
  }
  const findings = new Map(
    fresh.map(({ acceptance, previous }) => [
      acceptance.id,
      [
        ...(notes.get(acceptance.id) ?? []),
        ...(acted.get(acceptance.id)?.findings ?? []),
        ...(previous === null ? [] : [newerVersion(acceptance)]),
      ],
    ]),
  );
  const notSent = new Set([...acted.values()].flatMap((effectOfAct) => [...effectOfAct.notSent]));
  const blockers = await lockBlockers(client, waitingOf(acceptances, notSent), false);
  const inserted = await insertAll(client, fresh, findings, { blockers, notSent });
  await writeLinks(client, fresh);
  for (const [id, reused] of await reusedNumbers(client, acceptances, inserted))
    findings.set(id, [...(findings.get(id) ?? []), reused]);
  await writeAudit(
    client,
    [...acceptances.flatMap(({ audit }) => audit), ...[...acted.values()].flatMap(({ audit }) => audit)],
    acceptances[0]?.receivedAt ?? new Date(0),
  );
  return findings;
}

function newerVersion({ message }: Acceptance): Finding {
  const documentId = documentIdOf(message);
  return { code: 'document-newer-version', severity: 'info', facts: { documentId } };
}

function waitingOf(acceptances: readonly Acceptance[], notSent: ReadonlySet<string>): readonly Waiting[] {
  return acceptances.flatMap(({ act, deliveries }) =>
    deliveries
      .filter(({ id }) => !notSent.has(id))
      .map(({ id, organisation, orderKey, alsoAfter = [] }) => ({
        id,
        organisation,
        keys: [orderKey, ...alsoAfter],
        follows: act !== undefined,
      })),
  );
}

/** Bytes of all entries in one parameter; each row names the place of its own, and SQL counts from 1. */
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

/** The first states of the deliveries of this batch. */
interface Beginnings {
  readonly blockers: ReadonlyMap<string, string>;
  /** Deliveries stopped at once, because their addressees never got the document that they are about. */
  readonly notSent: ReadonlySet<string>;
}

/** Inserts all rows; answers the messages whose number was taken. */
async function insertAll(
  client: pg.ClientBase,
  fresh: readonly Fresh[],
  findings: ReadonlyMap<string, readonly Finding[]>,
  beginnings: Beginnings,
): Promise<readonly string[]> {
  const bytes = new Bytes();
  const messages = fresh.map((entry) => messageRow(entry, findings.get(entry.acceptance.id) ?? [], bytes));
  const deliveries = fresh.flatMap(({ acceptance }) => deliveryRows(acceptance, beginnings));
  const transmissions = fresh.flatMap(({ acceptance }) => transmissionRows(acceptance, beginnings));
  const { rows } = await client.query<{ id: string }>({
    name: 'accept-insert',
    text: INSERT,
    values: [JSON.stringify(messages), JSON.stringify(transmissions), JSON.stringify(deliveries), bytes.whole()],
  });
  return rows.map((row) => row.id);
}

function messageRow({ acceptance, previous }: Fresh, additions: readonly Finding[], bytes: Bytes): object {
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
    // Searches use one spelling; the message itself keeps the written one.
    document_id: documentIdOf(message).normalize('NFC'),
    code: message.kind === 'status' ? message.responseFor.code : printedCode(message.code),
    subject: message.kind === 'status' ? null : message.subject,
    urgent: acceptance.urgent,
    unchecked: acceptance.disposition === 'accepted' && acceptance.verdict === 'undecided',
    reference_only: isForReferenceOnly(acceptance.report) || undefined,
    sha256: acceptance.sha256,
    size: acceptance.size,
    received_at: acceptance.receivedAt,
    verdict: acceptance.verdict,
    disposition: acceptance.disposition,
    registry_version: acceptance.registryVersion,
    previous,
    number: acceptance.number?.key,
    message,
    report: acceptance.report,
    findings: [...acceptance.findings, ...additions],
    receipt_key: receipt.keyId,
    body_at: bodyAt,
    body_length: bodyLength,
    signature_at: signatureAt,
    signature_length: signatureLength,
    content_at: contentAt,
    content_length: contentLength,
  };
}

function deliveryRows(acceptance: Acceptance, { blockers, notSent }: Beginnings): readonly object[] {
  const { id, message, disposition } = acceptance;
  const connections = new Map(
    acceptance.transmissions.map((transmission) => [transmission.id, transmission.connection]),
  );
  // A held message asks no addressee yet, and a status asks none by being sent.
  const asks = asksByItself(message.kind) && disposition === 'accepted';
  // An absent member is null in the row; most deliveries have few members.
  return acceptance.deliveries.map((delivery) => ({
    id: delivery.id,
    message: id,
    transmission: delivery.transmission,
    organisation: delivery.organisation,
    connection: connections.get(delivery.transmission),
    order_key: delivery.orderKey,
    order_keys: delivery.alsoAfter === undefined ? undefined : [delivery.orderKey, ...delivery.alsoAfter],
    reach: delivery.reach,
    blocked_by: blockers.get(delivery.id) ?? null,
    not_sent: notSent.has(delivery.id) || undefined,
    asked_by: asks && !notSent.has(delivery.id) ? id : undefined,
  }));
}

function transmissionRows(acceptance: Acceptance, { blockers, notSent }: Beginnings): readonly object[] {
  const holding = (holds: (delivery: string) => boolean): ReadonlySet<string> =>
    new Set(acceptance.deliveries.filter(({ id }) => holds(id)).map(({ transmission }) => transmission));
  const blocked = holding((id) => blockers.has(id));
  const leaving = holding((id) => !notSent.has(id));
  const stateOf = (transmission: string): TransmissionState => {
    if (!leaving.has(transmission)) return 'finished';
    if (acceptance.disposition === 'held') return 'held';
    return blocked.has(transmission) ? 'blocked' : 'ready';
  };
  return acceptance.transmissions.map((transmission) => ({
    id: transmission.id,
    message: acceptance.id,
    connection: transmission.connection,
    direction: transmission.direction,
    urgent: acceptance.urgent,
    state: stateOf(transmission.id),
  }));
}

const INSERT = `
  with m as (
    select * from json_to_recordset($1::json) as g(
      id uuid, kind text, connection text, sender text, issuer text, identity text, document_id text, code text,
      subject text, urgent boolean, unchecked boolean, reference_only boolean, sha256 text, size bigint,
      received_at timestamptz, verdict text, disposition text, registry_version bigint, previous uuid, number text, message json, report json, findings json,
      receipt_key text, body_at integer, body_length integer, signature_at integer, signature_length integer,
      content_at integer, content_length integer)
  ), t as (
    select * from json_to_recordset($2::json) as g(
      id uuid, message uuid, connection text, direction text, urgent boolean, state text)
  ), d as (
    select * from json_to_recordset($3::json) as g(
      id uuid, message uuid, transmission uuid, organisation text, connection text, order_key text, order_keys text[],
      reach text, blocked_by uuid, not_sent boolean, asked_by uuid)
  ), messages as (
    insert into message (id, kind, connection, sender, issuer, identity, document_id, code, subject, urgent, unchecked,
      reference_only, sha256, size, received_at, verdict, disposition, registry_version, previous, message, report,
      findings, receipt_body, receipt_signature, receipt_key)
    select id, kind, connection, sender, issuer, identity, document_id, code, subject, urgent, unchecked,
      coalesce(reference_only, false), sha256, size, received_at, verdict, disposition, registry_version, previous,
      message, report, findings,
      substr($4::bytea, body_at, body_length), substr($4::bytea, signature_at, signature_length), receipt_key
    from m
  ), contents as (
    insert into message_content (message, bytes)
    select id, substr($4::bytea, content_at, content_length) from m where content_at is not null
  ), transmissions as (
    ${beginTransmissions('t')}
  ), deliveries as (
    ${beginDeliveries('d')}
  ), pushed as (
    ${intoOutbox("t where state = 'ready' and direction = 'push'")}
  ), pulled as (
    ${intoInbox(`d join t on t.id = d.transmission
      where t.state = 'ready' and t.direction = 'pull' and d.not_sent is not true`)}
  ), numbers as (
    insert into document_number (number, message, sender, document_id)
    select number, id, sender, document_id from m where number is not null order by number
    on conflict do nothing
    returning message
  )
  select id from m where number is not null and id not in (select message from numbers)`;
