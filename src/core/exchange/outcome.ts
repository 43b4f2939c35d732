// The outcomes of a try at a transmission. A sender returns one of these; only the shell acts on it.

import type { Facts } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';

/** How a receiving system took the bytes. `arrived` only where the connection is the addressee's own system. */
export interface Done {
  readonly kind: 'done';
  /** Lower-case hex SHA-256 the receiver confirmed. */
  readonly sha256: string;
  readonly facts?: Facts;
}

/** A fault that time may mend. `after` in seconds when the receiver asked for it (Retry-After). */
export interface Retry {
  readonly kind: 'retry';
  readonly code: ProblemCode;
  readonly facts: Facts;
  readonly after?: number;
}

/** A person on our side must act (wrong credentials, tries used up). */
export interface Park {
  readonly kind: 'park';
  readonly code: ProblemCode;
  readonly facts: Facts;
}

/** The receiver refuses for a reason that the sender can mend; final. */
export interface Return {
  readonly kind: 'return';
  readonly code: ProblemCode;
  readonly facts: Facts;
}

export type Outcome = Done | Retry | Park | Return;
