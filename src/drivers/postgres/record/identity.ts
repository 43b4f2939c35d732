// A package's identity and idempotency key. A transaction claims both by inserting; where one is taken, it looks at the
// holder.

import type pg from 'pg';
import type { Verdict } from '../../../core/problems/finding.ts';
import type { Message } from '../../../core/message/message.ts';
import type { FirstDisposition } from '../../../core/exchange/disposition.ts';
import { differsInAddresseesOnly } from '../../../core/exchange/version.ts';
import type { AcceptResult, Acceptance } from '../../../ports/messages.ts';
import { DEAD, lockDocuments } from './copies.ts';

/** The keys of an acceptance that this transaction could insert. */
export interface Claim {
  readonly acceptance: Acceptance;
  /** The registry is still at the version of the addressing. When it is not, nothing was inserted. */
  readonly current: boolean;
  readonly document: boolean;
  /** True also when there is no idempotency key. */
  readonly key: boolean;
}

/** Claims free keys. Waits for a transaction that inserts the same key, so the answer is final. */
export async function claimKeys(client: pg.ClientBase, acceptances: readonly Acceptance[]): Promise<readonly Claim[]> {
  const claims = acceptances.map((acceptance, n) => ({
    n,
    id: acceptance.id,
    identity: acceptance.identity,
    connection: acceptance.connection,
    key: acceptance.idempotencyKey ?? null,
    sha256: acceptance.sha256,
    registry: acceptance.registryVersion,
  }));
  const { rows } = await client.query<{ n: number; current: boolean; document: boolean; key: boolean }>({
    name: 'accept-keys',
    text: `
      with given as (
        select * from json_to_recordset($1::json)
          as g(n integer, id uuid, identity text, connection text, key text, sha256 text, registry bigint)
      ), fresh as (
        select given.* from given join registry_version on version = registry
      ), keys as (
        insert into idempotency_key (connection, key, message, sha256)
        select connection, key, id, sha256 from fresh where key is not null order by connection, key
        on conflict do nothing returning message
      ), documents as (
        insert into document_key (identity, message, sha256)
        select identity, id, sha256 from fresh order by identity
        on conflict do nothing returning message
      )
      select n, exists (select from fresh where fresh.n = given.n) as current,
             exists (select from documents where message = given.id) as document,
             key is null or exists (select from keys where message = given.id) as key
        from given order by n`,
    values: [JSON.stringify(claims)],
  });
  return rows.flatMap((row) => {
    const acceptance = acceptances[row.n];
    return acceptance === undefined ? [] : [{ acceptance, current: row.current, document: row.document, key: row.key }];
  });
}

export interface Decision {
  readonly result: AcceptResult;
  /** Whether to write the acceptance. */
  readonly write: boolean;
  /** The earlier version that it follows. */
  readonly previous: string | null;
}

interface Holder {
  readonly message: string;
  readonly sha256: string;
}

/** Decides a claim that found a key taken. Withdraws the claimed keys where the acceptance is not written. */
export async function resolveConflict(client: pg.ClientBase, claim: Claim): Promise<Decision> {
  const { acceptance } = claim;
  if (!claim.key) {
    const holder = await keyHolder(client, acceptance);
    if (holder !== null && holder.message !== acceptance.id) {
      if (claim.document) await withdrawDocument(client, acceptance);
      return holder.sha256 === acceptance.sha256
        ? await repeated(client, holder.message)
        : { result: { kind: 'idempotency-key-reused' }, write: false, previous: null };
    }
  }
  const holder = await documentHolder(client, acceptance.identity);
  // The holder is this acceptance: an earlier try of it did commit.
  if (holder === null || holder.message === acceptance.id)
    return { result: { kind: 'accepted' }, write: false, previous: null };
  return await resolveDocument(client, claim, holder);
}

async function resolveDocument(client: pg.ClientBase, claim: Claim, holder: Holder): Promise<Decision> {
  const { acceptance } = claim;
  const sameVersion = await versionWith(client, holder.message, acceptance.sha256);
  if (sameVersion !== null) {
    if (claim.key) await pointKey(client, acceptance, sameVersion);
    return await repeated(client, sameVersion);
  }
  const version = await newVersion(client, acceptance, holder.message);
  if (version === 'admitted') {
    await client.query({
      name: 'accept-version',
      text: 'update document_key set message = $2, sha256 = $3 where identity = $1',
      values: [acceptance.identity, acceptance.id, acceptance.sha256],
    });
    return { result: { kind: 'accepted' }, write: true, previous: holder.message };
  }
  if (claim.key) await withdrawKey(client, acceptance);
  if (version === 'refused')
    return { result: { kind: 'document-conflict', message: holder.message }, write: false, previous: null };
  return { result: { kind: 'held-already', by: version.heldBy }, write: false, previous: null };
}

interface EarlierCopy {
  readonly organisation: string;
  readonly dead: boolean;
}

/**
 * Other bytes under a known DocumentId: admitted when no earlier copy is alive, or when only addressees were added. No
 * addressee gets it twice: when it has deliveries to holders of a copy, the caller addresses it again to the others.
 */
