// Every statement that changes a state in the record, made from core's tables: an event moves only the rows in states
// that its table leads from, and sets each column of the new state. The program builds the texts once when it loads, so
// that a statement keeps its name and its plan.

import {
  ENDS_OF_TRY,
  RECALL_STEPS,
  TRANSMISSION_STEPS,
  TRANSPORT_MARKS,
  TRANSPORT_STEPS,
  type RecallEvent,
  type RecordedTransport,
  type TransmissionEvent,
  type TransmissionState,
  type Transport,
  type TransportEvent,
} from '../../../core/exchange/lifecycle.ts';
import type { ProblemCode } from '../../../core/problems/problems.ts';

/** A lease changes no recorded state. */
export type DeliveryEvent = Exclude<TransportEvent, 'lease'>;

/** Columns and their new values, in SQL. */
type Columns = Readonly<Record<string, string>>;

/** One event for all rows, or several, each with its SQL condition; for each row one condition holds. */
type Happening<Event extends string> = Event | Readonly<Partial<Record<Event, string>>>;

/** The rows of a move. All texts are SQL, in which `d` is the delivery and `t` the transmission. */
export interface Rows<State> {
  /** Further tables that the statement reads. */
  readonly from?: string;
  readonly where: string;
  /** Limits the move to these of the states that the table leads from. */
  readonly states?: readonly State[];
  /** Other columns that change with the move. */
  readonly set?: Columns;
}

/** The reason of a delivery's state: `problem_code` and `problem_facts` in SQL. */
export interface Problem {
  readonly code: string;
  readonly facts: string;
}

export function problemOf(code: ProblemCode, facts = `'{}'`): Problem {
  return { code: `'${code}'`, facts };
}

const STOPPED = problemOf('delivery-cancelled');

/**
 * `update delivery d …` for deliveries to which `events` happen. `problem` is for events that lead to a state with one.
 * Under a live lease the state is `sending`, which no delivery's row shows: the caller has checked that under the lock
 * of the transmission.
 */
export function moveDeliveries(
  events: Happening<DeliveryEvent>,
  rows: Rows<Transport> & { readonly problem?: Problem },
): string {
  const cases = happenings(events).map(([event, when]) => ({
    when,
    states: recorded(statesBefore(TRANSPORT_STEPS, event, rows.states)),
    set: deliveryColumns(event, rows.problem),
  }));
  return update('d', cases, rows);
}

/** `update transmission t …` for transmissions to which `events` happen. Every event ends the lease. */
export function moveTransmissions(events: Happening<TransmissionEvent>, rows: Rows<TransmissionState>): string {
  const cases = happenings(events).map(([event, when]) => ({
    when,
    states: statesBefore(TRANSMISSION_STEPS, event, rows.states),
    set: transmissionColumns(event),
  }));
  return update('t', cases, rows);
}

/** The events that end a try, for rows whose column `to` names the new state. */
export function endsOfTry(to: string): {
  readonly deliveries: Readonly<Partial<Record<DeliveryEvent, string>>>;
  readonly transmissions: Readonly<Partial<Record<TransmissionEvent, string>>>;
} {
  const states = new Map<TransmissionEvent, RecordedTransport[]>();
  const deliveries: Partial<Record<DeliveryEvent, string>> = {};
  for (const [event, end] of entries(ENDS_OF_TRY)) {
    const state = stateAfter(event);
    deliveries[event] = `${to} = '${state}'`;
    states.set(end, [...(states.get(end) ?? []), state]);
  }
  return {
    deliveries,
    transmissions: Object.fromEntries([...states].map(([end, after]) => [end, isOneOf(to, after)])),
  };
}

/** `update delivery d …` for deliveries that carry the question of the message `by` from now on. */
export function askDeliveries(by: string, where: string): string {
  return `update delivery d set recall = ${recallAfter('ask')}, asked_by = ${by} where ${where}`;
}

