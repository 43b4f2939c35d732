// A process that takes references and never finishes with them; it prints the id of each. Its arguments are the kind of
// broker and that broker's options as JSON.

import { openRabbitBroker, type RabbitOptions } from '../../src/drivers/rabbitmq/broker.ts';

const [kind, options] = process.argv.slice(2);
if (kind !== 'rabbitmq' || options === undefined) throw new Error('usage: broker-process.ts KIND OPTIONS');

const broker = await openRabbitBroker(JSON.parse(options) as RabbitOptions);
await broker.consume({ prefetch: 100 }, ({ transmission }) => {
  process.stdout.write(`${transmission}\n`);
  return new Promise(() => undefined);
});
