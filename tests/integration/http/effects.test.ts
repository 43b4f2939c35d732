// What revocations, updates, replacements, recalls and new versions do to the copies of a document: signed packages over
// the interface, on the real record.

import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority, issue, issueCrl, newKeyPair, type Authority } from '../../../certs/authority.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import type { Transport } from '../../../src/core/exchange/lifecycle.ts';
import { signPackage } from '../../../src/core/signature/sign.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { keySigner } from '../../../src/drivers/signers/key-signer.ts';
import { type HttpFace } from '../../../src/http/start.ts';
import type { Signer } from '../../../src/ports/signer.ts';
import { type ReceivePorts } from '../../../src/gateway/receive/receive.ts';
import { rechecked, recheckNow } from '../../support/rechecks.ts';
import { until } from '../../support/external.ts';
import { StatusAnswer } from '../../../src/api/v1/deliveries.ts';
import { MessageAnswer, RecallAnswer, ReceivedAnswer, TraceAnswer } from '../../../src/api/v1/messages.ts';
import { answerOf, expectProblem, request, tokenOf, type Plain } from '../../support/http.ts';
import { SECRET } from '../../support/gateway-http.ts';
import { documentPackage, element, find, statusPackage, type DocumentFields } from '../../support/packages.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';
import { receivePorts, startReceivingFace } from '../../support/gateway.ts';

const NOW = new Date();
const DISTRICT = 'H99.12';
const [PUSHED, PULLED, THIRD, OTHER] = ['H99.12.01', 'H99.12.02', 'H99.12.03', 'H99.13'] as const;

/** Two communes are pushed to, one pulls; one body has no connection, one is a district of its own. */
const REGISTRY = {
  connections: [
    { id: 'huyen', name: 'Huyện', adapter: 'inbox', sendsFor: [DISTRICT], receivesFor: [DISTRICT] },
    { id: 'khac', name: 'Huyện khác', adapter: 'inbox', sendsFor: [OTHER], receivesFor: [OTHER] },
    ...[PUSHED, THIRD].map((code) => ({
      id: `xa-${code.slice(-2)}`,
      name: code,
      adapter: 'http-push',
      settings: { url: 'http://127.0.0.1:9/' },
      sendsFor: [code],
      receivesFor: [code],
      concurrency: 100,
    })),
    { id: `xa-${PULLED.slice(-2)}`, name: 'Xã', adapter: 'inbox', sendsFor: [PULLED], receivesFor: [PULLED] },
  ],
  organisations: [
    { code: DISTRICT, name: 'UBND huyện Mẫu', receivingConnection: 'huyen' },
    { code: OTHER, name: 'UBND huyện Thử', receivingConnection: 'khac' },
    ...[PUSHED, PULLED, THIRD].map((code) => ({ code, name: code, receivingConnection: `xa-${code.slice(-2)}` })),
  ],
} as const;

let store: PostgresStore;
let face: HttpFace;
let folder: string;
let ports: ReceivePorts;
let authority: Authority;
let leaf: Buffer;
let signer: Signer;
const gateway = { url: '' };
const tokens: Record<string, string> = {};

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'effects-test', connections: 8, log: () => undefined });
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-effects-'));
  authority = await createAuthority({ name: [['CN', 'Gốc thử']], key: 'rsa-2048', now: NOW, days: 30 });
  const key = await newKeyPair('rsa-2048');
  const publicKey = createPublicKey(key);
  leaf = issue(authority, { subject: [['CN', 'Cơ quan']], publicKey, now: NOW, days: 20 }).certificate;
  signer = keySigner('test', key, [leaf]);
  await trust(true);
  ports = await receivePorts(store, folder, {
    signer: keySigner('receipts', await newKeyPair('ec'), []),
    directionOf: (connection, registry) =>
      registry.connections.get(connection)?.adapter === 'inbox' ? 'pull' : 'push',
  });
  face = await startReceivingFace(store, ports);
  gateway.url = `http://localhost:${face.port}`;
  for (const { id } of REGISTRY.connections) tokens[id] = await tokenOf(gateway, id);
}, 120_000);

afterAll(async () => {
  try {
    await face.stop(200);
    await store.close();
  } finally {
    await stopServers();
    await rm(folder, { recursive: true });
  }
});

