import { TraceAnswer } from '../../../api/v1/messages.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';
import { traceJson } from '../views.ts';

export const getMessageTrace = protectedOperation(
  {
    id: 'getMessageTrace',
    method: 'get',
    path: '/v1/messages/{id}/trace',
    summary: 'What happened to a message, step by step',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The timeline', schema: TraceAnswer } },
  },
  (parts: { readonly messages: Pick<MessageStore, 'trace'> }) =>
    async ({ params, language }, { connection }) => {
      const id = params.id;
      const lines = await parts.messages.trace(id, { connection });
      if (lines === null) throw new ProblemError('not-found');
      return answer(200, TraceAnswer, traceJson(id, lines, language));
    },
);
