// Writes packages of the national format as strictly as the national library does: its order, its prefixes, its
// indentation, to the byte. One message has one spelling, so that a hash of it can be promised beforehand.

import type { Attachment, DocumentMessage, StatusMessage } from '../../message/message.ts';
import { DOCUMENT_FIELDS, STATUS_FIELDS } from '../../message/fields.ts';
import { CONTENT_ID_SCHEME, QCVN_NAMESPACE } from '../../message/names.ts';
import { withSphere } from '../circulation.ts';
import { ATTACHMENT_LABELS, HEADER_PARTS, layoutOf, REFERENCE_LABELS } from './layout.ts';
import { labelOf, packed, type Content } from './wrapping.ts';
import { framed, indent, writer } from './write-fields.ts';

/** A document to be written: a message whose attachments are not laid out yet. */
export type DocumentDraft = Omit<DocumentMessage, 'attachments'>;

/** `content`: the file itself, unwrapped. Its name decides how it is packed and labelled. */
export interface DraftAttachment extends Pick<Attachment, 'contentId' | 'attachmentName' | 'description'> {
  readonly content: Content;
}

export interface WriteOptions {
  /** A complete Signature element, put at its place in the header; empty bytes keep the place free. */
  readonly signature?: Buffer;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * The package's bytes in pieces. A text that XML cannot carry (a control character) rejects with `field-invalid`: a draft
 * must have passed the same checks as a message.
 */
export async function* writeDocument(
  draft: DocumentDraft,
  attachments: readonly DraftAttachment[],
  options: WriteOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  yield Buffer.from(beforeSignature(draft));
  if (options.signature !== undefined) yield signatureLine(options);
  yield Buffer.from(afterSignature(attachments));
  for (const attachment of attachments) {
    yield Buffer.from(attachmentStart(attachment));
    yield* encode(packed(attachment, attachment.content));
    yield Buffer.from(ATTACHMENT_END);
  }
  yield Buffer.from(attachments.length === 0 ? '</edXML>\n' : '  </AttachmentEncoded>\n</edXML>\n');
}

/** `writeDocument`, whole: for packages whose attachments are in memory anyway. */
export async function documentBytes(
  draft: DocumentDraft,
  attachments: readonly DraftAttachment[],
  options: WriteOptions = {},
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of writeDocument(draft, attachments, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * A business status. For 13 `from` is the document's sender and `responseFor.organId` the receiver that is asked; for
 * all others `from` is the receiver and `responseFor.organId` the sender. `documentId` names the document in both
 * cases.
 */
export function writeStatus(status: StatusMessage, options: WriteOptions = {}): Buffer {
  const start = `${DECLARATION}${ROOT_START}${ENVELOPE_START}${HEADER_START}${STATUS(status)}`;
  return Buffer.concat([
    Buffer.from(start),
    signatureLine(options),
    Buffer.from(`${HEADER_END}${ENVELOPE_END}</edXML>\n`),
  ]);
}

const STATUS = writer(layoutOf([STATUS_FIELDS], HEADER_PARTS), 3);
const DOCUMENT = writer(layoutOf([DOCUMENT_FIELDS], HEADER_PARTS), 3);
const REFERENCE = framed('Reference', writer(REFERENCE_LABELS, 5), 4);
/** Elements that the national library writes without its prefix. */
const ATTACHMENT = writer(ATTACHMENT_LABELS, 3, '');

const NOTHING = Buffer.alloc(0);
const NEW_LINE = Buffer.from('\n');
const ROOT_START = `<edXML xmlns="${QCVN_NAMESPACE}">\n`;
const ENVELOPE_START = `  <edXML:edXMLEnvelope xmlns:edXML="${QCVN_NAMESPACE}">\n`;
const ENVELOPE_END = '  </edXML:edXMLEnvelope>\n';
const HEADER_START = '    <edXML:edXMLHeader>\n';
const HEADER_END = '    </edXML:edXMLHeader>\n';
const ATTACHMENT_END = '</edXML:ContentTransferEncoded>\n    </Attachment>\n';

function signatureLine({ signature }: WriteOptions): Buffer {
  return signature === undefined ? NOTHING : Buffer.concat([Buffer.from(indent(3)), signature, NEW_LINE]);
}

function beforeSignature(draft: DocumentDraft): string {
  return `${DECLARATION}${ROOT_START}${ENVELOPE_START}${HEADER_START}${DOCUMENT(withSphere(draft))}`;
}

function afterSignature(attachments: readonly DraftAttachment[]): string {
  const references = attachments.map((attachment) => REFERENCE(labels(attachment)));
  const manifest =
    references.length === 0
      ? `${indent(3)}<edXML:edXMLManifest version="1.0" />\n`
      : `${indent(3)}<edXML:edXMLManifest version="1.0">\n${references.join('')}${indent(3)}</edXML:edXMLManifest>\n`;
  const block = attachments.length === 0 ? '  <AttachmentEncoded />\n' : '  <AttachmentEncoded>\n';
  return `${HEADER_END}    <edXML:edXMLBody>\n${manifest}    </edXML:edXMLBody>\n${ENVELOPE_END}${block}`;
}

function attachmentStart(attachment: DraftAttachment): string {
  return `    <Attachment>\n${ATTACHMENT(labels(attachment))}${indent(3)}<edXML:ContentTransferEncoded xmlns:edXML="${QCVN_NAMESPACE}">`;
}

/** The package's name and label of the attachment. */
function labels(attachment: DraftAttachment): object {
  const { contentId, attachmentName, description } = attachment;
  return {
    contentId: `${CONTENT_ID_SCHEME}${contentId}`,
    contentType: labelOf(attachment),
    description,
    attachmentName,
  };
}

/** Base64 on one line; up to two bytes wait for the next piece, so that padding stands only at the end. */
export async function* encode(content: Content): AsyncGenerator<Buffer, void, undefined> {
  let rest = Buffer.alloc(0);
  for await (const piece of Buffer.isBuffer(content) ? [content] : content) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    rest = Buffer.from(bytes.subarray(whole));
    if (whole > 0) yield Buffer.from(bytes.subarray(0, whole).toString('base64'), 'latin1');
  }
  if (rest.length > 0) yield Buffer.from(rest.toString('base64'), 'latin1');
}
