// What a revision did to the form (ISO 32000-1 section 12.7): fields signed, filled in, prepared, and whatever else.

import type { Addition } from './addition.ts';
import { SUB_FILTERS } from './sub-filters.ts';
import { differingKeys, listIn, placesOf, type Step } from './step.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import { isArray, isDictionary, isReference, isStream, isWhole, nameText, textOf } from './values.ts';
import type { PdfView } from './view.ts';

const EMPTY: PdfDictionary = { kind: 'dictionary', entries: new Map(), hasDuplicates: false };

/** Keys of the form that are compared otherwise, and the flags that say that there are signatures. */
const SILENT_FORM_KEYS: ReadonlySet<string> = new Set(['DA', 'DR', 'Fields', 'NeedAppearances', 'Q', 'SigFlags']);

export function* formAdditions(step: Step): Generator<Addition, void, undefined> {
  const { before, after } = step;
  const [old, now] = [before.dictionary(before.catalog, 'AcroForm'), after.dictionary(after.catalog, 'AcroForm')];
  if (old === undefined && now === undefined) return;
  if (now === undefined) {
    yield { kind: 'changing', subject: 'form', object: 0 };
    return;
  }
  const former = old ?? EMPTY;
  const reference = before.catalog.entries.get('AcroForm');
  const object = isReference(reference) ? reference.object : 0;
  if (differingKeys(step, former, now, object, SILENT_FORM_KEYS).length > 0)
    yield { kind: 'unknown', subject: 'form', object };
  const fields = [...formFields(before, former)];
  if (!areDefaultsUnused(step, former, now, fields)) yield { kind: 'changing', subject: 'form-resources', object };
  yield* listAdditions(step, listIn(before, former, 'Fields'), listIn(after, now, 'Fields'), NO_PARENT);
}

/** What a field has from those above it. */
interface Inheritance {
  readonly name: string;
  readonly type: string | undefined;
}

const NO_PARENT: Inheritance = { name: '', type: undefined };

/** Fields of a list that were there stay, in their order; the others are new. */
function* listAdditions(
  step: Step,
  old: readonly PdfValue[],
  now: readonly PdfValue[],
  parent: Inheritance,
): Generator<Addition, void, undefined> {
  let next = 0;
  for (const value of now) {
    step.before.file.work.spend(1);
    const former = old[next];
    if (former !== undefined && isSameField(step, former, value)) {
      next += 1;
      yield* knownField(step, former, value, parent);
    } else {
      yield* newField(step, value, parent);
    }
  }
  if (next < old.length) yield { kind: 'changing', subject: 'form', object: numberOf(old[next]) };
}

function numberOf(value: PdfValue | undefined): number {
  return isReference(value) ? value.object : 0;
}

/** A field that is an object keeps its number; one that is none is what it says. */
function isSameField({ equality }: Step, a: PdfValue, b: PdfValue): boolean {
  if (isReference(a) && isReference(b)) return a.object === b.object;
  return !isReference(a) && !isReference(b) && equality.difference(a, b, 0) === undefined;
}

/** A field, with the widgets that are not the field itself. */
interface Field extends Inheritance {
  readonly value: PdfValue;
  readonly dictionary: PdfDictionary;
  /** Fields below it. */
  readonly children: readonly PdfValue[];
  readonly widgets: readonly PdfValue[];
}

function fieldOf(view: PdfView, value: PdfValue, parent: Inheritance): Field | undefined {
  const dictionary = view.resolve(value);
  if (!isDictionary(dictionary)) return undefined;
  const part = textOf(view.resolve(dictionary.entries.get('T'))) ?? '';
  const kids = listIn(view, dictionary, 'Kids');
  // A child with a partial name is a field, one without is a widget of its parent.
  const isField = (kid: PdfValue): boolean => {
    const child = view.resolve(kid);
    return isDictionary(child) && child.entries.has('T');
  };
  return {
    value,
    dictionary,
    name: [parent.name, part].filter((segment) => segment !== '').join('.'),
    type: nameText(view.resolve(dictionary.entries.get('FT'))) ?? parent.type,
    children: kids.filter(isField),
    widgets: kids.filter((kid) => !isField(kid)),
  };
}

