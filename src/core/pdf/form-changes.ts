// Judges changes of the form and of the annotations on pages: a revision may add and fill signature fields, and fill
// other fields; anything else that appears on a page could cover the signed content.

import { areOnlyUnder, isAnnotation } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { fieldsOf } from './fields.ts';
import type { Field } from './fields.ts';
import type { ChangeKind } from './permissions.ts';
import { SUB_FILTERS } from './sub-filters.ts';
import { areEqual, changedKeys, isArray, isDictionary, isReference, nameText } from './values.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import type { PdfView } from './view.ts';

/**
 * Share of a page that the picture of a later signature may take. An agency's seal is 36 to 42 mm wide, a thirtieth of an
 * A4 page, and a picture beside it with name and time not much larger; a quarter of the page hides text.
 */
const PICTURE_SHARE = 0.25;

const FORM_KEYS = new Set(['Fields', 'SigFlags', 'DR']);
/** Further keys that a new form may bring: the look of text in fields, of which there are none yet. */
const NEW_FORM_KEYS = new Set([...FORM_KEYS, 'DA', 'Q']);
/** Keys of a new signature field or widget. Actions are not among them. */
const NEW_FIELD_KEYS = new Set(
  'AP BS Border DA F FT Ff H Kids Lock M MK NM P Parent Q Rect SV Subtype T TU Type V'.split(' '),
);
const SIGNED_FIELD_KEYS = new Set(['AP', 'DA', 'F', 'Ff', 'Lock', 'M', 'MK', 'NM', 'V']);
const FILLED_FIELD_KEYS = new Set(['AP', 'AS', 'I', 'M', 'RV', 'V']);
/** FT of fields that people fill in. */
const FILLED_TYPES = new Set(['Btn', 'Ch', 'Tx']);

export function compareForm(comparison: Comparison): void {
  const { before, after, changes } = comparison;
  const [old, now] = [before.dictionary(before.catalog, 'AcroForm'), after.dictionary(after.catalog, 'AcroForm')];
  if (old !== undefined && now === undefined) changes.push({ kind: 'other', subject: 'form removed', object: 0 });
  const widgets = now === undefined ? new Set<number>() : compareFields(comparison, old, now);
  explainFields(comparison);
  comparePages(comparison, widgets);
}

const EMPTY: PdfDictionary = { kind: 'dictionary', entries: new Map(), hasDuplicates: false };

/** The widgets of signature fields that are new. */
function compareFields(
  comparison: Comparison,
  former: PdfDictionary | undefined,
  now: PdfDictionary,
): ReadonlySet<number> {
  const [old, keys] = former === undefined ? [EMPTY, NEW_FORM_KEYS] : [former, FORM_KEYS];
  const { before, after, changes } = comparison;
  for (const key of changedKeys(old, now)) {
    if (!keys.has(key)) changes.push({ kind: 'other', subject: `form ${key}`, object: 0 });
  }
  const [oldResources, resources] = [old.entries.get('DR') ?? null, now.entries.get('DR') ?? null];
  if (oldResources !== null && !isExtended(comparison, oldResources, resources, RESOURCE_DEPTH)) {
    changes.push({ kind: 'other', subject: 'form resources', object: 0 });
  }
  const [oldFields, fields] = [listIn(before, old, 'Fields'), listIn(after, now, 'Fields')];
  if (!oldFields.every((field, index) => areEqual(field, fields[index]))) {
    changes.push({ kind: 'other', subject: 'fields removed', object: 0 });
  }
  explainForm(comparison, old);
  const widgets = new Set<number>();
  for (const field of fields.slice(oldFields.length)) addField(comparison, field, widgets);
  return widgets;
}

function listIn(view: PdfView, dictionary: PdfDictionary, key: string): readonly PdfValue[] {
  const list = view.resolve(dictionary.entries.get(key));
  return isArray(list) ? list : [];
}

/** The form's own objects may change as it was compared, where they are nothing else besides. */
function explainForm({ before, replacements, parents, explained }: Comparison, old: PdfDictionary): void {
  const [root, form] = [before.trailer.entries.get('Root'), before.catalog.entries.get('AcroForm')];
  const catalog = isReference(root) ? root.object : 0;
  const holder = isReference(form) ? form.object : catalog;
  if (isReference(form) && replacements.has(form.object)) {
    const isOnlyThere = areOnlyUnder(before.catalog, 'AcroForm', form.object);
    if (isOnlyThere && parents.areAll(form.object, (parent) => parent === catalog)) explained.add(form.object);
  }
  const fields = old.entries.get('Fields');
  if (!isReference(fields) || !replacements.has(fields.object)) return;
  const isOnlyThere = areOnlyUnder(old, 'Fields', fields.object);
  if (isOnlyThere && parents.areAll(fields.object, (parent) => parent === holder)) explained.add(fields.object);
}

