import { ReadinessAnswer } from '../../../api/v1/health.ts';
import type { Readiness } from '../../../telemetry/health.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answer, publicOperation } from '../../operation.ts';

export const getReadiness = publicOperation(
  {
    id: 'getReadiness',
    method: 'get',
    path: '/readyz',
    summary: 'Whether the process can do its work',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: {
      200: { description: 'It can', schema: ReadinessAnswer },
      503: { description: 'It cannot; the parts say why', schema: ReadinessAnswer },
    },
  },
  (parts: { readonly readiness: () => Promise<Readiness> }) => async () => {
    const readiness = await parts.readiness();
    return answer(readiness.status === 'ok' ? 200 : 503, ReadinessAnswer, readiness);
  },
);
