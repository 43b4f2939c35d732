// How findings name a field: by the path of its element, without the header's two parts, of which people are not told.

import { DOCUMENT_FIELDS, STATUS_FIELDS } from './fields.ts';
import { pathsOf, rowsOf } from './rows.ts';

/** `MessageHeader/To/OrganId` as findings tell it: `To/OrganId`. */
export function toldPath(element: string): string {
  return element.replace(/^(?:MessageHeader|TraceHeaderList)\//, '');
}

const PLACES: ReadonlyMap<string, string> = new Map(
  [...pathsOf(rowsOf(STATUS_FIELDS)), ...pathsOf(rowsOf(DOCUMENT_FIELDS))].flatMap(({ message, element }) =>
    element === null ? [] : [[message, toldPath(element)]],
  ),
);

/**
 * The place of a field, by its path in the message. `bussiness.receiverList[].organId` with the index 2 is
 * `Bussiness/BussinessDocumentInfo/ReceiverList/Receiver[3]/OrganId`; a list without an index is named without a number.
 * Throws for a field that has no element.
 */
export function fieldPlace(field: string, ...indexes: readonly number[]): string {
  const place = PLACES.get(field);
  if (place === undefined) throw new Error(`${field} is no field with an element`);
  const numbers = indexes.map((index) => `[${index + 1}]`);
  return place.replaceAll('[]', () => numbers.shift() ?? '');
}

/** The place of the element around a field's own. */
export function holderPlace(field: string): string {
  return fieldPlace(field).split('/').slice(0, -1).join('/');
}