/** Resources, their kinds, the entries of each kind. */
const RESOURCE_DEPTH = 2;

/** Whether a dictionary holds what it held, and perhaps more. No other object may refer to an extended one. */
function isExtended(comparison: Comparison, old: PdfValue, now: PdfValue, depth: number): boolean {
  const { before, after, replacements, parents, explained } = comparison;
  const object = isReference(old) ? old.object : 0;
  if (areEqual(old, now) && !replacements.has(object)) return true;
  const [oldValue, newValue] = [before.resolve(old), after.resolve(now)];
  if (depth === 0 || !isDictionary(oldValue) || !isDictionary(newValue)) return false;
  if (replacements.has(object)) {
    if (parents.of(object).size > 1) return false;
    explained.add(object);
  }
  return [...oldValue.entries].every(([key, value]) => {
    return isExtended(comparison, value, newValue.entries.get(key) ?? null, depth - 1);
  });
}

/** A field that was appended must be new and for a signature; its widgets are noted. */
function addField({ after, additions, changes }: Comparison, value: PdfValue, widgets: Set<number>): void {
  const object = isReference(value) ? value.object : 0;
  const field = after.resolve(value);
  const isNew = additions.has(object) && isDictionary(field) && nameText(field.entries.get('FT')) === 'Sig';
  if (!isNew || !hasOnly(field, NEW_FIELD_KEYS)) {
    changes.push({ kind: 'other', subject: 'field added', object });
    return;
  }
  changes.push({ kind: signingKind(after, field), subject: 'signature field', object });
  if (nameText(field.entries.get('Subtype')) === 'Widget') widgets.add(object);
  for (const kid of listIn(after, field, 'Kids')) {
    const widget = after.resolve(kid);
    const isWidget =
      isReference(kid) && additions.has(kid.object) && isDictionary(widget) && hasOnly(widget, NEW_FIELD_KEYS);
    if (isWidget) widgets.add(kid.object);
    else changes.push({ kind: 'other', subject: 'field added', object });
  }
}

function hasOnly(dictionary: PdfDictionary, keys: ReadonlySet<string>): boolean {
  return !dictionary.hasDuplicates && [...dictionary.entries.keys()].every((key) => keys.has(key));
}

/** A document time stamp is proof, which no certification forbids. */
function signingKind(view: PdfView, field: PdfDictionary): ChangeKind {
  const signature = view.dictionary(field, 'V');
  const subFilter = signature === undefined ? undefined : nameText(signature.entries.get('SubFilter'));
  return subFilter === SUB_FILTERS.timeStamp ? 'proof' : 'signing';
}

/** Fields that were there and were signed or filled in. */
function explainFields(comparison: Comparison): void {
  const { before, after, replacements, changes, explained } = comparison;
  if (replacements.size === 0) return;
  for (const field of fieldsOf(before)) {
    for (const object of [field.object, ...field.widgets]) {
      if (!replacements.has(object)) continue;
      const [old, now] = [before.object(object), after.object(object)];
      if (!isDictionary(old) || !isDictionary(now) || now.hasDuplicates) continue;
      const kind = fieldChange(comparison, field, old, now);
      if (kind === undefined) continue;
      explained.add(object);
      changes.push({ kind, subject: 'field', object, field: field.name });
    }
    if (FILLED_TYPES.has(field.type ?? '')) explainPictures(comparison, field);
  }
}

function fieldChange(
  comparison: Comparison,
  field: Field,
  old: PdfDictionary,
  now: PdfDictionary,
): ChangeKind | undefined {
  const keys = changedKeys(old, now);
  if (FILLED_TYPES.has(field.type ?? ''))
    return keys.every((key) => FILLED_FIELD_KEYS.has(key)) ? 'filling' : undefined;
  if (field.type !== 'Sig' || !keys.every((key) => SIGNED_FIELD_KEYS.has(key))) return undefined;
  const wasSigned = comparison.before.resolve(field.dictionary.entries.get('V')) !== null;
  if (wasSigned) return undefined;
  const value = now.entries.get('V');
  if (isReference(value) && !comparison.additions.has(value.object)) return undefined;
  return signingKind(comparison.after, now);
}

