// One revision, and what the comparisons of its parts share.

import type { PagePlace } from './addition.ts';
import type { Equality } from './equality.ts';
import { boxOf, placeOnPage, type VisiblePage } from './geometry.ts';
import type { NodePair } from './pages.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import { isArray } from './values.ts';
import type { PdfView } from './view.ts';

export type ShownOn = ReadonlyMap<number, readonly VisiblePage[]>;

/** The file before and after one revision. */
export interface Step {
  readonly before: PdfView;
  readonly after: PdfView;
  readonly equality: Equality;
  readonly nodes: readonly NodePair[];
  /** Full names of the fields whose signatures cover this revision, and end with it. */
  readonly signedFields: ReadonlySet<string>;
  /** The pages that list an annotation, as they are seen after the revision, by the annotation's object number. */
  readonly shownOn: ShownOn;
  readonly shownBefore: ShownOn;
}

/** Where the rectangle of an annotation is seen; nowhere where it is on no page, or has no area. */
export function placesOf({ after, shownOn }: Step, annotation: PdfDictionary, object: number): readonly PagePlace[] {
  const rectangle = boxOf(after, annotation.entries.get('Rect'));
  if (rectangle === undefined) return [];
  return (shownOn.get(object) ?? []).flatMap((page) => placeOnPage(page, rectangle) ?? []);
}

/** The elements of an array under a key; none where it is no array. */
export function listIn(view: PdfView, dictionary: PdfDictionary, key: string): readonly PdfValue[] {
  const list = view.resolve(dictionary.entries.get(key));
  return isArray(list) ? list : [];
}

/** Stands for a key that a dictionary has twice; no table of keys has it. */
const REPEATED = '(a key twice)';

/** The keys of either, those of `silent` left out, whose values say something else before and after. */
export function differingKeys(
  { equality }: Pick<Step, 'equality'>,
  before: PdfDictionary,
  after: PdfDictionary,
  object: number,
  silent: ReadonlySet<string>,
): readonly string[] {
  // Readers differ on which of two equal keys counts.
  if (after.hasDuplicates && before !== after) return [REPEATED];
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...keys].filter((key) => {
    if (silent.has(key)) return false;
    return equality.difference(before.entries.get(key), after.entries.get(key), object) !== undefined;
  });
}
