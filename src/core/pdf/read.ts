// The entrance: a PDF file, its signatures, and what was changed after each. Nothing is judged yet. The digest of each
// signature's ranges is still wanted; the holder of the file takes it.

import { createHash } from 'node:crypto';
import { hashNamed } from '../cms/algorithms.ts';
import { type SignedData, type SignerInfo, readSignedData } from '../cms/signed-data.ts';
import { type TimeStampToken, readTimeStamp } from '../cms/time-stamp.ts';
import { onlySigner } from '../cms/verify.ts';
import { type Finding, type Refusal, type Result, refuse, ok } from '../problems/finding.ts';
import type { HashName } from '../crypto/keys.ts';
import { proofsInPdf, NOTHING_CARRIED, type Carried } from './carried.ts';
import type { Addition } from './addition.ts';
import { additionsAfterSigning } from './additions.ts';
import { PdfFault } from './fault.ts';
import { fieldsOf } from './fields.ts';
import { PdfFile, type Section } from './file.ts';
import type { Restrictions } from './permissions.ts';
import { hasStrayBytes } from './stray.ts';
import { revisionNumber, sectionsFrom, sectionsOf } from './revisions.ts';
import {
  type ByteRange,
  type CoveredSignature,
  type FoundSignature,
  type SignatureClaims,
  findSignatures,
  isCovered,
} from './signatures.ts';
import { partOf, type ByteSource } from '../archive/source.ts';
import { pdfStart, SNIFFED_BYTES } from '../message/media.ts';
import { SUB_FILTERS } from './sub-filters.ts';
import { PdfView } from './view.ts';

/** The content of a signature's Contents. */
export type SignatureContent =
  | { readonly kind: 'signature'; readonly signedData: SignedData; readonly signer: SignerInfo }
  | { readonly kind: 'time-stamp'; readonly token: TimeStampToken };

/** One later revision, with what it added. */
export interface LaterRevision {
  readonly revision: number;
  /** Bytes from the file's header that were signed before it. */
  readonly signedBytes: number;
  readonly additions: readonly Addition[];
}

export interface PdfSignature {
  /** Full name of its field. */
  readonly field: string;
  readonly subFilter: string;
  readonly claims: SignatureClaims;
  readonly revision: number;
  readonly restrictions: Restrictions;
  /** Bytes of the file from its start that the signature covers, its own Contents left out. */
  readonly ranges: readonly [ByteRange, ByteRange];
  /** The hash by which the ranges have to be digested. */
  readonly hash: HashName;
  readonly content: SignatureContent;
  /** Revisions after it, oldest first; a refusal where they could not be compared. */
  readonly revisions: Result<readonly LaterRevision[]>;
}

/** A signature that cannot hold, whatever its digest. */
export interface UnusableSignature {
  readonly field: string;
  readonly subFilter: string;
  readonly claims: SignatureClaims;
  readonly refusal: Refusal;
}

export interface PdfDocument {
  readonly revisions: number;
  readonly signatures: readonly (PdfSignature | UnusableSignature)[];
  /** Of the file as a whole. */
  readonly findings: readonly Finding[];
  /** Certificates and revocation data that came along; nothing vouches for them but themselves. */
  readonly carried: Carried;
}

export function isUsable(signature: PdfSignature | UnusableSignature): signature is PdfSignature {
  return 'ranges' in signature;
}

/** Reads a PDF file. A file whose structure cannot be followed has no signatures and says why. */
export function readPdf(source: ByteSource): PdfDocument {
  const marks = countMarks(source);
  try {
    return readStructure(source, marks);
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    const { code, facts } = refusalOf(error);
    // Without a mark of a signature the damage hid none.
    const severity = marks === 0 ? 'warning' : error.kind === 'limits' ? 'undecided' : 'error';
    return { revisions: 0, signatures: [], findings: [{ code, severity, facts }], carried: NOTHING_CARRIED };
  }
}

function refusalOf(fault: PdfFault): Refusal {
  return refuse(fault.kind === 'limits' ? 'pdf-limits' : 'pdf-malformed', { reason: fault.reason });
}

