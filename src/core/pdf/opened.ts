import type { PdfDocument, PdfSignature } from './read.ts';

/** A PDF file that was read, with the digest of what each of its usable signatures covers. */
export interface OpenedPdf {
  readonly document: PdfDocument;
  readonly digestOf: (signature: PdfSignature) => Buffer;
}