/** Every field below a form that has none below it. */
function* formFields(view: PdfView, form: PdfDictionary): Generator<Field, void, undefined> {
  const stack = listIn(view, form, 'Fields').map((value) => ({ value, parent: NO_PARENT, depth: 0 }));
  const visits = new Set<number>();
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { value, parent, depth } = item;
    if (isReference(value)) {
      if (visits.has(value.object)) continue;
      visits.add(value.object);
    }
    const field = fieldOf(view, value, parent);
    if (field === undefined) continue;
    if (field.children.length === 0) yield field;
    for (const child of field.children) stack.push({ value: child, parent: field, depth: depth + 1 });
  }
}

/** The numbers of every field and widget of both forms: they are compared here, and nowhere else. */
export function fieldNumbers(view: PdfView): ReadonlySet<number> {
  const form = view.dictionary(view.catalog, 'AcroForm');
  const numbers = new Set<number>();
  const stack = form === undefined ? [] : [...listIn(view, form, 'Fields')];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    const object = numberOf(value);
    if (object === 0 || numbers.has(object)) continue;
    view.file.work.spend(1);
    numbers.add(object);
    const dictionary = view.resolve(value);
    if (isDictionary(dictionary)) stack.push(...listIn(view, dictionary, 'Kids'));
  }
  return numbers;
}

// Fields that were there.

function* knownField(
  step: Step,
  former: PdfValue,
  value: PdfValue,
  parent: Inheritance,
): Generator<Addition, void, undefined> {
  const [old, now] = [fieldOf(step.before, former, parent), fieldOf(step.after, value, parent)];
  const object = numberOf(former);
  if (old === undefined || now === undefined) {
    if (old !== now) yield { kind: 'changing', subject: 'form', object };
    return;
  }
  if (old.name !== now.name || old.type !== now.type) {
    yield { kind: 'changing', subject: 'form', object, field: old.name };
    return;
  }
  if (old.children.length > 0 || now.children.length > 0) {
    if (
      differingKeys(step, old.dictionary, now.dictionary, object, PARENT_KEYS).length > 0 ||
      !haveSameWidgets(old, now)
    )
      yield { kind: 'changing', subject: 'form', object, field: old.name };
    yield* listAdditions(step, old.children, now.children, old);
    return;
  }
  const keys = keysOf(step, old, now);
  if (keys === undefined) yield { kind: 'changing', subject: 'form', object, field: old.name };
  else if (keys.size > 0) yield* fieldAdditions(step, old, now, keys);
}

const PARENT_KEYS: ReadonlySet<string> = new Set(['Kids', 'M']);
const SILENT_FIELD_KEYS: ReadonlySet<string> = new Set(['Kids', 'M', 'P', 'StructParent']);

function haveSameWidgets({ widgets: old }: Field, { widgets: now }: Field): boolean {
  return old.length === now.length && old.every((widget, index) => numberOf(widget) === numberOf(now[index]));
}

/** The keys of a field and its widgets that differ; undefined where its widgets are others. */
function keysOf(step: Step, old: Field, now: Field): ReadonlySet<string> | undefined {
  if (!haveSameWidgets(old, now)) return undefined;
  const keys = differingKeys(step, old.dictionary, now.dictionary, numberOf(old.value), SILENT_FIELD_KEYS);
  const widgetKeys = old.widgets.flatMap((widget, index) => {
    const [a, b] = [step.before.resolve(widget), step.after.resolve(now.widgets[index])];
    if (!isDictionary(a) || !isDictionary(b)) return a === b ? [] : ['Subtype'];
    return differingKeys(step, a, b, numberOf(widget), SILENT_FIELD_KEYS);
  });
  return new Set([...keys, ...widgetKeys, ...(isShownMore(step, old) ? [PLACES] : [])]);
}

/** Stands for the pages that list a field's widgets, as if they were a key of it. */
const PLACES = 'Places';

/** Whether a page lists a widget of a field that did not before: a picture that lay ready would be seen. */
function isShownMore({ shownOn, shownBefore }: Step, { value, widgets }: Field): boolean {
  return [value, ...widgets].some((part) => {
    const object = numberOf(part);
    return (shownOn.get(object)?.length ?? 0) > (shownBefore.get(object)?.length ?? 0);
  });
}

/** What a signature brings to its field: its value, its picture, its rectangle, what it locks. */
const SIGNED_KEYS = keySet(`AP AS BS Border DA DR F Ff H Lock MK Q Rect SV TU V ${PLACES}`);
/** What filling in brings: a value and its picture; rectangle, flags and font stay. */
const FILLED_KEYS = keySet('AP AS I Q RV V');
const FILLED_TYPES = keySet('Btn Ch Tx');

