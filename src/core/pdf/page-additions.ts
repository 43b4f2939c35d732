// What a revision did to the pages: to what they show, and to their annotations other than fields.

import type { Addition, AdditionSubject } from './addition.ts';
import { placeOnPage } from './geometry.ts';
import { annotationsOf, INHERITABLE, type NodePair, visiblePage } from './pages.ts';
import { differingKeys, placesOf, type Step } from './step.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import { isDictionary, isReference, isStream, isWhole, nameText } from './values.ts';
import type { PdfView } from './view.ts';

/** What the keys of a page and of the nodes above it are about. */
const SUBJECTS: ReadonlyMap<string, AdditionSubject> = new Map([
  ['AA', 'actions'],
  ['Contents', 'page-content'],
  ['CropBox', 'page-size'],
  ['MediaBox', 'page-size'],
  ['Resources', 'page-resources'],
  ['Rotate', 'page-size'],
  ['UserUnit', 'page-size'],
]);

/** Keys that show nothing, and those compared otherwise: the tree, what is inherited, annotations one by one. */
const SILENT: ReadonlySet<string> = new Set([
  ...['LastModified', 'Metadata', 'PieceInfo', 'StructParents', 'Tabs'],
  ...['Annots', 'Kids', ...INHERITABLE],
]);

/** Fields and their widgets are left out: the form has its own comparison. `isField` knows their numbers. */
export function* pageAdditions(step: Step, isField: (object: number) => boolean): Generator<Addition, void, undefined> {
  for (const pair of step.nodes) {
    yield* keyAdditions(step, pair);
    if (pair.page !== undefined) yield* annotationAdditions(step, pair, isField);
  }
}

function* keyAdditions(step: Step, pair: NodePair): Generator<Addition, void, undefined> {
  const { before, after, parents } = pair;
  const { object } = before;
  const place = wholePage(step, pair);
  // Some readers inherit by the way down, some by the way up: both must be the same way.
  const isOneWay = leadsTo(before.dictionary, parents.before) && leadsTo(after.dictionary, parents.after);
  const silent = isOneWay ? SILENT_UNDER_PARENT : SILENT;
  for (const key of differingKeys(step, before.dictionary, after.dictionary, object, silent)) {
    const subject = SUBJECTS.get(key);
    const kind = subject === undefined ? 'unknown' : 'changing';
    yield { kind, subject: subject ?? 'page', object, ...place };
  }
  for (const key of INHERITABLE) {
    const difference = step.equality.difference(before.attributes.get(key), after.attributes.get(key), object);
    const subject = SUBJECTS.get(key) ?? 'page';
    if (difference !== undefined) yield { kind: 'changing', subject, object: difference.object, ...place };
  }
}

/** All of the page that is seen; nothing for a node between. */
function wholePage({ after }: Step, { after: node, page }: NodePair): Pick<Addition, 'place'> {
  const visible = page === undefined ? undefined : visiblePage(after, node, page);
  const place = visible === undefined ? undefined : placeOnPage(visible, visible.box);
  return place === undefined ? {} : { place };
}

const SILENT_UNDER_PARENT: ReadonlySet<string> = new Set([...SILENT, 'Parent']);

function leadsTo(dictionary: PdfDictionary, parent: number): boolean {
  const value = dictionary.entries.get('Parent');
  return parent === 0 ? value === undefined : isReference(value) && value.object === parent;
}

/** Keys of an annotation that may differ: when it was changed, and on which page it is, which the page itself says. */
const SILENT_ANNOTATION_KEYS: ReadonlySet<string> = new Set(['M', 'P']);

function* annotationAdditions(
  step: Step,
  pair: NodePair,
  isField: (object: number) => boolean,
): Generator<Addition, void, undefined> {
  const [old, now] = [annotationsOf(step.before, pair.before), annotationsOf(step.after, pair.after)];
  let next = 0;
  for (const value of now) {
    const former = old[next];
    const object = isReference(value) ? value.object : 0;
    if (former !== undefined && isSameEntry(step, former, value)) {
      next += 1;
      if (!isField(object)) yield* changedAnnotation(step, former, value, pair);
    } else if (!isField(object)) {
      yield* newAnnotation(step, value);
    }
  }
  if (next < old.length) yield { kind: 'changing', subject: 'annotation-removed', object: pair.before.object };
}

