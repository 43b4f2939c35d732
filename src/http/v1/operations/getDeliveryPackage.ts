import { DeliveryPackageQuery } from '../../../api/v1/deliveries.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import type { Events } from '../../../telemetry/events.ts';
import type { OpenContent } from '../content.ts';
import { noBody, queryOf } from '../../inputs.ts';
import { protectedOperation } from '../../operation.ts';
import { available } from '../reading.ts';
import { RENDERED_FORMS, sendInForm, sendKept } from '../rendering.ts';

/**
 * Sends the bytes for this connection. The gateway audits the fetch, and from then on the copy has left; it has arrived
 * only when acknowledged.
 */
export const getDeliveryPackage = protectedOperation(
  {
    id: 'getDeliveryPackage',
    method: 'get',
    path: '/v1/deliveries/{id}/package',
    summary: 'The package of a delivery to this connection, in the form the connection takes, or in another',
    query: queryOf(DeliveryPackageQuery),
    body: noBody,
    produces: 'application/xml',
    alsoProduces: RENDERED_FORMS,
    answers: { 200: { description: 'The package' }, 206: { description: 'The byte range asked for' } },
  },
  (parts: {
    readonly messages: Pick<MessageStore, 'deliveryContent' | 'message' | 'report'>;
    readonly content: OpenContent;
    readonly events: Pick<Events, 'contentRead'>;
  }) =>
    async (call, { client, connection }) => {
      const delivery = call.params.id;
      const { format } = call.query;
      const part = format === undefined || format === 'edxml' ? 'package' : `package as ${format}`;
      const location = available(
        await parts.messages.deliveryContent(delivery, connection, {
          actor: `client:${client}`,
          act: 'delivery.read',
          object: delivery,
          outcome: 'ok',
          details: { part },
        }),
      );
      parts.events.contentRead({ message: location.message, connection, part });
      const { rendered } = location;
      if (format === undefined && rendered !== null) return sendKept(call, rendered, parts.content);
      return sendInForm(call, format ?? 'edxml', { id: location.message, viewer: { connection }, location }, parts);
    },
);
