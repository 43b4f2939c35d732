// The record. One implementation talks to PostgreSQL, embedded or server alike; the suite in tests/contract runs on both.
// All times that schedule or lease are the database's own. Every write carries its audit rows in the same transaction.

import type { Facts, Finding, Verdict } from '../core/problems/finding.ts';
import type { BusinessCode, Recall, Transport } from '../core/exchange/lifecycle.ts';
import type { Message, StatusCode } from '../core/message/message.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { Proof } from '../core/pki/proof.ts';
import type { ProblemCode } from '../core/problems/problems.ts';
import type { ActKind, KnownMessage, Reach } from '../core/exchange/effects.ts';
import type { Registry } from '../core/registry/registry.ts';
import type { Report } from '../core/verify/report.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Reference } from './broker.ts';
import type { ContentLocation } from './content-store.ts';
import type { NoticeStore, RecheckStore } from './rechecks.ts';
import type { KeptRendering, RenderingStore } from './renderings.ts';
import type { RevocationCache } from './revocation-cache.ts';
import type { SigningKey } from './signer.ts';

export type Disposition = 'accepted' | 'held';

/** The gateway's signed statement (biên nhận): canonical JSON bytes and a detached DER signature over them. */
export interface Receipt {
  readonly body: Buffer;
  readonly signature: Buffer;
  readonly keyId: string;
}

export interface NewDelivery {
  readonly id: string;
  readonly organisation: string;
  readonly transmission: string;
  /** Deliveries of one key to one addressee leave in order: the previous unfinished one blocks. Computed by core/route. */
  readonly orderKey: string;
  /** Further keys whose order it keeps as well. */
  readonly alsoAfter?: readonly string[];
  /** Why it goes to somebody whom the package's `To` does not name, or takes off the list. */
  readonly reach?: Reach;
}

export interface NewTransmission {
  readonly id: string;
  readonly connection: string;
  /** Of the connection's adapter: a pulled transmission waits in the inbox and never goes to the broker. */
  readonly direction: 'push' | 'pull';
}

/** A business status that advances one delivery of an earlier message. */
export interface StatusEffect {
  readonly delivery: string;
  readonly code: StatusCode;
  readonly description?: string;
  /** Local Vietnamese time as stated by its sender. */
  readonly statedAt: string;
  readonly origin: 'organisation' | 'gateway';
  /** Of 15 and 16: the question that is answered, and all deliveries that carry it. */
  readonly answers?: Question;
}

/** What an addressee was asked: to give a document back, or to take note of its revocation, update or replacement. */
export interface Question {
  /** Id of the message that asks. */
  readonly message: string;
  readonly deliveries: readonly string[];
}

/** What a message does to copies of other documents. The copies are looked up, locked and judged by the accept itself. */
export interface Act {
  readonly kind: ActKind;
  /** DocumentIds in NFC, and the messages that are versions of them. */
  readonly documents: readonly string[];
  readonly messages: readonly string[];
  /** Of a recall: the one addressee whose copies are meant. */
  readonly organisation?: string;
  /** Of a replacement that says whom it concerns: messages of which only these organisations' copies are meant. */
  readonly concerned?: readonly { readonly message: string; readonly organisations: readonly string[] }[];
}

/** Everything one accepted package writes, in one transaction. */
export interface Acceptance {
  readonly id: string;
  readonly message: Message;
  readonly connection: string;
  /** Registry codes (aliases resolved). */
  readonly sender: string;
  readonly issuer: string;
  /** Unique: `core/exchange/identity.ts` says how it is made for each kind. */
  readonly identity: string;
  readonly idempotencyKey?: string;
  readonly sha256: string;
  readonly size: number;
  /** Bytes up to 64 KB go into the database; larger ones are already committed in the content store. */
  readonly inline?: Buffer;
  readonly receivedAt: Date;
  readonly verdict: Verdict;
  readonly disposition: Disposition;
  readonly urgent: boolean;
  readonly report: Report;
  readonly findings: readonly Finding[];
  readonly receipt: Receipt;
  readonly deliveries: readonly NewDelivery[];
  readonly transmissions: readonly NewTransmission[];
  readonly effect?: StatusEffect;
  /** For a held message it is carried out when the message is released. */
  readonly act?: Act;
  /** Messages that this document answers. */
  readonly answers?: readonly string[];
  /** Of a document: its number as `core/exchange/identity.ts` makes it unique, and the documents that may have the same. */
  readonly number?: { readonly key: string; readonly sharedWith: readonly string[] };
  /** Addressees that hold a live copy of an earlier version, and so get none of this one. */
  readonly besides?: readonly string[];
  /** The registry version the addressing was decided on. */
  readonly registryVersion: number;
  readonly audit: readonly AuditEntry[];
}

