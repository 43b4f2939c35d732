// What each later revision of a file did, by its effect: the file before it and the file after it are walked from the
// catalog side by side, and every difference that can change what a page shows, what a field says or what a reader's
// program does is an addition of some kind (src/decisions/0018-additions.md). What no way from the catalog leads to has no
// effect and is none.

import type { Addition } from './addition.ts';
import { catalogAdditions, catalogNumber } from './catalog.ts';
import { Equality } from './equality.ts';
import { fieldNumbers, formAdditions } from './form.ts';
import type { VisiblePage } from './geometry.ts';
import { pageAdditions } from './page-additions.ts';
import { annotationsOf, nodePairs, visiblePage, type NodePair } from './pages.ts';
import type { ShownOn, Step } from './step.ts';
import { isReference } from './values.ts';
import type { PdfView } from './view.ts';

/** Of one revision. A hostile file can make a hundred thousand; what is beyond is one addition more, of no known kind. */
const ADDITIONS_KEPT = 200;

/**
 * The additions of each revision after the oldest that is signed, newest first, as `views` are. `signedFields` answers the
 * full names of the fields whose signatures cover exactly the revision at a place among the views.
 */
export function additionsAfterSigning(
  views: readonly PdfView[],
  signedFields: (index: number) => ReadonlySet<string>,
): readonly (readonly Addition[])[] {
  return views.slice(0, -1).map((after, index) => {
    const before = views[index + 1] ?? after;
    const additions: Addition[] = [];
    for (const addition of revisionAdditions(before, after, signedFields(index))) {
      if (additions.length === ADDITIONS_KEPT) return [...additions, { kind: 'unknown', subject: 'more', object: 0 }];
      additions.push(addition);
    }
    return additions;
  });
}

function* revisionAdditions(
  before: PdfView,
  after: PdfView,
  signedFields: ReadonlySet<string>,
): Generator<Addition, void, undefined> {
  const container = replacedContainer(before, after);
  if (container !== undefined) yield { kind: 'changing', subject: 'document', object: container };
  const nodes = nodePairs(before, after);
  if (nodes === undefined) {
    yield { kind: 'changing', subject: 'pages', object: catalogNumber(before) };
    return;
  }
  const equality = new Equality(before, after);
  const fields = fieldNumbers(before);
  for (const object of anchorsOf(before, nodes)) equality.anchor(object);
  for (const object of fields) equality.anchor(object);
  const step: Step = {
    before,
    after,
    equality,
    nodes,
    signedFields,
    shownOn: shownOn(after, nodes, 'after'),
    shownBefore: shownOn(before, nodes, 'before'),
  };
  yield* formAdditions(step);
  const allFields = new Set([...fields, ...fieldNumbers(after)]);
  yield* pageAdditions(step, (object) => allFields.has(object));
  yield* catalogAdditions(step);
}

/** Objects with a comparison of their own, fields left aside. */
function* anchorsOf(before: PdfView, nodes: readonly NodePair[]): Generator<number, void, undefined> {
  yield catalogNumber(before);
  for (const { before: node } of nodes) {
    yield node.object;
    for (const annotation of annotationsOf(before, node)) if (isReference(annotation)) yield annotation.object;
  }
}

/** On which pages each annotation of one side is listed. */
function shownOn(view: PdfView, nodes: readonly NodePair[], side: 'before' | 'after'): ShownOn {
  const pages = new Map<number, VisiblePage[]>();
  for (const { [side]: node, page } of nodes) {
    const visible = page === undefined ? undefined : visiblePage(view, node, page);
    if (visible === undefined) continue;
    for (const annotation of annotationsOf(view, node)) {
      if (!isReference(annotation)) continue;
      const others = pages.get(annotation.object);
      if (others === undefined) pages.set(annotation.object, [visible]);
      else others.push(visible);
    }
  }
  return pages;
}

/** An object stream that is written anew gives other objects without naming them in its cross-reference section. */
function replacedContainer(before: PdfView, { sections: [newest] }: PdfView): number | undefined {
  for (const { entries } of before.sections) {
    for (const entry of entries.values()) {
      if (entry.kind === 'in' && newest.entries.has(entry.container)) return entry.container;
    }
  }
  return undefined;
}
