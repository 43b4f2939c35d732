// A signature says which changes it permits after it (ISO 32000-1 section 12.8.2): a certification by DocMDP, a lock of
// fields by FieldMDP or the field's own lock. Without any, a further signature is no change of what was signed.

import type { Addition, AdditionKind } from './addition.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import { isArray, isDictionary, isWhole, nameText, textOf } from './values.ts';
import type { PdfView } from './view.ts';

export interface Restrictions {
  /** Whether this signature certifies the document. */
  readonly isCertification: boolean;
  /** DocMDP: 1 nothing, 2 signing and filling, 3 annotating too; undefined: not certified. */
  readonly level: number | undefined;
  readonly locks: readonly FieldLock[];
}

/** Names of fields that are locked, or of those that are not. */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude';
  readonly fields: readonly string[];
}

/**
 * The restrictions in this signature, in the lock of its field (ISO 32000-1 table 233, and `P` of ISO 32000-2), and in the
 * certification of the document it was put on.
 */
export function restrictionsOf(view: PdfView, signature: PdfDictionary, field: PdfDictionary): Restrictions {
  const certificationForm = transform(view, signature, 'DocMDP');
  const permissions = view.dictionary(view.catalog, 'Perms');
  const certification = permissions === undefined ? undefined : view.dictionary(permissions, 'DocMDP');
  const certified = certification === undefined ? undefined : transform(view, certification, 'DocMDP');
  const lock = view.dictionary(field, 'Lock');
  const fieldLock = transform(view, signature, 'FieldMDP');
  const levels = [certificationForm, certified].flatMap((parameters) =>
    parameters === undefined ? [] : [levelOf(view, parameters)],
  );
  if (lock?.entries.has('P') === true) levels.push(levelOf(view, lock));
  return {
    isCertification: certificationForm !== undefined,
    level: levels.length === 0 ? undefined : Math.min(...levels),
    locks: [fieldLock, lock].flatMap((parameters) => (parameters === undefined ? [] : [lockOf(view, parameters)])),
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

function lockOf(view: PdfView, parameters: PdfDictionary): FieldLock {
  const action = nameText(view.resolve(parameters.entries.get('Action')));
  const list: PdfValue = view.resolve(parameters.entries.get('Fields'));
  const fields = isArray(list) ? list.flatMap((entry) => textOf(view.resolve(entry)) ?? []) : [];
  // An unknown action locks everything.
  return action === 'Include' || action === 'Exclude' ? { action, fields } : { action: 'All', fields: [] };
}

/**
 * What a signature says of an addition after it. `on-paper`: allowed on empty paper. `by-agency`: it is for the issuing
 * agency to put it there and to sign it. `undecided` names the reason.
 */
export type Permission =
  'allowed' | 'forbidden' | 'on-paper' | 'by-agency' | { readonly undecided: 'pdf-field-added' | 'pdf-colours-added' };

type Rule = (addition: Addition, restrictions: Restrictions) => Permission;

const FORBIDDEN: Rule = () => 'forbidden';

/** By the kind of the addition. What depends on whose the later signature is, is judged where signers are known. */
const RULES: Readonly<Record<AdditionKind, Rule>> = {
  bookkeeping: () => 'allowed',
  signing: (addition, restrictions) => {
    if (addition.isNewField === true) return newField(restrictions);
    return restrictions.level === 1 || isLocked(addition, restrictions) ? 'forbidden' : 'allowed';
  },
  preparing: (_addition, restrictions) => newField(restrictions),
  filling: (addition, restrictions) => {
    if (restrictions.level === 1 || isLocked(addition, restrictions)) return 'forbidden';
    return restrictions.level === undefined ? 'by-agency' : 'on-paper';
  },
  // Who certifies or locks a document says that it is complete.
  completing: (_addition, { level, locks }) => (level !== undefined || locks.length > 0 ? 'forbidden' : 'by-agency'),
  colouring: () => ({ undecided: 'pdf-colours-added' }),
  changing: FORBIDDEN,
  unknown: FORBIDDEN,
};

/** A certification for filling allows to sign the fields that it had. */
function newField({ level }: Restrictions): Permission {
  if (level === 1) return 'forbidden';
  return level === 2 ? { undecided: 'pdf-field-added' } : 'allowed';
}

export function permissionFor(addition: Addition, restrictions: Restrictions): Permission {
  return RULES[addition.kind](addition, restrictions);
}

/** A name stands for the field and all below it. */
function isLocked({ field = '' }: Addition, { locks }: Restrictions): boolean {
  return locks.some(({ action, fields }) => {
    const isNamed = fields.some((name) => field === name || field.startsWith(`${name}.`));
    return action === 'All' || (action === 'Include') === isNamed;
  });
}
