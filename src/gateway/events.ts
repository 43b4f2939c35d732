// Events of the gateway's work. Telemetry turns them into log lines and numbers.

import type { Refusal } from '../core/problems/finding.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { ProblemCode } from '../core/problems/problems.ts';

export interface WorkerEvents {
  /** The record holds the outcome of a try at a transmission. `took` in milliseconds, `retryAfter` in seconds. */
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
  /** Another worker had taken the lease; nothing was written. */
  leaseLost(facts: { readonly transmission: string; readonly epoch: number }): void;
  /** References given to the broker, and how many of them it confirmed. */
  published(references: number, confirmed: number): void;
  sequenced(counts: { readonly entries: number; readonly rows: number }): void;
  auditHeadSigned(): void;
  auditHeadStamped(facts: { readonly seq: string; readonly at: string }): void;
  /** The time-stamp authority or its answer is at fault. Reported once for each series of failures. */
  timeStampFailed(refusal: Pick<Refusal, 'code' | 'facts'>): void;
  /** References put back into the outbox. */
  swept(references: number): void;
  /** A system that has the document got its result; `code`: the notice failed and will be tried again. */
  noticeTold(facts: { readonly notice: string; readonly connection: string; readonly code: ProblemCode | null }): void;
  /** Something in the background failed and will be tried again. Reported once for each series of failures. */
  taskFailed(task: string, error: unknown): void;
}