/** Without the list of revoked certificates nothing can be decided. */
async function trust(listed: boolean): Promise<void> {
  const crl = issueCrl(authority, { now: new Date(), days: 7, number: Math.floor(Date.now() / 1000), revoked: [] });
  const { version } = await applyRegistry(store.pool, {
    ...REGISTRY,
    clients: REGISTRY.connections.map(({ id }) => ({ id, connection: id, secret: SECRET })),
    anchors: [
      {
        certificate: toPem('CERTIFICATE', authority.chain[0]),
        purposes: ['package-signature'],
        revocation: 'required',
      },
    ],
    enrolments: [DISTRICT, OTHER].map((organisation) => ({ organisation, certificate: toPem('CERTIFICATE', leaf) })),
    crls: listed ? [toPem('X509 CRL', crl)] : [],
  });
  await until(
    'the registry is seen',
    10,
    async () => (await store.registry.snapshot()).version === version || undefined,
  );
}

let counter = 0;

/** A DocumentId of its own, and with it a number of its own. */
function fresh(organId: string = DISTRICT): { DocumentId: string; CodeNumber: string } {
  counter += 1;
  return { DocumentId: `${organId},2026/11/20,${counter}/UBND-VP`, CodeNumber: String(counter) };
}

interface Letter extends DocumentFields {
  readonly receivers?: readonly (readonly [organId: string, type: 'added' | 'removed'])[];
  /** With those it concerns, where it says so. */
  readonly replaces?: readonly (string | readonly [documentId: string, ...organIds: string[]])[];
}

function to(...codes: readonly string[]): { OrganId: string }[] {
  return codes.map((OrganId) => ({ OrganId }));
}

function letter({ receivers = [], replaces = [], ...fields }: Letter): Promise<Buffer> {
  const bytes = documentPackage({
    fields: { From: { OrganId: DISTRICT }, To: to(PUSHED, PULLED), DueDate: null, ...fields },
    edit: (root) => {
      const { children } = find(root, 'Bussiness');
      const item = (name: string, ...inner: Parameters<typeof element>[1] & object) => element(name, inner);
      if (receivers.length > 0) {
        const list = receivers.map(([organId, type]) =>
          item('Receiver', item('OrganId', organId), item('ReceiverType', type === 'added' ? '1' : '0')),
        );
        children.push(item('BussinessDocumentInfo', item('DocumentReceiver', '1'), item('ReceiverList', ...list)));
      }
      if (replaces.length > 0) {
        const list = replaces.map((replaced) => {
          const [documentId, ...organIds] = typeof replaced === 'string' ? [replaced] : replaced;
          const named = organIds.map((organId) => item('OrganId', organId));
          const concerned = named.length === 0 ? [] : [item('OrganIdList', ...named)];
          return item('ReplacementInfo', item('DocumentId', documentId), ...concerned);
        });
        children.push(item('ReplacementInfoList', ...list));
      }
    },
  });
  return signPackage(bytes, signer);
}

function send(as: string, body: Buffer): Promise<Plain> {
  return request(gateway, '/v1/messages', {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': 'application/xml' },
    body: new Uint8Array(body),
  });
}

async function sent(fields: Letter, as = 'huyen'): Promise<ReceivedAnswer> {
  const answer = await send(as, await letter(fields));
  if (answer.status !== 202) throw new Error(answer.text);
  await store.sequencer.sequence();
  return answerOf(answer, ReceivedAnswer);
}

const get = (as: string, where: string): Promise<Plain> =>
  request(gateway, where, { headers: { Authorization: `Bearer ${tokens[as] ?? ''}` } });

const post = (as: string, where: string, body: unknown): Promise<Plain> =>
  request(gateway, where, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[as] ?? ''}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

async function seen(id: string, as = 'huyen'): Promise<MessageAnswer> {
  const answer = await get(as, `/v1/messages/${id}`);
  expect(answer.status).toBe(200);
  return answerOf(answer, MessageAnswer);
}

/** `organisation transport recall` of each delivery. */
async function states(id: string): Promise<readonly string[]> {
  return (await seen(id)).deliveries.map((one) => `${one.organisation} ${one.transport} ${one.recall}`);
}

