import { NoticeTakenAnswer } from '../../../api/v1/inbox.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { NoticeStore } from '../../../ports/notices.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answer, protectedOperation } from '../../operation.ts';

/**
 * A notice comes with every page of the inbox until the receiver acknowledges it. A repeated call gets the same answer.
 */
export const acknowledgeNotice = protectedOperation(
  {
    id: 'acknowledgeNotice',
    method: 'post',
    path: '/v1/notices/{id}/ack',
    summary: 'Confirm that the result of a document delivered unchecked was taken note of',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'Taken, now or before', schema: NoticeTakenAnswer } },
  },
  (parts: { readonly notices: Pick<NoticeStore, 'takeNotice'> }) =>
    async ({ params }, { connection }) => {
      const notice = params.id;
      if (!(await parts.notices.takeNotice(notice, connection))) throw new ProblemError('not-found');
      return answer(200, NoticeTakenAnswer, { notice });
    },
);
