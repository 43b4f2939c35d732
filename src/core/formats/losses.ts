// Fields of a message that a form cannot carry: every rendering from one form to another reports them.

import type { Field, FieldTable, FormColumn, Into } from '../message/fields.ts';
import { valueIn } from '../message/rows.ts';
import type { Finding } from '../problems/finding.ts';

/** Whether a value says something: an empty text, list or group says nothing. */
export function says(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(says);
}

/**
 * The fields of a message that a form cannot carry, each with its path in the message, such as `otherInfo.direction`.
 */
export function lossesOf(form: FormColumn, message: object, fields: FieldTable, at = ''): readonly Finding[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = valueIn(message, name);
    const path = `${at}${name}`;
    const place = field[form];
    const implied = field.kind === 'leaf' && field.implied !== undefined && value === field.implied;
    if (typeof place !== 'string') return says(value) && !implied ? [loss(path, place)] : [];
    if (typeof value !== 'object' || value === null) return [];
    if (field.kind === 'group') return lossesOf(form, value, field.fields, `${path}.`);
    return Array.isArray(value) ? lossesOfEntries(form, value, field, path) : [];
  });
}

/** The writer leaves out an empty entry, so the fact that it was there is lost. */
function lossesOfEntries(
  form: FormColumn,
  entries: readonly unknown[],
  field: Field,
  path: string,
): readonly Finding[] {
  return entries.flatMap((entry, index) => {
    const own = `${path}[${index}]`;
    if (!says(entry)) return [loss(own, null)];
    const inside = field.kind === 'groups' && typeof entry === 'object' && entry !== null;
    return inside ? lossesOf(form, entry, field.fields, `${own}.`) : [];
  });
}

function loss(field: string, place: Into | null): Finding {
  return place === null
    ? { code: 'field-not-carried', severity: 'warning', facts: { field }, place: field }
    : { code: 'field-carried-elsewhere', severity: 'info', facts: { field, to: place.into }, place: field };
}