/** Whether an entry of a page's list stands for the same annotation as before. */
function isSameEntry({ equality }: Step, a: PdfValue, b: PdfValue): boolean {
  if (isReference(a) && isReference(b)) return a.object === b.object;
  return equality.difference(a, b, 0) === undefined;
}

function* changedAnnotation(
  step: Step,
  former: PdfValue,
  value: PdfValue,
  { before }: NodePair,
): Generator<Addition, void, undefined> {
  const [old, now] = [step.before.resolve(former), step.after.resolve(value)];
  const object = isReference(former) ? former.object : before.object;
  if (!isDictionary(old) || !isDictionary(now)) {
    if (old !== now) yield { kind: 'changing', subject: 'annotation', object };
    return;
  }
  if (differingKeys(step, old, now, object, SILENT_ANNOTATION_KEYS).length > 0)
    yield { kind: 'changing', subject: 'annotation', object, ...firstPlace(step, now, object) };
}

/** Annotations that people put on a page; a widget of no field, or a thing that plays, acts or links, is none of them. */
const NOTES: ReadonlySet<string> = new Set(
  'Caret Circle FreeText Highlight Ink Line Polygon PolyLine Square Squiggly Stamp StrikeOut Text Underline'.split(' '),
);

/**
 * Keys of a note beside its picture: who wrote it and when, and what it was drawn from. What answers to another annotation,
 * belongs to a layer or acts is none of them.
 */
const NOTE_KEYS: ReadonlySet<string> = new Set([
  ...['AP', 'Contents', 'CreationDate', 'F', 'Lang', 'M', 'NM', 'P', 'RC', 'Rect', 'StructParent', 'Subj', 'Subtype'],
  ...['T', 'Type', 'BS', 'Border', 'C', 'CA', 'CL', 'DA', 'DS', 'IC', 'IT', 'InkList', 'L', 'LE', 'Name', 'Popup', 'Q'],
  ...['QuadPoints', 'RD', 'Rotate', 'Sy', 'Vertices', 'ca'],
]);

/** Keys of the window in which a reader shows a note's text when it is asked to. */
const WINDOW_KEYS: ReadonlySet<string> = new Set('C CreationDate F M NM Open P Parent Rect Subtype T Type'.split(' '));

/** Flags that leave a picture where it is, whoever looks: print, read only, lock, lock of the content. */
const NOTE_FLAGS = 4 | 64 | 128 | 512;

function* newAnnotation(step: Step, value: PdfValue): Generator<Addition, void, undefined> {
  const annotation = step.after.resolve(value);
  const object = isReference(value) ? value.object : 0;
  if (!isDictionary(annotation)) {
    if (annotation !== null) yield { kind: 'unknown', subject: 'annotation', object };
    return;
  }
  const { entries } = annotation;
  if (entries.has('A') || entries.has('AA') || entries.has('PA'))
    yield { kind: 'changing', subject: 'actions', object };
  if (isClosedWindow(annotation)) return;
  const kind = isNote(step.after, annotation) ? 'completing' : 'changing';
  const places = placesOf(step, annotation, object);
  if (places.length === 0) yield { kind, subject: 'annotation', object };
  for (const place of places) yield { kind, subject: 'annotation', object, place };
}

/** A reader draws a note without a picture as it likes, and one with several as it finds the state. */
function isNote(view: PdfView, annotation: PdfDictionary): boolean {
  const { entries, hasDuplicates } = annotation;
  if (hasDuplicates || !NOTES.has(nameText(entries.get('Subtype')) ?? '')) return false;
  if ([...entries.keys()].some((key) => !NOTE_KEYS.has(key))) return false;
  const flags = view.resolve(entries.get('F') ?? 0);
  if (!isWhole(flags) || (flags & ~NOTE_FLAGS) !== 0) return false;
  const pictures = view.dictionary(annotation, 'AP');
  if (pictures === undefined || pictures.hasDuplicates || pictures.entries.size !== 1) return false;
  return isStream(view.resolve(pictures.entries.get('N')));
}

/** It shows nothing before somebody opens it, and then the text of its note. */
function isClosedWindow({ entries, hasDuplicates }: PdfDictionary): boolean {
  if (hasDuplicates || nameText(entries.get('Subtype')) !== 'Popup') return false;
  return [...entries].every(([key, value]) => WINDOW_KEYS.has(key) && (key !== 'Open' || value === false));
}

function firstPlace(step: Step, annotation: PdfDictionary, object: number): Pick<Addition, 'place'> {
  const [place] = placesOf(step, annotation, object);
  return place === undefined ? {} : { place };
}
