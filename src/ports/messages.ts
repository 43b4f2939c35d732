import type { Disposition, FirstDisposition } from '../core/exchange/disposition.ts';
import type { ActKind, KnownMessage, Reach } from '../core/exchange/effects.ts';
import type { BusinessCode, Recall, Transport } from '../core/exchange/lifecycle.ts';
import type { Message, StatusCode } from '../core/message/message.ts';
import type { Facts, Finding, Verdict } from '../core/problems/finding.ts';
import type { ProblemCode } from '../core/problems/problems.ts';
import type { Report } from '../core/verify/report.ts';
import type { AuditEntry } from './audit.ts';
import type { ContentLocation } from './content-store.ts';
import type { KeptRendering } from './renderings.ts';

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
  readonly disposition: FirstDisposition;
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
  readonly heldAlready?: readonly string[];
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
      readonly disposition: FirstDisposition;
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
  readonly disposition: Disposition;
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

/** One line of the timeline. `act` is a `TraceAct`, or one that an older version recorded. */
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
