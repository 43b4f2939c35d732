// What may happen to a RabbitMQ that is used by others, restarted, full, or out of reach. What holds for every broker is in
// tests/contract/broker-suite.ts.

import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connect } from 'amqplib';
import { openRabbitBroker, type BrokerEvent } from '../../../src/drivers/rabbitmq/broker.ts';
import { queueOf, topology } from '../../../src/drivers/rabbitmq/topology.ts';
import type { Broker, Reference } from '../../../src/ports/broker.ts';
import { until } from '../../support/external.ts';
import { startRabbit, type RabbitServer } from '../../support/rabbitmq.ts';
import { openTcpProxy } from '../../support/tcp-proxy.ts';

const SECONDS = 60;

let rabbit: RabbitServer;
let prefix: string;
let opened: Broker[];
let events: BrokerEvent[];

beforeAll(async () => {
  rabbit = await startRabbit();
}, 300_000);
afterAll(() => rabbit.close(), 60_000);

beforeEach(() => {
  prefix = `f${randomBytes(5).toString('hex')}`;
  opened = [];
  events = [];
});
afterEach(() => Promise.all(opened.map((broker) => broker.close())), 60_000);

async function open(url = rabbit.url): Promise<Broker> {
  const broker = await openRabbitBroker({ url, prefix, shards: 2, log: (event) => events.push(event) });
  opened.push(broker);
  expect(broker.connected()).toBe(true);
  return broker;
}

async function collect(broker: Broker): Promise<Reference[]> {
  const given: Reference[] = [];
  await broker.consume({ prefetch: 10 }, (each) => {
    given.push(each);
    return Promise.resolve('taken');
  });
  return given;
}

let last = Date.UTC(2026, 0, 1);

function reference(facts: Partial<Reference> = {}): Reference {
  const time = (last += 1).toString(16).padStart(12, '0');
  const transmission = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
  return { transmission, connection: 'commune-1', urgent: false, ...facts };
}

/** One for each queue: both urgencies, both shards. */
function everywhere(): Reference[] {
  const connections = Array.from({ length: 16 }, (_, index) => `commune-${index}`);
  return connections.flatMap((connection) => [
    reference({ connection, urgent: true }),
    reference({ connection, urgent: false }),
  ]);
}

/** Publishes until all of one batch is confirmed and given. */
async function worksAgain(broker: Broker, given: readonly Reference[]): Promise<void> {
  await until('publishing and consuming go on', SECONDS, async () => {
    const batch = everywhere();
    if (!(await broker.publish(batch)).every(Boolean)) return undefined;
    const wanted = new Set(batch.map(({ transmission }) => transmission));
    await until('the batch is given', 5, () => {
      for (const { transmission } of given) wanted.delete(transmission);
      return wanted.size === 0 || undefined;
    });
    return true;
  });
}

test('a body is four small members and nothing else', async () => {
  const broker = await open();
  const sent = reference({ connection: 'H99.12.01', urgent: true });
  await broker.publish([sent]);
  const connection = await connect(rabbit.url);
  const channel = await connection.createChannel();
  const messages = await Promise.all([0, 1].map((shard) => channel.get(`${prefix}.urgent.${shard}`, { noAck: true })));
  const [message] = messages.filter((each) => each !== false);
  expect(JSON.parse(message?.content.toString() ?? '')).toEqual({ v: 1, ...sent });
  expect(message?.properties).toMatchObject({ deliveryMode: 2, contentType: 'application/json' });
  await connection.close();
});

test('queues that were deleted are made again', async () => {
  const broker = await open();
  const given = await collect(broker);
  await worksAgain(broker, given);
  const connection = await connect(rabbit.url);
  const channel = await connection.createChannel();
  for (const queue of ['urgent.0', 'urgent.1', 'ordinary.0', 'ordinary.1']) {
    await channel.deleteQueue(`${prefix}.${queue}`);
  }
  await connection.close();
  await worksAgain(broker, given);
});

test('without a consumer, a deleted queue is noticed by what it would lose', async () => {
  const broker = await open();
  const connection = await connect(rabbit.url);
  const channel = await connection.createChannel();
  for (const queue of ['ordinary.0', 'ordinary.1']) await channel.deleteQueue(`${prefix}.${queue}`);
  await connection.close();
  expect(await broker.publish([reference()])).toEqual([false]);
  await until('the queue is there again', SECONDS, async () =>
    (await broker.publish([reference()])).every(Boolean) ? true : undefined,
  );
});

