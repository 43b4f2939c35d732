// Writes packages of the national format as strictly as the national library does: its order, its prefixes, its
// indentation, to the byte. One message has one spelling, so that a hash of it can be promised beforehand.

import type {
  Attachment,
  Bussiness,
  DocumentMessage,
  Organization,
  ResponseFor,
  StaffInfo,
  StatusMessage,
} from '../../message/message.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { isXmlText } from '../../xml/text.ts';
import { joinSphere } from '../circulation.ts';
import { CONTENT_ID_SCHEME, DOCUMENT_KINDS, QCVN_NAMESPACE } from '../../message/names.ts';
import { labelOf, packed, type Content } from './wrapping.ts';

/** A document to be written: a message whose attachments are not laid out yet. */
export type DocumentDraft = Omit<DocumentMessage, 'attachments'>;

/** `content`: of the file itself, in no wrapping. How it is packed and labelled goes by its name. */
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
 * A business status. For 13 `from` is the document's sender and `responseFor.organId` the receiver who is asked; for all
 * others `from` is the receiver and `responseFor.organId` the sender. `documentId` names the document in both cases.
 */
export function writeStatus(status: StatusMessage, options: WriteOptions = {}): Buffer {
  const header = group(3, 'MessageHeader', [
    organization(4, 'From', status.from),
    responseFor(4, status.responseFor),
    staffInfo(4, status.staffInfo),
    leaf(4, 'StatusCode', status.statusCode),
    leaf(4, 'Description', status.description),
    leaf(4, 'Timestamp', slashed(status.timestamp)),
  ]);
  const start = `${DECLARATION}${ROOT_START}${ENVELOPE_START}${HEADER_START}${header}`;
  return Buffer.concat([
    Buffer.from(start),
    signatureLine(options),
    Buffer.from(`${HEADER_END}${ENVELOPE_END}</edXML>\n`),
  ]);
}

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
  return `${DECLARATION}${ROOT_START}${ENVELOPE_START}${HEADER_START}${messageHeader(draft)}${traceHeaderList(draft)}`;
}

function afterSignature(attachments: readonly DraftAttachment[]): string {
  const references = attachments.map((attachment) =>
    group(4, 'Reference', [
      leaf(5, 'ContentId', contentIdOf(attachment)),
      leaf(5, 'ContentType', labelOf(attachment)),
      leaf(5, 'Description', attachment.description),
      leaf(5, 'AttachmentName', attachment.attachmentName),
    ]),
  );
  const manifest =
    references.length === 0
      ? `${indent(3)}<edXML:edXMLManifest version="1.0" />\n`
      : `${indent(3)}<edXML:edXMLManifest version="1.0">\n${references.join('')}${indent(3)}</edXML:edXMLManifest>\n`;
  const block = attachments.length === 0 ? '  <AttachmentEncoded />\n' : '  <AttachmentEncoded>\n';
  return `${HEADER_END}    <edXML:edXMLBody>\n${manifest}    </edXML:edXMLBody>\n${ENVELOPE_END}${block}`;
}

function attachmentStart(attachment: DraftAttachment): string {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['ContentId', contentIdOf(attachment)],
    ['AttachmentName', attachment.attachmentName],
    ['Description', attachment.description],
    ['ContentType', labelOf(attachment)],
  ];
  const lines = fields.flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : `${indent(3)}<${name}>${escaped(text, name)}</${name}>\n`,
  );
  return `    <Attachment>\n${lines.join('')}${indent(3)}<edXML:ContentTransferEncoded xmlns:edXML="${QCVN_NAMESPACE}">`;
}

function messageHeader(draft: DocumentDraft): string {
  return group(3, 'MessageHeader', [
    organization(4, 'From', draft.from),
    ...draft.to.map((to) => organization(4, 'To', to)),
    leaf(4, 'DocumentId', draft.documentId),
    group(4, 'Code', [leaf(5, 'CodeNumber', draft.code.codeNumber), leaf(5, 'CodeNotation', draft.code.codeNotation)]),
    group(4, 'PromulgationInfo', [
      leaf(5, 'Place', draft.promulgationInfo.place),
      leaf(5, 'PromulgationDate', slashed(draft.promulgationInfo.promulgationDate)),
    ]),
    group(4, 'DocumentType', [
      leaf(5, 'Type', draft.documentType.type),
      leaf(5, 'TypeDetail', draft.documentType.typeDetail),
      leaf(5, 'TypeName', draft.documentType.typeName),
    ]),
    leaf(4, 'Subject', draft.subject),
    leaf(4, 'Content', draft.content),
    group(4, 'SignerInfo', [
      leaf(5, 'Competence', draft.signerInfo?.competence),
      leaf(5, 'Position', draft.signerInfo?.position),
      leaf(5, 'FullName', draft.signerInfo?.fullName),
    ]),
    leaf(4, 'DueDate', slashed(draft.dueDate)),
    otherInfo(draft),
    ...draft.responseFor.map((answered) => responseFor(4, answered)),
    leaf(4, 'SteeringType', draft.steeringType),
    group(
      4,
      'ToPlaces',
      draft.toPlaces.map((place) => leaf(5, 'Place', place)),
    ),
  ]);
}

