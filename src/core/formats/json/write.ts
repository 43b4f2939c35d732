// Writes the converter's JSON form, nested, in the order of the table of fields, all values as text: one message, one
// spelling. The files are streamed as base64 inside the text.

import type { Json } from './parse.ts';
import { withSphere } from '../circulation.ts';
import { CONTENT_ID_SCHEME } from '../../message/names.ts';
import { textOf } from '../edxml/values.ts';
import { encode } from '../edxml/write.ts';
import { says } from '../losses.ts';
import { DOCUMENT_FIELDS, FILE_FIELDS, STATUS_FIELDS, type Leaf, type Texts } from '../../message/fields.ts';
import { nameInJson, rowsOf, valueIn, type FieldRow } from '../../message/rows.ts';
import type { Draft, DraftFile } from '../../message/rendering.ts';

/** The text in pieces; it ends with a line end. */
export async function* writeJsonForm(draft: Draft): AsyncGenerator<Buffer, void, undefined> {
  const { message, files } = draft;
  const header = message.kind === 'status' ? written(message, STATUS) : written(withSphere(message), DOCUMENT);
  if (message.kind === 'status') {
    yield Buffer.from(`${JSON.stringify({ header }, null, 2)}\n`);
    return;
  }
  const reference = files.map((file) => labels(file));
  const text = JSON.stringify({ header, body: { manifest: { references: { reference } } } }, null, 2);
  yield Buffer.from(`${text.slice(0, -'\n}'.length)},\n  "attachments": [`);
  for (const [index, file] of files.entries()) {
    const entry = JSON.stringify(labels(file), null, 2).slice(0, -'\n}'.length).replaceAll('\n', '\n    ');
    yield Buffer.from(`${index === 0 ? '' : ','}\n    ${entry},\n      "${nameInJson(FILE_FIELDS.content)}": "`);
    yield* encode(file.open());
    yield Buffer.from('"\n    }');
  }
  yield Buffer.from(files.length === 0 ? ']\n}\n' : '\n  ]\n}\n');
}

const DOCUMENT = rowsOf(DOCUMENT_FIELDS, 'json');
const STATUS = rowsOf(STATUS_FIELDS, 'json');
const FILE = rowsOf(FILE_FIELDS, 'json');

/** An object that is being filled. */
type Writing = Record<string, Json>;

function written(from: object, rows: readonly FieldRow[]): Writing {
  const object: Writing = {};
  for (const row of rows) {
    const value = valueIn(from, row.name);
    if (row.json === undefined || !says(value)) continue;
    const made = valueOf(value, row);
    // All that was said in it has no place in this form.
    if (isWriting(made) && Object.keys(made).length === 0) continue;
    const several: readonly Json[] = Array.isArray(made) ? made : [];
    const [single, second] = row.alias === undefined ? [] : several;
    if (row.alias !== undefined && second !== undefined) put(object, row.alias, made);
    else put(object, row.json, single ?? made);
  }
  return object;
}

function valueOf(value: unknown, { field, rows }: FieldRow): Json {
  if (field.kind === 'leaf') return textInJson(field, value);
  if (field.kind === 'group') return groupOf(value, rows);
  const entries: readonly unknown[] = Array.isArray(value) ? value.filter(says) : [];
  return entries.map((entry) => (field.kind === 'groups' ? groupOf(entry, rows) : textInJson(field, entry)));
}

function groupOf(value: unknown, rows: readonly FieldRow[]): Writing {
  return typeof value === 'object' && value !== null ? written(value, rows) : {};
}

/** The converter writes a day as its first second. */
function textInJson(field: Leaf | Texts, value: unknown): string {
  return `${textOf(field, value)}${field.value === 'date' ? ' 00:00:00' : ''}`;
}

/** Objects on the way are made once; two rows may write into one. */
function put(object: Writing, names: readonly string[], value: Json): void {
  const path = names.join('.');
  let at = object;
  for (const name of names.slice(0, -1)) {
    const below = (at[name] ??= {});
    if (!isWriting(below)) throw new Error(`${path} leads through a value`);
    at = below;
  }
  const last = names.at(-1) ?? '';
  const there = at[last];
  if (there === undefined) at[last] = value;
  else if (isWriting(there) && isWriting(value)) Object.assign(there, value);
  else throw new Error(`${path} is written twice`);
}

function isWriting(value: Json): value is Writing {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function labels(file: DraftFile): Writing {
  const { contentId, attachmentName, description, contentType } = file;
  return written({ contentId: `${CONTENT_ID_SCHEME}${contentId}`, attachmentName, description, contentType }, FILE);
}
