// A process that takes references and never finishes with them; it prints the id of each. Its arguments are the kind of
// broker and that broker's options as JSON.

import { openEmbeddedBroker } from '../../src/drivers/postgres/broker/embedded-broker.ts';
import { openPool } from '../../src/drivers/postgres/pool.ts';
import { openRabbitBroker } from '../../src/drivers/rabbitmq/broker.ts';
import type { Broker } from '../../src/ports/broker.ts';

interface Options {
  readonly url: string;
  readonly prefix?: string;
  readonly shards?: number;
}

const OPEN: Readonly<Record<string, (options: Options) => Promise<Broker>>> = {
  rabbitmq: openRabbitBroker,
  embedded: ({ url }) =>
    openEmbeddedBroker({ pool: openPool({ url, name: 'broker test', connections: 4, log: () => undefined }) }),
};

const [kind = '', options = '{}'] = process.argv.slice(2);
const open = OPEN[kind];
if (open === undefined) throw new Error('usage: broker-process.ts KIND OPTIONS');

const broker = await open(JSON.parse(options) as Options);
await broker.consume({ prefetch: 100 }, ({ transmission }) => {
  process.stdout.write(`${transmission}\n`);
  return new Promise(() => undefined);
});
