import type { Facts } from '../problems/finding.ts';
import type { RefusalCode } from '../problems/problems.ts';

/**
 * Ends the pass over a package: the one way out of a push scanner and its readers. The pipeline turns it into a refusal
 * once, at its edge; it never leaves the core as an exception.
 */
export class XmlFault extends Error {
  readonly code: RefusalCode;
  /** Faults of the scanner carry `offset` (byte in the document) and `reason` (a short stable word). */
  readonly facts: Facts;
  readonly place: string | undefined;

  constructor(code: RefusalCode, facts: Facts = {}, place?: string) {
    super(code);
    this.name = 'XmlFault';
    this.code = code;
    this.facts = facts;
    this.place = place;
  }
}
