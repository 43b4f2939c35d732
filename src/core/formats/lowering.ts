// Turns the fields of a package into those of a message: one walk over the table of fields for all forms. A form only
// says how to find its values.

import type { Fields, FieldTable, Leaf } from '../message/fields.ts';
import { rowsOf, type FieldRow } from '../message/rows.ts';

/** A form to read: for each kind of row, the way to its values. `At`: a group of the form. */
export interface Source<At> {
  /** Undefined where the form has no value. */
  leaf(row: FieldRow, field: Leaf): (at: At) => string | number | boolean | undefined;
  /** The texts that are not empty. */
  texts(row: FieldRow): (at: At) => readonly string[];
  group(row: FieldRow): (at: At) => At | undefined;
  entries(row: FieldRow): (at: At) => readonly At[];
}

/**
 * Makes the function that lowers a message, or a group of one. A field that a message always has and a package leaves
 * out becomes an empty text, group or list; any other field without a value is absent.
 */
export function lowering<T extends object, At>(
  fields: Fields<T> & FieldTable,
  source: Source<At>,
): (at: At | undefined) => T {
  // The cast is sound: the compiler checks the table's rows against the fields of T.
  return groupLowering(rowsOf(fields), source) as (at: At | undefined) => T;
}

type Lowering<At> = (at: At | undefined) => unknown;

function groupLowering<At>(rows: readonly FieldRow[], source: Source<At>): (at: At | undefined) => object {
  const members = rows.map((row) => ({ name: row.name, lower: fieldLowering(row, source) }));
  return (at) => {
    const message: Record<string, unknown> = {};
    for (const { name, lower } of members) {
      const value = lower(at);
      if (value !== undefined) message[name] = value;
    }
    return message;
  };
}

function fieldLowering<At>(row: FieldRow, source: Source<At>): Lowering<At> {
  const { field } = row;
  const always = field.presence !== 'optional';
  if (field.kind === 'leaf') {
    const value = source.leaf(row, field);
    const nothing = always ? '' : undefined;
    return (at) => (at === undefined ? nothing : (value(at) ?? nothing));
  }
  const lower = groupLowering(row.rows, source);
  if (field.kind === 'group') {
    const group = source.group(row);
    const kept = always || field.hollow === true;
    return (at) => {
      const below = at === undefined ? undefined : group(at);
      if (below === undefined) return always ? lower(undefined) : undefined;
      const members = lower(below);
      return kept || Object.keys(members).length > 0 ? members : undefined;
    };
  }
  const list = field.kind === 'texts' ? source.texts(row) : entriesLowering(source.entries(row), lower);
  return (at) => {
    const entries = at === undefined ? [] : list(at);
    return always || entries.length > 0 ? entries : undefined;
  };
}

function entriesLowering<At>(
  entries: (at: At) => readonly At[],
  lower: (at: At) => object,
): (at: At) => readonly object[] {
  return (at) => entries(at).map((entry) => lower(entry));
}
