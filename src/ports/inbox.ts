import type { Transport } from '../core/exchange/lifecycle.ts';
import type { Message } from '../core/message/message.ts';
import type { Verdict } from '../core/problems/finding.ts';
import type { AuditEntry } from './audit.ts';

export interface InboxEntry {
  readonly seq: bigint;
  readonly delivery: string;
  readonly transmission: string;
  readonly message: string;
  readonly kind: Message['kind'];
  readonly organisation: string;
  readonly sender: string;
  readonly issuer: string;
  readonly documentId: string;
  readonly subject: string | null;
  readonly urgent: boolean;
  readonly unchecked: boolean;
  readonly verdict: Verdict;
  /** The documents bear no signature. */
  readonly referenceOnly: boolean;
  /** Hash of the bytes for this connection: as accepted, or rendered for it. */
  readonly sha256: string;
  readonly size: number;
  readonly receivedAt: Date;
  readonly acknowledgedAt: Date | null;
}

export interface InboxPage {
  readonly entries: readonly InboxEntry[];
  /** Entries before this page that are not acknowledged. */
  readonly unacknowledgedBefore: { readonly count: number; readonly oldest: Date | null };
}

export type AcknowledgeResult =
  | { readonly kind: 'acknowledged'; readonly at: Date; readonly transport: Transport; readonly repeated: boolean }
  | { readonly kind: 'hash-mismatch' }
  /** The copy was stopped before it left. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'not-found' };

export interface InboxStore {
  /**
   * Entries of a connection with `seq > after` in order; without `after`, from the oldest unacknowledged one on. Reading
   * consumes nothing.
   */
  page(connection: string, after: bigint | null, limit: number): Promise<InboxPage>;
  /**
   * `transport`: the state after an acknowledgement of this connection, `arrived` at an endpoint, `handed-over` at a
   * hub.
   */
  acknowledge(
    connection: string,
    delivery: string,
    sha256: string,
    transport: 'arrived' | 'handed-over',
    audit: AuditEntry,
  ): Promise<AcknowledgeResult>;
  /** Resolves when a new entry for the connection may be there, at the latest after `milliseconds`. */
  waitForEntry(connection: string, milliseconds: number, signal: AbortSignal): Promise<void>;
}