function keySet(keys: string): ReadonlySet<string> {
  return new Set(keys.split(' '));
}

function isWithin(keys: ReadonlySet<string>, allowed: ReadonlySet<string>): boolean {
  return [...keys].every((key) => allowed.has(key));
}

function* fieldAdditions(
  step: Step,
  old: Field,
  now: Field,
  keys: ReadonlySet<string>,
): Generator<Addition, void, undefined> {
  const object = numberOf(old.value);
  const { name: field } = old;
  if (FILLED_TYPES.has(old.type ?? '') && isWithin(keys, FILLED_KEYS)) {
    yield* placed(step, now, { kind: 'filling', subject: 'field-value', object, field });
    return;
  }
  const isEmptyBefore = step.before.resolve(old.dictionary.entries.get('V')) === null;
  if (old.type === 'Sig' && isEmptyBefore && isWithin(keys, SIGNED_KEYS)) {
    yield* signatureAdditions(step, now, false);
    return;
  }
  yield* placed(step, now, { kind: 'changing', subject: 'form', object, field });
}

// Signature fields, those that were there and new ones.

/** Keys of a new signature field or widget. Actions are not among them. */
const NEW_FIELD_KEYS = keySet(
  'AP AS BS Border DA DR F FT Ff H Kids Lock M MK NM P Parent Q Rect SV StructParent Subtype T TU Type V',
);

function* newField(step: Step, value: PdfValue, parent: Inheritance): Generator<Addition, void, undefined> {
  const field = fieldOf(step.after, value, parent);
  const object = numberOf(value);
  if (field === undefined || object === 0) {
    yield { kind: 'changing', subject: 'form', object };
    return;
  }
  // A number that stood somewhere before has a comparison of its own there.
  const isNew = step.before.resolve(value) === null;
  if (field.children.length > 0 && isNew && hasOnly(field.dictionary, NEW_FIELD_KEYS)) {
    for (const child of field.children) yield* newField(step, child, field);
    return;
  }
  const parts = partsOf(step.after, field);
  const isFresh = isNew && field.widgets.every((widget) => isReference(widget) && step.before.resolve(widget) === null);
  if (!isFresh || field.type !== 'Sig' || !parts.every(({ dictionary }) => hasOnly(dictionary, NEW_FIELD_KEYS)))
    yield* placed(step, field, { kind: 'changing', subject: 'form', object, field: field.name });
  else yield* signatureAdditions(step, field, true);
}

function hasOnly(dictionary: PdfDictionary, keys: ReadonlySet<string>): boolean {
  return !dictionary.hasDuplicates && [...dictionary.entries.keys()].every((key) => keys.has(key));
}

/** The field and its widgets, with their object numbers. */
function partsOf(view: PdfView, field: Field): readonly Part[] {
  const widgets = field.widgets.flatMap((widget) => {
    const dictionary = view.resolve(widget);
    return isDictionary(dictionary) ? [{ dictionary, object: numberOf(widget) }] : [];
  });
  return [{ dictionary: field.dictionary, object: numberOf(field.value) }, ...widgets];
}

interface Part {
  readonly dictionary: PdfDictionary;
  readonly object: number;
}

function* signatureAdditions(step: Step, field: Field, isNewField: boolean): Generator<Addition, void, undefined> {
  const parts = partsOf(step.after, field);
  const base = { object: numberOf(field.value), field: field.name, isNewField };
  const isSigned = step.signedFields.has(field.name);
  const isSilent = !parts.some(({ dictionary, object }) => showsSomething(step, dictionary, object));
  if (!isSigned) {
    // A picture never comes without a signature.
    const isEmpty = step.after.resolve(field.dictionary.entries.get('V')) === null;
    if (isEmpty && isSilent) yield { kind: 'preparing', subject: 'signature-field', ...base };
    else yield* placed(step, field, { kind: 'changing', subject: 'signature-picture', ...base });
    return;
  }
  if (parts.some(({ dictionary }) => outgrows(step.after, dictionary))) {
    yield* placed(step, field, { kind: 'changing', subject: 'signature-picture', ...base });
    return;
  }
  const subject = isTimeStamp(step.after, field.dictionary) ? 'time-stamp' : 'signature';
  if (!isSilent) yield* placed(step, field, { kind: 'signing', subject, ...base });
  else yield { kind: subject === 'time-stamp' ? 'bookkeeping' : 'signing', subject, ...base };
}

