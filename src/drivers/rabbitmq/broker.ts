import type { Broker } from '../../ports/broker.ts';
import { openConsumer, type RabbitConsumer } from './consumer.ts';
import type { BrokerEvent } from './link.ts';
import { openPublisher } from './publisher.ts';
import { topology } from './topology.ts';

export type { BrokerEvent } from './link.ts';

export interface RabbitOptions {
  /** `amqp:` or `amqps:` URL with user, password and virtual host. */
  readonly url: string;
  /** Number of queues for each urgency; the same in every process of one installation. */
  readonly shards?: number;
  /** Before the names of all queues, for installations that share a virtual host. */
  readonly prefix?: string;
  readonly log?: (event: BrokerEvent) => void;
}

/** Opening and consuming wait so long for a broker before they go on without it: it may come later. */
const PATIENCE_MILLISECONDS = 5_000;

/**
 * The broker port on RabbitMQ 3.8 or newer: quorum queues, publisher confirms. Publishing and every consumer have a
 * connection of their own, because a broker in need blocks the connections that publish, and acknowledgements must pass.
 */
export async function openRabbitBroker(options: RabbitOptions): Promise<Broker> {
  const { url, shards = 4, prefix = 'lienthong', log = () => undefined } = options;
  const queues = topology(prefix, shards);
  const publisher = openPublisher(url, queues, log);
  const consumers = new Set<RabbitConsumer>();
  let dropped = 0;
  await publisher.settled(PATIENCE_MILLISECONDS);

  return {
    publish: (references) => publisher.publish(references),
    async consume({ prefetch }, handle) {
      const count = (size: number) => {
        dropped += 1;
        log({ kind: 'dropped', size });
      };
      const consumer = openConsumer({ url, queues, prefetch, handle, log, dropped: count });
      consumers.add(consumer);
      await consumer.settled(PATIENCE_MILLISECONDS);
      return {
        async close() {
          await consumer.close();
          consumers.delete(consumer);
        },
      };
    },
    async depth() {
      const atBroker = await publisher.depth();
      return [...consumers].reduce((sum, consumer) => sum + consumer.backlog(), atBroker);
    },
    connected: () => publisher.connected(),
    dropped: () => dropped,
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      await publisher.close();
    },
  };
}
