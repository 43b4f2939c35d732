import { CONTAINER_TYPE } from '../../../core/evidence/entries.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { EvidencePacker } from '../../../gateway/evidence/evidence-container.ts';
import { sendBytes } from '../content.ts';
import { contentDisposition } from '../disposition.ts';
import { noBody, noQuery } from '../../inputs.ts';
import { protectedOperation } from '../../operation.ts';
import { messageContent, type ReadingPorts } from '../reading.ts';

/** The container holds the package, so the gateway audits its fetch as a reading. */
export const getMessageEvidence = protectedOperation(
  {
    id: 'getMessageEvidence',
    method: 'get',
    path: '/v1/messages/{id}/evidence',
    summary: 'Everything by which the verdict can be proved again, as one signed container (ASiC-E)',
    query: noQuery,
    body: noBody,
    produces: CONTAINER_TYPE,
    answers: { 200: { description: 'The container; src/docs/prove.md says how to check it' } },
  },
  (parts: ReadingPorts & { readonly packEvidence: EvidencePacker }) =>
    async ({ params, request, response }, principal) => {
      const id = params.id;
      const location = await messageContent(parts, principal, id, 'evidence');
      const bytes = await parts.packEvidence(id, { connection: principal.connection }, location);
      if (bytes === null) throw new ProblemError('not-found');
      response.writeHead(200, {
        'Content-Type': CONTAINER_TYPE,
        'Content-Disposition': contentDisposition(`${id}.asice`, `${id}.asice`),
        'Cache-Control': 'private, no-store',
      });
      await sendBytes(request.method, response, bytes);
      return 'sent';
    },
);
