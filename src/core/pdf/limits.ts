// Bounds the cost of reading one PDF, whatever is in it. Scanned documents have a few objects for each page, the
// largest drawings and registers some tens of thousands; beyond these marks a file is an attack, or no file of an
// agency.

import { PdfFault } from './fault.ts';

export const PDF_LIMITS = {
  /** Entries of all cross-reference sections together. */
  objects: 250_000,
  /** Arrays and dictionaries within each other. */
  depth: 48,
  /** Cross-reference sections: each later signature or time stamp adds one. */
  sections: 128,
  /** Signature fields looked at, and fields of all kinds. */
  signatures: 32,
  fields: 10_000,
  /** Bytes of one object without its stream; a signature's reserved room is the largest in practice. */
  objectBytes: 4 * 1024 * 1024,
  /** Bytes of one cross-reference or object stream, before and after inflating. */
  streamBytes: 8 * 1024 * 1024,
  /** Of deflate in one stream: each may bring code tables of its own, which cost more to build than the few bytes they take. */
  blocks: 100_000,
  /** Values read plus bytes inflated: the work all the reading may cost. */
  work: 256 * 1024 * 1024,
} as const;

/** The work that is left. */
export class Work {
  #left: number;

  constructor(limit: number = PDF_LIMITS.work) {
    this.#left = limit;
  }

  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw new PdfFault('limits', 'work');
  }
}
