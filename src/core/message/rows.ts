// The tables of fields, prepared once for their readers and writers: paths in pieces, rows in the order of the message
// or of a form.

import type { Field, FieldTable, FormColumn, Leaf } from './fields.ts';

export interface FieldRow {
  /** Name in the message. */
  readonly name: string;
  readonly field: Field;
  /** Path from the group above, as `['Appendixes', 'Appendix']`; none where the national format has no place for it. */
  readonly element: readonly string[] | undefined;
  /** The same path in the JSON form, and there by its other name. */
  readonly json: readonly string[] | undefined;
  readonly alias: readonly string[] | undefined;
  /** The rows of a group. */
  readonly rows: readonly FieldRow[];
}

/** In the order of the message, or in that of a form. */
export function rowsOf(fields: FieldTable, order?: FormColumn): readonly FieldRow[] {
  const rows = Object.entries(fields).map(([name, field]): FieldRow => {
    const { element, json, alias } = field;
    return {
      name,
      field,
      element: typeof element === 'string' ? element.split('/') : undefined,
      json: typeof json === 'string' ? json.split('.') : undefined,
      alias: alias?.split('.'),
      rows: 'fields' in field ? rowsOf(field.fields, order) : [],
    };
  });
  return order === undefined ? rows : arranged(rows, ({ field }) => field.behind?.[order]);
}

/** Puts each row that names another behind that one; the other rows keep their order. */
export function arranged<T extends { readonly name: string }>(
  items: readonly T[],
  behind: (item: T) => string | undefined,
): readonly T[] {
  const after = (name?: string): readonly T[] =>
    items.filter((item) => behind(item) === name).flatMap((item) => [item, ...after(item.name)]);
  const all = after();
  if (all.length < items.length) throw new Error('a row stands behind one that is not there');
  return all;
}

/** One row written out. `[]` behind a name: there may be several. */
export interface FieldPaths {
  /** `otherInfo.direction`. */
  readonly message: string;
  /** `messageheader.toes[].organid`; null where the form has no place for it. */
  readonly json: string | null;
  /** `MessageHeader/To[]/OrganId`. */
  readonly element: string | null;
}

/** The paths of every row, each group before its rows. */
export function pathsOf(rows: readonly FieldRow[], above: FieldPaths = NOWHERE): readonly FieldPaths[] {
  return rows.flatMap((row) => {
    const several = row.field.kind === 'groups' || row.field.kind === 'texts' ? '[]' : '';
    const paths: FieldPaths = {
      message: `${above.message}${row.name}${several}`,
      json: joined(above.json, row.json?.join('.'), several),
      element: joined(above.element, row.element?.join('/'), several),
    };
    const inside = {
      message: `${paths.message}.`,
      json: joined(paths.json, '.', ''),
      element: joined(paths.element, '/', ''),
    };
    return [paths, ...pathsOf(row.rows, inside)];
  });
}

const NOWHERE: FieldPaths = { message: '', json: '', element: '' };

function joined(above: string | null, name: string | undefined, end: string): string | null {
  return above === null || name === undefined ? null : `${above}${name}${end}`;
}

/** The value of a message, or of a group of it, under a field's name. */
export function valueIn(from: object, name: string): unknown {
  return Reflect.get(from, name);
}

/** The name of a row that has a place in the JSON form. */
export function nameInJson({ json }: Leaf): string {
  if (typeof json !== 'string') throw new Error('no such place in the JSON form');
  return json;
}
