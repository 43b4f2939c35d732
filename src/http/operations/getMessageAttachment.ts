import type { Attachment } from '../../core/message.ts';
import { ProblemError } from '../../core/problem-error.ts';
import type { MessageStore } from '../../ports/store.ts';
import type { Events } from '../../telemetry/events.ts';
import { decodeBase64, openRange, sendBytes, type OpenContent } from '../content.ts';
import { noBody, noQuery } from '../inputs.ts';
import { protectedOperation } from '../operation.ts';

/** Attachments are not stored apart: the text between two offsets of the package is decoded on its way out. */
export const getMessageAttachment = protectedOperation(
  {
    id: 'getMessageAttachment',
    method: 'get',
    path: '/v1/messages/{id}/attachments/{n}',
    summary: 'One attachment, decoded; counted from 0',
    query: noQuery,
    body: noBody,
    produces: 'application/octet-stream',
    answers: { 200: { description: 'The attachment' } },
  },
  (parts: {
    readonly messages: Pick<MessageStore, 'message' | 'content' | 'record'>;
    readonly content: OpenContent;
    readonly events: Pick<Events, 'contentRead'>;
  }) =>
    async ({ params, request, response }, { client, connection }) => {
      const message = params['id'] ?? '';
      const view = await parts.messages.message(message, { connection });
      const attachments = view === null || view.message.kind === 'status' ? [] : view.message.attachments;
      const attachment = attachments[Number(params['n'])];
      const location = attachment === undefined ? null : await parts.messages.content(message, { connection });
      if (attachment === undefined || location === null) throw new ProblemError('not-found');
      const part = `attachment ${params['n'] ?? ''}`;
      await parts.messages.record([
        { actor: `client:${client}`, act: 'message.read', object: message, outcome: 'ok', details: { part } },
      ]);
      parts.events.contentRead({ message, connection, part });
      const { offset, encodedLength, size } = attachment;
      const text = await openRange(location, { start: offset, end: offset + encodedLength - 1 }, parts.content);
      response.writeHead(200, { ...headersOf(attachment), 'Content-Length': size });
      await sendBytes(request.method, response, decodeBase64(text, attachment));
      return 'sent';
    },
);

/** A browser must save it under its name and never show it: attachments are other people's files. */
function headersOf(attachment: Attachment): Readonly<Record<string, string>> {
  const digest = Buffer.from(attachment.sha256, 'hex').toString('base64');
  return {
    'Content-Type': attachment.mediaType,
    'Content-Disposition': `attachment; filename="attachment"; filename*=UTF-8''${encodeName(attachment.attachmentName)}`,
    'Cache-Control': 'private, no-cache',
    ETag: `"${attachment.sha256}"`,
    Digest: `sha-256=${digest}`,
    'Repr-Digest': `sha-256=:${digest}:`,
  };
}

/** RFC 8187: what encodeURIComponent leaves but the header grammar does not allow is escaped too. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
