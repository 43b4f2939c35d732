import { noBody, noQuery } from '../../inputs.ts';
import { answerText, publicOperation } from '../../operation.ts';

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
  (parts: { readonly openApi: () => unknown }) => () =>
    Promise.resolve(answerText(200, 'application/json; charset=utf-8', JSON.stringify(parts.openApi()))),
);
