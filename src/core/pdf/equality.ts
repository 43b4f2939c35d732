// Whether two values of two revisions say the same, whatever is reachable from them. Objects are compared by what they hold
// and not by their numbers, so that a writer may renumber and rewrite what it likes.

import type { PdfDictionary, PdfStream, PdfValue } from './values.ts';
import { isArray, isDictionary, isReference, isStream, isString, nameText } from './values.ts';
import type { PdfView } from './view.ts';

/** The first thing that differs: the object it stands in, 0 where that is none. */
export interface Difference {
  readonly object: number;
}

interface Pair {
  readonly a: PdfValue;
  readonly b: PdfValue;
  /** The number of the object that the first stands in. */
  readonly object: number;
}

export class Equality {
  readonly #before: PdfView;
  readonly #after: PdfView;
  readonly #anchors = new Set<number>();
  /** Pairs of objects that are equal, or are being compared. */
  readonly #equal = new Set<string>();

  constructor(before: PdfView, after: PdfView) {
    this.#before = before;
    this.#after = after;
  }

  /**
   * An object that has a comparison of its own (pages, annotations, fields): a reference to it is the same when it leads to
   * the same number.
   */
  anchor(object: number): void {
    if (object !== 0) this.#anchors.add(object);
  }

  /** Undefined where both say the same. `object`: the one the first value stands in. */
  difference(a: PdfValue | undefined, b: PdfValue | undefined, object: number): Difference | undefined {
    const attempt = new Set<string>();
    const pairs: Pair[] = [{ a: a ?? null, b: b ?? null, object }];
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
      this.#before.file.work.spend(1);
      const parts = this.#parts(pair, attempt);
      if (parts === undefined) return { object: pair.object };
      pairs.push(...parts);
    }
    for (const key of attempt) this.#equal.add(key);
    return undefined;
  }

  /** What is still to be compared for the pair to be equal; undefined where it is not. */
  #parts({ a, b, object }: Pair, attempt: Set<string>): readonly Pair[] | undefined {
    if (isReference(a) || isReference(b)) return this.#behind(a, b, object, attempt);
    if (isArray(a)) {
      if (!isArray(b) || a.length !== b.length) return undefined;
      if (a === b && !a.some(mayRefer)) return [];
      return a.map((element, index) => ({ a: element, b: b[index] ?? null, object }));
    }
    if (isStream(a)) return isStream(b) ? this.#streamParts(a, b, object) : undefined;
    if (isDictionary(a)) return isDictionary(b) ? dictionaryParts(a, b, object) : undefined;
    return areSameScalars(a, b) ? [] : undefined;
  }

  #behind(a: PdfValue, b: PdfValue, object: number, attempt: Set<string>): readonly Pair[] | undefined {
    const [from, to] = [isReference(a) ? a.object : 0, isReference(b) ? b.object : 0];
    if (this.#anchors.has(from)) return from === to ? [] : undefined;
    const key = `${from} ${to}`;
    if (from !== 0 && to !== 0) {
      if (this.#equal.has(key) || attempt.has(key)) return [];
      attempt.add(key);
    }
    return [{ a: this.#before.resolve(a), b: this.#after.resolve(b), object: from === 0 ? object : from }];
  }

  #streamParts(a: PdfStream, b: PdfStream, object: number): readonly Pair[] | undefined {
    if (a !== b) {
      const [bytes, others] = [this.#before.rawBytes(a), this.#after.rawBytes(b)];
      this.#before.file.work.spend(bytes.length >> COMPARED_BYTES_SHIFT);
      if (!bytes.equals(others)) return undefined;
    }
    return dictionaryParts(a.dictionary, b.dictionary, object);
  }
}

/** Bytes are compared some sixty-four times as fast as values are walked. */
const COMPARED_BYTES_SHIFT = 6;

function dictionaryParts(a: PdfDictionary, b: PdfDictionary, object: number): readonly Pair[] | undefined {
  // Readers differ on which of two equal keys counts.
  if (a !== b && (a.hasDuplicates || b.hasDuplicates)) return undefined;
  const pairs: Pair[] = [];
  for (const [key, value] of a.entries) {
    const other = b.entries.get(key) ?? null;
    if (value !== other || mayRefer(value)) pairs.push({ a: value, b: other, object });
  }
  for (const [key, value] of b.entries) if (!a.entries.has(key)) pairs.push({ a: null, b: value, object });
  return pairs;
}

function mayRefer(value: PdfValue): boolean {
  return typeof value === 'object' && value !== null && (isArray(value) || isReference(value) || isDictionary(value));
}

function areSameScalars(a: PdfValue, b: PdfValue): boolean {
  if (a === b) return true;
  if (isString(a)) return isString(b) && a.bytes.equals(b.bytes);
  const name = nameText(a);
  return name !== undefined && name === nameText(b);
}
