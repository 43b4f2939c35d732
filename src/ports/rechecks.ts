import type { Report } from '../core/verify/report.ts';
import type { AuditEntry } from './audit.ts';
import type { ContentLocation } from './content-store.ts';

/** A message whose verdict is undecided and whose time to be judged again has come. */
export interface DueRecheck {
  readonly id: string;
  readonly connection: string;
  readonly receivedAt: Date;
  readonly content: ContentLocation;
  /** `held`: nobody has it yet. `delivered`: it is urgent, and went out marked as unchecked. */
  readonly state: 'held' | 'delivered';
  /** A person has been asked to decide. */
  readonly parked: boolean;
  /** How often it was judged again already, this time counted. */
  readonly tries: number;
  /** Whose word was missing when it was judged last. */
  readonly awaits: readonly string[];
}

/** Whose silence keeps messages waiting. One for each, however many wait. */
export interface Incident {
  /** As `awaitedOf` names it. */
  readonly subject: string;
  readonly openedAt: Date;
  /** Absent: it goes on. */
  readonly closedAt?: Date;
  /** How many messages wait for it; of a closed one the most that did. */
  readonly messages: number;
}

/** What waits for a verdict now, and what has changed of the incidents since the last look; told to one caller only. */
export interface Waiting {
  readonly held: number;
  readonly parked: number;
  readonly delivered: number;
  /** Incidents that go on. */
  readonly incidents: number;
  readonly opened: readonly Incident[];
  readonly closed: readonly Incident[];
}

/** Undecided verdicts, and what becomes of them. Every decision is made once, whoever else tries. */
export interface RecheckStore {
  /** Up to `limit` due ones, the longest due first; they are this caller's for five minutes. */
  claimRechecks(limit: number): Promise<readonly DueRecheck[]>;
  /** Still undecided: again in `seconds`. `park` asks a person, once. */
  postponeRecheck(
    id: string,
    undecided: { readonly report: Report; readonly awaits: readonly string[]; readonly seconds: number },
    park: AuditEntry | null,
  ): Promise<void>;
  /** A held message goes on its way, or back to its sender. False: somebody else has decided. */
  resolveHeld(id: string, report: Report, to: 'released' | 'returned', audit: AuditEntry): Promise<boolean>;
  /** What came of a message that was delivered unchecked: recorded, and told to all who have it. False: it was known. */
  recordVerdict(id: string, report: Report, audit: AuditEntry): Promise<boolean>;
  /** Judges at once whatever waits for one of these. */
  hastenRechecks(awaits: readonly string[]): Promise<void>;
  /** Opens and closes incidents by what waits now. */
  updateIncidents(): Promise<Waiting>;
  /** The incidents that go on, and the last `closed` that ended. */
  listIncidents(closed: number): Promise<readonly Incident[]>;
  /** What waits now: those that a person is asked about first, then the oldest. */
  listWaiting(limit: number): Promise<readonly WaitingMessage[]>;
  /** A person's decision about a held message, on the report as it stands. False: none of this id is held. */
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