export type AcceptResult =
  /** `findings`: what only the record could notice; stored with the message as well. */
  | { readonly kind: 'accepted'; readonly findings?: readonly Finding[] }
  /** Same identity and same bytes, or same idempotency key and same bytes: the first receipt. */
  | {
      readonly kind: 'repeated';
      readonly message: string;
      readonly receipt: Receipt;
      readonly verdict: Verdict;
      readonly disposition: Disposition;
    }
  /** Same identity, other bytes, and the earlier copy is still alive. */
  | { readonly kind: 'document-conflict'; readonly message: string }
  | { readonly kind: 'idempotency-key-reused' }
  /** Only addressees were added. Come again with deliveries to all but these, who have it. */
  | { readonly kind: 'held-already'; readonly by: readonly string[] }
  /** A version of what is acted on was accepted meanwhile; look again. */
  | { readonly kind: 'targets-changed' }
  /** The registry moved on; address again on the new snapshot. */
  | { readonly kind: 'registry-changed' };

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
  /** Nobody signed the documents it carries. */
  readonly referenceOnly: boolean;
  readonly sha256: string;
  readonly size: number;
  /** Present when the package lies in the database. */
  readonly inline: Buffer | null;
  /** What its receiver is given instead; null where nothing is recorded: then it is the package, or to be rendered first. */
  readonly rendered: KeptRendering | null;
  /** This try's number, from 1. */
  readonly attempt: number;
  readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
}

/** What a try came to, decided by the worker with core's retry and lifecycle tables. */
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

/** Relay, consumers and sweep live on these. */
export interface WorkStore {
  /** References whose publication is due, claimed for 10 s so that two relays do not publish the same. */
  takeOutbox(limit: number): Promise<readonly { readonly id: string; readonly reference: Reference }[]>;
  /** Called only after the broker confirmed. */
  published(ids: readonly string[]): Promise<void>;
  /** Gives unconfirmed claims back at once. */
  unpublished(ids: readonly string[]): Promise<void>;
  /**
   * Leases those of the named transmissions that are due, not blocked, not leased, not paused, within their connection's
   * concurrency, for 20 s. The others are left to whoever has them, or to the sweep.
   */
  lease(transmissions: readonly string[], owner: string): Promise<readonly LeasedTransmission[]>;
  /** Prolongs live leases by 20 s; answers those that are still this owner's. */
  renew(leases: readonly Lease[]): Promise<readonly string[]>;
  /** One boolean per settlement: false when the lease was stale and nothing was written. */
  settle(settlements: readonly Settlement[]): Promise<readonly boolean[]>;
  /**
   * Puts back into the outbox what is due and has no live reference: retries whose time has come, expired leases (their
   * try is recorded as `worker-crashed`), references lost by a broker (older than 60 s), unblocked and unpaused ones.
   */
  sweep(limit: number): Promise<number>;
  /** Resolves when something may be due, at the latest after `milliseconds`. */
  waitForWork(milliseconds: number, signal: AbortSignal): Promise<void>;
}

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
  /** Nobody signed the documents it carries. */
  readonly referenceOnly: boolean;
  /** Of the bytes this connection is given: as they were accepted, or rendered for it. */
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
  /** Stopped before it left. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'not-found' };

export interface InboxStore {
  /**
   * Entries of a connection with `seq > after` in order; without `after`, from the oldest unacknowledged one on. Reading
   * consumes nothing.
   */
  page(connection: string, after: bigint | null, limit: number): Promise<InboxPage>;
  /** `transport` is what acknowledging means for this connection: `arrived` at an endpoint, `handed-over` at a hub. */
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

