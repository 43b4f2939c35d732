// Reads the converter's JSON form. Its fields are put where the national format has them and then read by the same rules:
// what is refused, taken or noted in the one is so in the other.

import { refuse, ok, type Finding, type Result } from '../../problems/finding.ts';
import { isObject, parseJson, type Json, type JsonObject } from './parse.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { ROOT } from '../edxml/elements.ts';
import { lower } from '../edxml/lower.ts';
import { first, reading } from '../edxml/reading.ts';
import { DOCUMENT_FIELDS, STATUS_FIELDS } from '../../message/fields.ts';
import { rowsOf, type FieldRow } from '../../message/rows.ts';
import { draftOf } from '../draft.ts';
import type { Draft, DraftFile } from '../../message/rendering.ts';
import { readFiles } from './files.ts';
import { JsonForm } from './form.ts';
import { JSON_LIMITS } from './limits.ts';
import { inJson } from './places.ts';
import { membersNamed, nested } from './shape.ts';

export interface JsonOptions {
  /** Files that lie beside the text, by attachment name: for entries that do not carry their content. */
  readonly files?: ReadonlyMap<string, DraftFile>;
}

export interface JsonRead {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
}

const DOCUMENT = rowsOf(DOCUMENT_FIELDS, 'json');
const STATUS = rowsOf(STATUS_FIELDS, 'json');

/**
 * Reads the whole text. Refusals carry the place as a path of names; `malformed-json` the offset in bytes. A signature in
 * the text is never believed: it is noted as not carried.
 */
export function readJsonForm(bytes: Buffer, options: JsonOptions = {}): Result<JsonRead> {
  const parsed = parsedForm(bytes);
  if (!parsed.ok) return parsed;
  const { header, status } = parsed.value;
  const form = new JsonForm();
  if (parsed.value.marked) form.notes.add('warning', 'byte-order-mark', { offset: 0 });
  const envelope = form.child(reading(ROOT, null), 'edXMLEnvelope');
  const message = form.child(form.child(envelope, 'edXMLHeader'), 'MessageHeader');
  const table = status ? STATUS : DOCUMENT;
  if (message.parent !== null) form.read(message.parent, header, table);
  form.noteSignature(header);
  if (status && first(message, 'StatusCode') === undefined)
    form.notes.add('error', 'field-missing', { field: 'statuscode' }, 'header.status.statuscode');
  const files = readFiles(parsed.value.root, form, options.files ?? new Map());
  form.noteUnknown(parsed.value.root, '');

  const lowered = lower(envelope.parent ?? undefined, form.notes);
  if (!lowered.ok) return { ...inJson(lowered, table), findings: told(lowered, table) };
  const { message: read } = lowered.value;
  const findings = told(lowered.value, table);
  return ok({ draft: draftOf(read, files), findings });
}

/** Names of attachments whose content may lie beside the text; none where the text cannot be read. */
export function attachmentNames(bytes: Buffer): readonly string[] {
  const form = parsedForm(bytes);
  if (!form.ok) return [];
  const listed = new JsonForm().values({ value: form.value.root, place: '' }, ['attachments', 'attachmentname']);
  return listed.flatMap(({ value }) => (typeof value === 'string' && value !== '' ? [value] : []));
}

interface Parsed {
  readonly root: JsonObject;
  readonly header: JsonObject;
  readonly status: boolean;
  /** With a byte order mark. */
  readonly marked: boolean;
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function parsedForm(bytes: Buffer): Result<Parsed> {
  if (bytes.length > JSON_LIMITS.bytes) return refuse('payload-too-large', { limit: JSON_LIMITS.bytes });
  const marked = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const root = parsed(marked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes, marked ? BYTE_ORDER_MARK.length : 0);
  const shaped = root.ok ? nested(root.value) : root;
  if (!shaped.ok) return shaped;
  const headers = membersNamed(shaped.value, 'header').map(([, value]) => value);
  const header = headers[0];
  if (headers.length > 1) return refuse('schema-invalid', { field: 'header' }, 'header');
  const kinds = isObject(header) ? ['messageheader', 'status'].flatMap((name) => membersNamed(header, name)) : [];
  if (!isObject(header) || kinds.length === 0) return refuse('envelope-missing', {}, 'header');
  if (kinds.length > 1) return refuse('schema-invalid', { field: 'header' }, 'header');
  return ok({ root: shaped.value, header, status: kinds[0]?.[0].toLowerCase() === 'status', marked });
}

function parsed(text: Buffer, start: number): Result<Json> {
  if (text.length === 0) return refuse('body-empty');
  try {
    return ok(parseJson(text));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { offset } = error.facts;
    const before = typeof offset === 'number' ? text.toString('utf8').slice(0, offset) : '';
    return refuse(error.code, typeof offset === 'number' ? { offset: start + Buffer.byteLength(before) } : error.facts);
  }
}

function told(from: { readonly findings?: readonly Finding[] }, table: readonly FieldRow[]): readonly Finding[] {
  return (from.findings ?? []).map((finding) => inJson(finding, table));
}
