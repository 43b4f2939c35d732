// Statement by statement against the tables of core: an event moves the rows that its table leads from, to where it says,
// with every column that goes with the new state; and no other row.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  advanceTransport,
  RECALL_STEPS,
  TRANSMISSION_STEPS,
  TRANSPORT_MARKS,
  type RecordedTransport,
  type TransmissionEvent,
  type TransmissionState,
} from '../../../src/core/exchange/lifecycle.ts';
import { newId } from '../../../src/drivers/ids.ts';
import {
  askDeliveries,
  endsOfTry,
  moveDeliveries,
  moveTransmissions,
  problemOf,
  reportOn,
  type DeliveryEvent,
} from '../../../src/drivers/postgres/record/moves.ts';
import { SCHEMA } from '../../../src/drivers/postgres/pool.ts';
import { freshDatabase, stopServers } from '../../support/postgres.ts';

const STATES = Object.keys(TRANSPORT_MARKS) as RecordedTransport[];
const EVENTS: readonly DeliveryEvent[] = ['arrive', 'hand-over', 'retry', 'park', 'return', 'cancel', 'resend'];
const TRANSMISSION_STATES = Object.keys(TRANSMISSION_STEPS) as TransmissionState[];
const TRANSMISSION_EVENTS: readonly TransmissionEvent[] = ['release', 'block', 'retry', 'park', 'finish'];
const PROBLEM = problemOf('receiver-busy', `'{"n":1}'`);

let client: pg.Client;

beforeAll(async () => {
  const { runUrl } = await freshDatabase();
  client = new pg.Client({ connectionString: runUrl, options: `-c search_path=${SCHEMA}` });
  await client.connect();
}, 120_000);

beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

afterAll(async () => {
  await client.end();
  await stopServers();
});

interface Delivery {
  readonly id: string;
  readonly transport: RecordedTransport;
  readonly problem_code: string | null;
  readonly problem_facts: unknown;
  readonly finished_at: Date | null;
  readonly handed_over_at: Date | null;
  readonly arrived_at: Date | null;
  readonly blocked_by: string | null;
  readonly recall: string;
  readonly asked_by: string | null;
}

