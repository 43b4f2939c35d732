import type { Report } from '../core/verify/report.ts';
import type { AuditEntry } from './audit.ts';
import type { ContentLocation } from './content-store.ts';

/** A message with an undecided verdict that is due to be judged again. */
export interface DueRecheck {
  readonly id: string;
  readonly connection: string;
  readonly receivedAt: Date;
  readonly content: ContentLocation;
  /** `held`: no addressee has it yet. `delivered`: it is urgent, and left marked as unchecked. */
  readonly state: 'held' | 'delivered';
  /** A person has been asked to decide. */
  readonly parked: boolean;
  /** Number of rechecks, this one included. */
  readonly tries: number;
  /** Parties whose answers were missing at the last judgement. */
  readonly awaits: readonly string[];
}

/** A silent party that keeps messages waiting: one incident for each party. */
export interface Incident {
  /** As `awaitedOf` names it. */
  readonly subject: string;
  readonly openedAt: Date;
  /** Absent: the incident goes on. */
  readonly closedAt?: Date;
  /** Number of messages that wait for it; for a closed one the most that waited. */
  readonly messages: number;
}

/**
 * The messages that wait for a verdict, and the changes of incidents since the last look; only one caller gets each
 * change.
 */
export interface Waiting {
  readonly held: number;
  readonly parked: number;
  readonly delivered: number;
  /** Number of incidents that go on. */
  readonly incidents: number;
  readonly opened: readonly Incident[];
  readonly closed: readonly Incident[];
}

/** Undecided verdicts and their results. Each decision is made once, even when several processes try. */
export interface RecheckStore {
  /** Up to `limit` due messages, the longest due first, claimed for five minutes. */
  claimRechecks(limit: number): Promise<readonly DueRecheck[]>;
  /** The message is still undecided: it is due again in `seconds`. `park` asks a person, once. */
  postponeRecheck(
    id: string,
    undecided: { readonly report: Report; readonly awaits: readonly string[]; readonly seconds: number },
    park: AuditEntry | null,
  ): Promise<void>;
  /** Releases a held message, or returns it to its sender. False: another caller has decided. */
  resolveHeld(id: string, report: Report, to: 'released' | 'returned', audit: AuditEntry): Promise<boolean>;
  /**
   * Records the verdict on a message that was delivered unchecked, with a notice for each receiver. False: it was
   * recorded already.
   */
  recordVerdict(id: string, report: Report, audit: AuditEntry): Promise<boolean>;
  /** Makes every message due that waits for one of these. */
  hastenRechecks(awaits: readonly string[]): Promise<void>;
  /** Opens and closes incidents by the messages that wait now. */
  updateIncidents(): Promise<Waiting>;
  /** The incidents that go on, and the last `closed` that ended. */
  listIncidents(closed: number): Promise<readonly Incident[]>;
  /** The waiting messages: those that a person must decide first, then the oldest. */
  listWaiting(limit: number): Promise<readonly WaitingMessage[]>;
  /**
   * Carries out a person's decision about a held message, on its present report. False: no message of this id is held.
   */
  decideHeld(id: string, to: 'released' | 'returned', audit: AuditEntry): Promise<boolean>;
}

/** A message whose verdict is undecided, for an operator. */
export interface WaitingMessage {
  readonly id: string;
  readonly sender: string;
  readonly documentId: string;
  readonly receivedAt: Date;
  readonly state: 'held' | 'parked' | 'delivered';
  readonly awaits: readonly string[];
}
