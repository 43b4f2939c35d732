// Finds the changes of a revision. Every object that it redefines is compared with the object before; few changes leave
// a signed document as it is, and any other one is named.

import { areOnlyUnder, isAnnotation, Parents } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import type { Entry } from './file.ts';
import { compareForm } from './form-changes.ts';
import type { Change } from './permissions.ts';
import {
  areEqual,
  changedKeys,
  isArray,
  isDictionary,
  isReference,
  isStream,
  nameText,
  referencesIn,
} from './values.ts';
import type { PdfStream, PdfValue } from './values.ts';
import type { PdfView } from './view.ts';

/** The changes of each revision after the oldest that is signed, newest first, as `views` are. */
export function changesOf(views: readonly PdfView[]): readonly (readonly Change[])[] {
  const oldest = views.at(-1);
  if (oldest === undefined || views.length === 1) return [];
  const touched = views.slice(0, -1).flatMap((view) => [...view.sections[0].entries.keys()]);
  const parents = new Parents(touched);
  const containers = new Set<number>();
  for (const object of oldest.objectNumbers()) {
    oldest.file.work.spend(1);
    const entry = oldest.entry(object);
    if (entry?.kind === 'in') containers.add(entry.container);
    parents.note(object, oldest.object(object));
  }
  const changesByRevision: (readonly Change[])[] = [];
  for (let index = views.length - 2; index >= 0; index -= 1) {
    const [after, before] = [views[index], views[index + 1]];
    if (after === undefined || before === undefined) continue;
    changesByRevision.unshift(compare(before, after, parents, containers));
    for (const [object, entry] of after.sections[0].entries) {
      if (entry.kind === 'in') containers.add(entry.container);
      if (entry.kind !== 'free') parents.note(object, after.object(object));
    }
  }
  return changesByRevision;
}

function compare(before: PdfView, after: PdfView, parents: Parents, containers: ReadonlySet<number>): Change[] {
  const comparison = differences(before, after, parents);
  const { additions, replacements, changes, explained } = comparison;
  for (const object of [...additions, ...replacements]) {
    if (containers.has(object)) changes.push({ kind: 'other', subject: 'object stream', object });
  }
  for (const object of additions) {
    if (parents.of(object).size > 0) changes.push({ kind: 'other', subject: 'object prepared before', object });
  }
  compareTrailer(comparison);
  compareCatalog(comparison);
  compareForm(comparison);
  for (const object of replacements) {
    if (!explained.has(object)) changes.push(unexplained(object, before.object(object), after.object(object)));
  }
  return changes;
}

function differences(before: PdfView, after: PdfView, parents: Parents): Comparison {
  const [additions, replacements] = [new Set<number>(), new Set<number>()];
  const changes: Change[] = [];
  for (const [object, entry] of after.sections[0].entries) {
    const entryBefore = before.entry(object);
    if (object === 0 || isSameEntry(entryBefore, entry)) continue;
    const wasThere = entryBefore !== undefined && entryBefore.kind !== 'free';
    if (entry.kind === 'free') {
      if (wasThere) changes.push({ kind: 'other', subject: `${describe(before.object(object))} removed`, object });
    } else if (!wasThere) {
      additions.add(object);
    } else if (!isSameValue(before, before.object(object), after, after.object(object))) {
      replacements.add(object);
    }
  }
  return { before, after, additions, replacements, parents, changes, explained: new Set() };
}

function isSameEntry(a: Entry | undefined, b: Entry): boolean {
  if (a?.kind === 'at') return b.kind === 'at' && a.offset === b.offset && a.generation === b.generation;
  if (a?.kind === 'in') return b.kind === 'in' && a.container === b.container && a.index === b.index;
  return b.kind === 'free';
}

function isSameValue(before: PdfView, a: PdfValue, after: PdfView, b: PdfValue): boolean {
  if (!isStream(a) || !isStream(b)) return areEqual(a, b);
  return areEqual(a.dictionary, b.dictionary) && before.rawBytes(a).equals(after.rawBytes(b));
}

/** Keys of a trailer that say where things are, and nothing of what the document is. */
const TRAILER_KEYS = ['Root', 'Encrypt'];
/** Keys of the document information that software changes by itself. */
const INFORMATION_KEYS = new Set(['ModDate', 'Producer']);

