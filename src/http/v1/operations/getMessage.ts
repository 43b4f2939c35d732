import { MessageAnswer } from '../../../api/v1/messages.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import type { RegistryStore } from '../../../ports/registry.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';
import { messageJson } from '../views.ts';

/** The sender sees all deliveries of its message, an addressee its own. */
export const getMessage = protectedOperation(
  {
    id: 'getMessage',
    method: 'get',
    path: '/v1/messages/{id}',
    summary: 'A message and where each copy is',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The message with its deliveries', schema: MessageAnswer } },
  },
  (parts: { readonly messages: Pick<MessageStore, 'message'>; readonly registry: Pick<RegistryStore, 'snapshot'> }) =>
    async ({ params, language }, { connection }) => {
      const view = await parts.messages.message(params.id, { connection });
      if (view === null) throw new ProblemError('not-found');
      return answer(200, MessageAnswer, messageJson(view, await parts.registry.snapshot(), language));
    },
);
