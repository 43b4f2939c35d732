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
  /**
   * Deliveries of one key to one addressee leave in order: the previous unfinished one blocks.
   * `core/exchange/identity.ts` makes it.
   */
  readonly orderKey: string;
  /** Further order keys of the delivery. */
  readonly alsoAfter?: readonly string[];
  /** The reason why it goes to an organisation that `To` does not name, or that the package removes. */
  readonly reach?: Reach;
}

export interface NewTransmission {
  readonly id: string;
  readonly connection: string;
  /** Direction of the connection's adapter: a pulled transmission waits in the inbox and never goes to the broker. */
  readonly direction: 'push' | 'pull';
}

/** A business status that advances one delivery of an earlier message. */
export interface StatusEffect {
  readonly delivery: string;
  readonly code: StatusCode;
  readonly description?: string;
  /** Local Vietnamese time, stated by the status's sender. */
  readonly statedAt: string;
  readonly origin: 'organisation' | 'gateway';
  /** For 15 and 16: the answered question, and all deliveries that carry it. */
  readonly answers?: Question;
}

/** A question to an addressee: to give a document back, or to take note of its revocation, update or replacement. */
export interface Question {
  /** Id of the message that asks. */
  readonly message: string;
  readonly deliveries: readonly string[];
}

/**
 * A message's act on copies of other documents. The transaction that accepts the message looks the copies up, locks
 * them and decides on them.
 */
export interface Act {
  readonly kind: ActKind;
  /** DocumentIds in NFC, and the messages that are versions of them. */
  readonly documents: readonly string[];
  readonly messages: readonly string[];
  /** For a recall: the one addressee whose copies are meant. */
  readonly organisation?: string;
  /** For a replacement that names the organisations it concerns: messages of which only their copies are meant. */
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
  /** Unique key, made by `core/exchange/identity.ts`. */
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
  /** The act of a held message is carried out when the message is released. */
  readonly act?: Act;
  /** Messages that this document answers. */
  readonly answers?: readonly string[];
  /** For a document: its number key of `core/exchange/identity.ts`, and the documents that may have the same. */
  readonly number?: { readonly key: string; readonly sharedWith: readonly string[] };
  /** Addressees that hold a live copy of an earlier version, and so get none of this one. */
  readonly heldAlready?: readonly string[];
  /** The registry version the addressing was decided on. */
  readonly registryVersion: number;
  readonly audit: readonly AuditEntry[];
}

export type AcceptResult =
  /** `findings`: those of the record alone; stored with the message as well. */
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
  /** Only addressees were added. The caller tries again with deliveries to all but these, which have it. */
  | { readonly kind: 'held-already'; readonly by: readonly string[] }
  /** A version of a target document was accepted meanwhile; the caller looks again. */
  | { readonly kind: 'targets-changed' }
  /** The registry has a new version; the caller addresses again on the new snapshot. */
  | { readonly kind: 'registry-changed' };

export interface DeliveryView {
  readonly id: string;
  readonly organisation: string;
  readonly connection: string;
  readonly transmission: string;
  readonly transport: Transport;
  readonly business: { readonly latest: BusinessCode | null; readonly furthest: BusinessCode | null };
  readonly recall: Recall;
  /** The reason why it goes to an organisation that the package does not name, or removes; null for a named one. */
  readonly reach: Reach | null;
  readonly attempts: number;
  readonly handedOverAt: Date | null;
  readonly arrivedAt: Date | null;
  /** The reason why it is parked, returned or retrying. */
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
  /** For a message that asks: the answers of its addressees, as far as the viewer may see them. */
  readonly answers: readonly { readonly organisation: string; readonly recall: Recall }[];
}

/** Related messages that the viewer may see. */
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

/** The accepted bytes of a delivery, and the rendering that its connection gets instead of them. */
export interface DeliveryContent extends ContentLocation {
  readonly message: string;
  readonly rendered: KeptRendering | null;
}

/**
 * The calling connection and its organisations: it may see messages as sender (its connection sent them) and as
 * addressee. Unknown and foreign ids answer alike: null.
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
   * The location of the bytes, for a client that is about to read them: writes the audit row, and from then on an
   * addressee's copy counts as read. `cancelled` when its copy was stopped before.
   */
  content(id: string, viewer: Viewer, audit: AuditEntry): Promise<ContentLocation | 'cancelled' | null>;
  /** As `content`, for a delivery of this connection. */
  deliveryContent(
    delivery: string,
    connection: string,
    audit: AuditEntry,
  ): Promise<DeliveryContent | 'cancelled' | null>;
  /** A delivery of this connection, with the facts that a status on it needs. */
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
   * The delivery that a status package is about: the document `documentId` that `sender` sent and `addressee` received;
   * among several, the one named `known`. Null when there is none.
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
    /** Whether its message is held, so that the addressee cannot see it yet. */
    readonly held: boolean;
  } | null>;
  /**
   * The messages that are documents of these ids, with later versions and updates of them. `organisation`: the asking
   * organisation. The answer may name other organisations' messages, so it must not leave the gateway.
   */
  knownMessages(documentIds: readonly string[], organisation: string): Promise<readonly KnownMessage[]>;
  /**
   * The newest open question of `sender` to `addressee` about a document, else the newest refused one; a question that
   * the delivery `known` carries comes before both. Null when there is none.
   */
  openQuestion(sender: string, documentId: string, addressee: string, known?: string): Promise<Question | null>;
}