/** Of all that is noticed, what belongs to effects. */
const OURS = new Set([
  'copy-stopped',
  'document-newer-version',
  'holder-unreachable',
  'number-reused',
  'receiver-not-holding',
  'recipient-reached',
  'response-unresolved',
  'revocation-refused',
  'status-out-of-order',
]);

const codes = (said: { readonly findings: ReceivedAnswer['findings'] }): readonly string[] =>
  said.findings.filter(({ code }) => OURS.has(code)).map(({ code }) => code);

const deliveryTo = (said: ReceivedAnswer, organisation: string): string =>
  said.deliveries.find((one) => one.organisation === organisation)?.id ?? '';

/** The way of a pushed copy: a worker leases it, and it ends in the given state. */
async function pushed(
  said: ReceivedAnswer,
  organisation: string,
  ends: Transport | 'sending',
  code?: 'receiver-timeout',
) {
  const { rows } = await store.pool.query<{ transmission: string }>('select transmission from delivery where id = $1', [
    deliveryTo(said, organisation),
  ]);
  const [lease] = await store.work.lease([rows[0]?.transmission ?? ''], 'worker');
  if (lease === undefined) throw new Error('nothing to lease');
  const settle = (transport: Transport): Promise<readonly boolean[]> =>
    store.work.settle([
      {
        lease,
        outcome:
          transport === 'arrived'
            ? { kind: 'done', sha256: '00' }
            : { kind: 'retry', code: code ?? 'receiver-unreachable', facts: { reason: 'ECONNREFUSED' } },
        transport,
        ...(transport === 'retrying' ? { retryAfter: 300 } : {}),
        took: 1,
        audit: [],
      },
    ]);
  if (ends !== 'sending') await settle(ends);
  return settle;
}

const read = (said: ReceivedAnswer, organisation: string = PULLED): Promise<Plain> =>
  get(
    organisation === OTHER ? 'khac' : `xa-${organisation.slice(-2)}`,
    `/v1/deliveries/${deliveryTo(said, organisation)}/package`,
  );

const answer = (delivery: string, code: '15' | '16', as = `xa-${PULLED.slice(-2)}`): Promise<Plain> =>
  post(as, `/v1/deliveries/${delivery}/statuses`, { code, description: 'Đã xem xét' });