export interface DeliveryView {
  readonly id: string;
  readonly organisation: string;
  readonly connection: string;
  readonly transmission: string;
  readonly transport: Transport;
  readonly business: { readonly latest: BusinessCode | null; readonly furthest: BusinessCode | null };
  readonly recall: Recall;
  /** Why it goes to somebody whom the package does not name, or takes off the list; null for those named. */
  readonly reach: Reach | null;
  readonly attempts: number;
  readonly handedOverAt: Date | null;
  readonly arrivedAt: Date | null;
  /** Why it is parked, returned or retrying. */
  readonly problem: { readonly code: ProblemCode; readonly facts: Facts } | null;
  readonly nextAttemptAt: Date | null;
  readonly blockedBy: string | null;
}

export interface MessageView {
  readonly id: string;
  readonly message: Message;
  readonly connection: string;
  readonly sender: string;
  readonly issuer: string;
  readonly sha256: string;
  readonly size: number;
  readonly receivedAt: Date;
  readonly verdict: Verdict;
  readonly disposition: Disposition | 'released' | 'returned';
  readonly urgent: boolean;
  readonly findings: readonly Finding[];
  readonly receipt: Receipt;
  readonly deliveries: readonly DeliveryView[];
  readonly related: Related;
}

/** Another message that belongs to this one. */
export interface RelatedMessage {
  readonly id: string;
  readonly kind: Message['kind'];
  readonly documentId: string;
  readonly receivedAt: Date;
  /** Where it asks: how each addressee has answered, as far as the viewer may see it. */
  readonly answers: readonly { readonly organisation: string; readonly recall: Recall }[];
}

/** Only what the viewer may see. */
export interface Related {
  readonly actsOn: readonly RelatedMessage[];
  readonly actedOnBy: readonly RelatedMessage[];
  readonly answers: readonly RelatedMessage[];
  readonly answeredBy: readonly RelatedMessage[];
  /** Versions of the same document. */
  readonly previous: readonly RelatedMessage[];
  readonly next: readonly RelatedMessage[];
}

/** One line of the timeline. `act` is an audit act, or `attempt`. */
export interface TraceLine {
  readonly at: Date;
  readonly act: string;
  readonly actor: string;
  readonly delivery: string | null;
  readonly organisation: string | null;
  readonly outcome: 'ok' | ProblemCode;
  readonly details: Facts;
}

/** Where the accepted bytes of a delivery lie, and what its connection is given instead of them. */
export interface DeliveryContent extends ContentLocation {
  readonly message: string;
  readonly rendered: KeptRendering | null;
}

/**
 * Who is asking: organisations whose messages it may see as sender (its connection sent them) and as addressee.
 * Unknown and foreign ids answer alike: null.
 */
export interface Viewer {
  readonly connection: string;
}

export interface MessageStore {
  /** Small accepts share commits; the caller sees only its own result. */
  accept(acceptance: Acceptance): Promise<AcceptResult>;
  /** Audit rows of acts that store nothing else (refusals, reads). */
  record(entries: readonly AuditEntry[]): Promise<void>;
  /** The sender sees all deliveries, an addressee its own. */
  message(id: string, viewer: Viewer): Promise<MessageView | null>;
  report(id: string, viewer: Viewer): Promise<Report | null>;
  trace(id: string, viewer: Viewer): Promise<readonly TraceLine[] | null>;
  /**
   * Where the bytes lie, for somebody who is about to read them: the audit row is written, and from then on an addressee's
   * copy counts as read. `cancelled` when its copy was stopped before.
   */
  content(id: string, viewer: Viewer, audit: AuditEntry): Promise<ContentLocation | 'cancelled' | null>;
  /** The same for a delivery of this connection. */
  deliveryContent(
    delivery: string,
    connection: string,
    audit: AuditEntry,
  ): Promise<DeliveryContent | 'cancelled' | null>;
  /** A delivery of this connection, as a status may speak of it. */
  delivery(
    id: string,
    connection: string,
  ): Promise<
    | (DeliveryView & {
        readonly message: MessageView;
        /** The last statement recorded on it, with the hash of its package; absent when there is none. */
        readonly latestStatus?: { readonly code: StatusCode; readonly statedAt: string; readonly sha256: string };
      })
    | null
  >;
  /** The newest acceptance of these very bytes from this connection that was not returned; null when there is none. */
  acceptedBefore(
    connection: string,
    documentId: string,
    sha256: string,
  ): Promise<{ readonly message: string; readonly receipt: Receipt } | null>;
  /**
   * The delivery a status package speaks of: the document `documentId` that `sender` sent and `addressee` received; of
   * several the one named `known`. Null when there is none.
   */
  findDelivery(
    sender: string,
    documentId: string,
    addressee: string,
    known?: string,
  ): Promise<{
    readonly id: string;
    readonly message: string;
    readonly receivedAt: Date;
    readonly orderKey: string;
    /** Not available to its addressee yet. */
    readonly held: boolean;
  } | null>;
  /**
   * The messages that are documents of these ids, with later versions and updates of them. `organisation` is who asks.
   * What is answered may be another's, and is never told outside.
   */
  knownMessages(documentIds: readonly string[], organisation: string): Promise<readonly KnownMessage[]>;
  /**
   * The newest open question of `sender` to `addressee` about a document, else the newest refused one; before both the one
   * that the delivery named `known` carries. Null when there is none.
   */
  openQuestion(sender: string, documentId: string, addressee: string, known?: string): Promise<Question | null>;
}

