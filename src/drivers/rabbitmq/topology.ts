// The queues, as data. Work is spread over a fixed number of queues by its receiving connection, twice: urgent work
// waits apart. A changed number of shards leaves queues behind without a reader; the record publishes their references
// again.

import { createHash } from 'node:crypto';
import type { Channel, Options } from 'amqplib';
import type { Reference } from '../../ports/broker.ts';

export type Urgency = 'urgent' | 'ordinary';

export interface Queue {
  readonly name: string;
  readonly urgency: Urgency;
}

export interface Topology {
  readonly urgent: readonly Queue[];
  readonly ordinary: readonly Queue[];
}

/**
 * Quorum queues survive the loss of a minority of brokers. The delivery limit is RabbitMQ 4's default, stated because 3.x
 * has none: a reference that takes its consumer down each time is dropped then, and the record decides what becomes of it.
 */
const QUEUE: Options.AssertQueue = {
  durable: true,
  arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 20 },
};

export function topology(prefix: string, shards: number): Topology {
  const queues = (urgency: Urgency) =>
    Array.from({ length: shards }, (_, shard) => ({ name: `${prefix}.${urgency}.${shard}`, urgency }));
  return { urgent: queues('urgent'), ordinary: queues('ordinary') };
}

/** The same in every process and for ever, so that one connection's work stays in one queue. */
export function queueOf(reference: Reference, { urgent, ordinary }: Topology): string {
  const queues = reference.urgent ? urgent : ordinary;
  const hash = createHash('sha256').update(reference.connection).digest().readUInt32BE(0);
  const queue = queues[hash % queues.length];
  if (queue === undefined) throw new RangeError('a topology has at least one shard');
  return queue.name;
}

/** Makes the queues that are not there; answers how many references wait in all of them. */
export async function declare(channel: Channel, queues: readonly Queue[]): Promise<number> {
  const replies = await Promise.all(queues.map(({ name }) => channel.assertQueue(name, QUEUE)));
  return replies.reduce((sum, { messageCount }) => sum + messageCount, 0);
}
