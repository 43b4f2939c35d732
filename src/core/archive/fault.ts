import type { Facts } from '../problems/finding.ts';
import type { RefusalCode } from '../problems/problems.ts';

export type ArchiveCode = Extract<
  RefusalCode,
  'attachment-archive-shape' | 'attachment-corrupt' | 'attachment-encrypted' | 'attachment-too-large'
>;

/** Ends the reading of one archive; its reader turns it into a value. */
export class ArchiveFault extends Error {
  readonly code: ArchiveCode;
  /** `reason`: a short stable word; of `attachment-too-large` the `limit` in bytes. */
  readonly facts: Facts;

  constructor(code: ArchiveCode, facts: Facts) {
    super(code);
    this.name = 'ArchiveFault';
    this.code = code;
    this.facts = facts;
  }
}

/** Not what a file wrapped by honest software looks like. */
export function badShape(reason: string): ArchiveFault {
  return new ArchiveFault('attachment-archive-shape', { reason });
}

/** Built well, and damaged. */
export function corrupt(reason: string): ArchiveFault {
  return new ArchiveFault('attachment-corrupt', { reason });
}
