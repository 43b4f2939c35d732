// Sends a message in another form than the accepted one. The form is made while it is sent, so there are no ranges and
// no length.

import { createHash } from 'node:crypto';
import { JsonForm } from '../../api/v1/json-form.ts';
import type { Finding } from '../../core/problems/finding.ts';
import { draftOf } from '../../core/formats/draft.ts';
import { FORMS, mediaTypeOf } from '../../core/formats/forms.ts';
import { printedCode, type Message } from '../../core/message/message.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ContentLocation } from '../../ports/content-store.ts';
import type { KeptRendering } from '../../ports/renderings.ts';
import type { MessageStore, Viewer } from '../../ports/messages.ts';
import { attachmentFiles } from '../../gateway/content/attachment-files.ts';
import { SIGNATURE_LOST } from '../../gateway/deliver/render.ts';
import { matches, openRange, sendBytes, sendPackage, type OpenContent } from './content.ts';
import type { RawCall } from '../call.ts';
import { contentDisposition } from './disposition.ts';
import { accepts } from '../media.ts';

type Forms = typeof FORMS;

/** The forms besides `edxml`, for the descriptions of operations. */
export const RENDERED_FORMS = [
  { type: FORMS.json.mediaType, schema: JsonForm },
  { type: FORMS.agency.mediaType },
] as const;

const LOSSES_HEADER = 'Lienthong-Losses';

/** Proxies cut off a longer header. */
const LOSSES_BYTES = 4096;

export interface RenderPorts {
  readonly messages: Pick<MessageStore, 'message' | 'report'>;
  readonly content: OpenContent;
}

interface Asked {
  /** Id of the message. */
  readonly id: string;
  readonly viewer: Viewer;
  readonly location: ContentLocation;
}

type Outgoing = Pick<RawCall, 'request' | 'response'>;

/**
 * Sends the accepted bytes, or the message in the requested form. `not-acceptable` where the client does not take that.
 */
export async function sendInForm(
  call: Outgoing,
  name: keyof Forms,
  request: Asked,
  parts: RenderPorts,
): Promise<'sent'> {
  const { mediaType } = FORMS[name];
  if (!accepts(call.request.headers.accept, mediaType)) throw new ProblemError('not-acceptable');
  if (name === 'edxml') return sendPackage(call, request.location, parts.content);
  return sendRendering(call, name, request, parts);
}

/**
 * Sends a rendering that was made for the connection and kept: a package like any other, with its own hash and ranges.
 */
export async function sendKept(call: Outgoing, rendering: KeptRendering, content: OpenContent): Promise<'sent'> {
  const mediaType = mediaTypeOf(rendering.form);
  if (!accepts(call.request.headers.accept, mediaType)) throw new ProblemError('not-acceptable');
  return sendPackage(call, rendering, content, mediaType);
}

/** The hash of the sent bytes follows as trailer; the entity tag is weak, made from the accepted bytes. */
async function sendRendering(
  { request, response }: Outgoing,
  name: Exclude<keyof Forms, 'edxml'>,
  { id, viewer, location }: Asked,
  parts: RenderPorts,
): Promise<'sent'> {
  const form = FORMS[name];
  const [view, report] = await Promise.all([parts.messages.message(id, viewer), parts.messages.report(id, viewer)]);
  if (view === null) throw new ProblemError('not-found');
  const etag = `"${location.sha256}.${name}"`;
  response.setHeader('ETag', `W/${etag}`);
  response.setHeader('Accept-Ranges', 'none');
  response.setHeader('Cache-Control', 'private, no-cache');
  if (matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end();
    return 'sent';
  }
  const { message } = view;
  const files = attachmentFiles(message, (range) => openRange(location, range, parts.content));
  const rendering = form.render(draftOf(message, files));
  const losses = [...rendering.losses, ...(report?.signer == null ? [] : [SIGNATURE_LOST])];
  // Only a chunked body can have a trailer.
  const chunked = request.method === 'GET' && request.httpVersion === '1.1';
  response.writeHead(200, {
    'Content-Type': rendering.mediaType,
    'Content-Disposition': contentDisposition(`${nameOf(message)}.${form.extension}`, `${id}.${form.extension}`),
    ...(chunked ? { Trailer: 'Repr-Digest' } : {}),
    ...(losses.length === 0 ? {} : { [LOSSES_HEADER]: lossesHeader(losses) }),
  });
  await sendBytes(request.method, response, chunked ? withDigest(rendering.bytes, response) : rendering.bytes);
  return 'sent';
}

/** The name of a document for people; for a status, with its code. */
function nameOf(message: Message): string {
  const name =
    message.kind === 'status' ? `${message.responseFor.code}-${message.statusCode}` : printedCode(message.code);
  return name.replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-');
}

/** A JSON array in ASCII; as many as fit, the last entry saying how many did not. */
function lossesHeader(losses: readonly Finding[]): string {
  const entries = losses.map(({ code, facts }) => ascii(JSON.stringify({ code, ...facts })));
  let length = 64;
  const fitting = entries.filter((entry) => (length += entry.length + 1) <= LOSSES_BYTES);
  const omitted = entries.length - fitting.length;
  return `[${[...fitting, ...(omitted === 0 ? [] : [JSON.stringify({ more: omitted })])].join(',')}]`;
}

function ascii(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function* withDigest(
  bytes: AsyncIterable<Buffer>,
  response: RawCall['response'],
): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
  response.addTrailers({ 'Repr-Digest': `sha-256=:${hash.digest('base64')}:` });
}