describe('a revocation', () => {
  test('stops what has not left, and asks whoever has it', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED, PULLED, THIRD) });
    await pushed(original, PUSHED, 'arrived');
    expect((await read(original)).status).toBe(200);
    await pushed(original, THIRD, 'retrying');

    const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PUSHED) });
    expect(codes(revoke)).toEqual(['recipient-reached', 'recipient-reached', 'copy-stopped']);
    expect(await states(original.id)).toEqual([
      `${PUSHED} arrived asked`,
      `${PULLED} queued asked`,
      `${THIRD} cancelled none`,
    ]);
    expect(await states(revoke.id)).toEqual([
      `${PUSHED} queued asked`,
      `${PULLED} queued asked`,
      `${THIRD} cancelled none`,
    ]);
    expect((await seen(revoke.id)).deliveries.map(({ reach }) => reach)).toEqual([null, 'holder', 'holder']);
    expect((await seen(revoke.id)).related.actsOn).toMatchObject([{ id: original.id, kind: 'new' }]);

    expect((await answer(deliveryTo(revoke, PULLED), '15')).status).toBe(202);
    expect(await states(original.id)).toContain(`${PULLED} queued agreed`);
    expect(await states(revoke.id)).toContain(`${PULLED} queued agreed`);
    expect((await seen(original.id)).related.actedOnBy).toMatchObject([
      {
        id: revoke.id,
        kind: 'revoke',
        answers: [
          { organisation: PUSHED, recall: 'asked' },
          { organisation: PULLED, recall: 'agreed' },
        ],
      },
    ]);
    // The addressee sees its own answer and nobody else's.
    expect((await seen(original.id, `xa-${PULLED.slice(-2)}`)).related.actedOnBy).toMatchObject([
      { answers: [{ organisation: PULLED }] },
    ]);
    const { timeline } = answerOf(await get('huyen', `/v1/messages/${original.id}/trace`), TraceAnswer);
    const acts = timeline.filter(({ act }) => ['delivery.cancel', 'delivery.ask'].includes(act));
    expect(acts.map(({ act, organisation }) => `${act} ${organisation}`).sort()).toEqual([
      `delivery.ask ${PUSHED}`,
      `delivery.ask ${PULLED}`,
      `delivery.cancel ${THIRD}`,
    ]);
    for (const { act, title } of acts) expect(title).not.toContain(act);
  });

  test('waits for the copy that is just being sent, which is not tried again', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED) });
    const settle = await pushed(original, PUSHED, 'sending');
    const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PUSHED) });
    expect(await states(original.id)).toEqual([`${PUSHED} sending asked`]);
    await expect(pushed(revoke, PUSHED, 'arrived')).rejects.toThrow('nothing to lease');
    await settle('retrying');
    expect(await states(original.id)).toEqual([`${PUSHED} cancelled asked`]);
    await pushed(revoke, PUSHED, 'arrived');
  });

  test('goes to an addressee whose copy may have come through', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED) });
    await pushed(original, PUSHED, 'retrying', 'receiver-timeout');
    const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PUSHED) });
    expect([await states(original.id), await states(revoke.id)]).toEqual([
      [`${PUSHED} cancelled asked`],
      [`${PUSHED} queued asked`],
    ]);
  });

  test('that is refused stays visible, and is noticed (16)', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PULLED) });
    await read(original);
    const revoke = await sent({ ...fresh(), BussinessDocType: '1', BussinessDocumentId: document.DocumentId });
    const refused = await answer(deliveryTo(original, PULLED), '16');
    expect(refused.status).toBe(202);
    const { id } = answerOf(refused, StatusAnswer);
    expect(codes(await seen(id, `xa-${PULLED.slice(-2)}`))).toEqual(['revocation-refused']);
    for (const message of [original, revoke]) expect(await states(message.id)).toContain(`${PULLED} queued refused`);
    expect((await answer(deliveryTo(original, PULLED), '15')).status).toBe(202);
    expect(await states(revoke.id)).toContain(`${PULLED} queued agreed`);
  });

  test.each([
    ['that nobody knows', () => Promise.resolve(fresh().DocumentId)],
    [
      'of another sender',
      async () => {
        const document = fresh(OTHER);
        await sent({ ...document, From: { OrganId: OTHER }, To: to(PULLED) }, 'khac');
        return document.DocumentId;
      },
    ],
  ])('of a document %s is not found (R18)', async (_, documentId) => {
    const target = await documentId();
    for (const BussinessDocType of ['1', '2'])
      expectProblem(
        await send('huyen', await letter({ ...fresh(), BussinessDocType, BussinessDocumentId: target })),
        404,
        'not-found',
      );
    expectProblem(
      await send('huyen', await letter({ ...fresh(), BussinessDocType: '3', replaces: [target] })),
      404,
      'not-found',
    );
  });

  test('that is held does nothing until it is released, and nothing when it is returned', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED, PULLED) });
    await read(original);
    await trust(false);
    const revoke = await sent({ ...document, BussinessDocType: '1' });
    const untouched = [`${PUSHED} queued none`, `${PULLED} queued none`];
    expect([await states(original.id), await states(revoke.id)]).toEqual([untouched, untouched]);
    await trust(true);
    await recheckNow(store.pool, {
      ...ports,
      rechecks: store.rechecks,
      heldPatience: 3600,
      events: rechecked().events,
    });
    expect(await states(original.id)).toEqual([`${PUSHED} cancelled none`, `${PULLED} queued asked`]);
    expect(await states(revoke.id)).toEqual([`${PUSHED} cancelled none`, `${PULLED} queued asked`]);
  });

  test('that is held takes in the versions accepted meanwhile, and reaches who got one', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED) });
    await trust(false);
    const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PUSHED) });
    await trust(true);
    const version = await sent({ ...document, To: to(PUSHED, PULLED, THIRD) });
    await read(version);
    const update = await sent({
      ...fresh(),
      BussinessDocType: '2',
      BussinessDocumentId: document.DocumentId,
      To: to(OTHER),
    });
    await read(update, OTHER);
    await recheckNow(store.pool, {
      ...ports,
      rechecks: store.rechecks,
      heldPatience: 3600,
      events: rechecked().events,
    });
    await store.sequencer.sequence();
    expect(await states(original.id)).toEqual([`${PUSHED} cancelled none`]);
    expect(await states(version.id)).toEqual([`${PULLED} queued asked`, `${THIRD} cancelled none`]);
    expect((await states(update.id)).toSorted()).toEqual([
      `${PUSHED} cancelled none`,
      `${PULLED} cancelled none`,
      `${THIRD} cancelled none`,
      `${OTHER} queued asked`,
    ]);
    // Whose copy never left hears nothing, and whom the receipt does not name gets no delivery for that.
    expect((await states(revoke.id)).toSorted()).toEqual([
      `${PUSHED} cancelled none`,
      `${PULLED} queued asked`,
      `${OTHER} queued asked`,
    ]);
    const shown = await seen(revoke.id);
    expect(shown.related.actsOn.map(({ id }) => id).toSorted()).toEqual([original.id, version.id, update.id]);
    expect(codes(shown).filter((code) => code === 'recipient-reached')).toHaveLength(2);
    const own = shown.deliveries.find(({ organisation }) => organisation === PULLED)?.id ?? '';
    expect((await get(`xa-${PULLED.slice(-2)}`, `/v1/deliveries/${own}/package`)).status).toBe(200);
    expect((await answer(own, '15')).status).toBe(202);
    expect(await states(version.id)).toContain(`${PULLED} queued agreed`);
  });
});