async function newVersion(
  client: pg.ClientBase,
  acceptance: Acceptance,
  latest: string,
): Promise<'admitted' | 'refused' | { readonly heldBy: readonly string[] }> {
  const { message, deliveries, heldAlready = [] } = acceptance;
  if (message.kind !== 'new') return 'refused';
  await lockDocuments(client, [message.documentId.normalize('NFC')]);
  const copies = await earlierCopies(client, latest);
  const alive = new Set(copies.filter(({ dead }) => !dead).map(({ organisation }) => organisation));
  const addressed = new Set([...deliveries.map(({ organisation }) => organisation), ...heldAlready]);
  if (alive.size > 0) {
    const adds = copies.every(({ organisation }) => addressed.has(organisation)) && addressed.size > alive.size;
    if (!adds || !differsInAddresseesOnly(await messageOf(client, latest), message)) return 'refused';
  }
  const holding = [...addressed].filter((organisation) => alive.has(organisation)).sort();
  return JSON.stringify(holding) === JSON.stringify([...heldAlready].sort()) ? 'admitted' : { heldBy: holding };
}

/** The copies of all versions from the latest back. Their deliveries are locked, so that their states do not change. */
async function earlierCopies(client: pg.ClientBase, latest: string): Promise<readonly EarlierCopy[]> {
  const versions = await client.query<{ id: string }>({
    name: 'accept-earlier',
    text: `
      with recursive version as (
        select id, previous from message where id = $1
        union all
        select m.id, m.previous from version v join message m on m.id = v.previous
      )
      select id from version`,
    values: [latest],
  });
  const { rows } = await client.query<EarlierCopy>({
    name: 'accept-earlier-copies',
    text: `select d.organisation, ${DEAD} as dead from delivery d
            where d.message = any($1::uuid[]) order by d.id for share`,
    values: [versions.rows.map(({ id }) => id)],
  });
  return rows;
}

/** Reads one version alone: a message may have megabytes of text, and a document any number of versions. */
async function messageOf(client: pg.ClientBase, id: string): Promise<Message> {
  const { rows } = await client.query<{ message: Message }>({
    name: 'accept-message-of',
    text: 'select message from message where id = $1',
    values: [id],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a document stands for a message that is not there');
  return row.message;
}

async function keyHolder(client: pg.ClientBase, acceptance: Acceptance): Promise<Holder | null> {
  const { rows } = await client.query<Holder>({
    name: 'accept-key-holder',
    text: 'select message, sha256 from idempotency_key where connection = $1 and key = $2',
    values: [acceptance.connection, acceptance.idempotencyKey],
  });
  return rows[0] ?? null;
}

/** Locks the holder, so that a new version sees a state of the earlier one that does not change. */
async function documentHolder(client: pg.ClientBase, identity: string): Promise<Holder | null> {
  const { rows } = await client.query<Holder>({
    name: 'accept-document-holder',
    text: 'select message, sha256 from document_key where identity = $1 for update',
    values: [identity],
  });
  return rows[0] ?? null;
}

/** The newest version of the document, from `message` back, whose bytes have this hash. */
async function versionWith(client: pg.ClientBase, message: string, sha256: string): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>({
    name: 'accept-version-with',
    text: `
      with recursive version as (
        select id, previous, sha256, 1 as age from message where id = $1
        union all
        select m.id, m.previous, m.sha256, age + 1 from version v join message m on m.id = v.previous
      )
      select id from version where sha256 = $2 order by age limit 1`,
    values: [message, sha256],
  });
  return rows[0]?.id ?? null;
}

async function pointKey(client: pg.ClientBase, acceptance: Acceptance, message: string): Promise<void> {
  await client.query({
    name: 'accept-point-key',
    text: 'update idempotency_key set message = $3 where connection = $1 and key = $2',
    values: [acceptance.connection, acceptance.idempotencyKey ?? null, message],
  });
}

/** Withdraws the claims of an acceptance that is not written. */
export async function withdraw(client: pg.ClientBase, acceptance: Acceptance): Promise<void> {
  await withdrawDocument(client, acceptance);
  if (acceptance.idempotencyKey !== undefined) await withdrawKey(client, acceptance);
}

async function withdrawKey(client: pg.ClientBase, acceptance: Acceptance): Promise<void> {
  await client.query({
    name: 'accept-withdraw-key',
    text: 'delete from idempotency_key where connection = $1 and key = $2 and message = $3',
    values: [acceptance.connection, acceptance.idempotencyKey ?? null, acceptance.id],
  });
}

async function withdrawDocument(client: pg.ClientBase, acceptance: Acceptance): Promise<void> {
  await client.query({
    name: 'accept-withdraw-document',
    text: 'delete from document_key where identity = $1 and message = $2',
    values: [acceptance.identity, acceptance.id],
  });
}

async function repeated(client: pg.ClientBase, message: string): Promise<Decision> {
  const { rows } = await client.query<{
    verdict: Verdict;
    held: boolean;
    body: Buffer;
    signature: Buffer;
    key_id: string;
  }>({
    name: 'accept-repeated',
    // The first answer again: a message released or returned since was held then.
    text: `select verdict, disposition <> 'accepted' as held, receipt_body as body, receipt_signature as signature,
                  receipt_key as key_id from message where id = $1`,
    values: [message],
  });
  const row = rows[0];
  if (row === undefined) throw new Error('a key stands for a message that is not there');
  const receipt = { body: row.body, signature: row.signature, keyId: row.key_id };
  const verdict: Verdict = row.held ? 'undecided' : row.verdict;
  const disposition: FirstDisposition = row.held ? 'held' : 'accepted';
  return { result: { kind: 'repeated', message, receipt, verdict, disposition }, write: false, previous: null };
}
