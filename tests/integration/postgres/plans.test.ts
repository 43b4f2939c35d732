// The record must be as quick with five million messages as with none: whatever reads or writes one message finds its rows
// by an index. The server tells the plan of every statement; a plan that reads a big table from end to end, though told to
// avoid it, has no index to take.

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import type { AuditEntry } from '../../../src/ports/audit.ts';
import { acceptance, actingAcceptance, PULLED, PUSHED, REGISTRY, statusAcceptance } from '../../support/acceptances.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';

const BIG =
  /Seq Scan on ((?:message|message_content|message_link|delivery|transmission|attempt|status_history|document_key|document_number|idempotency_key|inbox_entry|audit)(?:_\d{4}_\d{2}|_default)?)\b/g;

const AUDIT: AuditEntry = { actor: 'worker', act: 'message.read', object: '', outcome: 'ok', details: {} };
const SENDER = { connection: 'huyen' };

/** The search path is the program's own; the rest makes the server tell its plans. */
const OPTIONS = [
  '-c search_path=lienthong',
  '-c timezone=UTC',
  '-c enable_seqscan=off',
  '-c session_preload_libraries=auto_explain',
  '-c auto_explain.log_min_duration=0',
  '-c auto_explain.log_nested_statements=on',
  '-c auto_explain.log_level=notice',
].join(' ');

let store: PostgresStore;
let version: number;
const plans: string[] = [];

function listen(pool: pg.Pool): void {
  const heard = new WeakSet<pg.ClientBase>();
  pool.on('acquire', (client) => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('notice', ({ message }) => plans.push(message ?? ''));
  });
}

beforeAll(async () => {
  const database = await freshDatabase();
  const url = new URL(database.adminUrl);
  url.searchParams.set('options', OPTIONS);
  store = await openStore({ url: url.href, name: 'plans', connections: 2, log: () => undefined });
  listen(store.pool);
  ({ version } = await applyRegistry(store.pool, REGISTRY));
  await store.registry.snapshot();
}, 120_000);

afterAll(async () => {
  await store.close();
  await stopServers();
});

/** Big tables that `work` read from end to end. */
async function readWhole(work: () => Promise<unknown>): Promise<readonly string[]> {
  plans.length = 0;
  await work();
  expect(plans.length).toBeGreaterThan(0);
  return plans.flatMap((plan) => [...plan.matchAll(BIG)].map(([, table]) => `${table ?? ''}: ${plan}`));
}

test('a plan that reads a big table whole is noticed', async () => {
  expect(await readWhole(() => store.pool.query("select from message where subject = 'x'"))).not.toEqual([]);
});

test('accepting, acting, answering and looking up find their rows by an index', async () => {
  const document = acceptance(version, { number: { key: 'plan-number', sharedWith: [] } });
  const documentId = document.message.kind === 'new' ? document.message.documentId : '';
  const [pushed, pulled] = document.deliveries.map(({ id }) => id);
  const revocation = actingAcceptance(version, 'revoke', document);
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    'accept a document': () => store.messages.accept(document),
    'accept it again': () => store.messages.accept(document),
    'accept another under its number': () =>
      store.messages.accept(acceptance(version, { number: { key: 'plan-number', sharedWith: [] } })),
    'number the inbox': () => store.sequencer.sequence(),
    'read the inbox': () => store.inbox.page(PULLED.connection, null, 10),
    'find what waits for its form': () => store.renderings.listWaiting(0n, 10),
    'fetch a copy': () => store.messages.deliveryContent(pulled ?? '', PULLED.connection, AUDIT),
    'acknowledge it': () => store.inbox.acknowledge(PULLED.connection, pulled ?? '', document.sha256, 'arrived', AUDIT),
    'lease the other': () => store.work.lease([document.transmissions[0]?.id ?? ''], 'worker'),
    'find what a status speaks of': () => store.messages.findDelivery('H99.12', documentId, PULLED.organisation),
    'accept a status': () => store.messages.accept(statusAcceptance(version, pulled ?? '', documentId, '03', PULLED)),
    'know what a package names': () => store.messages.knownMessages([documentId], 'H99.12'),
    'accept a revocation': () => store.messages.accept(revocation),
    'find the question': () => store.messages.openQuestion('H99.12', documentId, PULLED.organisation),
    'accept a new version': () => store.messages.accept(acceptance(version, { documentId })),
    'show a message': () => store.messages.message(document.id, SENDER),
    'show a delivery': () => store.messages.delivery(pushed ?? '', PUSHED.connection),
    'show its report': () => store.messages.report(document.id, SENDER),
    'trace it': () => store.messages.trace(document.id, SENDER),
  };
  const whole: Record<string, readonly string[]> = {};
  for (const [name, work] of Object.entries(steps)) {
    const tables = await readWhole(work);
    if (tables.length > 0) whole[name] = tables;
  }
  expect(whole).toEqual({});
});
