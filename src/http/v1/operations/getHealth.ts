import { noBody, noQuery } from '../../inputs.ts';
import { publicOperation } from '../../operation.ts';
import { HealthSchema } from '../schemas.ts';

/** The process runs. Nothing is asked, so that a slow database never gets a healthy process killed. */
export const getHealth = publicOperation(
  {
    id: 'getHealth',
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process runs',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'It does', schema: HealthSchema } },
  },
  () => () => Promise.resolve({ status: 200, json: { status: 'ok' } }),
);