const MARK = '/ByteRange';
const PIECE = 1 << 18;

/** The number of signature keys in the file, listed or not. */
function countMarks(source: ByteSource): number {
  const { size } = source;
  let count = 0;
  for (let start = 0; start < size; start += PIECE) {
    // The last bytes of a piece are read again with the next, for a mark that is cut in two.
    const piece = source.lend(start, Math.min(size, start + PIECE + MARK.length - 1));
    for (let at = piece.indexOf(MARK); at !== -1; at = piece.indexOf(MARK, at + 1)) count += 1;
  }
  return count;
}

function readStructure(source: ByteSource, marks: number): PdfDocument {
  const start = pdfStart(source.read(0, Math.min(source.size, SNIFFED_BYTES)));
  if (start === -1) throw new PdfFault('malformed', 'header');
  // Cross-references count from the header, byte ranges from the first byte of the file.
  const file = new PdfFile(partOf(source, start, source.size), start);
  const sections = sectionsOf(file);
  const revisions = revisionNumber(sections, 0);
  const view = new PdfView(file, sections, file.source.size);
  if (sections.some((section) => section.trailer.entries.has('Encrypt'))) {
    const severity = marks === 0 ? 'warning' : 'undecided';
    const findings: Finding[] = [{ code: 'pdf-encrypted', severity, facts: {} }];
    return { revisions, signatures: [], findings, carried: NOTHING_CARRIED };
  }
  const fields = findSignatures(view);
  const history = laterRevisions(file, sections, fields);
  const signatures = fields.map((field) => readSignature(field, sections, history, file.source));
  const usable = signatures.filter(isUsable);
  const carried = usable.length === 0 ? NOTHING_CARRIED : proofsInPdf(view, usable.map(signedDataOf));
  return {
    revisions,
    signatures,
    findings: [...sameNames(view), ...unlisted(marks - fields.length, fields.length)],
    carried,
  };
}

function signedDataOf({ content }: PdfSignature): SignedData {
  return content.kind === 'signature' ? content.signedData : content.token.signedData;
}

/** Signature fields of one full name: readers differ on which of them a name means. */
function sameNames(view: PdfView): Finding[] {
  const names = fieldsOf(view).flatMap(({ type, name }) => (type === 'Sig' ? [name] : []));
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((field) => ({ code: 'pdf-field-name-duplicated', severity: 'error', facts: { field } }));
}

/**
 * Notes marks of signatures that the form does not list. A file within the file may have them; but where no other
 * signature is listed, one may have been taken away, and the document may have been signed.
 */
function unlisted(count: number, capacity: number): Finding[] {
  if (count <= 0) return [];
  return [
    { code: 'document-signature-unlisted', severity: capacity === 0 ? 'undecided' : 'warning', facts: { count } },
  ];
}

/** Each revision after the oldest signed one, by its place among the sections. */
function laterRevisions(
  file: PdfFile,
  sections: readonly Section[],
  fields: readonly FoundSignature[],
): Result<readonly LaterRevision[]> {
  const fieldsInForce = fields.filter(isCovered);
  const oldest = fieldsInForce.toSorted((a, b) => b.index - a.index)[0];
  if (oldest === undefined || oldest.index === 0) return ok([]);
  const views = Array.from({ length: oldest.index + 1 }, (_each, index) => {
    const end = index === oldest.index ? oldest.end : file.source.size;
    return new PdfView(file, sectionsFrom(sections, index), end);
  });
  const signedFields = (index: number): ReadonlySet<string> =>
    new Set(fieldsInForce.filter((field) => field.index === index).map(({ field }) => field));
  try {
    const additions = additionsAfterSigning(views, signedFields);
    const stray = strayRevisions(file, views.slice(0, -1), fieldsInForce);
    return ok(
      additions.map((list, index) => ({
        revision: revisionNumber(sections, index),
        signedBytes: Math.max(...fieldsInForce.flatMap((field) => (field.index > index ? [field.end] : []))),
        additions: stray.has(index) ? [...list, STRAY_BYTES] : list,
      })),
    );
  } catch (error) {
    if (error instanceof PdfFault) return refusalOf(error);
    throw error;
  }
}

