import type { Readiness } from '../../../telemetry/health.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { publicOperation } from '../../operation.ts';
import { ReadinessSchema } from '../schemas.ts';

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
      200: { description: 'It can', schema: ReadinessSchema },
      503: { description: 'It cannot; the parts say why', schema: ReadinessSchema },
    },
  },
  (parts: { readonly readiness: () => Promise<Readiness> }) => async () => {
    const readiness = await parts.readiness();
    return { status: readiness.status === 'ok' ? 200 : 503, json: readiness };
  },
);