/** The new value of a delivery's `recall`; a step that the table lacks leaves it. */
function recallAfter(event: RecallEvent): string {
  const steps = entries(RECALL_STEPS).flatMap(([from, to]) => (to[event] === undefined ? [] : [[from, to[event]]]));
  return `case d.recall ${steps.map(([from, to]) => `when '${from}' then '${to}'`).join(' ')} else d.recall end`;
}

/**
 * Records addressees' reports on deliveries that the caller has locked: rows of `reports` hold a delivery's `id`, the
 * states that core's tables lead to (`latest`, `furthest`, `recall`), and whether it `arrived` by the report. Two parts
 * of a statement, `arriving` and `reporting`.
 */
export function reportOn(reports: string): string {
  const set = { business_latest: 'r.latest', business_furthest: 'r.furthest', recall: 'r.recall' };
  return `arriving as (
    ${moveDeliveries('arrive', {
      from: `${reports} r`,
      where: 'd.id = r.id and r.arrived',
      states: ['handed-over'],
      set,
    })}
  ), reporting as (
    update delivery d set ${assignments(set)} from ${reports} r where d.id = r.id and not r.arrived
  )`;
}

/**
 * `insert into delivery …` from `rows`: queued, or cancelled at once where `not_sent`. With a message in `asked_by` a delivery
 * carries its question.
 */
export function beginDeliveries(rows: string): string {
  return `
    insert into delivery (id, message, transmission, organisation, connection, order_key, order_keys, reach, blocked_by,
      recall, asked_by, transport, problem_code, problem_facts, finished_at)
    select id, message, transmission, organisation, connection, order_key, order_keys, reach, blocked_by,
      case when asked_by is null then 'none' else 'asked' end, asked_by,
      case when not_sent then 'cancelled' else 'queued' end, case when not_sent then ${STOPPED.code} end,
      case when not_sent then ${STOPPED.facts}::json end, case when not_sent then now() end from ${rows}`;
}

/**
 * `insert into transmission …` from `rows`, in their `state`; a transmission ready to push gets its first reference.
 */
export function beginTransmissions(rows: string): string {
  return `
    insert into transmission (id, message, connection, direction, urgent, state, referenced_at)
    select id, message, connection, direction, urgent, state,
      case when state = 'ready' and direction = 'push' then now() end from ${rows}`;
}

/** An addressee that has reported on a delivery has it, so a handed-over one has arrived. */
const REPORTED = 'd.business_furthest is not null';

function deliveryColumns(event: DeliveryEvent, problem: Problem | undefined): Columns {
  const state = stateAfter(event);
  if (event === 'cancel') return { ...columnsOf(state, STOPPED), ...WITHDRAWN };
  if (event !== 'hand-over') return columnsOf(state, problem);
  return merged([
    { when: REPORTED, set: columnsOf(stateAfter('arrive'), problem) },
    { when: 'true', set: columnsOf(state, problem) },
  ]);
}

/** A question that was stopped never reached the addressee. */
const WITHDRAWN: Columns = {
  recall: `case when d.asked_by = d.message then ${recallAfter('withdraw')} else d.recall end`,
  asked_by: 'nullif(d.asked_by, d.message)',
};

function columnsOf(state: RecordedTransport, problem: Problem | undefined): Columns {
  const marks = TRANSPORT_MARKS[state];
  if (marks.problem && problem === undefined) throw new RangeError(`a delivery is ${state} for a reason`);
  const isTaken = state === 'handed-over' || state === 'arrived';
  return {
    transport: `'${state}'`,
    problem_code: marks.problem && problem !== undefined ? problem.code : 'null',
    problem_facts: marks.problem && problem !== undefined ? problem.facts : 'null',
    finished_at: marks.finished ? 'coalesce(d.finished_at, now())' : 'null',
    ...(marks.finished ? { blocked_by: 'null' } : {}),
    ...(isTaken ? { handed_over_at: 'coalesce(d.handed_over_at, now())' } : {}),
    ...(state === 'arrived' ? { arrived_at: 'coalesce(d.arrived_at, now())' } : {}),
  };
}