test('what is said of one delivery is recorded on that one, whatever else has its DocumentId', async () => {
  const document = fresh();
  const original = await sent({ ...document, To: to(PULLED) });
  await read(original);
  const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PULLED) });
  await read(revoke);
  const say = (said: ReceivedAnswer, code: string): Promise<Plain> =>
    post(`xa-${PULLED.slice(-2)}`, `/v1/deliveries/${deliveryTo(said, PULLED)}/statuses`, { code });
  const handled = async (said: ReceivedAnswer): Promise<unknown> =>
    ((await seen(said.id)).deliveries as unknown as { business: { furthest: string | null } }[])[0]?.business.furthest;
  expect((await say(original, '03')).status).toBe(202);
  expect([await handled(original), await handled(revoke)]).toEqual(['03', null]);
  // The same words of the other one, within the same second or not, are another statement.
  expect((await say(revoke, '03')).status).toBe(202);
  expect([await handled(original), await handled(revoke)]).toEqual(['03', '03']);
  expect((await say(original, '04')).status).toBe(202);
  expect([await handled(original), await handled(revoke)]).toEqual(['04', '03']);
});

describe('an update', () => {
  test('reaches those who have it, those it adds, and those it removes', async () => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED, PULLED) });
    const update = await sent({
      ...document,
      BussinessDocType: '2',
      To: to(PUSHED),
      receivers: [
        [PULLED, 'removed'],
        [THIRD, 'added'],
        [OTHER, 'removed'],
      ],
    });
    expect(codes(update)).toEqual(['recipient-reached', 'receiver-not-holding', 'copy-stopped']);
    // Who stays gets the document first; who is removed in time gets nothing.
    expect(await states(original.id)).toEqual([`${PUSHED} queued none`, `${PULLED} cancelled none`]);
    expect(
      (await seen(update.id)).deliveries.map((one) => `${one.organisation} ${one.reach} ${one.transport}`),
    ).toEqual([`${PUSHED} null queued`, `${PULLED} removed cancelled`, `${THIRD} added queued`]);
    await expect(pushed(update, PUSHED, 'arrived')).rejects.toThrow('nothing to lease');
    await pushed(original, PUSHED, 'arrived');
    await pushed(update, PUSHED, 'arrived');

    // Agreeing to an update gives nothing back: a revocation reaches the one who agreed, and the one who was added.
    await pushed(update, THIRD, 'arrived');
    expect((await answer(deliveryTo(update, PUSHED), '15', `xa-${PUSHED.slice(-2)}`)).status).toBe(202);
    expect(await states(update.id)).toContain(`${PUSHED} arrived agreed`);
    const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PUSHED) });
    expect((await states(revoke.id)).toSorted()).toEqual([`${PUSHED} queued asked`, `${THIRD} queued asked`]);
    expect(await states(update.id)).toEqual([
      `${PUSHED} arrived agreed`,
      `${PULLED} cancelled none`,
      `${THIRD} arrived asked`,
    ]);
  });

  test('that names nobody known among those it adds is refused', async () => {
    const document = fresh();
    await sent(document);
    const update = await letter({ ...document, BussinessDocType: '2', receivers: [['H99.77', 'added']] });
    expectProblem(await send('huyen', update), 422, 'recipient-unknown');
  });
});

