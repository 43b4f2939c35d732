// Whether the structure tree (ISO 32000-1 section 14.7) only grew: a tagged document names its new widgets in it. What was in
// it stays as it was and in its order; what is new in it shows nothing.

import type { Step } from './step.ts';
import type { PdfValue } from './values.ts';
import { isArray, isDictionary, isReference } from './values.ts';

/** Numbers and references to what else the document has: counters, the page and the parent of an element. */
const LEADS_ELSEWHERE: ReadonlySet<string> = new Set(['P', 'Parent', 'ParentTreeNextKey', 'Pg', 'Limits']);

/** Whether a value says what it said, and perhaps more. */
export function isGrown({ before, after, equality }: Step, a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  const visits = new Set<string>();
  const pairs: (readonly [PdfValue, PdfValue])[] = [[a ?? null, b ?? null]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    before.file.work.spend(1);
    const [old, now] = pair;
    if (old === null) continue;
    if (isReference(old) && isReference(now)) {
      const key = `${old.object} ${now.object}`;
      if (visits.has(key)) continue;
      visits.add(key);
    }
    const [from, to] = [before.resolve(old), after.resolve(now)];
    if (isDictionary(from) && isDictionary(to)) {
      for (const [key, value] of from.entries) {
        if (!LEADS_ELSEWHERE.has(key)) pairs.push([value, to.entries.get(key) ?? null]);
      }
    } else if (isArray(from) && isArray(to)) {
      let next = 0;
      for (const element of to) {
        const former = from[next];
        if (next === from.length || former === undefined || !isSame(former, element)) continue;
        pairs.push([former, element]);
        next += 1;
      }
      if (next < from.length) return false;
    } else if (isArray(to) && !isArray(from)) {
      // One kid became the first of several.
      const [first] = to;
      if (first === undefined) return false;
      pairs.push([old, first]);
    } else if (equality.difference(from, to, 0) !== undefined) {
      return false;
    }
  }
  return true;
}

/** Whether an element of a list may be the one that was there: the same object, or a value of its own. */
function isSame(a: PdfValue, b: PdfValue): boolean {
  if (isReference(a) || isReference(b)) return isReference(a) && isReference(b) && a.object === b.object;
  return typeof a !== 'number' || a === b;
}
