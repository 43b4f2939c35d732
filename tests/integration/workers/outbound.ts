// The way out of the gateway on a real record and a real broker: everything the workers need, and nothing of the way in.

import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { adapters } from '../../../adapters/index.ts';
import type { RenderingChoice } from '../../../src/core/message/rendering.ts';
import { openEmbeddedBroker } from '../../../src/drivers/postgres/broker/embedded-broker.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { openRabbitBroker } from '../../../src/drivers/rabbitmq/broker.ts';
import { topology } from '../../../src/drivers/rabbitmq/topology.ts';
import type { Broker } from '../../../src/ports/broker.ts';
import type { Acceptance, DeliveryView } from '../../../src/ports/messages.ts';
import { machine } from '../../../src/drivers/machine.ts';
import { openHttp } from '../../../src/drivers/http-client.ts';
import { startWorkers, type RunPorts, type Workers } from '../../../src/workers/run.ts';
import { acceptance, REGISTRY, type To } from '../../support/acceptances.ts';
import { fakeEvents } from '../../support/fake-events.ts';
import type { Peer } from '../../support/peers.ts';
import { freshDatabase, query, type TestDatabase } from '../../support/postgres.ts';
import { settle } from '../../support/settle.ts';

const SHARDS = 2;

/** One connection of the test's registry, and what it receives for. */
export interface Receiver {
  readonly organisation: string;
  readonly settings: unknown;
  readonly role?: 'endpoint' | 'hub';
  readonly concurrency?: number;
  readonly paused?: boolean;
  readonly adapter?: 'inbox';
  readonly rendering?: RenderingChoice;
}

export type BrokerKind = { readonly kind: 'embedded' } | { readonly kind: 'rabbitmq'; readonly url: string };

export interface Outbound {
  readonly database: TestDatabase;
  readonly store: PostgresStore;
  readonly events: ReturnType<typeof fakeEvents>;
  /** Opens another client of the same broker; closed at the end. */
  broker(): Promise<Broker>;
  register(receivers: Readonly<Record<string, Receiver>>): Promise<void>;
  /** Accepts one document to the named connections. */
  accept(to: readonly string[], over?: Parameters<typeof acceptance>[1]): Promise<Acceptance>;
  /** Starts a process's workers; `change` puts wrappers around its parts. */
  start(change?: (ports: RunPorts) => Partial<RunPorts>): Promise<Workers>;
  deliveries(of: Acceptance): Promise<readonly DeliveryView[]>;
  /** Resolves with the deliveries when each has one of the states. */
  until(of: Acceptance, ...states: readonly DeliveryView['transport'][]): Promise<readonly DeliveryView[]>;
  /** Resolves when nothing is published, leased or due any more. */
  drained(): Promise<void>;
  /** Makes the waiting tries due, as time would. */
  hurry(): Promise<void>;
  /** Removes the queues with all that is in them. Only for RabbitMQ. */
  wipeBroker(): Promise<void>;
  close(): Promise<void>;
}

export function receiverAt(peer: Peer, organisation: string, more: Partial<Receiver> = {}): Receiver {
  return { organisation, settings: { url: peer.url, timeoutSeconds: 60 }, ...more };
}

