import { PackageQuery } from '../../../api/v1/messages.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import type { OpenContent } from '../content.ts';
import { noBody, queryOf } from '../../inputs.ts';
import { protectedOperation } from '../../operation.ts';
import { messageContent, type ReadingPorts } from '../reading.ts';
import { RENDERED_FORMS, sendInForm } from '../rendering.ts';

/**
 * Sends the exact accepted bytes, or the message in another form. The gateway audits the reading before the first byte
 * leaves.
 */
export const getMessagePackage = protectedOperation(
  {
    id: 'getMessagePackage',
    method: 'get',
    path: '/v1/messages/{id}/package',
    summary: 'The accepted package, byte for byte, or in another form',
    query: queryOf(PackageQuery),
    body: noBody,
    produces: 'application/xml',
    alsoProduces: RENDERED_FORMS,
    answers: { 200: { description: 'The package' }, 206: { description: 'The byte range asked for' } },
  },
  (
    parts: ReadingPorts & {
      readonly messages: Pick<MessageStore, 'message' | 'report'>;
      readonly content: OpenContent;
    },
  ) =>
    async (call, principal) => {
      const message = call.params.id;
      const { format } = call.query;
      const part = format === 'edxml' ? 'package' : `package as ${format}`;
      const location = await messageContent(parts, principal, message, part);
      const viewer = { connection: principal.connection };
      return sendInForm(call, format, { id: message, viewer, location }, parts);
    },
);
