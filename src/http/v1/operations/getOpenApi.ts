import { noBody, noQuery } from '../../inputs.ts';
import { publicOperation } from '../../operation.ts';

export const getOpenApi = publicOperation(
  {
    id: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This interface as an OpenAPI 3.1 document',
    query: noQuery,
    body: noBody,
    produces: 'application/json',
    answers: { 200: { description: 'The document' } },
  },
  (parts: { readonly openApi: () => unknown }) => () => Promise.resolve({ status: 200, json: parts.openApi() }),
);
