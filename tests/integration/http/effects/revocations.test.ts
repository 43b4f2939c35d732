// Revocations and recalls: what they stop, whom they ask, and what an answer does.

import { describe, expect, test } from '@jest/globals';
import { rechecked, recheckNow } from '../../../support/rechecks.ts';
import { StatusAnswer } from '../../../../src/api/v1/deliveries.ts';
import { RecallAnswer, ReceivedAnswer, TraceAnswer } from '../../../../src/api/v1/messages.ts';
import { answerOf, expectProblem, type Plain } from '../../../support/http.ts';
import { statusPackage } from '../../../support/packages.ts';
import {
  DISTRICT,
  PUSHED,
  PULLED,
  THIRD,
  OTHER,
  store,
  ports,
  trust,
  fresh,
  to,
  letter,
  send,
  sent,
  get,
  post,
  seen,
  states,
  codes,
  deliveryTo,
  pushed,
  read,
  answer,
  acknowledge,
} from './world.ts';

describe('a revocation', () => {
  test('stops copies that have not left, and asks the holders of the others', async () => {
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
    // The addressee sees its own answer and no other.
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
    ['that is unknown', () => Promise.resolve(fresh().DocumentId)],
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
    // An addressee whose copy never left hears nothing, and one that the receipt does not name gets no delivery for that.
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
    // An addressee whose copy never left hears nothing of it.
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

test('fetching, acknowledging and leasing against a revocation: each holder is asked, no other gets it', async () => {
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
