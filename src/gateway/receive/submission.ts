// The stages of a package that is being received: the submission, the candidate for judgement, and the decision.

import type { Finding } from '../../core/problems/finding.ts';
import type { OpenedPackage } from '../../core/open/opened.ts';
import type { Proofs } from '../../core/pki/proof.ts';
import type { Submitted } from '../../core/exchange/receipt.ts';
import type { Addressed } from '../../core/exchange/address.ts';
import type { Registry } from '../../core/registry/registry.ts';
import type { Report } from '../../core/verify/report.ts';
import type { Consequences } from './consequences.ts';

/** A package as a face received it, from a client it has authenticated. */
export interface Submission {
  readonly connection: string;
  readonly client: string;
  readonly idempotencyKey?: string;
  readonly body: AsyncIterable<Buffer>;
  /** The delivery that a status is about, because the package names the document only. */
  readonly delivery?: string;
  /**
   * For a package that the gateway made from the client's submission: the submitted parts, and the findings of the
   * conversion.
   */
  readonly convertedFrom?: { readonly submitted: Submitted; readonly findings: readonly Finding[] };
}

/** A package that was read, judged at one instant by one state of the registry. */
export interface Candidate {
  readonly submission: Submission;
  readonly opened: OpenedPackage;
  readonly registry: Registry;
  readonly receivedAt: Date;
}

/** The decision on a package that is not refused. */
export interface Decision {
  readonly report: Report;
  /** The proofs of the report. */
  readonly proofs: Proofs;
  readonly findings: readonly Finding[];
  readonly addressed: Addressed;
  /** The message's effects on deliveries of other messages, and its links to those. */
  readonly consequences: Consequences;
  /** Addressees that have it from an earlier version. */
  readonly heldAlready?: readonly string[];
}
