import type { DocumentMessage, Message } from '../message/message.ts';
import type { Draft, DraftFile } from '../message/rendering.ts';

/** A message read from a package, on its way into another form with these files. */
export function draftOf(message: Message, files: readonly DraftFile[]): Draft {
  return message.kind === 'status' ? { message, files: [] } : { message: withoutAttachments(message), files };
}

/** Drops the attachments' offsets, which are true of one package only. */
function withoutAttachments(message: DocumentMessage): Omit<DocumentMessage, 'attachments'> {
  const document: { -readonly [Field in keyof DocumentMessage]?: DocumentMessage[Field] } & Omit<
    DocumentMessage,
    'attachments'
  > = { ...message };
  delete document.attachments;
  return document;
}
