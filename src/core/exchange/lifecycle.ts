// Defines the states of the exchange: three of a delivery, each with its own table of steps, and the one of a
// transmission. The record's statements are built from these tables; their words stand in `texts/states.ts`.

import type { Finding } from '../problems/finding.ts';
import type { StatusCode } from '../message/message.ts';

export type Transport =
  'queued' | 'sending' | 'handed-over' | 'arrived' | 'retrying' | 'parked' | 'returned' | 'cancelled';

/** `sending` is never recorded: it means a live lease on the transmission of a queued or retrying delivery. */
export type RecordedTransport = Exclude<Transport, 'sending'>;

export type Recall = 'none' | 'asked' | 'agreed' | 'refused';

/** The codes that advance an addressee's handling; 13, 15 and 16 belong to recall. */
export type BusinessCode = '01' | '02' | '03' | '04' | '05' | '06';

export interface Business {
  readonly latest: BusinessCode | null;
  /** Never goes back. */
  readonly furthest: BusinessCode | null;
}

export interface DeliveryState {
  readonly transport: Transport;
  readonly business: Business;
  readonly recall: Recall;
}

export type { StatusCode };

/**
 * The events of a delivery on its way. `arrive` and `hand-over` are one event at two kinds of connection: the
 * addressee's own system took the package, or a system that passes it on.
 */
export type TransportEvent = 'lease' | 'arrive' | 'hand-over' | 'retry' | 'park' | 'return' | 'cancel' | 'resend';

/**
 * From → event → to. A receiver that pulls takes its delivery from the queue, so the delivery arrives without being
 * sent.
 */
export const TRANSPORT_STEPS: Readonly<Record<Transport, Readonly<Partial<Record<TransportEvent, Transport>>>>> = {
  queued: {
    lease: 'sending',
    arrive: 'arrived',
    'hand-over': 'handed-over',
    park: 'parked',
    return: 'returned',
    cancel: 'cancelled',
  },
  sending: { arrive: 'arrived', 'hand-over': 'handed-over', retry: 'retrying', park: 'parked', return: 'returned' },
  retrying: {
    lease: 'sending',
    arrive: 'arrived',
    'hand-over': 'handed-over',
    park: 'parked',
    return: 'returned',
    cancel: 'cancelled',
  },
  parked: { resend: 'queued', arrive: 'arrived', 'hand-over': 'handed-over', return: 'returned', cancel: 'cancelled' },
  'handed-over': { arrive: 'arrived', resend: 'queued', return: 'returned' },
  arrived: {},
  returned: {},
  cancelled: {},
};

/** The state after an event, or null when the event does nothing there: a late event leaves a final state as it is. */
export function advanceTransport(from: Transport, event: TransportEvent): Transport | null {
  return TRANSPORT_STEPS[from][event] ?? null;
}

/**
 * Marks of a state. `finished`: nothing more is to be sent, and nothing waits for the delivery. `problem`: a code and
 * its facts say why the delivery is there.
 */
export const TRANSPORT_MARKS: Readonly<
  Record<RecordedTransport, { readonly finished: boolean; readonly problem: boolean }>
> = {
  queued: { finished: false, problem: false },
  retrying: { finished: false, problem: true },
  parked: { finished: false, problem: true },
  'handed-over': { finished: true, problem: false },
  arrived: { finished: true, problem: false },
  returned: { finished: true, problem: true },
  cancelled: { finished: true, problem: true },
};

/**
 * A transmission is `held` while its message's verdict is missing, `blocked` while an earlier delivery of the same
 * document is not finished, and `parked` until a person acts. `ready` waits for a worker, or for its receiver to pull
 * it; `finished` has nothing left to carry.
 */
export type TransmissionState = 'held' | 'blocked' | 'ready' | 'parked' | 'finished';

/** `release` lets a transmission leave, `block` makes it wait; `finish` comes with the last of its deliveries. */
export type TransmissionEvent = 'release' | 'block' | 'retry' | 'park' | 'finish';

/** From → event → to. Only a ready transmission may be leased, and a live lease is no state of its own. */
export const TRANSMISSION_STEPS: Readonly<
  Record<TransmissionState, Readonly<Partial<Record<TransmissionEvent, TransmissionState>>>>
> = {
  held: { release: 'ready', block: 'blocked', finish: 'finished' },
  blocked: { release: 'ready', block: 'blocked', finish: 'finished' },
  ready: { retry: 'ready', park: 'parked', finish: 'finished' },
  parked: { finish: 'finished' },
  finished: {},
};

/** The ends of a try for its deliveries, and the event of their transmission. */
export const ENDS_OF_TRY = {
  arrive: 'finish',
  'hand-over': 'finish',
  retry: 'retry',
  park: 'park',
  return: 'finish',
} as const satisfies Partial<Record<TransportEvent, TransmissionEvent>>;

