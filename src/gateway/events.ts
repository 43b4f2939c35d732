// What the workers tell about their work. Telemetry makes log lines and numbers of it.

import type { Refusal } from '../core/problems/finding.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { ProblemCode } from '../core/problems/problems.ts';

export interface WorkerEvents {
  /** A try at a transmission came to an outcome that was recorded. `took` in milliseconds, `retryAfter` in seconds. */
  attempted(
    facts: {
      readonly transmission: string;
      readonly message: string;
      readonly connection: string;
      readonly attempt: number;
      readonly took: number;
    },
    outcome: Outcome,
    retryAfter?: number,
  ): void;
  /** The lease had gone to somebody else; nothing was written. */
  leaseLost(facts: { readonly transmission: string; readonly epoch: number }): void;
  /** References given to the broker, and how many of them it confirmed. */
  published(references: number, confirmed: number): void;
  sequenced(counts: { readonly entries: number; readonly rows: number }): void;
  auditHeadSigned(): void;
  auditHeadStamped(facts: { readonly seq: string; readonly at: string }): void;
  /** The time-stamp authority, or what it answered, is at fault. Told once for each row of failures. */
  timeStampFailed(refusal: Pick<Refusal, 'code' | 'facts'>): void;
  /** References put back into the outbox. */
  swept(references: number): void;
  /** A result was told to a system that has the document; `code`: it could not be, and will be again. */
  noticeTold(facts: { readonly notice: string; readonly connection: string; readonly code: ProblemCode | null }): void;
  /** Something in the background failed and will be tried again. Told once for each row of failures. */
  taskFailed(task: string, error: unknown): void;
}