/** The pictures of a field that was filled in may be replaced where they are, if no other object refers to them. */
function explainPictures({ before, replacements, parents, explained, changes }: Comparison, field: Field): void {
  const parts = new Set([field.object, ...field.widgets]);
  for (const object of replacements) {
    const holders = parents.of(object);
    if (explained.has(object) || holders.size === 0 || ![...holders].every((holder) => parts.has(holder))) continue;
    const isPicture = [...holders].every((holder) => {
      const widget = before.object(holder);
      return isDictionary(widget) && areOnlyUnder(widget, 'AP', object);
    });
    if (!isPicture) continue;
    explained.add(object);
    changes.push({ kind: 'filling', subject: 'picture of a field', object, field: field.name });
  }
}

/** Pages may show more annotations than before, if these are widgets of new signatures. */
function comparePages(comparison: Comparison, widgets: ReadonlySet<number>): void {
  const { before, after, replacements, explained } = comparison;
  for (const object of replacements) {
    const [old, now] = [before.object(object), after.object(object)];
    if (isPage(old) && isPage(now) && changedKeys(old, now).every((key) => key === 'Annots') && !now.hasDuplicates) {
      explained.add(object);
      const lists = [listIn(before, old, 'Annots'), listIn(after, now, 'Annots')] as const;
      compareAnnotations(comparison, lists, now, widgets);
    } else if (isArray(old) && isArray(now)) {
      const page = onlyPage(comparison, object);
      if (page === undefined) continue;
      explained.add(object);
      compareAnnotations(comparison, [old, now], page, widgets);
    }
  }
}

function isPage(value: PdfValue): value is PdfDictionary {
  return isDictionary(value) && nameText(value.entries.get('Type')) === 'Page';
}

/** The one page whose list of annotations an array is, and nothing besides. */
function onlyPage({ before, parents }: Comparison, object: number): PdfDictionary | undefined {
  const [parent, ...moreParents] = parents.of(object);
  if (parent === undefined || moreParents.length > 0) return undefined;
  const page = before.object(parent);
  return isPage(page) && areOnlyUnder(page, 'Annots', object) ? page : undefined;
}

function compareAnnotations(
  { after, changes }: Comparison,
  [old, now]: readonly [readonly PdfValue[], readonly PdfValue[]],
  page: PdfDictionary,
  widgets: ReadonlySet<number>,
): void {
  if (!old.every((element, index) => areEqual(element, now[index]))) {
    changes.push({ kind: 'other', subject: 'annotations removed', object: 0 });
  }
  for (const addition of now.slice(old.length)) {
    const object = isReference(addition) ? addition.object : 0;
    const annotation = after.resolve(addition);
    if (!widgets.has(object)) {
      const kind = isAnnotation(annotation) ? 'annotating' : 'other';
      changes.push({ kind, subject: 'annotation added', object });
    } else if (!isDictionary(annotation) || shareOf(after, annotation, page) > PICTURE_SHARE) {
      changes.push({ kind: 'other', subject: 'picture of a signature covers the page', object });
    }
  }
}

/** The share of its page that an annotation may cover; all of it where that cannot be told. */
function shareOf(view: PdfView, annotation: PdfDictionary, page: PdfDictionary): number {
  const [area, whole] = [areaOf(view, annotation.entries.get('Rect')), areaOf(view, inherited(view, page, 'MediaBox'))];
  return area === undefined || whole === undefined || whole === 0 ? 1 : area / whole;
}

function areaOf(view: PdfView, value: PdfValue | undefined): number | undefined {
  const box = view.resolve(value);
  if (!isArray(box) || box.length !== 4) return undefined;
  const [left, bottom, right, top] = box.map((side) => view.resolve(side));
  if (typeof left !== 'number' || typeof bottom !== 'number') return undefined;
  if (typeof right !== 'number' || typeof top !== 'number') return undefined;
  return Math.abs(right - left) * Math.abs(top - bottom);
}

const MAX_TREE_DEPTH = 32;

function inherited(view: PdfView, page: PdfDictionary, key: string): PdfValue | undefined {
  let node: PdfDictionary | undefined = page;
  for (let depth = 0; node !== undefined && depth < MAX_TREE_DEPTH; depth += 1) {
    const value = node.entries.get(key);
    if (value !== undefined) return value;
    node = view.dictionary(node, 'Parent');
  }
  return undefined;
}