test('a replacement stops what it replaces, waits for all of it, and reaches whoever has some of it', async () => {
  const [one, other] = [fresh(), fresh()];
  const first = await sent({ ...one, To: to(PUSHED, THIRD) });
  const second = await sent({ ...other, To: to(PUSHED, PULLED) });
  await pushed(first, THIRD, 'arrived');
  const settleFirst = await pushed(first, PUSHED, 'sending');
  const settleSecond = await pushed(second, PUSHED, 'sending');
  const replacing = fresh();
  const replace = await sent({
    ...replacing,
    BussinessDocType: '3',
    To: to(PUSHED),
    replaces: [one.DocumentId, other.DocumentId],
  });
  expect(await states(second.id)).toEqual([`${PUSHED} sending none`, `${PULLED} cancelled none`]);
  expect((await states(replace.id)).toSorted()).toEqual([
    `${PUSHED} queued asked`,
    `${PULLED} cancelled none`,
    `${THIRD} queued asked`,
  ]);
  for (const settle of [settleSecond, settleFirst]) {
    await expect(pushed(replace, PUSHED, 'arrived')).rejects.toThrow('nothing to lease');
    await settle('arrived');
  }
  // Its own revocation does not overtake it.
  const revoke = await sent({ ...replacing, BussinessDocType: '1', To: to(PUSHED) });
  expect(await states(replace.id)).toContain(`${THIRD} cancelled none`);
  expect((await states(revoke.id)).toSorted()).toEqual([`${PUSHED} cancelled none`, `${THIRD} cancelled none`]);
});

test.each(['at once', 'after it was held'])(
  'a replacement that says whom it concerns leaves the others theirs, %s',
  async (when) => {
    const [one, other] = [fresh(), fresh()];
    const first = await sent({ ...one, To: to(PUSHED, PULLED, THIRD) });
    const second = await sent({ ...other, To: to(PUSHED) });
    if (when !== 'at once') await trust(false);
    const replace = await sent({
      ...fresh(),
      BussinessDocType: '3',
      To: to(PULLED),
      replaces: [[one.DocumentId, PULLED, THIRD, OTHER], other.DocumentId],
    });
    if (when !== 'at once') {
      expect(await states(first.id)).toEqual([
        `${PUSHED} queued none`,
        `${PULLED} queued none`,
        `${THIRD} queued none`,
      ]);
      await trust(true);
      await recheckNow(store.pool, {
        ...ports,
        rechecks: store.rechecks,
        heldPatience: 3600,
        events: rechecked().events,
      });
    }
    expect(await states(first.id)).toEqual([
      `${PUSHED} queued none`,
      `${PULLED} cancelled none`,
      `${THIRD} cancelled none`,
    ]);
    expect(await states(second.id)).toEqual([`${PUSHED} cancelled none`]);
    expect((await states(replace.id)).toSorted()).toEqual([
      `${PUSHED} cancelled none`,
      `${PULLED} queued asked`,
      `${THIRD} cancelled none`,
    ]);
    const { findings } = await seen(replace.id);
    const notHolding = findings.filter(({ code }) => code === 'receiver-not-holding');
    expect(notHolding.map(({ facts }) => facts)).toEqual([{ organId: OTHER }]);
  },
);

