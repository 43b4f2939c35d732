// Bytes of later revisions that no cross-reference section names: readers that mend a file by looking for objects find
// them, each in its own way.

import type { PdfFile, Span } from './file.ts';

/** Blanks, comments such as `%iText-5.5.13.4`, and the mark of an end. */
const BETWEEN = /[\0\t\n\f\r ]+|%[^\r\n]*|startxref[\0\t\n\f\r ]+\d{1,15}(?![\w])/y;
/** A comment that a reader may take for an object all the same. */
const OBJECT_IN_COMMENT = /obj|stream|xref/;

/** Whether a part of the file has more than these spans, in their order, with blanks and comments between them. */
export function hasStrayBytes(file: PdfFile, spans: readonly Span[], { start, end }: Span): boolean {
  let at = start;
  for (const span of [...spans.filter((span) => span.end > start && span.start < end), { start: end, end }]) {
    if (span.start > at && !isBetween(file, { start: at, end: span.start })) return true;
    at = Math.max(at, span.end);
  }
  return false;
}

function isBetween(file: PdfFile, { start, end }: Span): boolean {
  const text = file.source.read(start, end).toString('latin1');
  file.work.spend(text.length);
  for (let at = 0; at < text.length; at = BETWEEN.lastIndex) {
    BETWEEN.lastIndex = at;
    const match = BETWEEN.exec(text);
    if (match === null) return false;
    if (match[0].startsWith('%') && OBJECT_IN_COMMENT.test(match[0])) return false;
  }
  return true;
}
