import { ProblemError } from '../../core/problem-error.ts';
import type { MessageStore } from '../../ports/store.ts';
import type { Events } from '../../telemetry/events.ts';
import type { OpenContent } from '../content.ts';
import { noBody, queryOf } from '../inputs.ts';
import { protectedOperation } from '../operation.ts';
import { RENDERED_FORMS, sendInForm } from '../rendering.ts';
import { PackageQuery } from '../schemas.ts';

/**
 * The exact bytes that were accepted, or the message in another form. Reading is an act that is audited before the first
 * byte goes out.
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
  (parts: {
    readonly messages: Pick<MessageStore, 'content' | 'message' | 'report'>;
    readonly content: OpenContent;
    readonly events: Pick<Events, 'contentRead'>;
  }) =>
    async (call, { client, connection }) => {
      const message = call.params['id'] ?? '';
      const { format } = call.query;
      const part = format === 'edxml' ? 'package' : `package as ${format}`;
      const audit = {
        actor: `client:${client}`,
        act: 'message.read',
        object: message,
        outcome: 'ok',
        details: { part },
      } as const;
      const location = await parts.messages.content(message, { connection }, audit);
      if (location === null) throw new ProblemError('not-found');
      if (location === 'cancelled') throw new ProblemError('delivery-cancelled');
      parts.events.contentRead({ message, connection, part });
      return sendInForm(call, format, { id: message, viewer: { connection }, location }, parts);
    },
);
