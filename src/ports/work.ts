import type { Transport } from '../core/exchange/lifecycle.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { Message } from '../core/message/message.ts';
import type { Verdict } from '../core/problems/finding.ts';
import type { AuditEntry } from './audit.ts';
import type { Reference } from './broker.ts';
import type { KeptRendering } from './renderings.ts';

export interface Lease {
  readonly transmission: string;
  /** Rises with every lease; a commit under an older epoch is refused. */
  readonly epoch: number;
}

/** A leased transmission: everything a worker needs, so that it asks the database once. */
export interface LeasedTransmission extends Lease {
  readonly message: string;
  readonly kind: Message['kind'];
  readonly sender: string;
  readonly documentId: string;
  readonly connection: string;
  readonly urgent: boolean;
  readonly unchecked: boolean;
  readonly verdict: Verdict;
  /** The documents bear no signature. */
  readonly referenceOnly: boolean;
  readonly sha256: string;
  readonly size: number;
  /** Present when the package lies in the database. */
  readonly inline: Buffer | null;
  /**
   * The rendering for its receiver; null where none is recorded: then the receiver gets the package, or the worker
   * renders first.
   */
  readonly rendered: KeptRendering | null;
  /** This try's number, from 1. */
  readonly attempt: number;
  readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
}

/** The result of a try, decided by the worker with the core's retry and lifecycle tables. */
export interface Settlement {
  readonly lease: Lease;
  readonly outcome: Outcome;
  readonly transport: Transport;
  /** Seconds until the next try; only with transport `retrying`. */
  readonly retryAfter?: number;
  /** Milliseconds the try took. */
  readonly took: number;
  readonly audit: readonly AuditEntry[];
}

/** The store of relay, consumers and sweep. */
export interface WorkStore {
  /** References whose publication is due, claimed for 10 s so that two relays do not publish the same. */
  claimReferences(limit: number): Promise<readonly { readonly id: string; readonly reference: Reference }[]>;
  /** Call it only after the broker confirmed. */
  confirmReferences(ids: readonly string[]): Promise<void>;
  /** Gives unconfirmed claims back at once. */
  returnReferences(ids: readonly string[]): Promise<void>;
  /**
   * Leases those of the named transmissions that are due, not blocked, not leased, not paused, within their
   * connection's concurrency, for 20 s. The others stay with their present workers, or are left to the sweep.
   */
  lease(transmissions: readonly string[], owner: string): Promise<readonly LeasedTransmission[]>;
  /** Prolongs live leases by 20 s; answers those that are still this owner's. */
  renew(leases: readonly Lease[]): Promise<readonly string[]>;
  /** One boolean per settlement: false when the lease was stale and nothing was written. */
  settleTries(settlements: readonly Settlement[]): Promise<readonly boolean[]>;
  /**
   * Puts references of due transmissions without a live one back into the outbox: due retries, expired leases (their
   * try is recorded as `worker-crashed`), references lost by a broker (older than 60 s), unblocked and unpaused ones.
   */
  sweep(limit: number): Promise<number>;
  /** Resolves when something may be due, at the latest after `milliseconds`. */
  waitForWork(milliseconds: number, signal: AbortSignal): Promise<void>;
}