describe('a recall (13)', () => {
  test.each(['by operation', 'by package'])('%s stops and asks alike', async (how) => {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED, PULLED, THIRD) });
    await pushed(original, PUSHED, 'arrived');
    await pushed(original, THIRD, 'retrying');
    const messages: string[] = [];
    if (how === 'by operation') {
      const answered = await post('huyen', `/v1/messages/${original.id}/recall`, { reason: 'Gửi nhầm' });
      expect(answered.status).toBe(202);
      messages.push(...answerOf(answered, RecallAnswer).messages.map(({ id }) => id));
    } else {
      const timestamp = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 19).replaceAll('-', '/');
      for (const OrganId of [PUSHED, PULLED, THIRD]) {
        const said = await send(
          'huyen',
          statusPackage({
            fields: {
              From: { OrganId: DISTRICT },
              ResponseFor: { OrganId, DocumentId: document.DocumentId },
              StatusCode: '13',
              Description: 'Gửi nhầm',
              Timestamp: timestamp.replace('T', ' '),
            },
          }),
        );
        expect(said.status).toBe(202);
        messages.push(answerOf(said, ReceivedAnswer).id);
      }
    }
    expect(await states(original.id)).toEqual([
      `${PUSHED} arrived asked`,
      `${PULLED} cancelled none`,
      `${THIRD} cancelled none`,
    ]);
    // Whose copy never left hears nothing of it.
    expect((await Promise.all(messages.map(states))).flat()).toEqual([
      `${PUSHED} queued none`,
      `${PULLED} cancelled none`,
      `${THIRD} cancelled none`,
    ]);
    expect((await answer(deliveryTo(original, PUSHED), '15', `xa-${PUSHED.slice(-2)}`)).status).toBe(202);
    expect(await states(original.id)).toContain(`${PUSHED} arrived agreed`);
    // All copies are gone: the document may be sent anew, corrected.
    const again = await sent({ ...document, Subject: 'Bản đã sửa', To: to(PUSHED) });
    expect(codes(again)).toEqual(['document-newer-version']);
    expect((await seen(again.id)).related.previous).toMatchObject([{ id: original.id }]);
    expect((await seen(original.id)).related.next).toMatchObject([{ id: again.id }]);
  });

  test('is possible after 06, and for what is held', async () => {
    const original = await sent({ ...fresh(), To: to(PULLED) });
    await read(original);
    await post(`xa-${PULLED.slice(-2)}`, `/v1/deliveries/${deliveryTo(original, PULLED)}/statuses`, { code: '06' });
    await post('huyen', `/v1/messages/${original.id}/recall`, { reason: 'Gửi nhầm' });
    expect(await states(original.id)).toEqual([`${PULLED} queued asked`]);

    await trust(false);
    const held = await sent({ ...fresh(), To: to(PULLED) });
    await trust(true);
    expect((await post('huyen', `/v1/messages/${held.id}/recall`, { reason: 'Gửi nhầm' })).status).toBe(202);
    expect(await states(held.id)).toEqual([`${PULLED} cancelled none`]);
    await recheckNow(store.pool, {
      ...ports,
      rechecks: store.rechecks,
      heldPatience: 3600,
      events: rechecked().events,
    });
    expect(await states(held.id)).toEqual([`${PULLED} cancelled none`]);
    await store.sequencer.sequence();
    expectProblem(await read(held), 410, 'delivery-cancelled');
  });
});

describe('versions of one document', () => {
  test('with more addressees, nobody gets it twice', async () => {
    const document = fresh();
    const first = await sent({ ...document, To: to(PUSHED) });
    const second = await sent({ ...document, To: to(PUSHED, PULLED), ToPlaces: ['Như trên'] });
    expect(second.deliveries.map(({ organisation }) => organisation)).toEqual([PULLED]);
    expect(codes(second)).toEqual(['document-newer-version']);
    expect((await seen(first.id)).related.next).toMatchObject([{ id: second.id }]);
    // The refusing one gets it again with the next version, the others do not.
    await read(second);
    await post(`xa-${PULLED.slice(-2)}`, `/v1/deliveries/${deliveryTo(second, PULLED)}/statuses`, {
      code: '02',
      description: 'Sai',
    });
    const third = await sent({ ...document, To: to(THIRD, PULLED, PUSHED) });
    expect(third.deliveries.map(({ organisation }) => organisation).toSorted()).toEqual([PULLED, THIRD]);
    const revoke = await sent({ ...document, BussinessDocType: '1', To: to(PUSHED) });
    expect((await states(revoke.id)).toSorted()).toEqual([
      `${PUSHED} cancelled none`,
      `${PULLED} queued asked`,
      `${THIRD} cancelled none`,
    ]);
  });

  test.each<readonly [string, Letter]>([
    ['fewer addressees', { To: to(PULLED) }],
    ['the same addressees and another trace', { To: to(PUSHED), TraceHeaders: [{}, {}] }],
    ['another subject', { To: to(PUSHED, PULLED), Subject: 'Khác' }],
    ['another due date', { To: to(PUSHED, PULLED), DueDate: '2027/01/01' }],
  ])('%s: a conflict', async (_, change) => {
    const document = fresh();
    await sent({ ...document, To: to(PUSHED) });
    expectProblem(await send('huyen', await letter({ ...document, ...change })), 409, 'document-conflict');
  });
});