function otherInfo({ otherInfo: info, circulation = [] }: DocumentDraft): string {
  const sphere = joinSphere({ ...info, circulation });
  return group(4, 'OtherInfo', [
    leaf(5, 'Priority', info.priority),
    leaf(5, 'SphereOfPromulgation', sphere),
    leaf(5, 'TyperNotation', info.typerNotation),
    leaf(5, 'PromulgationAmount', info.promulgationAmount),
    leaf(5, 'PageAmount', info.pageAmount),
    leaf(5, 'Direction', info.direction === undefined ? undefined : String(info.direction)),
    group(
      5,
      'Appendixes',
      (info.appendixes ?? []).map((appendix) => leaf(6, 'Appendix', appendix)),
    ),
  ]);
}

function traceHeaderList(draft: DocumentDraft): string {
  return group(3, 'TraceHeaderList', [
    bussiness(draft.kind, draft.bussiness ?? {}),
    ...draft.traceHeaders.map(({ organId, timestamp }) =>
      group(4, 'TraceHeader', [leaf(5, 'OrganId', organId), leaf(5, 'Timestamp', slashed(timestamp))]),
    ),
  ]);
}

function bussiness(kind: DocumentDraft['kind'], from: Bussiness): string {
  return group(4, 'Bussiness', [
    leaf(5, 'DocumentId', from.documentId),
    leaf(5, 'BussinessDocType', kindNumber(kind)),
    leaf(5, 'BussinessDocReason', from.bussinessDocReason),
    leaf(5, 'Paper', from.paper),
    group(5, 'BussinessDocumentInfo', [
      leaf(6, 'DocumentInfo', binary(from.documentInfo)),
      leaf(6, 'DocumentReceiver', binary(from.documentReceiver)),
      group(
        6,
        'ReceiverList',
        (from.receiverList ?? []).map(({ organId, receiverType }) =>
          group(7, 'Receiver', [
            leaf(8, 'OrganId', organId),
            leaf(8, 'ReceiverType', binary(receiverType === 'added')),
          ]),
        ),
      ),
    ]),
    group(
      5,
      'ReplacementInfoList',
      (from.replacementInfoList ?? []).map(({ documentId, organIdList }) =>
        group(6, 'ReplacementInfo', [
          leaf(7, 'DocumentId', documentId),
          group(
            7,
            'OrganIdList',
            organIdList.map((organId) => leaf(8, 'OrganId', organId)),
          ),
        ]),
      ),
    ),
    staffInfo(5, from.staffInfo),
  ]);
}

function organization(depth: number, name: string, from: Organization): string {
  return group(depth, name, [
    leaf(depth + 1, 'OrganId', from.organId),
    leaf(depth + 1, 'OrganizationInCharge', from.organizationInCharge),
    leaf(depth + 1, 'OrganName', from.organName),
    leaf(depth + 1, 'OrganAdd', from.organAdd),
    leaf(depth + 1, 'Email', from.email),
    leaf(depth + 1, 'Telephone', from.telephone),
    leaf(depth + 1, 'Fax', from.fax),
    leaf(depth + 1, 'Website', from.website),
  ]);
}

function responseFor(depth: number, from: ResponseFor): string {
  return group(depth, 'ResponseFor', [
    leaf(depth + 1, 'OrganId', from.organId),
    leaf(depth + 1, 'Code', from.code),
    leaf(depth + 1, 'DocumentId', from.documentId),
    leaf(depth + 1, 'PromulgationDate', slashed(from.promulgationDate)),
  ]);
}

function staffInfo(depth: number, from: StaffInfo | undefined): string {
  return group(depth, 'StaffInfo', [
    leaf(depth + 1, 'Department', from?.department),
    leaf(depth + 1, 'Staff', from?.staff),
    leaf(depth + 1, 'Email', from?.email),
    leaf(depth + 1, 'Mobile', from?.mobile),
  ]);
}

/** Empty elements are left out, as the national library leaves them out. */
function leaf(depth: number, name: string, value: string | number | undefined): string {
  if (value === undefined || value === '') return '';
  return `${indent(depth)}<edXML:${name}>${escaped(String(value), name)}</edXML:${name}>\n`;
}

function group(depth: number, name: string, children: readonly string[]): string {
  const content = children.join('');
  return content === '' ? '' : `${indent(depth)}<edXML:${name}>\n${content}${indent(depth)}</edXML:${name}>\n`;
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}

/** ISO to the standard's form: `2026-11-20T08:29:51` to `2026/11/20 08:29:51`. */
export function slashed(iso: string): string;
export function slashed(iso: string | undefined): string | undefined;
export function slashed(iso: string | undefined): string | undefined {
  return iso?.replaceAll('-', '/').replace('T', ' ');
}

function binary(flag: boolean | undefined): string | undefined {
  return flag === undefined ? undefined : flag ? '1' : '0';
}

function kindNumber(kind: DocumentDraft['kind']): string {
  return Object.entries(DOCUMENT_KINDS).find(([, name]) => name === kind)?.[0] ?? '0';
}

function contentIdOf(attachment: DraftAttachment): string {
  return `${CONTENT_ID_SCHEME}${attachment.contentId}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** A carriage return written as itself would come back as a line feed. */
function escaped(text: string, field: string): string {
  if (!isXmlText(text)) throw new ProblemError('field-invalid', { field });
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '');
}

/** Base64 on one line; a byte or two wait for the next piece, so that there is padding only at the end. */
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
