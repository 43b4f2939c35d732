import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { protectedOperation } from '../../operation.ts';
import { TraceSchema } from '../schemas.ts';
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
    answers: { 200: { description: 'The timeline', schema: TraceSchema } },
  },
  (parts: { readonly messages: Pick<MessageStore, 'trace'> }) =>
    async ({ params, language }, { connection }) => {
      const id = params['id'] ?? '';
      const lines = await parts.messages.trace(id, { connection });
      if (lines === null) throw new ProblemError('not-found');
      return { status: 200, json: traceJson(id, lines, language) };
    },
);