export interface SequencerStore {
  /**
   * Numbers inbox entries that became available and chains committed audit rows. Only the leader may call it; null when
   * somebody else leads.
   */
  sequence(): Promise<{ readonly entries: number; readonly rows: number } | null>;
  /** Signs the chain's head when the last signed head is older than an hour; `sign` gets the canonical head bytes. */
  signHead(sign: (head: Buffer) => Promise<{ readonly signature: Buffer; readonly keyId: string }>): Promise<boolean>;
  /** The newest signed head, when it has no time stamp yet; null when it has one, or somebody else leads. */
  unstampedHead(): Promise<SignedHead | null>;
  /** Keeps a time stamp over a head's body; the first one stays. */
  keepStamp(stamp: { readonly seq: string; readonly token: Buffer; readonly at: Date }): Promise<void>;
  /** Resolves when there may be something to number or to chain, at the latest after `milliseconds`. */
  waitForPending(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface SignedHead {
  readonly seq: string;
  /** The bytes that were signed. */
  readonly body: Buffer;
}

export interface ChainFault {
  readonly code:
    'audit-chain-broken' | 'audit-row-missing' | 'audit-row-unchained' | 'audit-head-unverified' | 'audit-stamp-broken';
  /** Empty for a row that has no place in the chain. */
  readonly seq: string;
  readonly facts: Facts;
}

export interface RegistryStore {
  /** The current snapshot, kept in memory and refreshed when its version moved on. */
  snapshot(): Promise<Registry>;
}

/** One proof as it lies in the record. */
export type KeptProof = Pick<Proof, 'kind' | 'sha256'> & { /** In bytes. */ readonly size: number };

/** What verdicts rested on, by its hash: kept once, however many messages need it, and never changed or removed. */
export interface ProofStore {
  /** Resolves when all of them are durable; those that are there already cost nothing. */
  keep(proofs: Iterable<Proof>): Promise<void>;
  /** Those of these hashes that are there, in their order. */
  find(sha256: readonly string[]): Promise<readonly KeptProof[]>;
  /** The bytes of one in pieces; a hash that is not there, or bytes that no longer have it, end in `content-corrupt`. */
  open(sha256: string): AsyncIterable<Buffer>;
}

/** A key of the gateway's own, and from when to when it signed: both null when it has not yet. */
export interface RecordedKey extends SigningKey {
  readonly firstUsed: Date | null;
  readonly lastUsed: Date | null;
}

/** The keys that receipts and heads were signed with: none is ever dropped. */
export interface KeyStore {
  /** Records keys that will sign, or did before there was a record. Those that are there stay as they are. */
  announce(keys: readonly SigningKey[]): Promise<void>;
  /** Records that the key signs now. */
  use(key: SigningKey): Promise<void>;
  /** Last used first. */
  list(): Promise<readonly RecordedKey[]>;
}

export interface Store {
  readonly messages: MessageStore;
  readonly work: WorkStore;
  readonly inbox: InboxStore;
  readonly rechecks: RecheckStore;
  readonly notices: NoticeStore;
  readonly renderings: RenderingStore;
  readonly sequencer: SequencerStore;
  readonly registry: RegistryStore;
  readonly proofs: ProofStore;
  readonly revocation: RevocationCache;
  readonly keys: KeyStore;
  /** Rejects with `database-unavailable` when the database does not answer within two seconds. */
  probe(): Promise<void>;
  close(): Promise<void>;
}
