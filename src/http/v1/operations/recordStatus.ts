import { StatusAnswer, StatusRequest } from '../../../api/v1/deliveries.ts';
import type { StatusCode } from '../../../core/message/message.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import { jsonOf, noQuery } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';
import { referenceTo, staffOf, submitStatus, type StatusPorts } from '../status-package.ts';

/** Statuses that an addressee may report on a document; the sender's 13 has an operation of its own. */
const CODES: readonly StatusCode[] = ['01', '02', '03', '04', '05', '06', '15', '16'];

/** Statuses that need a reason. */
const NEEDS_REASON: ReadonlySet<StatusCode> = new Set(['02']);

export const recordStatus = protectedOperation(
  {
    id: 'recordStatus',
    method: 'post',
    path: '/v1/deliveries/{id}/statuses',
    summary: 'Report how a received document is being handled',
    query: noQuery,
    body: jsonOf(StatusRequest),
    produces: 'application/json',
    answers: {
      202: { description: 'On its way to the sender of the document', schema: StatusAnswer },
      200: { description: 'The same was said before', schema: StatusAnswer },
    },
  },
  (parts: StatusPorts & { readonly messages: Pick<MessageStore, 'delivery'> }) =>
    async ({ params, body }, principal) => {
      const delivery = params.id;
      const subject = await parts.messages.delivery(delivery, principal.connection);
      const document = subject?.message.message;
      // A status is about a document, never about another status.
      if (subject === null || document === undefined || document.kind === 'status') throw new ProblemError('not-found');
      const statusCode = statusCodeOf(body);
      const received = await submitStatus(
        {
          from: { organId: subject.organisation },
          responseFor: referenceTo(document, subject.message.sender),
          statusCode,
          ...(body.description === undefined ? {} : { description: body.description }),
          ...(body.staff === undefined ? {} : { staffInfo: staffOf(body.staff) }),
        },
        subject.id,
        subject.latestStatus,
        principal,
        parts,
      );
      return answer(received.repeated ? 200 : 202, StatusAnswer, { id: received.id, delivery, code: statusCode });
    },
);

function statusCodeOf({ code, description }: StatusRequest): StatusCode {
  const statusCode = CODES.find((candidate) => candidate === code);
  if (statusCode === undefined) {
    throw new ProblemError('status-code-unknown', { statusCode: code, allowed: CODES.join(', ') });
  }
  if (NEEDS_REASON.has(statusCode) && (description ?? '').trim() === '') {
    throw new ProblemError('field-missing', { field: 'description' }, { place: '/description' });
  }
  return statusCode;
}
