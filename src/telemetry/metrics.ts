// The numbers an operator watches. Labels are closed lists (kinds, codes, outcomes): never an id, a name or an address.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Broker } from '../ports/broker.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const BYTES = [4096, 65_536, 1_048_576, 10_485_760, 52_428_800, 104_857_600, 314_572_800];

export interface Metrics {
  readonly registry: Registry;
  readonly accepted: Counter<'kind' | 'verdict' | 'disposition'>;
  readonly refused: Counter<'code'>;
  readonly packageBytes: Histogram;
  readonly receiveSeconds: Histogram;
  readonly transmissions: Counter<'outcome'>;
  readonly sendSeconds: Histogram<'outcome'>;
  readonly problems: Counter<'code'>;
  readonly acknowledged: Counter<'repeated'>;
  readonly statuses: Counter<'code' | 'origin'>;
  readonly inboxPages: Counter;
  readonly chained: Counter;
  readonly timeStamps: Counter<'outcome'>;
  readonly sequenced: Counter;
  readonly published: Counter<'confirmed'>;
  readonly httpRequests: Counter<'operation' | 'status'>;
  readonly httpSeconds: Histogram<'operation'>;
  readonly tokens: Counter<'outcome'>;
  readonly uploads: Gauge;
  readonly rechecked: Counter<'to'>;
  readonly waiting: Gauge<'state'>;
  readonly incidents: Gauge;
}

/** A registry of its own, so that two gateways in one process do not share numbers. */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const name = (suffix: string): string => `lienthong_${suffix}`;
  return {
    registry,
    accepted: new Counter({
      name: name('messages_accepted_total'),
      help: 'packages accepted',
      labelNames: ['kind', 'verdict', 'disposition'],
      registers,
    }),
    refused: new Counter({
      name: name('messages_refused_total'),
      help: 'packages refused, by problem',
      labelNames: ['code'],
      registers,
    }),
    packageBytes: new Histogram({
      name: name('package_bytes'),
      help: 'size of accepted packages',
      buckets: BYTES,
      registers,
    }),
    receiveSeconds: new Histogram({
      name: name('receive_seconds'),
      help: 'first byte in to answer',
      buckets: SECONDS,
      registers,
    }),
    transmissions: new Counter({
      name: name('transmission_attempts_total'),
      help: 'tries at transmissions, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    sendSeconds: new Histogram({
      name: name('send_seconds'),
      help: 'time a try took',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers,
    }),
    problems: new Counter({
      name: name('delivery_problems_total'),
      help: 'tries that did not succeed, by problem',
      labelNames: ['code'],
      registers,
    }),
    acknowledged: new Counter({
      name: name('deliveries_acknowledged_total'),
      help: 'pulled deliveries acknowledged',
      labelNames: ['repeated'],
      registers,
    }),
    statuses: new Counter({
      name: name('statuses_recorded_total'),
      help: 'business statuses recorded',
      labelNames: ['code', 'origin'],
      registers,
    }),
    inboxPages: new Counter({ name: name('inbox_pages_total'), help: 'inbox pages read', registers }),
    timeStamps: new Counter({
      name: name('audit_time_stamps_total'),
      help: 'time stamps over heads of the audit chain: kept, and rows of failures',
      labelNames: ['outcome'],
      registers,
    }),
    chained: new Counter({ name: name('audit_rows_chained_total'), help: 'audit rows chained', registers }),
    sequenced: new Counter({ name: name('inbox_entries_numbered_total'), help: 'inbox entries numbered', registers }),
    published: new Counter({
      name: name('references_published_total'),
      help: 'references given to the broker',
      labelNames: ['confirmed'],
      registers,
    }),
    httpRequests: new Counter({
      name: name('http_requests_total'),
      help: 'requests, by operation and status',
      labelNames: ['operation', 'status'],
      registers,
    }),
    httpSeconds: new Histogram({
      name: name('http_request_seconds'),
      help: 'time until a request was answered',
      labelNames: ['operation'],
      buckets: SECONDS,
      registers,
    }),
    tokens: new Counter({
      name: name('tokens_total'),
      help: 'token requests, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    uploads: new Gauge({ name: name('uploads_under_way'), help: 'packages being received', registers }),
    rechecked: new Counter({
      name: name('messages_rechecked_total'),
      help: 'undecided verdicts that were judged again, by what came of it',
      labelNames: ['to'],
      registers,
    }),
    waiting: new Gauge({
      name: name('messages_waiting'),
      help: 'messages whose verdict is undecided: held, parked for a person, or delivered unchecked',
      labelNames: ['state'],
      registers,
    }),
    incidents: new Gauge({
      name: name('incidents_open'),
      help: 'authorities and scanners whose silence keeps messages waiting',
      registers,
    }),
  };
}

/** Asks the broker at each scrape, so that the numbers are of that moment and cost nothing between. */
export function watchBroker(registry: Registry, broker: Pick<Broker, 'depth' | 'connected' | 'dropped'>): void {
  const registers = [registry];
  new Gauge({
    name: 'lienthong_broker_depth',
    help: 'references waiting in the broker; -1 when it cannot be asked',
    registers,
    async collect() {
      this.set(await broker.depth().catch(() => -1));
    },
  });
  new Gauge({
    name: 'lienthong_broker_connected',
    help: '1 when publishing would work now',
    registers,
    collect() {
      this.set(broker.connected() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'lienthong_broker_dropped',
    help: 'bodies that were no references, since the start',
    registers,
    collect() {
      this.set(broker.dropped());
    },
  });
}
