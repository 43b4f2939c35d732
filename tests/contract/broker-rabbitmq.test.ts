import { connect } from 'amqplib';
import { openRabbitBroker } from '../../src/drivers/rabbitmq/broker.ts';
import { startRabbit } from '../support/rabbitmq.ts';
import { brokerContract } from './broker-suite.ts';

brokerContract('RabbitMQ', async () => {
  const server = await startRabbit();
  return {
    open: (space) => openRabbitBroker({ url: server.url, prefix: space, shards: 2 }),
    processArguments: (space) => ['rabbitmq', JSON.stringify({ url: server.url, prefix: space, shards: 2 })],
    async inject(space, body, urgent) {
      const connection = await connect(server.url);
      const channel = await connection.createConfirmChannel();
      channel.sendToQueue(`${space}.${urgent ? 'urgent' : 'ordinary'}.0`, body, { persistent: true });
      await channel.waitForConfirms();
      await connection.close();
    },
    kill: () => server.kill(),
    start: () => server.start(),
    close: () => server.close(),
  };
});
