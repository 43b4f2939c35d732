import { expect, test } from '@jest/globals';
import { connect } from 'amqplib';
import { until } from '../../support/external.ts';
import { startRabbit } from '../../support/rabbitmq.ts';

test('a broker of one’s own keeps what was confirmed through kill -9', async () => {
  const rabbit = await startRabbit();
  try {
    const before = await connect(rabbit.url);
    before.on('error', () => undefined);
    const channel = await before.createConfirmChannel();
    channel.on('error', () => undefined);
    await channel.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue('kept', Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    await rabbit.kill();
    await rabbit.start();
    const after = await connect(rabbit.url);
    const reading = await after.createChannel();
    const message = await until('the message is there', 20, async () => (await reading.get('kept')) || undefined);
    expect(message.content.toString()).toBe('x');
    await after.close();
    expect(await rabbit.ctl('list_queues', 'name')).toContain('kept');
  } finally {
    await rabbit.close();
  }
});