function isTimeStamp(view: PdfView, field: PdfDictionary): boolean {
  const signature = view.dictionary(field, 'V');
  return (
    signature !== undefined && nameText(view.resolve(signature.entries.get('SubFilter'))) === SUB_FILTERS.timeStamp
  );
}

/** The annotation flag NoZoom: the picture keeps its size when the page is shrunk, and outgrows its rectangle. */
const NO_ZOOM = 8;

function outgrows(view: PdfView, widget: PdfDictionary): boolean {
  const flags = view.resolve(widget.entries.get('F'));
  return isWhole(flags) && (flags & NO_ZOOM) !== 0;
}

/** Whether a reader may draw something for a widget: it is on a page, has an area, and a picture, colours or a border. */
function showsSomething(step: Step, widget: PdfDictionary, object: number): boolean {
  if (placesOf(step, widget, object).length === 0) return false;
  const { after: view } = step;
  const pictures = view.dictionary(widget, 'AP');
  if (pictures !== undefined && [...pictures.entries.values()].some((picture) => isPicture(view, picture))) return true;
  const look = view.dictionary(widget, 'MK');
  return look !== undefined && ['BC', 'BG', 'CA', 'I'].some((key) => look.entries.has(key));
}

function isPicture(view: PdfView, value: PdfValue): boolean {
  const picture = view.resolve(value);
  if (isStream(picture)) return true;
  return isDictionary(picture) && [...picture.entries.values()].some((state) => isStream(view.resolve(state)));
}

/** An addition at each place where the field's widgets are seen; one without a place where they are seen nowhere. */
function* placed(step: Step, field: Field, addition: Addition): Generator<Addition, void, undefined> {
  const places = partsOf(step.after, field).flatMap(({ dictionary, object }) => placesOf(step, dictionary, object));
  if (places.length === 0) yield addition;
  for (const place of places) yield { ...addition, place };
}

// What fields have from the form as a whole.

/** Whether the form's defaults are those of before, or are new and no field of before has anything from them. */
function areDefaultsUnused(step: Step, old: PdfDictionary, now: PdfDictionary, fields: readonly Field[]): boolean {
  const { before, after, equality } = step;
  const texts = fields.filter(({ type }) => type !== 'Sig');
  for (const key of ['DA', 'Q']) {
    const isSame = equality.difference(old.entries.get(key), now.entries.get(key), 0) === undefined;
    if (!isSame && texts.some((field) => !hasOwn(before, field, key))) return false;
  }
  const redraws = after.resolve(now.entries.get('NeedAppearances')) === true;
  const redrew = before.resolve(old.entries.get('NeedAppearances')) === true;
  if (redraws !== redrew && texts.length > 0) return false;
  const [oldResources, resources] = [before.dictionary(old, 'DR') ?? EMPTY, after.dictionary(now, 'DR')];
  if (resources === undefined) return oldResources.entries.size === 0;
  return areNamesUnused(step, oldResources, resources, texts);
}

/** Whether a field has a value for a key from no further than the fields above it. */
function hasOwn(view: PdfView, { dictionary }: Field, key: string): boolean {
  let node: PdfDictionary | undefined = dictionary;
  for (let depth = 0; node !== undefined && depth < MAX_PARENTS; depth += 1) {
    if (node.entries.has(key)) return true;
    node = view.dictionary(node, 'Parent');
  }
  return false;
}

const MAX_PARENTS = 16;

/** Whether resources only gained names, and none that a field of before speaks of. */
function areNamesUnused(
  { before, after, equality }: Step,
  old: PdfDictionary,
  now: PdfDictionary,
  texts: readonly Field[],
): boolean {
  const looks = texts.map(({ dictionary }) => textOf(before.resolve(dictionary.entries.get('DA'))) ?? '').join(' ');
  for (const [kind, value] of old.entries) {
    if (isArray(before.resolve(value))) continue;
    const names = before.dictionary(old, kind);
    const namesNow = after.dictionary(now, kind);
    if (names === undefined) continue;
    for (const [name, resource] of names.entries)
      if (equality.difference(resource, namesNow?.entries.get(name), 0) !== undefined) return false;
  }
  return [...now.entries.keys()].every((kind) => {
    const [names, namesNow] = [before.dictionary(old, kind), after.dictionary(now, kind)];
    const gained = [...(namesNow?.entries.keys() ?? [])].filter((name) => names?.entries.has(name) !== true);
    return !gained.some((name) => looks.includes(`/${name} `));
  });
}
