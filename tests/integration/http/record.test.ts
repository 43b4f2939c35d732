// The interface over the real record: what waits, what is acknowledged, what is said about it and who may see it.

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../../src/drivers/ids.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { type HttpFace } from '../../../src/http/start.ts';
import type { Acceptance } from '../../../src/ports/messages.ts';
import { acceptance, PULLED, REGISTRY } from '../../support/acceptances.ts';
import type { Shape } from '../../../src/api/shape.ts';
import { AcknowledgeAnswer, StatusAnswer } from '../../../src/api/v1/deliveries.ts';
import { InboxAnswer } from '../../../src/api/v1/inbox.ts';
import { MessageAnswer, RecallAnswer, TraceAnswer } from '../../../src/api/v1/messages.ts';
import { answerOf, expectProblem, request, tokenOf, type Plain } from '../../support/http.ts';
import { SECRET } from '../../support/gateway-http.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';
import { machine } from '../../../src/drivers/machine.ts';
import { receivePorts, startReceivingFace } from '../../support/gateway.ts';

let store: PostgresStore;
let face: HttpFace;
let folder: string;
const gateway = { url: '' };
const tokens: Record<string, string> = {};
/** The clock of the gateway; a minute after everything it is shown, so that statuses of this minute are in order. */
const clock = { at: new Date() };

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'http-test', connections: 5, log: () => undefined });
  const clients = ['huyen', 'xa-mot', 'xa-hai'].map((id) => ({ id, connection: id, secret: SECRET }));
  await applyRegistry(store.pool, { ...REGISTRY, clients });
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-http-'));
  const world = { ...machine, now: () => clock.at };
  face = await startReceivingFace(store, await receivePorts(store, folder, {}, world), { world });
  gateway.url = `http://localhost:${face.port}`;
  for (const { id } of clients) tokens[id] = await tokenOf(gateway, id);
}, 120_000);

afterAll(async () => {
  await face.stop(200);
  await store.close();
  await stopServers();
  await rm(folder, { recursive: true });
});

const get = (as: string, where: string) =>
  request(gateway, where, { headers: { Authorization: `Bearer ${tokens[as] ?? ''}` } });

