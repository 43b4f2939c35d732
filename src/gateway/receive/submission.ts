// A package on its way in: as a face received it, as it is judged, and what was decided of it.

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
  /** Of a status that was said of one delivery: that delivery. A package names the document only. */
  readonly delivery?: string;
  /** Where the package is not what the client gave but made from it: what was given, and what was noticed on the way. */
  readonly convertedFrom?: { readonly submitted: Submitted; readonly findings: readonly Finding[] };
}

/** A package that was read, judged at one instant by one state of the registry. */
export interface Candidate {
  readonly submission: Submission;
  readonly opened: OpenedPackage;
  readonly registry: Registry;
  readonly receivedAt: Date;
}

/** What was decided of a package that is not refused. */
export interface Decision {
  readonly report: Report;
  /** What the report rests on. */
  readonly proofs: Proofs;
  readonly findings: readonly Finding[];
  readonly addressed: Addressed;
  /** What it does to deliveries of other messages, and how it belongs to those. */
  readonly consequences: Consequences;
  /** Addressees that have it from an earlier version. */
  readonly heldAlready?: readonly string[];
}
