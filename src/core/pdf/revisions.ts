// A file grows by revisions: each ends with `startxref … %%EOF` and adds a cross-reference section that names the one
// before.

import { malformed, PdfFault } from './fault.ts';
import type { PdfFile, Section } from './file.ts';
import { PDF_LIMITS } from './limits.ts';
import { isWhole } from './values.ts';

/** ISO 32000-1 annex H.3: the end is looked for in the last 1024 bytes. */
const TAIL_BYTES = 1024;
const TAIL = /startxref[\0\t\n\f\r ]+(\d{1,15})[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*$/;

/** The offset of the section that a file of these first bytes begins with, or undefined where they end no revision. */
export function startOf(file: PdfFile, end: number): number | undefined {
  const tail = file.source.read(Math.max(0, end - TAIL_BYTES), end).toString('latin1');
  const match = TAIL.exec(tail.slice(Math.max(0, tail.lastIndexOf('startxref'))));
  return match === null ? undefined : Number(match[1]);
}

/** All sections of the file, newest first. */
export function sectionsOf(file: PdfFile): readonly [Section, ...Section[]] {
  const { size } = file.source;
  let offset = startOf(file, size);
  if (offset === undefined) throw malformed('end of file');
  const sections: Section[] = [];
  const visits = new Set<number>();
  while (offset !== undefined) {
    if (visits.has(offset)) throw malformed('cross-reference loop');
    if (visits.size === PDF_LIMITS.sections) throw new PdfFault('limits', 'revisions');
    visits.add(offset);
    const section: Section = file.section(offset, size);
    sections.push(section);
    const previous = section.trailer.entries.get('Prev');
    if (previous !== undefined && !isWhole(previous)) throw malformed('cross-reference');
    offset = previous;
  }
  const [newest, ...older] = sections;
  if (newest === undefined) throw malformed('cross-reference');
  return [newest, ...older];
}

/**
 * The number of a section's revision, counted from 1. A linearized file has two sections for its first revision, of which
 * the one that is read first stands before the other.
 */
export function revisionNumber(sections: readonly Section[], index: number): number {
  const [last, beforeLast] = [sections.at(-1), sections.at(-2)];
  const isLinearized = last !== undefined && beforeLast !== undefined && beforeLast.offset < last.offset;
  return Math.max(1, sections.length - index - (isLinearized ? 1 : 0));
}

/** The sections from one on. */
export function sectionsFrom(sections: readonly Section[], index: number): readonly [Section, ...Section[]] {
  const [newest, ...older] = sections.slice(index);
  if (newest === undefined) throw malformed('cross-reference');
  return [newest, ...older];
}
