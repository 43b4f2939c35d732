// A signature says which changes it permits after it (ISO 32000-1 section 12.8.2): a certification by DocMDP, a lock of
// fields by FieldMDP. Without either, more signatures and filled-in fields are no change of what was signed;
// annotations are.

import type { PdfDictionary, PdfValue } from './values.ts';
import { isArray, isDictionary, isWhole, nameText, textOf } from './values.ts';
import type { PdfView } from './view.ts';

/**
 * The kind of a change: `proof` (time stamps, revocation data, metadata), `signing` (a further signature),
 * `filling` (a field of the form), `annotating`, or `other`.
 */
export type ChangeKind = 'proof' | 'signing' | 'filling' | 'annotating' | 'other';

export interface Change {
  readonly kind: ChangeKind;
  /** The changed thing, in a word or two for the facts. */
  readonly subject: string;
  /** Its object number; 0 where it is none. */
  readonly object: number;
  /** Full name of the field, where it is one. */
  readonly field?: string;
}

export interface Restrictions {
  /** Whether this signature certifies the document. */
  readonly isCertification: boolean;
  /** DocMDP: 1 nothing, 2 signing and filling, 3 annotating too; undefined: not certified. */
  readonly level: number | undefined;
  /** Names of fields that are locked, or of those that are not. */
  readonly lock: { readonly action: 'All' | 'Include' | 'Exclude'; readonly fields: readonly string[] } | undefined;
}

/** The restrictions in this signature, and in the certification of the document it was put on. */
export function restrictionsOf(view: PdfView, signature: PdfDictionary): Restrictions {
  const certificationForm = transform(view, signature, 'DocMDP');
  const permissions = view.dictionary(view.catalog, 'Perms');
  const certification = permissions === undefined ? undefined : view.dictionary(permissions, 'DocMDP');
  const certified = certification === undefined ? undefined : transform(view, certification, 'DocMDP');
  const levels = [certificationForm, certified].flatMap((parameters) =>
    parameters === undefined ? [] : [levelOf(view, parameters)],
  );
  return {
    isCertification: certificationForm !== undefined,
    level: levels.length === 0 ? undefined : Math.min(...levels),
    lock: lockOf(view, transform(view, signature, 'FieldMDP')),
  };
}

/** The parameters of a transform method; an empty dictionary where it has none. */
function transform(view: PdfView, signature: PdfDictionary, method: string): PdfDictionary | undefined {
  const references = view.resolve(signature.entries.get('Reference'));
  if (!isArray(references)) return undefined;
  for (const item of references) {
    const reference = view.resolve(item);
    if (!isDictionary(reference)) continue;
    if (nameText(view.resolve(reference.entries.get('TransformMethod'))) !== method) continue;
    return view.dictionary(reference, 'TransformParams') ?? EMPTY;
  }
  return undefined;
}

const EMPTY: PdfDictionary = { kind: 'dictionary', entries: new Map(), hasDuplicates: false };
const DEFAULT_LEVEL = 2;

/** A value that is no level allows nothing. */
function levelOf(view: PdfView, parameters: PdfDictionary): number {
  const level = view.resolve(parameters.entries.get('P') ?? DEFAULT_LEVEL);
  return isWhole(level) && level >= 1 && level <= 3 ? level : 1;
}

function lockOf(view: PdfView, parameters: PdfDictionary | undefined): Restrictions['lock'] {
  if (parameters === undefined) return undefined;
  const action = nameText(view.resolve(parameters.entries.get('Action')));
  const list: PdfValue = view.resolve(parameters.entries.get('Fields'));
  const fields = isArray(list) ? list.flatMap((entry) => textOf(view.resolve(entry)) ?? []) : [];
  // An unknown action locks everything.
  return action === 'Include' || action === 'Exclude' ? { action, fields } : { action: 'All', fields: [] };
}

/** `undecided`: the certifier allowed it, but it may hide something. */
export function judgeChange(change: Change, { level, lock }: Restrictions): 'allowed' | 'undecided' | 'forbidden' {
  switch (change.kind) {
    case 'proof':
      return 'allowed';
    case 'signing':
      return level === 1 ? 'forbidden' : 'allowed';
    case 'filling':
      return level === 1 || isLocked(change.field ?? '', lock) ? 'forbidden' : 'allowed';
    case 'annotating':
      return level === 3 ? 'undecided' : 'forbidden';
    case 'other':
      return 'forbidden';
  }
}

/** A name stands for the field and all below it. */
function isLocked(field: string, lock: Restrictions['lock']): boolean {
  if (lock === undefined) return false;
  const isNamed = lock.fields.some((name) => field === name || field.startsWith(`${name}.`));
  return lock.action === 'All' || (lock.action === 'Include') === isNamed;
}
