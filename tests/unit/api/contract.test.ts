// What the compiler holds against the contract: under each `@ts-expect-error` the type check must find an error.

import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { parametersOf, type Params } from '../../../src/api/parameters.ts';
import { TRANSPORT_STEPS, type Transport } from '../../../src/core/exchange/lifecycle.ts';
import { transport } from '../../../src/api/values.ts';
import { noBody, noQuery, queryOf } from '../../../src/http/inputs.ts';
import { answer, publicOperation } from '../../../src/http/operation.ts';

const Ship = z.strictObject({
  name: z.string(),
  flag: z.string().nullable(),
  decks: z.array(z.strictObject({ level: z.int(), doors: z.int().optional() })),
});

const DECK = { level: 1 };

describe('an answer', () => {
  test('has what its schema declares', () => {
    const ship: { readonly name: string; readonly flag: string | null; readonly decks: readonly { level: number }[] } =
      {
        name: 'Sao Mai',
        flag: null,
        decks: [DECK],
      };
    const sent = answer(200, Ship, ship, { 'Lienthong-Test': 'yes' });
    expect(sent).toMatchObject({ status: 200, type: 'application/json; charset=utf-8', text: JSON.stringify(ship) });
    expect(sent.headers).toEqual({ 'Lienthong-Test': 'yes' });
  });

  test('that lacks a member does not compile', () => {
    // @ts-expect-error -- `flag` is missing
    answer(200, Ship, { name: 'Sao Mai', decks: [DECK] });
    // @ts-expect-error -- `level` is missing in a member of a list
    expect(answer(200, Ship, { name: 'Sao Mai', flag: null, decks: [{ doors: 2 }] }).status).toBe(200);
  });

  test('with an undeclared member does not compile, wherever it comes from', () => {
    const ship = { name: 'Sao Mai', flag: null, decks: [DECK], crew: 7 };
    // @ts-expect-error -- `crew`, out of a variable
    answer(200, Ship, ship);
    const decks = [{ level: 1, cabins: 4 }];
    // @ts-expect-error -- `cabins`, in a member of a list
    expect(answer(200, Ship, { name: 'Sao Mai', flag: null, decks }).status).toBe(200);
  });

  test('of another type does not compile', () => {
    // @ts-expect-error -- a number is no name
    expect(answer(200, Ship, { name: 1, flag: null, decks: [] }).status).toBe(200);
    const any: Transport = 'queued';
    // @ts-expect-error -- no state of a delivery
    expect([answer(200, transport, any), answer(200, transport, 'lost')]).toHaveLength(2);
  });
});

describe('an operation', () => {
  const described = {
    id: 'getShip',
    method: 'get',
    path: '/v1/ships/{id}/decks/{n}',
    summary: 'A ship',
    query: queryOf(z.object({ flag: z.string().optional() })),
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'It', schema: Ship }, 404: { description: 'None', schema: z.literal('none') } },
  } as const;

  test('answers a status with the schema that it declares for it', () => {
    publicOperation(described, () => () => Promise.resolve(answer(404, z.literal('none'), 'none')));
    // @ts-expect-error -- a status that is not declared
    publicOperation(described, () => () => Promise.resolve(answer(202, z.literal('none'), 'none')));
    // @ts-expect-error -- the schema of another status
    publicOperation(described, () => () => Promise.resolve(answer(200, z.literal('none'), 'none')));
    // @ts-expect-error -- no answer that `answer` made
    publicOperation(described, () => () => Promise.resolve({ status: 200, json: {} }));
    expect(described.answers[200].schema).toBe(Ship);
  });

  test('knows the parameters of its path and of its query, and no others', () => {
    publicOperation(described, () => ({ params, query }) => {
      const texts: readonly (string | undefined)[] = [params.id, params.n, query.flag];
      // @ts-expect-error -- the path has no such parameter
      const missing: unknown = params.name;
      // @ts-expect-error -- nor has the query
      const asked: unknown = query.name;
      return Promise.resolve(texts.length > 0 || missing === asked ? 'sent' : 'sent');
    });
    publicOperation({ ...described, path: '/v1/ships', query: noQuery }, () => ({ params }) => {
      // @ts-expect-error -- this path has none
      const missing: unknown = params.id;
      return Promise.resolve(missing === undefined ? 'sent' : 'sent');
    });
    // @ts-expect-error -- a name that is no row of PARAMETERS is no parameter
    const other: Params<'/v1/{id}/{other}'> = { id: 'a', other: 'b' };
    expect(Object.keys(other)).toHaveLength(2);
    expect(parametersOf(described.path)).toEqual(['id', 'n']);
  });
});

test('an enumeration of the contract is the closed set of the core', () => {
  expect(transport.options).toEqual(Object.keys(TRANSPORT_STEPS));
});
