// Writes the converter's JSON form, nested, in the order of the table of fields, all values as text: one message, one
// spelling. The files are streamed as base64 inside the text.

import type { Json } from './parse.ts';
import { joinSphere } from '../circulation.ts';
import { ENVELOPE, type ElementRule } from '../edxml/elements.ts';
import { given } from '../edxml/given.ts';
import { CONTENT_ID_SCHEME } from '../../message/names.ts';
import { encode, slashed } from '../edxml/write.ts';
import { FILE_FIELDS, fieldsOf, nameInJson, says, valueIn, type Field, type FieldTable, type Leaf } from '../fields.ts';
import type { Draft, DraftFile } from '../../message/rendering.ts';

/** The text in pieces; it ends with a line end. */
export async function* writeJsonForm(draft: Draft): AsyncGenerator<Buffer, void, undefined> {
  const { message, files } = draft;
  const header = written(withSphere(message), fieldsOf(message.kind), ruleAt(ENVELOPE, 'edXMLHeader'));
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

/** Limits on passing on stand behind the sphere, as they do in the national format. */
function withSphere(message: Draft['message']): Draft['message'] {
  if (message.kind === 'status' || message.circulation === undefined) return message;
  const { otherInfo, circulation } = message;
  const sphereOfPromulgation = joinSphere({ ...otherInfo, circulation });
  return { ...message, otherInfo: { ...otherInfo, ...given({ sphereOfPromulgation }) } };
}

/** An object that is being filled. */
type Writing = Record<string, Json>;

function written(from: object, fields: FieldTable, above: ElementRule): Writing {
  const object: Writing = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = valueIn(from, name);
    if (typeof field.json !== 'string' || typeof field.element !== 'string' || !says(value)) continue;
    const made = valueOf(value, field, ruleAt(above, field.element));
    // All that was said in it has no place in this form.
    if (isWriting(made) && Object.keys(made).length === 0) continue;
    const several: readonly Json[] = Array.isArray(made) ? made : [];
    const [single, second] = field.alias === undefined ? [] : several;
    if (field.alias !== undefined && second !== undefined) put(object, field.alias, made);
    else put(object, field.json, single ?? made);
  }
  return object;
}

function valueOf(value: unknown, field: Field, rule: ElementRule): Json {
  if (field.kind === 'leaf') return textOf(value, field, rule);
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value.filter(says);
    return entries.map((entry) => (field.kind === 'groups' ? groupOf(entry, field.fields, rule) : String(entry)));
  }
  return field.kind === 'group' ? groupOf(value, field.fields, rule) : String(value);
}

function groupOf(value: unknown, fields: FieldTable, rule: ElementRule): Writing {
  return typeof value === 'object' && value !== null ? written(value, fields, rule) : {};
}

/** The converter writes a day as its first second. */
function textOf(value: unknown, field: Leaf, rule: ElementRule): string {
  const text = String(value);
  if (rule.kind !== 'leaf') return text;
  if (rule.value === 'date') return `${slashed(text)} 00:00:00`;
  return rule.value === 'timestamp' ? slashed(text) : (field.codes?.[text] ?? text);
}

/** Objects on the way are made once; two rows may write into one. */
function put(object: Writing, path: string, value: Json): void {
  const names = path.split('.');
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

/** The rule of an element by its path from the one above it. */
function ruleAt(above: ElementRule, path: string): ElementRule {
  return path.split('/').reduce((at, name) => {
    const rule = at.kind === 'group' ? at.rows.get(name)?.rule : undefined;
    if (rule === undefined) throw new Error(`the national format has no ${name} in ${at.name}`);
    return rule;
  }, above);
}

function labels(file: DraftFile): Writing {
  const { contentId, attachmentName, description, contentType } = file;
  return written(
    { contentId: `${CONTENT_ID_SCHEME}${contentId}`, attachmentName, description, contentType },
    FILE_FIELDS,
    ATTACHMENT,
  );
}

const ATTACHMENT = ruleAt(ENVELOPE, 'AttachmentEncoded/Attachment');