function transmissionColumns(event: TransmissionEvent): Columns {
  const isReleased = event === 'release';
  return {
    state: `'${only(Object.values(TRANSMISSION_STEPS).map((steps) => steps[event]))}'`,
    ...(isReleased ? { due_at: 'now()' } : {}),
    referenced_at: isReleased ? `case t.direction when 'push' then now() end` : 'null',
    lease_until: 'null',
  };
}

function stateAfter(event: DeliveryEvent): RecordedTransport {
  const state = only(Object.values(TRANSPORT_STEPS).map((steps) => steps[event]));
  if (state === 'sending') throw new RangeError(`${event} is no lease`);
  return state;
}

/** The one state that an event leads to from every state. */
function only<State extends string>(states: readonly (State | undefined)[]): State {
  const [state, ...others] = new Set(states.filter((one) => one !== undefined));
  if (state === undefined || others.length > 0) throw new RangeError('an event leads to one state');
  return state;
}

function statesBefore<State extends string, Event extends string>(
  table: Readonly<Record<State, Readonly<Partial<Record<Event, State>>>>>,
  event: Event,
  states: readonly State[] | undefined,
): readonly State[] {
  return entries(table)
    .filter(([state, steps]) => steps[event] !== undefined && (states?.includes(state) ?? true))
    .map(([state]) => state);
}

function recorded(states: readonly Transport[]): readonly RecordedTransport[] {
  const leased = entries(TRANSPORT_STEPS).filter(([, { lease }]) => lease === 'sending');
  return [...new Set(states.flatMap((state) => (state === 'sending' ? leased.map(([from]) => from) : [state])))].filter(
    (state) => state !== 'sending',
  );
}

interface Case {
  readonly when: string;
  readonly states: readonly string[];
  readonly set: Columns;
}

const TABLES = {
  d: { name: 'delivery', state: 'd.transport' },
  t: { name: 'transmission', state: 't.state' },
} as const;

function update(
  alias: keyof typeof TABLES,
  cases: readonly Case[],
  { from, where, set }: Omit<Rows<string>, 'states'>,
): string {
  const { name, state } = TABLES[alias];
  const columns = { ...merged(cases, alias), ...set };
  const allowed = choose(cases.map(({ when, states }) => [when, isOneOf(state, states)]));
  return `update ${name} ${alias} set ${assignments(columns)}${from === undefined ? '' : ` from ${from}`} where ${where} and ${allowed}`;
}

function assignments(columns: Columns): string {
  return Object.entries(columns)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');
}

/** The columns of the first case that holds; a column that a case does not name stays as it is. */
function merged(cases: readonly Pick<Case, 'when' | 'set'>[], alias: keyof typeof TABLES = 'd'): Columns {
  const columns = [...new Set(cases.flatMap(({ set }) => Object.keys(set)))];
  return Object.fromEntries(
    columns.map((column) => [
      column,
      choose(cases.map(({ when, set }) => [when, set[column] ?? `${alias}.${column}`])),
    ]),
  );
}

/** The SQL `case` over the texts; a case `true` is the last. A single text where all cases have the same. */
function choose(cases: readonly (readonly [when: string, then: string])[]): string {
  const texts = [...new Set(cases.map(([, then]) => then))];
  if (texts.length === 1) return texts[0] ?? '';
  const branches = texts.map((text) => {
    const conditions = cases.filter(([, then]) => then === text).map(([when]) => when);
    return conditions.includes('true') ? `else ${text}` : `when ${conditions.join(' or ')} then ${text}`;
  });
  return `case ${branches.join(' ')} end`;
}

function isOneOf(column: string, values: readonly string[]): string {
  const texts = values.map((value) => `'${value}'`);
  return texts.length === 1 ? `${column} = ${texts.join('')}` : `${column} in (${texts.join(', ')})`;
}

function happenings<Event extends string>(events: Happening<Event>): readonly (readonly [Event, string])[] {
  return typeof events === 'string' ? [[events, 'true']] : entries(events);
}

function entries<Key extends string, Value>(record: Readonly<Partial<Record<Key, Value>>>): readonly [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
