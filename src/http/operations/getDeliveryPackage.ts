import { ProblemError } from '../../core/problem-error.ts';
import type { MessageStore } from '../../ports/store.ts';
import type { Events } from '../../telemetry/events.ts';
import { sendPackage, type OpenContent } from '../content.ts';
import { noBody, noQuery } from '../inputs.ts';
import { protectedOperation } from '../operation.ts';

/** The bytes for this connection. Fetching them is audited, and from then on the copy has left; it is taken only when acknowledged. */
export const getDeliveryPackage = protectedOperation(
  {
    id: 'getDeliveryPackage',
    method: 'get',
    path: '/v1/deliveries/{id}/package',
    summary: 'The package of a delivery to this connection',
    query: noQuery,
    body: noBody,
    produces: 'application/xml',
    answers: { 200: { description: 'The package' }, 206: { description: 'The byte range asked for' } },
  },
  (parts: {
    readonly messages: Pick<MessageStore, 'deliveryContent'>;
    readonly content: OpenContent;
    readonly events: Pick<Events, 'contentRead'>;
  }) =>
    async (call, { client, connection }) => {
      const delivery = call.params['id'] ?? '';
      const location = await parts.messages.deliveryContent(delivery, connection, {
        actor: `client:${client}`,
        act: 'delivery.read',
        object: delivery,
        outcome: 'ok',
        details: { part: 'package' },
      });
      if (location === null) throw new ProblemError('not-found');
      if (location === 'cancelled') throw new ProblemError('delivery-cancelled');
      parts.events.contentRead({ message: location.message, connection, part: 'package' });
      return sendPackage(call, location, parts.content);
    },
);
