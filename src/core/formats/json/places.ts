// What the rules of the national format noticed, told in the names of the JSON form.

import { pathsOf, type FieldRow } from '../../message/rows.ts';
import type { Facts } from '../../problems/finding.ts';

const HEADER = '/edXML/edXMLEnvelope/edXMLHeader/';

interface Told {
  readonly facts: Facts;
  readonly place?: string;
}

/** With `place` and the field it names as a path of names; what is told in such names already stays. */
export function inJson<T extends Told>(told: T, table: readonly FieldRow[]): T {
  const place = told.place === undefined ? undefined : jsonPlace(told.place, table);
  if (place === undefined) return told;
  return { ...told, place, facts: 'field' in told.facts ? { ...told.facts, field: place } : told.facts };
}

/** Undefined for a place that is none of the national format's. An element without a row is told by the one above it. */
function jsonPlace(place: string, table: readonly FieldRow[]): string | undefined {
  if (!place.startsWith(HEADER)) return undefined;
  const elements = place.slice(HEADER.length);
  const numbers = [...elements.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number) - 1);
  const known = templates(table);
  let path = elements.replaceAll(/\[\d+\]/g, '');
  while (path !== '' && !known.has(path)) path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const template = known.get(path) ?? '';
  const written = template.replaceAll('[]', () => `[${numbers.shift() ?? 0}]`);
  return written === '' ? 'header' : `header.${written}`;
}

function templates(table: readonly FieldRow[]): ReadonlyMap<string, string> {
  const rows = pathsOf(table).flatMap(({ element, json }) =>
    element === null || json === null ? [] : [[element.replaceAll('[]', ''), json] as const],
  );
  return new Map(rows);
}
