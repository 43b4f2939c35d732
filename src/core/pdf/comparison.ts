// The comparison of two revisions, and the objects that refer to a changed one.

import type { Change } from './permissions.ts';
import { isDictionary, referencesIn } from './values.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import type { PdfView } from './view.ts';

/** The file before and after one revision, and what the comparing found so far. */
export interface Comparison {
  readonly before: PdfView;
  readonly after: PdfView;
  /** Objects that were not there before. */
  readonly additions: ReadonlySet<number>;
  /** Objects that are no longer what they were. */
  readonly replacements: ReadonlySet<number>;
  readonly parents: Parents;
  readonly changes: Change[];
  /** Changed objects that have been looked at. */
  readonly explained: Set<number>;
}

/**
 * The objects that refer to those that later revisions touch: an object whose place is only one may be replaced there;
 * an object that did not exist and was referred to all the same was prepared to appear later.
 */
export class Parents {
  readonly #parents = new Map<number, Set<number>>();

  constructor(touched: Iterable<number>) {
    for (const object of touched) this.#parents.set(object, new Set());
  }

  /** Notes whom an object refers to. */
  note(parent: number, value: PdfValue): void {
    for (const { object } of referencesIn(value)) this.#parents.get(object)?.add(parent);
  }

  of(object: number): ReadonlySet<number> {
    return this.#parents.get(object) ?? NOBODY;
  }

  areAll(object: number, isAllowed: (parent: number) => boolean): boolean {
    return [...this.of(object)].every(isAllowed);
  }
}

const NOBODY: ReadonlySet<number> = new Set();

/** Whether a dictionary refers to an object under this key alone. */
export function areOnlyUnder(dictionary: PdfDictionary, key: string, object: number): boolean {
  return [...dictionary.entries].every(([entryKey, value]) => {
    return entryKey === key || [...referencesIn(value)].every((reference) => reference.object !== object);
  });
}

export function isAnnotation(value: PdfValue): value is PdfDictionary {
  return isDictionary(value) && value.entries.has('Subtype') && value.entries.has('Rect') && !value.entries.has('FT');
}
