import type { Facts, Finding, Refusal } from './finding.ts';
import type { RefusalCode } from './problems.ts';

/**
 * A catalogue problem as an exception, for unexpected faults at the edges. Expected refusals are values (`Refusal`).
 */
export class ProblemError extends Error {
  readonly code: RefusalCode;
  readonly facts: Facts;
  readonly place: string | undefined;
  readonly findings: readonly Finding[];

  constructor(
    code: RefusalCode,
    facts: Facts = {},
    options: { place?: string; cause?: unknown; findings?: readonly Finding[] } = {},
  ) {
    super(code, { cause: options.cause });
    this.name = 'ProblemError';
    this.code = code;
    this.facts = facts;
    this.place = options.place;
    this.findings = options.findings ?? [];
  }

  static of(refusal: Refusal): ProblemError {
    return new ProblemError(refusal.code, refusal.facts, {
      ...(refusal.place === undefined ? {} : { place: refusal.place }),
      ...(refusal.findings === undefined ? {} : { findings: refusal.findings }),
    });
  }
}