const post = (as: string, where: string, body: unknown): Promise<Plain> =>
  request(gateway, where, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Accepts a document to the pulling commune and numbers its inbox. */
async function accepted(
  over: Parameters<typeof acceptance>[1] = {},
): Promise<Acceptance & { readonly delivery: string }> {
  const { version } = await store.registry.snapshot();
  const made = acceptance(version, { to: [PULLED], ...over });
  expect(await store.messages.accept(made)).toEqual({ kind: 'accepted' });
  await store.sequencer.sequence();
  return { ...made, delivery: made.deliveries[0]!.id };
}

async function inbox(as: string, query = '', limit = 500): Promise<Shape<typeof InboxAnswer>> {
  const answer = await get(as, `/v1/inbox?limit=${limit}${query}`);
  expect(answer.status).toBe(200);
  return answerOf(answer, InboxAnswer);
}

async function messageOf(as: string, id: string) {
  const answer = await get(as, `/v1/messages/${id}`);
  expect(answer.status).toBe(200);
  return answerOf(answer, MessageAnswer);
}

describe('pulling', () => {
  test('what waits is read, fetched whole or in part, and acknowledged by its hash (P11, P12)', async () => {
    const document = await accepted();
    const found = (await inbox('xa-hai')).entries.find(({ delivery }) => delivery === document.delivery);
    expect(found).toMatchObject({ message: document.id, kind: 'new', acknowledgedAt: null });
    const bytes = await fetch(`${gateway.url}/v1/deliveries/${document.delivery}/package`, {
      headers: { Authorization: `Bearer ${tokens['xa-hai'] ?? ''}` },
    });
    const sha256 = createHash('sha256')
      .update(Buffer.from(await bytes.arrayBuffer()))
      .digest('hex');
    expect(sha256).toBe(document.sha256);

    const ack = `/v1/deliveries/${document.delivery}/ack`;
    expectProblem(await post('xa-hai', ack, { sha256: '0'.repeat(64) }), 409, 'ack-hash-mismatch');
    expect((await messageOf('huyen', document.id)).summary).toEqual({ arrived: 0, handedOver: 0, total: 1 });
    const first = await post('xa-hai', ack, { sha256 });
    expect(answerOf(first, AcknowledgeAnswer)).toMatchObject({ delivery: document.delivery, transport: 'arrived' });
    expect((await post('xa-hai', ack, { sha256 })).json).toEqual(first.json);
    expect((await messageOf('huyen', document.id)).summary).toEqual({ arrived: 1, handedOver: 0, total: 1 });
    expect((await inbox('xa-hai')).entries.some(({ delivery }) => delivery === document.delivery)).toBe(false);
  });

  test('nothing is skipped and nothing comes twice while more arrives (P9)', async () => {
    const wanted: string[] = [];
    for (let n = 0; n < 4; n += 1) wanted.push((await accepted()).delivery);
    const seen: string[] = [];
    let cursor = '';
    for (let n = 0; n < 12; n += 1) {
      const page = await inbox('xa-hai', cursor, 2);
      seen.push(...page.entries.map(({ delivery }) => delivery));
      cursor = `&cursor=${page.cursor}`;
      if (n < 4) wanted.push((await accepted()).delivery);
    }
    expect(seen.filter((delivery) => wanted.includes(delivery))).toEqual(wanted);
  });

  test('a long poll ends when something comes', async () => {
    const { cursor } = await inbox('xa-hai');
    const waiting = inbox('xa-hai', `&wait=30&cursor=${cursor}`);
    const document = await accepted();
    expect((await waiting).entries.map(({ delivery }) => delivery)).toEqual([document.delivery]);
  });

  test('others get the same answer as for what is not there (H44, P13)', async () => {
    const document = await accepted();
    const unknown = newId(new Date());
    const strip = (answer: Plain) => answer.text.replace(/urn:uuid:[0-9a-f-]+/, '');
    for (const where of [
      (id: string) => `/v1/messages/${id}`,
      (id: string) => `/v1/messages/${id}/package`,
      (id: string) => `/v1/messages/${id}/trace`,
    ]) {
      const [foreign, missing] = [await get('xa-mot', where(document.id)), await get('xa-mot', where(unknown))];
      expectProblem(foreign, 404, 'not-found');
      expect(strip(foreign)).toBe(strip(missing));
    }
    expectProblem(
      await post('xa-mot', `/v1/deliveries/${document.delivery}/ack`, { sha256: document.sha256 }),
      404,
      'not-found',
    );
    expectProblem(await get('huyen', `/v1/deliveries/${document.delivery}/package`), 404, 'not-found');
  });
});

describe('statuses', () => {
  const statuses = (delivery: string) => `/v1/deliveries/${delivery}/statuses`;

  test('travel to the sender, advance the delivery, and count once (R12, R13)', async () => {
    const document = await accepted();
    const first = await post('xa-hai', statuses(document.delivery), { code: '03', description: 'Đã vào sổ' });
    expect(first.status).toBe(202);
    const minute = clock.at;
    clock.at = new Date(minute.getTime() + 61_000);
    const again = await post('xa-hai', statuses(document.delivery), { code: '03', description: 'Đã vào sổ' });
    expect([again.status, again.json]).toEqual([200, first.json]);
    const other = await post('xa-hai', statuses(document.delivery), { code: '03', description: 'Số đến 15' });
    expect(other.status).toBe(202);
    clock.at = minute;
    expect((await messageOf('huyen', document.id)).deliveries[0]).toMatchObject({
      business: { latest: '03', furthest: '03' },
    });

    // The second statement waits until the first is taken: the sender hears them in order.
    for (const answer of [first, other]) {
      await store.sequencer.sequence();
      const said = (await inbox('huyen')).entries.filter(({ kind }) => kind === 'status');
      expect(said.map(({ message }) => message)).toEqual([answerOf(answer, StatusAnswer).id]);
      const { delivery, sha256 } = said[0]!;
      expect((await post('huyen', `/v1/deliveries/${delivery}/ack`, { sha256 })).status).toBe(200);
    }
  });

  test('a step back is recorded and moves nothing back (R11)', async () => {
    const document = await accepted();
    expect((await post('xa-hai', statuses(document.delivery), { code: '06' })).status).toBe(202);
    expect((await post('xa-hai', statuses(document.delivery), { code: '03' })).status).toBe(202);
    expect((await messageOf('huyen', document.id)).deliveries[0]).toMatchObject({
      business: { latest: '03', furthest: '06' },
    });
  });

  test('two at once are both recorded (R14)', async () => {
    const document = await accepted();
    const answers = await Promise.all(
      ['04', '05'].map((code) => post('xa-hai', statuses(document.delivery), { code })),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const { timeline } = answerOf(await get('huyen', `/v1/messages/${document.id}/trace`), TraceAnswer);
    const recorded = timeline.filter(({ act }) => act === 'status.record').map(({ details }) => details['statusCode']);
    expect(recorded.sort()).toEqual(['04', '05']);
  });

  test('of a document that this agency did not receive (R9)', async () => {
    const document = await accepted();
    expectProblem(await post('xa-mot', statuses(document.delivery), { code: '03' }), 404, 'not-found');
  });

  test('a recall asks an addressee that has read the document, which answers (R17)', async () => {
    const document = await accepted();
    expect((await get('xa-hai', `/v1/deliveries/${document.delivery}/package`)).status).toBe(200);
    const asked = await post('huyen', `/v1/messages/${document.id}/recall`, { reason: 'Gửi nhầm nơi nhận' });
    expect([asked.status, asked.json]).toMatchObject([202, { messages: [{ organisation: PULLED.organisation }] }]);
    expect((await messageOf('huyen', document.id)).deliveries[0]).toMatchObject({ recall: 'asked' });
    const again = await post('huyen', `/v1/messages/${document.id}/recall`, { reason: 'Gửi nhầm nơi nhận' });
    expect(answerOf(again, RecallAnswer)).toEqual({ messages: [] });
    expect((await post('xa-hai', statuses(document.delivery), { code: '15' })).status).toBe(202);
    expect((await messageOf('huyen', document.id)).deliveries[0]).toMatchObject({ recall: 'agreed' });
    expectProblem(await post('xa-hai', `/v1/messages/${document.id}/recall`, { reason: 'x' }), 404, 'not-found');
  });

  test('a recall stops an unread copy, and asks no addressee', async () => {
    const document = await accepted();
    expect((await inbox('xa-hai')).entries.map(({ delivery }) => delivery)).toContain(document.delivery);
    expect((await post('huyen', `/v1/messages/${document.id}/recall`, { reason: 'Gửi nhầm' })).status).toBe(202);
    expect((await messageOf('huyen', document.id)).deliveries[0]).toMatchObject({
      transport: 'cancelled',
      recall: 'none',
      problem: { code: 'delivery-cancelled' },
    });
    await store.sequencer.sequence();
    expect((await inbox('xa-hai')).entries.map(({ delivery }) => delivery)).not.toContain(document.delivery);
    for (const answer of [
      await get('xa-hai', `/v1/deliveries/${document.delivery}/package`),
      await get('xa-hai', `/v1/messages/${document.id}/package`),
      await post('xa-hai', `/v1/deliveries/${document.delivery}/ack`, { sha256: document.sha256 }),
    ])
      expectProblem(answer, 410, 'delivery-cancelled');
    expect((await get('huyen', `/v1/messages/${document.id}/package`)).status).toBe(200);
  });
});
