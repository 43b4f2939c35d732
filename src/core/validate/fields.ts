// Every text of a message, with its place: what the checks of lengths, of codes and of what must be there look at.

import { DOCUMENT_FIELDS, FILE_FIELDS, STATUS_FIELDS } from '../message/fields.ts';
import type { LimitName } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import { toldPath } from '../message/places.ts';
import { rowsOf, valueIn, type FieldRow } from '../message/rows.ts';

/** One text of a message. `field` is its path, for people and programs. */
export interface Field {
  readonly limit: LimitName | undefined;
  /** A message is refused without it. */
  readonly required: boolean;
  readonly field: string;
  readonly text: string;
}

/** A row with the path of its element, without the header's two parts, of which people are not told. */
interface PathRow {
  readonly name: string;
  readonly path: string;
  readonly limit: LimitName | undefined;
  readonly required: boolean;
  readonly inside: readonly PathRow[];
}

const DOCUMENT = pathRows(rowsOf(DOCUMENT_FIELDS));
const STATUS = pathRows(rowsOf(STATUS_FIELDS));
const FILE = pathRows(rowsOf(FILE_FIELDS));

function pathRows(rows: readonly FieldRow[]): readonly PathRow[] {
  return rows.flatMap(({ name, field, element, rows: inside }) => {
    if (element === undefined) return [];
    const path = toldPath(element.join('/'));
    const limit = field.kind === 'leaf' || field.kind === 'texts' ? field.limit : undefined;
    return [{ name, path, limit, required: field.presence === 'required', inside: pathRows(inside) }];
  });
}

/** All texts that have a limit or must be there, in the order of the message. */
export function textFields(message: Message): readonly Field[] {
  if (message.kind === 'status') return textsIn(message, STATUS, '');
  const { attachments } = message;
  return [
    ...textsIn(message, DOCUMENT, ''),
    ...attachments.flatMap((attachment, index) => textsIn(attachment, FILE, `Attachment[${index + 1}]/`)),
  ];
}

function textsIn(group: object, rows: readonly PathRow[], above: string): readonly Field[] {
  return rows.flatMap((row) => textsAt(valueIn(group, row.name), row, `${above}${row.path}`));
}

function textsAt(value: unknown, row: PathRow, field: string): readonly Field[] {
  const { limit, required, inside } = row;
  if (typeof value === 'string')
    return limit === undefined && !required ? [] : [{ limit, required, field, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value)) return textsIn(value, inside, `${field}/`);
  const entries: readonly unknown[] = value;
  // A list that must have an entry and has none is told like an empty text.
  if (required && entries.length === 0) return [{ limit, required, field, text: '' }];
  return entries.flatMap((entry, index) => textsAt(entry, row, `${field}[${index + 1}]`));
}
