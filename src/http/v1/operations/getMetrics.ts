import type { Metrics } from '../../../telemetry/metrics.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { answerText, publicOperation } from '../../operation.ts';

export const getMetrics = publicOperation(
  {
    id: 'getMetrics',
    method: 'get',
    path: '/metrics',
    summary: 'Numbers for Prometheus',
    query: noQuery,
    body: noBody,
    produces: 'text/plain',
    answers: { 200: { description: 'In the text format' } },
  },
  (parts: { readonly metrics: Pick<Metrics, 'registry'> }) => async () => {
    const { registry } = parts.metrics;
    return answerText(200, registry.contentType, await registry.metrics());
  },
);