function compareTrailer(comparison: Comparison): void {
  const { before, after, replacements, changes, explained, parents } = comparison;
  for (const key of TRAILER_KEYS) {
    const [a, b] = [before.trailer.entries.get(key) ?? null, after.trailer.entries.get(key) ?? null];
    if (!areEqual(a, b)) changes.push({ kind: 'other', subject: key, object: 0 });
  }
  const [old, now] = [
    before.resolve(before.trailer.entries.get('Info')),
    after.resolve(after.trailer.entries.get('Info')),
  ];
  const reference = before.trailer.entries.get('Info');
  const object = isReference(reference) ? reference.object : 0;
  if (isDictionary(old) && isDictionary(now)) {
    const keys = changedKeys(old, now).filter((key) => !INFORMATION_KEYS.has(key));
    if (keys.length > 0) changes.push({ kind: 'other', subject: `document information ${keys.join(' ')}`, object });
    else if (replacements.has(object) && parents.of(object).size === 0) explained.add(object);
  } else if (now !== null && old !== null) {
    changes.push({ kind: 'other', subject: 'document information', object });
  }
}

function compareCatalog(comparison: Comparison): void {
  const { before, after, replacements, changes, explained } = comparison;
  const root = before.trailer.entries.get('Root');
  const object = isReference(root) ? root.object : 0;
  for (const key of changedKeys(before.catalog, after.catalog)) {
    if (!CATALOG_KEYS.has(key)) changes.push({ kind: 'other', subject: `catalog ${key}`, object });
  }
  if (replacements.has(object)) explained.add(object);
  explainMetadata(comparison, object);
  explainProof(comparison, object);
}

/** Of these the form is compared by itself; the others show nothing. */
const CATALOG_KEYS = new Set(['AcroForm', 'DSS', 'Extensions', 'Metadata', 'Version']);

function explainMetadata({ before, replacements, parents, explained }: Comparison, catalog: number): void {
  const reference = before.catalog.entries.get('Metadata');
  if (!isReference(reference) || !replacements.has(reference.object)) return;
  const isOnlyThere = areOnlyUnder(before.catalog, 'Metadata', reference.object);
  if (isOnlyThere && parents.areAll(reference.object, (parent) => parent === catalog)) explained.add(reference.object);
}

/** The document security store (EN 319 142-1 section 5.4): certificates and revocation data, which may be added to. */
function explainProof(comparison: Comparison, catalog: number): void {
  const { before, replacements, parents, explained } = comparison;
  const reference = before.catalog.entries.get('DSS');
  const store = proofObjects(before, reference ?? null);
  for (const object of store) {
    if (!replacements.has(object)) continue;
    const isAllowed = (parent: number): boolean =>
      store.has(parent) || (parent === catalog && areOnlyUnder(before.catalog, 'DSS', object));
    if (parents.areAll(object, isAllowed)) explained.add(object);
  }
}

/** Dictionaries and arrays down to the streams: the store, its records by signature, their lists, the values. */
const PROOF_DEPTH = 5;

function proofObjects(view: PdfView, value: PdfValue): ReadonlySet<number> {
  const reached = new Set<number>();
  let level: readonly PdfValue[] = [value];
  for (let depth = 0; depth < PROOF_DEPTH; depth += 1) {
    const next: PdfValue[] = [];
    for (const reference of level) {
      for (const { object } of referencesIn(reference)) {
        if (reached.has(object)) continue;
        reached.add(object);
        next.push(view.object(object));
      }
    }
    level = next;
  }
  return reached;
}

function unexplained(object: number, before: PdfValue, after: PdfValue): Change {
  // Cross-reference streams are found by their offset: their number is only a name.
  if (isOfType(before, 'XRef') && isOfType(after, 'XRef')) return { kind: 'proof', subject: 'cross-reference', object };
  if (isAnnotation(before) && isAnnotation(after)) return { kind: 'annotating', subject: 'annotation', object };
  return { kind: 'other', subject: describe(before), object };
}

function isOfType(value: PdfValue, type: string): value is PdfStream {
  return isStream(value) && nameText(value.dictionary.entries.get('Type')) === type;
}

const KINDS: Readonly<Record<string, string>> = {
  Annot: 'annotation',
  Catalog: 'catalog',
  Font: 'font',
  Image: 'image',
  Form: 'picture',
  ObjStm: 'object stream',
  Page: 'page',
  Pages: 'page tree',
  Sig: 'signature',
  DocTimeStamp: 'signature',
};

/** The name of an object, for people. */
function describe(value: PdfValue): string {
  if (isStream(value)) {
    const { entries } = value.dictionary;
    return KINDS[nameText(entries.get('Subtype')) ?? nameText(entries.get('Type')) ?? ''] ?? 'stream';
  }
  if (isDictionary(value)) {
    if (value.entries.has('FT')) return 'field';
    return KINDS[nameText(value.entries.get('Type')) ?? ''] ?? 'object';
  }
  return isArray(value) ? 'array' : 'value';
}