export async function openOutbound(kind: BrokerKind): Promise<Outbound> {
  const database = await freshDatabase();
  const log = () => undefined;
  const store = await openStore({ url: database.runUrl, name: 'outbound', connections: 8, log });
  const events = fakeEvents();
  const prefix = `out-${randomUUID().slice(0, 8)}`;
  const brokers: Broker[] = [];
  const running: Workers[] = [];
  let version = 0;
  let receivers: Readonly<Record<string, Receiver>> = {};

  const broker = async () => {
    const opened =
      kind.kind === 'embedded'
        ? await openEmbeddedBroker({ pool: store.pool, log })
        : await openRabbitBroker({ url: kind.url, prefix, shards: SHARDS });
    brokers.push(opened);
    return opened;
  };

  const addressee = (connection: string): To => ({
    organisation: receivers[connection]?.organisation ?? '',
    connection,
    direction: receivers[connection]?.adapter === 'inbox' ? 'pull' : 'push',
  });

  const outbound: Outbound = {
    database,
    store,
    events,
    broker,
    async register(next) {
      receivers = next;
      ({ version } = await applyRegistry(store.pool, registryOf(next)));
    },
    async accept(to, over = {}) {
      const accepted = acceptance(version, { to: to.map(addressee), ...over });
      const result = await store.messages.accept(accepted);
      if (result.kind !== 'accepted') throw new Error(result.kind);
      return accepted;
    },
    async start(change = () => ({})) {
      const ports: RunPorts = {
        work: store.work,
        notices: store.notices,
        renderings: store.renderings,
        sequencer: store.sequencer,
        registry: store.registry,
        broker: await broker(),
        content: NO_CONTENT,
        signer: SIGNER,
        adapters: adapters(openHttp),
        recheck: () => Promise.resolve(0),
        renewLists: () => Promise.resolve(),
        events,
        owner: `w-${randomUUID().slice(0, 8)}`,
        prefetch: 16,
      };
      const workers = startWorkers(
        new Set(['worker', 'scheduler']),
        { ...ports, ...change(ports) },
        { ...machine, random: () => 0 },
      );
      running.push(workers);
      return workers;
    },
    async deliveries({ id, connection }) {
      const view = await store.messages.message(id, { connection });
      if (view === null) throw new Error('the message is not there');
      return view.deliveries;
    },
    until: (of, ...states) =>
      settle(`${of.id} is ${states.join(' or ')}`, async () => {
        const deliveries = await outbound.deliveries(of);
        return deliveries.every(({ transport }) => states.includes(transport)) ? deliveries : undefined;
      }),
    drained: () =>
      settle('nothing is due any more', async () => {
        const [left] = await query<{ left: number }>(
          database.adminUrl,
          `select (select count(*) from outbox) + (select count(*) from lease_slot where transmission is not null)
                + (select count(*) from transmission where state = 'ready' and direction = 'push' and due_at <= now())
                as left`,
        );
        return Number(left?.left) === 0 && (await brokers[0]?.depth()) === 0;
      }).then(() => undefined),
    async hurry() {
      await query(database.adminUrl, `update transmission set due_at = now() where state = 'ready'`);
    },
    async wipeBroker() {
      if (kind.kind !== 'rabbitmq') throw new Error('there are no queues');
      const connection = await connect(kind.url);
      const channel = await connection.createChannel();
      const { urgent, ordinary } = topology(prefix, SHARDS);
      for (const { name } of [...urgent, ...ordinary]) await channel.deleteQueue(name);
      await connection.close();
    },
    async close() {
      for (const workers of running) await workers.stop();
      for (const one of brokers) await one.close();
      if (kind.kind === 'rabbitmq') await outbound.wipeBroker();
      await store.close();
      await database.drop();
    },
  };
  return outbound;
}

function registryOf(receivers: Readonly<Record<string, Receiver>>): unknown {
  const entries = Object.entries(receivers);
  return {
    connections: [
      ...REGISTRY.connections.filter(({ id }) => id === 'huyen'),
      ...entries.map(([id, { organisation, ...rest }]) => ({
        id,
        name: id,
        adapter: 'http-push',
        sendsFor: [organisation],
        receivesFor: [organisation],
        ...rest,
      })),
    ],
    organisations: [
      ...REGISTRY.organisations.filter(({ code }) => code === 'H99.12'),
      ...entries.map(([id, { organisation }]) => ({ code: organisation, name: id, receivingConnection: id })),
    ],
  };
}

const NO_CONTENT: RunPorts['content'] = {
  open: () => Promise.reject(new Error('these tests keep content in the database')),
  stage: () => Promise.reject(new Error('these tests keep content in the database')),
  sweep: () => Promise.resolve(0),
};

const SIGNER: RunPorts['signer'] = {
  keyId: 'ab'.repeat(32),
  algorithm: 'ES256',
  certificates: [],
  sign: () => Promise.resolve(Buffer.alloc(70)),
};
