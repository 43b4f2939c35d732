// The signatures of a form: what each dictionary says, and whether its byte range is what it has to be (ISO 32000-1 section
// 12.8.1). A signature covers its revision from the first byte to the last, except for its own Contents.

import { PdfFault } from './fault.ts';
import { fieldsOf } from './fields.ts';
import type { Field } from './fields.ts';
import type { Entry } from './file.ts';
import { PDF_LIMITS } from './limits.ts';
import { restrictionsOf } from './permissions.ts';
import type { Restrictions } from './permissions.ts';
import { sectionsFrom, startOf } from './revisions.ts';
import { isArray, isDictionary, isReference, isString, isWhole, nameText, textOf } from './values.ts';
import type { PdfDictionary, PdfValue } from './values.ts';
import { PdfView } from './view.ts';

/** `[start, end)` in the file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The signature dictionary's words about itself: claims, for people. */
export interface SignatureClaims {
  readonly name?: string;
  readonly reason?: string;
  readonly location?: string;
  /** As written, `D:20261122…`. */
  readonly signedAt?: string;
}

/** A signature whose byte range is right. */
export interface CoveredSignature {
  readonly field: string;
  readonly subFilter: string;
  readonly claims: SignatureClaims;
  /** CMS, zero bytes after it included. */
  readonly contents: Buffer;
  /** The signed bytes: before and after Contents. */
  readonly ranges: readonly [ByteRange, ByteRange];
  /** Where its revision ends, counted from the file's header. */
  readonly end: number;
  /** Place of its revision among the file's sections, newest first. */
  readonly index: number;
  readonly restrictions: Restrictions;
}

export interface BrokenSignature {
  readonly field: string;
  readonly subFilter: string;
  readonly claims: SignatureClaims;
  readonly reason: string;
}

export type FoundSignature = CoveredSignature | BrokenSignature;

export function isCovered(field: FoundSignature): field is CoveredSignature {
  return 'ranges' in field;
}

/** Every signature that the form of the whole file lists, in the form's order. */
export function findSignatures(view: PdfView): readonly FoundSignature[] {
  const fields: FoundSignature[] = [];
  for (const field of fieldsOf(view)) {
    if (field.type !== 'Sig') continue;
    const value = field.dictionary.entries.get('V');
    const dictionary = view.resolve(value);
    if (dictionary === null) continue;
    if (fields.length === PDF_LIMITS.signatures) throw new PdfFault('limits', 'signatures');
    fields.push(readSignature(view, field, value ?? null, dictionary));
  }
  return fields;
}

function readSignature(view: PdfView, field: Field, value: PdfValue, dictionary: PdfValue): FoundSignature {
  const base = { field: field.name, subFilter: '', claims: {} };
  if (!isDictionary(dictionary)) return { ...base, reason: 'signature dictionary' };
  const subFilter = nameText(view.resolve(dictionary.entries.get('SubFilter'))) ?? '';
  const facts = { field: field.name, subFilter, claims: claimsOf(view, dictionary) };
  const reason = shapeFault(dictionary);
  if (reason !== undefined) return { ...facts, reason };
  const range = coverage(view, field, value, dictionary);
  return typeof range === 'string' ? { ...facts, reason: range } : { ...facts, ...range };
}

function claimsOf(view: PdfView, dictionary: PdfDictionary): SignatureClaims {
  const claims: Record<string, string> = {};
  for (const [key, name] of [
    ['Name', 'name'],
    ['Reason', 'reason'],
    ['Location', 'location'],
    ['M', 'signedAt'],
  ] as const) {
    const text = textOf(view.resolve(dictionary.entries.get(key)));
    if (text !== undefined && text !== '') claims[name] = text;
  }
  return claims;
}

const TYPES = new Set(['Sig', 'DocTimeStamp', undefined]);

function shapeFault(dictionary: PdfDictionary): string | undefined {
  if (dictionary.hasDuplicates) return 'key twice';
  if (!TYPES.has(nameText(dictionary.entries.get('Type')))) return 'type';
  const contents = dictionary.entries.get('Contents');
  if (!isString(contents) || !isArray(dictionary.entries.get('ByteRange'))) return 'ByteRange or Contents missing';
  return undefined;
}

type Coverage = Pick<CoveredSignature, 'contents' | 'ranges' | 'end' | 'index' | 'restrictions'>;

/** The ranges that are covered, or the fault in them. */
function coverage(view: PdfView, field: Field, value: PdfValue, dictionary: PdfDictionary): Coverage | string {
  const [contents, range] = [dictionary.entries.get('Contents'), dictionary.entries.get('ByteRange')];
  if (!isString(contents) || !isArray(range)) return 'ByteRange or Contents missing';
  const [start, gap, resume, length, ...rest] = range;
  if (!isWhole(start) || !isWhole(gap) || !isWhole(resume) || !isWhole(length) || rest.length > 0) return 'ByteRange';
  if (start !== 0 || gap <= 0 || resume <= gap || length < 0) return 'ByteRange';
  const { source, preamble } = view.file;
  // What stands before the header is signed with the rest, or people may see what was not signed.
  if (preamble > 0 && contents.start === gap && contents.end === resume) return 'bytes before the header';
  const end = resume + length - preamble;
  if (end > source.size) return 'ByteRange beyond the file';
  if (contents.start + preamble !== gap || contents.end + preamble !== resume) return 'gap is not Contents';
  if (!contents.isHex || contents.bytes.length * 2 + 2 !== resume - gap) return 'Contents';
  const signed = signedView(view, end);
  if (typeof signed === 'string') return signed;
  const fieldThen = field.object === 0 ? field.dictionary : signed.view.object(field.object);
  const object = isReference(value) ? value.object : field.object;
  if (!areSame(view.entry(object), signed.view.entry(object))) return 'signature replaced later';
  return {
    contents: contents.bytes,
    ranges: [
      { start: 0, end: gap },
      { start: resume, end: resume + length },
    ],
    end,
    index: signed.index,
    restrictions: restrictionsOf(signed.view, dictionary, isDictionary(fieldThen) ? fieldThen : field.dictionary),
  };
}

/**
 * The file as it was signed: its bytes up to `end` must be a whole PDF, and whatever was added later must lie behind it and
 * lead back to it.
 */
function signedView(view: PdfView, end: number): { readonly view: PdfView; readonly index: number } | string {
  const offset = startOf(view.file, end);
  if (offset === undefined) return 'end is not that of a revision';
  const { sections } = view;
  const index = sections.findIndex((section) => section.offset === offset);
  if (index === -1) return 'revision is not part of the file';
  if (!sections.every((section, at) => section.offset >= end === at < index)) return 'cross-references out of order';
  return { view: new PdfView(view.file, sectionsFrom(sections, index), end), index };
}

function areSame(a: Entry | undefined, b: Entry | undefined): boolean {
  return a?.kind === 'at' && b?.kind === 'at' && a.offset === b.offset && a.generation === b.generation;
}