/** The places of the revisions, or of the last of several that end with a signature, that have bytes which none names. */
function strayRevisions(
  file: PdfFile,
  later: readonly PdfView[],
  signatures: readonly CoveredSignature[],
): ReadonlySet<number> {
  const spans = later.flatMap((view) => [...view.spansOfNewest()]).sort((a, b) => a.start - b.start);
  const ends = new Map(signatures.map(({ end, index }) => [end, index]));
  const marks = [...ends.keys()].sort((a, b) => a - b);
  return new Set(
    marks.flatMap((start, place) => {
      const end = marks[place + 1] ?? file.source.size;
      return hasStrayBytes(file, spans, { start, end }) ? [ends.get(end) ?? 0] : [];
    }),
  );
}

const STRAY_BYTES: Addition = { kind: 'unknown', subject: 'stray-bytes', object: 0 };

function readSignature(
  signed: FoundSignature,
  sections: readonly Section[],
  revisions: Result<readonly LaterRevision[]>,
  source: ByteSource,
): PdfSignature | UnusableSignature {
  const { field, subFilter, claims } = signed;
  if (!isCovered(signed)) {
    return { field, subFilter, claims, refusal: refuse('pdf-coverage', { reason: signed.reason }) };
  }
  const content = readContent(signed);
  if (!content.ok) return { field, subFilter, claims, refusal: content };
  const { ranges, restrictions, index } = signed;
  const revision = revisionNumber(sections, index);
  const following = revisions.ok ? ok(revisions.value.slice(0, index).toReversed()) : revisions;
  const base = { field, subFilter, claims, ranges, restrictions, revision, ...content.value };
  if (index === 0) return { ...base, revisions: ok(appended(signed, source)) };
  return { ...base, revisions: following };
}

/** Bytes behind the last revision that belong to none: readers that look for objects by themselves would find them. */
function appended({ end }: CoveredSignature, source: ByteSource): LaterRevision[] {
  for (let start = end; start < source.size; start += PIECE) {
    const isSpace = source.lend(start, Math.min(source.size, start + PIECE)).every((byte) => SPACE.has(byte));
    if (!isSpace) return [{ revision: 0, signedBytes: end, additions: [STRAY_BYTES] }];
  }
  return [];
}

const SPACE = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);

function readContent({
  subFilter,
  contents,
}: CoveredSignature): Result<{ readonly content: SignatureContent; readonly hash: HashName }> {
  if (!Object.values<string>(SUB_FILTERS).includes(subFilter)) {
    return refuse('document-signature-algorithm', { algorithm: subFilter === '' ? 'SubFilter' : subFilter });
  }
  const signedData = readSignedData(contents, true);
  if (!signedData.ok) return signedData;
  if (subFilter === SUB_FILTERS.timeStamp) {
    const token = readTimeStamp(signedData.value);
    if (!token.ok) return token;
    return ok({ content: { kind: 'time-stamp', token: token.value }, hash: token.value.imprint.hash });
  }
  if (signedData.value.content !== null) return refuse('document-signature-malformed', { reason: 'not detached' });
  const signer = onlySigner(signedData.value);
  if (!signer.ok) return signer;
  const hash = hashNamed(signer.value.digestAlgorithm);
  if (!hash.ok) return hash;
  return ok({
    content: { kind: 'signature', signedData: signedData.value, signer: signer.value },
    hash: hash.value,
  });
}

/** The digest of ranges of the file, read piece by piece. */
export function digestRanges(
  source: ByteSource,
  { hash, ranges }: { readonly hash: HashName; readonly ranges: readonly ByteRange[] },
): Buffer {
  const digest = createHash(hash);
  for (const { start, end } of ranges) {
    for (let at = start; at < end; at += PIECE) digest.update(source.lend(at, Math.min(end, at + PIECE)));
  }
  return digest.digest();
}