/** As each state is recorded: with the columns that go with it. */
async function insert(transport: RecordedTransport, over: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { finished, problem } = TRANSPORT_MARKS[transport];
  const taken = transport === 'handed-over' || transport === 'arrived';
  const id = newId(new Date());
  const row: Readonly<Record<string, unknown>> = {
    id,
    message: id,
    transmission: id,
    organisation: 'H99.12.01',
    connection: 'xa-mot',
    order_key: id,
    transport,
    problem_code: problem ? 'receiver-refused' : null,
    problem_facts: problem ? '{}' : null,
    finished_at: finished ? '2026-11-20T00:00:00Z' : null,
    handed_over_at: taken ? '2026-11-20T00:00:00Z' : null,
    arrived_at: transport === 'arrived' ? '2026-11-20T00:00:00Z' : null,
    ...over,
  };
  const columns = Object.keys(row);
  await client.query(
    `insert into delivery (${columns.join(', ')}) values (${columns.map((_each, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  );
  return id;
}

async function deliveryOf(id: string): Promise<Delivery | undefined> {
  return (await client.query<Delivery>('select * from delivery where id = $1', [id])).rows[0];
}

/** What the tables say of a delivery whose row tells `state`: where a lease is live, it is being sent. */
function after(state: RecordedTransport, event: DeliveryEvent): string | null {
  const leased = advanceTransport(state, 'lease') === 'sending';
  return advanceTransport(state, event) ?? (leased ? advanceTransport('sending', event) : null);
}

/** Whether the columns of a row are those of its state. */
function isWhole(row: Delivery | undefined): boolean {
  if (row === undefined) return false;
  const { finished, problem } = TRANSPORT_MARKS[row.transport];
  return (
    (row.finished_at !== null) === finished &&
    (row.problem_code !== null) === problem &&
    (row.problem_facts !== null) === problem &&
    (row.blocked_by === null || !finished) &&
    (row.handed_over_at !== null || !['handed-over', 'arrived'].includes(row.transport)) &&
    (row.arrived_at !== null) === (row.transport === 'arrived')
  );
}

describe('a delivery', () => {
  describe.each(EVENTS)('%s', (event) => {
    test.each(STATES)('from %s', async (state) => {
      const id = await insert(state);
      const before = await deliveryOf(id);
      const { rowCount } = await client.query(moveDeliveries(event, { where: 'd.id = $1', problem: PROBLEM }), [id]);
      const to = after(state, event);
      const row = await deliveryOf(id);
      expect({ rowCount, transport: row?.transport }).toEqual({
        rowCount: to === null ? 0 : 1,
        transport: to ?? state,
      });
      expect(isWhole(row)).toBe(true);
      if (to === null) expect(row).toEqual(before);
    });
  });

  test('several at once move by the same table, each by itself', async () => {
    const ids = new Map<RecordedTransport, string>();
    for (const state of STATES) ids.set(state, await insert(state));
    await client.query(moveDeliveries('return', { where: 'd.id = any($1::uuid[])', problem: PROBLEM }), [
      [...ids.values()],
    ]);
    for (const [state, id] of ids) expect((await deliveryOf(id))?.transport).toBe(after(state, 'return') ?? state);
  });

  test('only from the states that are asked for, of those that the table names', async () => {
    const ids: string[] = [];
    for (const state of STATES) ids.push(await insert(state));
    const moved = await client.query<{ id: string }>(
      `${moveDeliveries('resend', { where: 'd.id = any($1::uuid[])', states: ['parked', 'arrived'] })} returning d.id`,
      [ids],
    );
    expect(moved.rows).toEqual([{ id: ids[STATES.indexOf('parked')] }]);
  });

  test.each<DeliveryEvent>(['arrive', 'hand-over'])('%s of what was reported on already is arrival', async (event) => {
    const id = await insert('queued', { business_latest: '01', business_furthest: '01' });
    await client.query(moveDeliveries(event, { where: 'd.id = $1' }), [id]);
    const row = await deliveryOf(id);
    expect(row?.transport).toBe('arrived');
    expect(isWhole(row)).toBe(true);
  });

  test('a state that needs a reason is not reached without one', () => {
    for (const event of ['retry', 'park', 'return'] as const)
      expect(() => moveDeliveries(event, { where: 'true' })).toThrow(RangeError);
  });

  test('a move frees it of what it waited for only when it is finished by it', async () => {
    const blocker = newId(new Date());
    for (const event of ['cancel', 'park'] as const) {
      const id = await insert('queued', { blocked_by: blocker });
      await client.query(moveDeliveries(event, { where: 'd.id = $1', problem: PROBLEM }), [id]);
      expect((await deliveryOf(id))?.blocked_by).toBe(event === 'cancel' ? null : blocker);
    }
  });
});

describe('the end of a try', () => {
  const text = `with ended as (select $1::uuid as id, $2::text as transport, 'receiver-busy' as code, '{}'::json as facts)
    ${moveDeliveries(endsOfTry('e.transport').deliveries, {
      from: 'ended e',
      where: 'd.id = e.id',
      states: ['sending'],
      problem: { code: 'e.code', facts: 'e.facts' },
    })}`;

  describe.each<[RecordedTransport, TransmissionState]>([
    ['arrived', 'finished'],
    ['handed-over', 'finished'],
    ['retrying', 'ready'],
    ['parked', 'parked'],
    ['returned', 'finished'],
  ])('%s', (to, ended) => {
    test.each(STATES)('of a delivery that is %s', async (state) => {
      const id = await insert(state);
      const { rowCount } = await client.query(text, [id, to]);
      const row = await deliveryOf(id);
      const isSent = state === 'queued' || state === 'retrying';
      expect({ rowCount, transport: row?.transport }).toEqual({
        rowCount: isSent ? 1 : 0,
        transport: isSent ? to : state,
      });
      expect(isWhole(row)).toBe(true);
    });

    test(`makes its transmission ${ended}`, async () => {
      const id = await insertTransmission('ready');
      const move = moveTransmissions(endsOfTry('g.transport').transmissions, {
        from: '(select $1::uuid as id, $2::text as transport) as g',
        where: 't.id = g.id',
      });
      await client.query(move, [id, to]);
      expect(await stateOf(id)).toBe(ended);
    });
  });
});

async function insertTransmission(state: TransmissionState): Promise<string> {
  const id = newId(new Date());
  await client.query(
    `insert into transmission (id, message, connection, direction, urgent, state, referenced_at, lease_until)
     values ($1, $1, 'xa-mot', 'push', false, $2, case $2 when 'ready' then now() end,
             case $2 when 'ready' then now() end)`,
    [id, state],
  );
  return id;
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await client.query<{ state: string }>('select state from transmission where id = $1', [id])).rows[0]?.state;
}

describe('a transmission', () => {
  describe.each(TRANSMISSION_EVENTS)('%s', (event) => {
    test.each(TRANSMISSION_STATES)('from %s', async (state) => {
      const id = await insertTransmission(state);
      const { rows } = await client.query(`${moveTransmissions(event, { where: 't.id = $1' })} returning t.*`, [id]);
      const to = TRANSMISSION_STEPS[state][event];
      expect(await stateOf(id)).toBe(to ?? state);
      expect(rows).toEqual(
        to === undefined
          ? []
          : [
              expect.objectContaining({
                state: to,
                lease_until: null,
                referenced_at: event === 'release' ? expect.any(Date) : null,
              }),
            ],
      );
    });
  });

  test('blocked or ready, as each of many is', async () => {
    const [waits, leaves] = [await insertTransmission('held'), await insertTransmission('held')];
    await client.query(
      moveTransmissions(
        { block: 'g.waits', release: 'not g.waits' },
        { from: '(select $1::uuid as id, true as waits union all select $2, false) as g', where: 't.id = g.id' },
      ),
      [waits, leaves],
    );
    expect([await stateOf(waits), await stateOf(leaves)]).toEqual(['blocked', 'ready']);
  });
});

/** Whether the database takes a row; refused rows break nothing. */
async function isTaken(write: () => Promise<unknown>): Promise<boolean> {
  await client.query('savepoint row');
  try {
    await write();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: '23514' });
    return false;
  } finally {
    await client.query('rollback to savepoint row');
  }
}

/** All combinations of one of each. */
function combinations<Row extends object>(choices: { readonly [Key in keyof Row]: readonly Row[Key][] }): Row[] {
  return (Object.keys(choices) as (keyof Row)[]).reduce<Row[]>(
    (rows, key) => rows.flatMap((row) => choices[key].map((value) => ({ ...row, [key]: value }))),
    [{} as Row],
  );
}

describe('the schema', () => {
  const AT = '2026-11-20T00:00:00Z';

  test.each(STATES)('takes what is %s with its columns, and no other row', async (transport) => {
    const rows = combinations<Omit<Delivery, 'id' | 'recall' | 'asked_by'>>({
      transport: [transport],
      problem_code: [null, 'receiver-busy'],
      problem_facts: [null, '{}'],
      finished_at: [null, new Date(AT)],
      handed_over_at: [null, new Date(AT)],
      arrived_at: [null, new Date(AT)],
      blocked_by: [null, newId(new Date(AT))],
    });
    expect(rows).toHaveLength(64);
    const taken: unknown[] = [];
    for (const row of rows) if (await isTaken(() => insert(transport, { ...row }))) taken.push(row);
    expect(taken).toEqual(rows.filter((row) => isWhole({ ...row, id: '', recall: 'none', asked_by: null })));
    expect(taken.length).toBeGreaterThan(0);
  });

  test('never a delivery that is being sent', async () => {
    expect(await isTaken(() => insert('queued', { transport: 'sending' }))).toBe(false);
  });

  test.each(TRANSMISSION_STATES)(
    'takes a lease and a reference only where a transmission that is %s has one',
    async (state) => {
      for (const row of combinations<{ direction: 'push' | 'pull'; leased: boolean; referenced: boolean }>({
        direction: ['push', 'pull'],
        leased: [false, true],
        referenced: [false, true],
      })) {
        const taken = await isTaken(() =>
          client.query(
            `insert into transmission (id, message, connection, direction, urgent, state, lease_until, referenced_at)
           values ($1, $1, 'xa-mot', $2, false, $3, case when $4 then now() end, case when $5 then now() end)`,
            [newId(new Date()), row.direction, state, row.leased, row.referenced],
          ),
        );
        const mayBeLeased = TRANSMISSION_STEPS[state].retry !== undefined && row.direction === 'push';
        const mayBeReferenced = state === 'ready' || state === 'finished';
        expect({ ...row, taken }).toEqual({
          ...row,
          taken: (!row.leased || mayBeLeased) && (!row.referenced || mayBeReferenced),
        });
      }
    },
  );
});

describe('a recall', () => {
  const RECALLS = Object.keys(RECALL_STEPS) as (keyof typeof RECALL_STEPS)[];

  test.each(RECALLS)('asked when it is %s', async (recall) => {
    const by = newId(new Date());
    const id = await insert('arrived', { recall });
    await client.query(askDeliveries('$2', 'd.id = $1'), [id, by]);
    expect(await deliveryOf(id)).toMatchObject({ recall: RECALL_STEPS[recall].ask ?? recall, asked_by: by });
  });

  test.each(RECALLS)('withdrawn with the delivery that asks, when it is %s', async (recall) => {
    const id = await insert('queued', { recall });
    await client.query('update delivery set asked_by = message where id = $1', [id]);
    await client.query(moveDeliveries('cancel', { where: 'd.id = $1' }), [id]);
    expect(await deliveryOf(id)).toMatchObject({ recall: RECALL_STEPS[recall].withdraw ?? recall, asked_by: null });
  });

  test('of a copy that is stopped stays with the message that asks', async () => {
    const by = newId(new Date());
    const id = await insert('queued', { recall: 'asked', asked_by: by });
    await client.query(moveDeliveries('cancel', { where: 'd.id = $1' }), [id]);
    expect(await deliveryOf(id)).toMatchObject({ recall: 'asked', asked_by: by });
  });
});

test.each(STATES)('a report on what is %s makes it arrive only where it was handed over', async (state) => {
  const [arrived, told] = [await insert(state), await insert(state)];
  const reports = [arrived, told].map((id) => ({ id, latest: '03', furthest: '03', arrived: id === arrived }));
  await client.query(
    `with reports as (
       select * from json_to_recordset($1::json) as g(id uuid, latest text, furthest text, recall text, arrived boolean)
     ), ${reportOn('reports')} select`,
    [JSON.stringify(reports.map((report) => ({ ...report, recall: 'none' })))],
  );
  const moved = state === 'handed-over';
  expect(await deliveryOf(arrived)).toMatchObject({
    transport: moved ? 'arrived' : state,
    business_latest: moved ? '03' : null,
  });
  expect(await deliveryOf(told)).toMatchObject({ transport: state, business_latest: '03', business_furthest: '03' });
});
