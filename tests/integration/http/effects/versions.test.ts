// Updates, replacements and new versions: whom they reach, and what is said to their sender.

import { describe, expect, test } from '@jest/globals';
import { rechecked, recheckNow } from '../../../support/rechecks.ts';
import { expectProblem } from '../../../support/http.ts';
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
  type Letter,
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
} from './world.ts';

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
    // An addressee that stays gets the document first; one removed in time gets nothing.
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
      `${PUSHED} arrived asked`,
      `${PULLED} cancelled none`,
      `${THIRD} arrived asked`,
    ]);
  });

  test('that adds an unknown organisation is refused', async () => {
    const document = fresh();
    await sent(document);
    const update = await letter({ ...document, BussinessDocType: '2', receivers: [['H99.77', 'added']] });
    expectProblem(await send('huyen', update), 422, 'recipient-unknown');
  });
});

test('a replacement stops what it replaces, waits for all of it, and reaches every holder of a part', async () => {
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

describe('versions of one document', () => {
  test('with more addressees, no addressee gets it twice', async () => {
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
