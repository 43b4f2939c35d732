import { HealthAnswer } from '../../../api/v1/health.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answer, publicOperation } from '../../operation.ts';

/** Tells that the process runs. It queries nothing, so that a slow database never gets a healthy process killed. */
export const getHealth = publicOperation(
  {
    id: 'getHealth',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process runs',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'It does', schema: HealthAnswer } },
  },
  () => () => Promise.resolve(answer(200, HealthAnswer, { status: 'ok' })),
);
