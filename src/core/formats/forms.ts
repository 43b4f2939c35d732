// The forms in which a message can be written. A new one is a row here, and a column in the table of fields.

import type { Finding } from '../problems/finding.ts';
import { AGENCY_FORM } from './agency/write.ts';
import { WRAPPED_TYPE, labelOf } from './edxml/wrapping.ts';
import { type DraftAttachment, writeDocument, writeStatus } from './edxml/write.ts';
import { fieldsOf } from '../message/fields.ts';
import { lossesOf } from './losses.ts';
import { writeJsonForm } from './json/write.ts';
import type { Draft, DraftFile, Form, FormName, RenderedForm } from '../message/rendering.ts';

/**
 * The national format, as its strict writer has it. Without a signature: a signature over another form proves nothing
 * here.
 */
export const EDXML_FORM: Form = {
  name: 'edxml',
  mediaType: 'application/xml',
  extension: 'edxml',
  render: (draft) => ({
    mediaType: 'application/xml',
    losses: [...lossesOf('element', draft.message, fieldsOf(draft.message.kind)), ...draft.files.flatMap(labelLoss)],
    bytes: edxml(draft),
  }),
};

/** The converter's JSON form. */
const JSON_FORM: Form = {
  name: 'json',
  mediaType: 'application/json',
  extension: 'json',
  render: (draft) => ({
    mediaType: 'application/json',
    losses: lossesOf('json', draft.message, fieldsOf(draft.message.kind)),
    bytes: writeJsonForm(draft),
  }),
};

export const FORMS: Readonly<Record<FormName, Form>> = { edxml: EDXML_FORM, json: JSON_FORM, agency: AGENCY_FORM };

/** The form's media type for `Content-Type`. */
export function mediaTypeOf(form: RenderedForm): string {
  return FORMS[form === 'edxml-signed' ? 'edxml' : form].mediaType;
}

/** The form of a file, by its first bytes. A file of no known form is taken for XML, whose reader names the fault. */
export function formOf(head: Buffer): FormName {
  if (head.subarray(0, 2).toString('latin1') === 'PK') return 'agency';
  const start = head.subarray(head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? 3 : 0);
  const first = start.toString('latin1').trimStart().charAt(0);
  return first === '{' || first === '[' ? 'json' : 'edxml';
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The strict writer labels a file by its name; readers take the label of a wrapped one from its bytes. */
function labelLoss({ contentType, attachmentName, contentId }: DraftFile, index: number): readonly Finding[] {
  const label = labelOf({ contentId, attachmentName });
  const wrapped = label === WRAPPED_TYPE && !attachmentName.toLowerCase().endsWith('.zip');
  if (contentType === undefined || contentType === label || wrapped) return [];
  const field = `attachments[${index}].contentType`;
  return [{ code: 'field-not-carried', severity: 'warning', facts: { field }, place: field }];
}

export async function* edxml({ message, files }: Draft, signature?: Buffer): AsyncGenerator<Buffer, void, undefined> {
  const options = signature === undefined ? {} : { signature };
  if (message.kind === 'status') yield writeStatus(message, options);
  else yield* writeDocument(message, files.map(attachmentOf), options);
}

function attachmentOf(file: DraftFile): DraftAttachment {
  return { ...file, content: { [Symbol.asyncIterator]: () => file.open()[Symbol.asyncIterator]() } };
}
