import { AcknowledgeAnswer, AcknowledgeRequest } from '../../../api/v1/deliveries.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { InboxStore } from '../../../ports/inbox.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import type { Events } from '../../../telemetry/events.ts';
import { jsonOf, noQuery } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';

/** A delivery that the addressee's own system takes has arrived; one that a hub takes is only handed over. */
const MEANING = { endpoint: 'arrived', hub: 'handed-over' } as const;

/**
 * The receiver proves by the hash that it has the bytes. A repeated call gets the same answer; a wrong hash leaves the
 * delivery open.
 */
export const acknowledgeDelivery = protectedOperation(
  {
    id: 'acknowledgeDelivery',
    method: 'post',
    path: '/v1/deliveries/{id}/ack',
    summary: 'Confirm that the bytes of a delivery were received',
    query: noQuery,
    body: jsonOf(AcknowledgeRequest),
    produces: 'application/json',
    answers: { 200: { description: 'Acknowledged, now or before', schema: AcknowledgeAnswer } },
  },
  (parts: {
    readonly inbox: Pick<InboxStore, 'acknowledge'>;
    readonly registry: Pick<RegistryStore, 'snapshot'>;
    readonly events: Pick<Events, 'acknowledged'>;
  }) =>
    async ({ params, body }, { client, connection }) => {
      const delivery = params.id;
      const role = (await parts.registry.snapshot()).connections.get(connection)?.role ?? 'endpoint';
      const result = await parts.inbox.acknowledge(connection, delivery, body.sha256.toLowerCase(), MEANING[role], {
        actor: `client:${client}`,
        act: 'delivery.acknowledge',
        object: delivery,
        outcome: 'ok',
        details: { sha256: body.sha256.toLowerCase() },
      });
      if (result.kind === 'not-found') throw new ProblemError('not-found');
      if (result.kind === 'cancelled') throw new ProblemError('delivery-cancelled');
      if (result.kind === 'hash-mismatch') throw new ProblemError('ack-hash-mismatch');
      const { at, transport, repeated } = result;
      parts.events.acknowledged({ delivery, connection, transport, repeated });
      return answer(200, AcknowledgeAnswer, { delivery, transport, acknowledgedAt: at.toISOString() });
    },
);
