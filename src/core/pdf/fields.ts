// The fields of a form (ISO 32000-1 section 12.7.3): a tree whose leaves may stand on pages as widgets.

import { malformed, PdfFault } from './fault.ts';
import { PDF_LIMITS } from './limits.ts';
import { isArray, isDictionary, isReference, nameText, textOf } from './values.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import type { PdfView } from './view.ts';

export interface Field {
  /** Full name, parts joined by dots. */
  readonly name: string;
  /** Object number; 0 for a field that is no object of its own. */
  readonly object: number;
  /** `Sig`, `Tx`, `Btn`, `Ch`; undefined where none is stated. */
  readonly type: string | undefined;
  readonly dictionary: PdfDictionary;
  /** Object numbers of the widgets that are not the field itself. */
  readonly widgets: readonly number[];
}

const MAX_DEPTH = 16;

/** Every field that holds or may hold a value. */
export function fieldsOf(view: PdfView): readonly Field[] {
  const form = view.dictionary(view.catalog, 'AcroForm');
  if (form === undefined) return [];
  const walk: Walk = { view, fields: [], visits: new Set() };
  for (const child of list(view, form.entries.get('Fields'))) visit(walk, child, '', undefined, 0);
  return walk.fields;
}

interface Walk {
  readonly view: PdfView;
  readonly fields: Field[];
  readonly visits: Set<number>;
}

function visit(walk: Walk, value: PdfValue, parentName: string, parentType: string | undefined, depth: number): void {
  if (depth > MAX_DEPTH) throw malformed('fields');
  const object = isReference(value) ? value.object : 0;
  if (object !== 0) {
    if (walk.visits.has(object)) throw malformed('field twice');
    walk.visits.add(object);
  }
  const dictionary = walk.view.resolve(value);
  if (!isDictionary(dictionary)) return;
  const part = textOf(walk.view.resolve(dictionary.entries.get('T')));
  const name = [parentName, part ?? ''].filter((segment) => segment !== '').join('.');
  const type = nameText(walk.view.resolve(dictionary.entries.get('FT'))) ?? parentType;
  const kids = list(walk.view, dictionary.entries.get('Kids'));
  const widgets = kids.flatMap((kid) => (isReference(kid) && !hasName(walk.view, kid) ? [kid.object] : []));
  const children = kids.filter((kid) => hasName(walk.view, kid));
  for (const child of children) visit(walk, child, name, type, depth + 1);
  if (children.length > 0) return;
  if (walk.fields.length === PDF_LIMITS.fields) throw new PdfFault('limits', 'fields');
  walk.fields.push({ name, object, type, dictionary, widgets });
}

/** A child with a partial name is a field; one without is a widget of its parent. */
function hasName(view: PdfView, value: PdfValue): boolean {
  const dictionary = view.resolve(value);
  return isDictionary(dictionary) && dictionary.entries.has('T');
}

function list(view: PdfView, value: PdfValue | undefined): readonly PdfValue[] {
  const resolved = view.resolve(value);
  return isArray(resolved) ? resolved : [];
}