test('a virtual host that is wiped is filled again', async () => {
  const host = `wiped-${prefix}`;
  await rabbit.ctl('add_vhost', host);
  await rabbit.ctl('set_permissions', '-p', host, 'guest', '.*', '.*', '.*');
  const broker = await open(`${rabbit.url}/${host}`);
  const given = await collect(broker);
  await worksAgain(broker, given);
  await rabbit.ctl('delete_vhost', host);
  await until('the loss is noticed', SECONDS, () => !broker.connected() || undefined);
  expect(await broker.publish([reference()])).toEqual([false]);
  await rabbit.ctl('add_vhost', host);
  await rabbit.ctl('set_permissions', '-p', host, 'guest', '.*', '.*', '.*');
  await worksAgain(broker, given);
}, 180_000);

test('connections that are closed by force come back, and only as many as before', async () => {
  const broker = await open();
  const given = await collect(broker);
  for (let round = 0; round < 3; round += 1) {
    await rabbit.ctl('close_all_connections', 'maintenance');
    await worksAgain(broker, given);
  }
  await until('two connections are left', SECONDS, async () => {
    const names = await rabbit.ctl('list_connections', 'client_properties');
    return names.split('\n').filter((line) => line.includes('lienthong')).length === 2 || undefined;
  });
}, 180_000);

test.each([
  ['memory', ['set_vm_memory_high_watermark', 'absolute', '1MB'], ['set_vm_memory_high_watermark', '0.4']],
  ['disk', ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '50MB']],
])(
  'an alarm of the broker’s %s refuses publishing at once, and lets what waits go out',
  async (_, raise, lower) => {
    const broker = await open();
    const waiting = everywhere();
    await broker.publish(waiting);
    await rabbit.ctl(...raise);
    try {
      await until('publishing is refused', SECONDS, async () =>
        (await broker.publish([reference()])).includes(false) ? true : undefined,
      );
      expect(broker.connected()).toBe(false);
      expect(events).toContainEqual(expect.objectContaining({ kind: 'blocked' }));
      const began = performance.now();
      expect(await broker.publish([reference()])).toEqual([false]);
      expect(performance.now() - began).toBeLessThan(1000);
      await expect(broker.depth()).rejects.toMatchObject({ code: 'broker-unavailable' });
      const given = await collect(broker);
      await until('what waits is given', SECONDS, () => given.length >= waiting.length || undefined);
    } finally {
      await rabbit.ctl(...lower);
    }
    await until('publishing goes on', SECONDS, async () =>
      (await broker.publish([reference()])).every(Boolean) ? true : undefined,
    );
    expect(broker.connected()).toBe(true);
  },
  180_000,
);

test('what a full queue refuses is not confirmed', async () => {
  const broker = await open();
  const limit = JSON.stringify({ 'max-length': 5, overflow: 'reject-publish' });
  await rabbit.ctl('set_policy', prefix, `^${prefix}\\.`, limit, '--apply-to', 'queues');
  await until('the queue is full', SECONDS, async () =>
    (await broker.publish([reference()])).includes(false) ? true : undefined,
  );
  const given = await collect(broker);
  await until('there is room again', SECONDS, async () =>
    given.length > 0 && (await broker.publish([reference()])).every(Boolean) ? true : undefined,
  );
  await rabbit.ctl('clear_policy', prefix);
}, 120_000);

test('a queue that answers nothing does not hold up the others', async () => {
  const broker = await open();
  const [silent, healthy] = connectionsOfShards();
  await rabbit.ctl('eval', `ra:stop_server(quorum_queues, {'%2F_${prefix}.ordinary.0', node()}).`);
  const both = (): Reference[] => [reference({ connection: silent }), reference({ connection: healthy })];
  expect(await broker.publish(both())).toEqual([false, true]);
  const began = performance.now();
  expect(await broker.publish(both())).toEqual([false, true]);
  expect(performance.now() - began).toBeLessThan(2000);
  const given = await collect(broker);
  await until('the healthy queue is read', SECONDS, () => given.length >= 2 || undefined);
}, 120_000);

/** A connection for each of two ordinary queues. */
function connectionsOfShards(): readonly [string, string] {
  const queues = topology(prefix, 2);
  const names = Array.from({ length: 64 }, (_, index) => `commune-${index}`);
  const of = (shard: number): string =>
    names.find((connection) => queueOf(reference({ connection }), queues) === `${prefix}.ordinary.${shard}`) ?? '';
  return [of(0), of(1)];
}

test('a broker that falls silent is noticed, and found again', async () => {
  const proxy = await openTcpProxy(Number(new URL(rabbit.url).port));
  const url = new URL(rabbit.url);
  url.port = String(proxy.port);
  url.searchParams.set('heartbeat', '1');
  const broker = await open(url.href);
  const given = await collect(broker);
  await worksAgain(broker, given);
  proxy.freeze();
  expect(await broker.publish([reference()])).toEqual([false]);
  await until('the silence is noticed', 30, () => !broker.connected() || undefined);
  proxy.thaw();
  await worksAgain(broker, given);
  proxy.cut();
  await worksAgain(broker, given);
  await broker.close();
  await proxy.close();
}, 120_000);
