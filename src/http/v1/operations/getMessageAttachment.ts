import { AttachmentQuery } from '../../../api/v1/messages.ts';
import type { Attachment } from '../../../core/message/message.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { MessageStore } from '../../../ports/messages.ts';
import { openAttachment, openFile } from '../../../gateway/content/attachment-files.ts';
import { openRange, sendBytes, type OpenContent } from '../content.ts';
import { contentDisposition } from '../disposition.ts';
import { noBody, queryOf } from '../../inputs.ts';
import { protectedOperation } from '../../operation.ts';
import { messageContent, type ReadingPorts } from '../reading.ts';

/**
 * The store keeps no attachments apart: the gateway decodes the text between two offsets of the package while it sends.
 */
export const getMessageAttachment = protectedOperation(
  {
    id: 'getMessageAttachment',
    method: 'get',
    path: '/v1/messages/{id}/attachments/{n}',
    summary: 'The file of one attachment; counted from 0',
    query: queryOf(AttachmentQuery),
    body: noBody,
    produces: 'application/octet-stream',
    answers: { 200: { description: 'The attachment' } },
  },
  (
    parts: ReadingPorts & {
      readonly messages: Pick<MessageStore, 'message'>;
      readonly content: OpenContent;
    },
  ) =>
    async ({ params, query, request, response }, principal) => {
      const message = params.id;
      const view = await parts.messages.message(message, { connection: principal.connection });
      const attachments = view === null || view.message.kind === 'status' ? [] : view.message.attachments;
      const attachment = attachments[Number(params.n)];
      if (attachment === undefined) throw new ProblemError('not-found');
      const part = `attachment ${params.n}`;
      const location = await messageContent(parts, principal, message, part);
      const { offset, encodedLength } = attachment;
      const range = { start: offset, end: offset + encodedLength - 1 };
      // Opens the content before the headers, so that a failure is still answered with a code.
      const text = request.method === 'HEAD' ? NOTHING : await openRange(location, range, parts.content);
      const wrapped = query.wrapped === 'true';
      response.writeHead(200, headersOf(attachment, wrapped ? attachment : (attachment.opened ?? attachment)));
      const bytes = (wrapped ? openAttachment : openFile)(attachment, () => Promise.resolve(text));
      await sendBytes(request.method, response, bytes);
      return 'sent';
    },
);

const NOTHING = Buffer.alloc(0);

/** A browser must save the file under its name and never show it: other parties made it. */
function headersOf(
  { attachmentName }: Attachment,
  { mediaType, size, sha256 }: Pick<Attachment, 'mediaType' | 'size' | 'sha256'>,
): Readonly<Record<string, string | number>> {
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  return {
    'Content-Type': mediaType,
    'Content-Length': size,
    'Content-Disposition': contentDisposition(attachmentName, 'attachment'),
    'Cache-Control': 'private, no-cache',
    ETag: `"${sha256}"`,
    Digest: `sha-256=${digest}`,
    'Repr-Digest': `sha-256=:${digest}:`,
  };
}