describe('what is told', () => {
  test('a number given out twice, to its own issuer with the other document (number-reused)', async () => {
    const [one, other] = [fresh(), fresh()];
    await sent(one);
    const reused = await sent({ ...other, CodeNumber: one.CodeNumber });
    expect(reused.findings.find(({ code }) => code === 'number-reused')?.facts).toEqual({
      number: `${one.CodeNumber}/UBND-VP`,
      documentId: one.DocumentId,
    });
    expect(codes(await seen(reused.id))).toContain('number-reused');
    // Another year, another issuer, and what replaces the first are no reuse.
    for (const [fields, as] of [
      [{ ...fresh(), PromulgationDate: '2025/11/20' }, 'huyen'],
      [{ ...fresh(OTHER), From: { OrganId: OTHER } }, 'khac'],
      [{ ...fresh(), BussinessDocType: '3', replaces: [one.DocumentId] }, 'huyen'],
    ] as const)
      expect(codes(await sent({ ...fields, CodeNumber: one.CodeNumber }, as))).not.toContain('number-reused');
  });

  test('an answer to a document that its sender has not here (R19)', async () => {
    const theirs = fresh(OTHER);
    const received = await sent({ ...theirs, From: { OrganId: OTHER }, To: to(DISTRICT) }, 'khac');
    const foreign = fresh(OTHER);
    await sent({ ...foreign, From: { OrganId: OTHER }, To: to(PULLED) }, 'khac');
    const responses = [theirs.DocumentId, foreign.DocumentId, 'không có'].map((DocumentId) => ({
      OrganId: OTHER,
      Code: '1/UBND',
      DocumentId,
      PromulgationDate: '2026/11/20',
    }));
    const reading = await get('huyen', `/v1/deliveries/${deliveryTo(received, DISTRICT)}/package`);
    expect(reading.status).toBe(200);
    const reply = await sent({ ...fresh(), To: to(OTHER), ResponseFor: responses });
    const unresolved = reply.findings.filter(({ code }) => code === 'response-unresolved');
    expect(unresolved.map(({ facts }) => facts)).toEqual([
      { documentId: foreign.DocumentId },
      { documentId: 'không có' },
    ]);
    expect((await seen(reply.id)).related.answers).toMatchObject([{ id: received.id }]);
    expect((await seen(received.id, 'khac')).related.answeredBy).toMatchObject([{ id: reply.id }]);
  });
});

test('fetching, acknowledging and leasing against a revocation: whoever has it is asked, nobody else gets it', async () => {
  for (let round = 0; round < 6; round += 1) {
    const document = fresh();
    const original = await sent({ ...document, To: to(PUSHED, PULLED) });
    const taking = round % 2 === 0 ? read(original) : acknowledge(original);
    const [taken, revoke, leased] = await Promise.all([
      taking,
      sent({ ...document, BussinessDocType: '1' }),
      pushed(original, PUSHED, 'sending').then(
        () => true,
        () => false,
      ),
    ]);
    const got = taken.status === 200;
    expect([200, 410]).toContain(taken.status);
    const [toPushed, toPulled] = await states(original.id);
    expect(toPushed).toBe(`${PUSHED} ${leased ? 'sending asked' : 'cancelled none'}`);
    expect(toPulled).toMatch(got ? /asked$/ : /cancelled none$/);
    expect(await states(revoke.id)).toEqual([
      `${PUSHED} ${leased ? 'queued asked' : 'cancelled none'}`,
      `${PULLED} ${got ? 'queued asked' : 'cancelled none'}`,
    ]);
  }
});

async function acknowledge(said: ReceivedAnswer): Promise<Plain> {
  const { rows } = await store.pool.query<{ sha256: string }>('select sha256 from message where id = $1', [said.id]);
  return await post(`xa-${PULLED.slice(-2)}`, `/v1/deliveries/${deliveryTo(said, PULLED)}/ack`, {
    sha256: rows[0]?.sha256,
  });
}
