// Distribution points (RFC 5280 sections 4.2.1.13 and 5.2.5): a certificate names the places to look for a list, a list
// names the place it is meant for. Names are kept in a form in which equal ones are equal texts.

import {
  DerFault,
  type DerNode,
  TAG,
  children,
  contentOf,
  context,
  encodingOf,
  expectTag,
  implicit,
  namedBits,
  readWhole,
} from '../crypto/der.ts';
import { nameKey, relativeNameKey } from './name.ts';

/** The name of a place. */
export interface PlaceName {
  /** Comparable forms of its full names; any of them names it. */
  readonly names: readonly string[];
  /** Comparable form of a name relative to the issuer of the list; null: it has full names. */
  readonly relative: string | null;
  /** The URIs among the full names, as they are written. */
  readonly urls: readonly string[];
}

export interface DistributionPoint {
  /** Null: named by the issuer of its lists alone. */
  readonly place: PlaceName | null;
  /** Bit n is reason n (`ReasonFlags`); null: all reasons. */
  readonly reasons: number | null;
  /** Comparable names of who signs its lists; empty: the issuer of the certificate. */
  readonly issuers: readonly string[];
}

/** Every reason of `ReasonFlags` but the first, which is unused. */
export const ALL_REASONS = 0b1_1111_1110;

const URI = implicit(6);
const DIRECTORY_NAME = context(4);

/** A DistributionPointName within its `[0]`. */
export function readPlaceName(node: DerNode): PlaceName {
  const [choice, ...rest] = children(node);
  if (rest.length > 0) throw new DerFault('distribution point');
  if (choice?.tag === context(1)) return { names: [], relative: relativeNameKey(choice), urls: [] };
  if (choice?.tag !== context(0)) throw new DerFault('distribution point');
  const names = children(choice);
  if (names.length === 0) throw new DerFault('distribution point');
  return { names: names.map(placeKey), relative: null, urls: names.flatMap(uriOf) };
}

/** The URI that a GeneralName is, if it is one. */
export function uriOf(name: DerNode): string[] {
  return name.tag === URI ? [contentOf(name).toString('latin1')] : [];
}

function placeKey(name: DerNode): string {
  if (name.tag === DIRECTORY_NAME) return directoryPlace(directoryKey(name));
  return encodingOf(name).toString('hex');
}

function directoryKey(name: DerNode): string {
  const [directory, ...rest] = children(name);
  if (rest.length > 0) throw new DerFault('general name');
  return nameKey(encodingOf(expectTag(directory, TAG.sequence)));
}

/** The comparable form of a place that is named by a directory name of this key. */
function directoryPlace(key: string): string {
  return `name:${key}`;
}

/** A cRLDistributionPoints or freshestCRL extension. */
export function readDistributionPoints(value: Buffer): DistributionPoint[] {
  return children(readWhole(value, TAG.sequence)).map((point) => {
    let place: PlaceName | null = null;
    let reasons: number | null = null;
    let issuers: readonly string[] = [];
    for (const field of children(expectTag(point, TAG.sequence))) {
      if (field.tag === context(0)) place = readPlaceName(field);
      else if (field.tag === implicit(1)) reasons = namedBits(field, field.tag);
      else if (field.tag === context(2)) issuers = readDirectoryNames(field);
      else throw new DerFault('distribution point');
    }
    return { place, reasons, issuers };
  });
}

/** The comparable forms of the directory names among GeneralNames: only they can be those of an issuer. */
export function readDirectoryNames(names: DerNode): string[] {
  return children(names).flatMap((name) => (name.tag === DIRECTORY_NAME ? [directoryKey(name)] : []));
}

/** The place at which an issuer's lists are that are at no place (RFC 5280 section 6.3.3). */
export function placeOfIssuer(issuerKey: string): DistributionPoint {
  return { place: { names: [directoryPlace(issuerKey)], relative: null, urls: [] }, reasons: null, issuers: [] };
}

/** Every comparable form of a place for lists of an issuer of this name. */
function placeNames({ names, relative }: PlaceName, issuerKey: string): readonly string[] {
  return relative === null ? names : [directoryPlace(`${issuerKey}/${relative}`)];
}

/** Whether a list of this issuer that is at this place is at a point. A point without a place is at its issuers' names. */
export function isAtPoint(place: PlaceName, point: DistributionPoint, issuerKey: string): boolean {
  const names = point.place === null ? point.issuers.map(directoryPlace) : placeNames(point.place, issuerKey);
  return placeNames(place, issuerKey).some((name) => names.includes(name));
}
