// The pages of two revisions side by side (ISO 32000-1 section 7.7.3): the same tree with the same pages in it, each with
// what it inherits.

import { malformed } from './fault.ts';
import { boxOf, intersection, type Box, type VisiblePage } from './geometry.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import { isArray, isDictionary, isReference } from './values.ts';
import type { PdfView } from './view.ts';

/** A page, or a node between, on one side. */
export interface TreeNode {
  /** Object number; 0 where it is no object of its own. */
  readonly object: number;
  readonly dictionary: PdfDictionary;
  /** What it has of the inheritable attributes, from the nodes above it where it has none. */
  readonly attributes: ReadonlyMap<string, PdfValue>;
}

/** A node of the tree before and after a revision. */
export interface NodePair {
  readonly before: TreeNode;
  readonly after: TreeNode;
  /** Object numbers of the nodes above, 0 for the root. */
  readonly parents: { readonly before: number; readonly after: number };
  /** Counted from 1; undefined for a node between. */
  readonly page: number | undefined;
}

export const INHERITABLE = ['Resources', 'MediaBox', 'CropBox', 'Rotate'] as const;

const MAX_DEPTH = 32;

/** Every node of both trees in reading order; undefined where the trees are not alike. */
export function nodePairs(before: PdfView, after: PdfView): readonly NodePair[] | undefined {
  const pairs: NodePair[] = [];
  const visits = new Set<number>();
  let pages = 0;
  const stack: Visit[] = [{ a: rootOf(before), b: rootOf(after), parents: { before: 0, after: 0 }, depth: 0 }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    before.file.work.spend(1);
    const { parents, depth } = visit;
    const [old, now] = [nodeOf(before, visit.a), nodeOf(after, visit.b)];
    if (old === undefined && now === undefined) continue;
    if (old === undefined || now === undefined) return undefined;
    const [oldKids, kids] = [kidsOf(before, old), kidsOf(after, now)];
    if (oldKids?.length !== kids?.length) return undefined;
    if (oldKids === undefined || kids === undefined) pages += 1;
    pairs.push({ before: old, after: now, parents, page: oldKids === undefined ? pages : undefined });
    if (oldKids === undefined || kids === undefined) continue;
    // The tree may have a page twice; a node between that is met again would never end.
    if (depth === MAX_DEPTH || visits.has(old.object)) throw malformed('page tree');
    if (old.object !== 0) visits.add(old.object);
    for (let index = kids.length - 1; index >= 0; index -= 1) {
      stack.push({
        a: { value: oldKids[index] ?? null, attributes: old.attributes },
        b: { value: kids[index] ?? null, attributes: now.attributes },
        parents: { before: old.object, after: now.object },
        depth: depth + 1,
      });
    }
  }
  return pairs;
}

function rootOf(view: PdfView): Entry {
  return { value: view.catalog.entries.get('Pages') ?? null, attributes: new Map() };
}

interface Visit {
  readonly a: Entry;
  readonly b: Entry;
  readonly parents: NodePair['parents'];
  readonly depth: number;
}

interface Entry {
  readonly value: PdfValue;
  readonly attributes: ReadonlyMap<string, PdfValue>;
}

function nodeOf(view: PdfView, { value, attributes }: Entry): TreeNode | undefined {
  const dictionary = view.resolve(value);
  if (!isDictionary(dictionary)) return undefined;
  const own = INHERITABLE.flatMap((key) => {
    const attribute = dictionary.entries.get(key);
    return attribute === undefined ? [] : [[key, attribute] as const];
  });
  return {
    object: isReference(value) ? value.object : 0,
    dictionary,
    attributes: own.length === 0 ? attributes : new Map([...attributes, ...own]),
  };
}

function kidsOf(view: PdfView, { dictionary }: TreeNode): readonly PdfValue[] | undefined {
  const kids = view.resolve(dictionary.entries.get('Kids'));
  return isArray(kids) ? kids : undefined;
}

/** What people see of a page; undefined where its boxes are none. */
export function visiblePage(
  view: PdfView,
  { dictionary, attributes }: TreeNode,
  page: number,
): VisiblePage | undefined {
  const media = boxOf(view, attributes.get('MediaBox'));
  if (media === undefined) return undefined;
  const crop: Box = boxOf(view, attributes.get('CropBox')) ?? media;
  const [rotate, unit] = [view.resolve(attributes.get('Rotate')), view.resolve(dictionary.entries.get('UserUnit'))];
  const box = intersection(media, crop);
  const turn = typeof rotate === 'number' ? ((rotate % 360) + 360) % 360 : 0;
  return { page, box, rotation: turn, unit: typeof unit === 'number' && unit > 0 ? unit : 1 };
}

/** The annotations that a page lists. */
export function annotationsOf(view: PdfView, { dictionary }: TreeNode): readonly PdfValue[] {
  const list = view.resolve(dictionary.entries.get('Annots'));
  return isArray(list) ? list : [];
}
