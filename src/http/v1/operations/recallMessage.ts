import { RecallAnswer, RecallRequest } from '../../../api/v1/messages.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { DeliveryView, MessageStore } from '../../../ports/messages.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import { jsonOf, noQuery } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';
import { referenceTo, staffOf, submitStatus, type StatusPorts } from '../status-package.ts';

/** Only the sender may recall; each addressee gets a status 13 of its own and answers for itself. */
export const recallMessage = protectedOperation(
  {
    id: 'recallMessage',
    method: 'post',
    path: '/v1/messages/{id}/recall',
    summary: 'Ask addressees to give a document back',
    query: noQuery,
    body: jsonOf(RecallRequest),
    produces: 'application/json',
    answers: {
      202: {
        description: 'A status 13 is on its way to each addressee that was not asked before',
        schema: RecallAnswer,
      },
    },
  },
  (
    parts: StatusPorts & {
      readonly messages: Pick<MessageStore, 'message'>;
      readonly registry: Pick<RegistryStore, 'snapshot'>;
    },
  ) =>
    async ({ params, body }, principal) => {
      const view = await parts.messages.message(params.id, { connection: principal.connection });
      // An addressee sees the message too, but may not recall it.
      if (view?.connection !== principal.connection) throw new ProblemError('not-found');
      const document = view.message;
      if (document.kind === 'status') throw new ProblemError('not-found');
      if (body.reason.trim() === '') throw new ProblemError('field-missing', { field: 'reason' }, { place: '/reason' });
      const { codes } = await parts.registry.snapshot();
      const messages: { id: string; organisation: string }[] = [];
      for (const delivery of deliveriesAsked(view.deliveries, body.organisations, codes)) {
        const { organisation, recall, transport } = delivery;
        // A repeated request must not make new statuses. The question that an update or replacement asks by being sent
        // is another one.
        if (recall === 'agreed' || (recall === 'asked' && document.kind === 'new')) continue;
        if (transport === 'cancelled' || transport === 'returned') continue;
        const received = await submitStatus(
          {
            from: { organId: view.sender },
            responseFor: referenceTo(document, organisation),
            statusCode: '13',
            description: body.reason,
            ...(body.staff === undefined ? {} : { staffInfo: staffOf(body.staff) }),
          },
          delivery.id,
          undefined,
          principal,
          parts,
        );
        messages.push({ id: received.id, organisation });
      }
      return answer(202, RecallAnswer, { messages });
    },
);

/** The deliveries of the named organisations, or all; `recipient-unknown` for one the document was never sent to. */
function deliveriesAsked(
  deliveries: readonly DeliveryView[],
  organisations: readonly string[] | undefined,
  codes: ReadonlyMap<string, string>,
): readonly DeliveryView[] {
  if (organisations === undefined) return deliveries;
  const codesAsked = new Set(organisations.map((organId) => codes.get(organId) ?? organId));
  for (const organId of codesAsked) {
    if (!deliveries.some(({ organisation }) => organisation === organId))
      throw new ProblemError('recipient-unknown', { organId });
  }
  return deliveries.filter(({ organisation }) => codesAsked.has(organisation));
}