/** The usual order of handling, as derived from the national samples; the standard's own table is not known. */
export const BUSINESS_STEPS: Readonly<Record<BusinessCode | 'none', readonly BusinessCode[]>> = {
  none: ['01'],
  '01': ['02', '03'],
  '02': [],
  '03': ['04'],
  '04': ['05'],
  '05': ['06'],
  '06': [],
};

export function isBusinessCode(code: StatusCode): code is BusinessCode {
  return Object.hasOwn(BUSINESS_STEPS, code);
}

/** No status is refused: a repeated, skipping or late one is recorded with a finding, and the furthest state stays. */
export function advanceBusiness(
  business: Business,
  code: BusinessCode,
): { readonly business: Business; readonly finding?: Finding } {
  const furthest = business.furthest === null || code > business.furthest ? code : business.furthest;
  const advanced: Business = { latest: code, furthest };
  if (code === business.latest) return { business: advanced, finding: noticed('status-repeated', code) };
  if (BUSINESS_STEPS[business.latest ?? 'none'].includes(code)) return { business: advanced };
  return { business: advanced, finding: noticed('status-out-of-order', code) };
}

/**
 * `ask` is status 13 or a revocation, `agree` 15, `refuse` 16. `withdraw`: the delivery carried the question itself,
 * and the gateway stopped it before it left.
 */
export type RecallEvent = 'ask' | 'agree' | 'refuse' | 'withdraw';

export const RECALL_EVENTS = { '13': 'ask', '15': 'agree', '16': 'refuse' } as const satisfies Readonly<
  Record<string, RecallEvent>
>;

/**
 * A receiver who refused may be asked again, or think better of it. No later answer changes what is agreed, but a new question
 * may follow: who agreed to an update still has a copy that can be revoked. A copy that was given back is not asked for
 * (`fateOf`).
 */
export const RECALL_STEPS: Readonly<Record<Recall, Readonly<Partial<Record<RecallEvent, Recall>>>>> = {
  none: { ask: 'asked' },
  asked: { ask: 'asked', agree: 'agreed', refuse: 'refused', withdraw: 'none' },
  refused: { ask: 'asked', agree: 'agreed', refuse: 'refused', withdraw: 'none' },
  agreed: { ask: 'asked', withdraw: 'none' },
};

/**
 * `revocation`: the question was a revocation (thu hồi), which the law gives no right to refuse (NĐ 30/2020, Điều
 * 18.4b): a 16 is recorded with a finding. A step that the table lacks leaves the state as it is, with a finding.
 */
export function advanceRecall(
  recall: Recall,
  code: '13' | '15' | '16',
  revocation = false,
): { readonly recall: Recall; readonly finding?: Finding } {
  const to = RECALL_STEPS[recall][RECALL_EVENTS[code]];
  if (to === undefined) return { recall, finding: noticed('status-out-of-order', code) };
  if (code === '16' && revocation) return { recall: to, finding: noticed('revocation-refused', code) };
  return { recall: to };
}

/** The four tables as one Mermaid diagram, for src/docs/states.md. */
export function toMermaid(): string {
  const lines = ['stateDiagram-v2'];
  const composite = (
    title: string,
    starts: readonly string[],
    steps: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>,
  ): void => {
    const name = (state: string): string => `${title}_${state.replace(/-/g, '_')}`;
    lines.push(`  state ${title} {`, ...starts.map((start) => `    [*] --> ${name(start)}`));
    for (const [from, events] of Object.entries(steps)) {
      lines.push(`    ${name(from)} : ${from}`);
      for (const [event, to] of Object.entries(events))
        if (to !== undefined) lines.push(`    ${name(from)} --> ${name(to)} : ${event}`);
      if (Object.keys(events).length === 0) lines.push(`    ${name(from)} --> [*]`);
    }
    lines.push('  }');
  };
  composite('transport', ['queued'], TRANSPORT_STEPS);
  composite('business', ['none'], businessEvents());
  composite('recall', ['none'], RECALL_STEPS);
  composite('transmission', ['held', 'blocked', 'ready'], TRANSMISSION_STEPS);
  return `${lines.join('\n')}\n`;
}

function businessEvents(): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(BUSINESS_STEPS).map(([from, codes]) => [
      from,
      Object.fromEntries(codes.map((code) => [code, code])),
    ]),
  );
}

function noticed(
  code: 'status-repeated' | 'status-out-of-order' | 'revocation-refused',
  statusCode: StatusCode,
): Finding {
  return { code, severity: 'warning', facts: { statusCode } };
}
