// The kinds of what a later revision does to a signed file, told apart by their effect (src/decisions/0018-additions.md).

/**
 * `bookkeeping` shows nothing and says nothing: proof data, time stamps without a picture, metadata. `signing` is a further
 * signature with its picture; `preparing` an empty signature field that shows nothing. `filling` is another field's value and
 * picture. `completing` adds something to a page: a note, a stamp. `colouring` says how colours are rendered, which no page
 * said before. `changing` takes away, replaces or hides what was shown,
 * or gives the reader's program something to do. `unknown` is none of these, or what readers mend each in their own way.
 */
export type AdditionKind = (typeof ADDITION_KINDS)[number];

export const ADDITION_KINDS = [
  'bookkeeping',
  'signing',
  'preparing',
  'filling',
  'completing',
  'colouring',
  'changing',
  'unknown',
] as const;

/** What was added or changed; the words for people are in src/texts/additions.ts. */
export const ADDITION_SUBJECTS = [
  'signature',
  'time-stamp',
  'signature-field',
  'signature-picture',
  'field-value',
  'form',
  'form-resources',
  'annotation',
  'annotation-removed',
  'page-content',
  'page-resources',
  'page-size',
  'page',
  'pages',
  'actions',
  'layers',
  'output-intent',
  'structure',
  'encryption',
  'document',
  'stray-bytes',
  'more',
] as const;

export type AdditionSubject = (typeof ADDITION_SUBJECTS)[number];

/** Where something stands on a page as it is seen: millimetres from the left and the upper edge of the visible page. */
export interface PagePlace {
  /** Counted from 1. */
  readonly page: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Of the visible page's area, 0 to 1. */
  readonly share: number;
}

export interface Addition {
  readonly kind: AdditionKind;
  readonly subject: AdditionSubject;
  /** Number of an object that shows it, for engineers; 0 where it is none. */
  readonly object: number;
  /** Full name of the field, where it is one. */
  readonly field?: string;
  /** Whether the field was not there before: a certification for filling allows only those that were. */
  readonly isNewField?: boolean;
  /** Absent where it shows nothing, or shows it everywhere. */
  readonly place?: PagePlace;
}
