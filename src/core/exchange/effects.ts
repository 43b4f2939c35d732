// What a revocation, an update, a replacement or a recall does to copies of other documents: whom it reaches, which copies
// it stops, whom it asks. One table, and pure functions over the state of a copy.

import { refuse, ok, type Finding, type Result } from '../problems/finding.ts';
import { advanceTransport, type Recall, type Transport } from './lifecycle.ts';
import type { DocumentMessage, Message } from '../message/message.ts';
import { fieldPlace } from '../message/places.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { targetsOf } from './identity.ts';
import type { Registry } from '../registry/registry.ts';
import { resolve } from '../registry/snapshot.ts';

/** `recall` is status 13, a request; the others are documents. */
export type ActKind = 'revoke' | 'update' | 'replace' | 'recall';

export interface ActRule {
  /** Whose copies that have not left are stopped. */
  readonly stops: 'all' | 'removed';
  /** Whether the copies themselves carry the question, besides the message that asks. */
  readonly marks: boolean;
  /** Who need not hear of it when no copy of theirs ever left. */
  readonly spares: 'all' | 'unnamed' | 'removed';
}

/**
 * A replacement is for those it names whether they had the replaced document or not. An update leaves the copies of those
 * who stay alone: the order of deliveries brings the document first.
 */
export const ACTS: Readonly<Record<ActKind, ActRule>> = {
  revoke: { stops: 'all', marks: true, spares: 'all' },
  update: { stops: 'removed', marks: false, spares: 'removed' },
  replace: { stops: 'all', marks: false, spares: 'unnamed' },
  recall: { stops: 'all', marks: true, spares: 'all' },
};

/** Revocations, updates and replacements ask each addressee by being sent; a 13 marks the copies it speaks of. */
export function asksByItself(kind: Message['kind']): boolean {
  return kind !== 'new' && kind !== 'status';
}

/** Why a message goes to somebody whom its `To` does not name, or names and takes off the list. */
export type Reach = (typeof REACHES)[number];

export const REACHES = ['holder', 'added', 'removed'] as const;

/** One addressee's copy of a document that is acted on. */
export interface Copy {
  /** `sending` while somebody holds a lease. */
  readonly transport: Transport;
  readonly recall: Recall;
  /** Returned, cancelled, refused with 02, or given back with 15. */
  readonly dead: boolean;
  /** The addressee has read the bytes where it pulls them. */
  readonly fetched: boolean;
  /** A try failed in a way that does not prove that nothing arrived. */
  readonly doubtful: boolean;
}

/** What becomes of a copy. */
export interface Fate {
  readonly stop: boolean;
  /** It carries the question from now on. */
  readonly ask: boolean;
  /** The addressee has it, or may have it. */
  readonly left: boolean;
}

/** `reach` is why the acting message goes to the copy's addressee; absent where `To` names it. */
export function fateOf(kind: ActKind, reach: Reach | undefined, copy: Copy): Fate {
  const rule = ACTS[kind];
  const isMeant = rule.stops === 'all' || reach === 'removed';
  const stop = isMeant && !copy.fetched && advanceTransport(copy.transport, 'cancel') !== null;
  const hasLeft =
    copy.fetched || copy.doubtful || ['sending', 'handed-over', 'arrived'].some((state) => state === copy.transport);
  return { stop, ask: rule.marks && hasLeft && !copy.dead, left: hasLeft };
}

/** Whether the acting message itself goes to an addressee, after the fates of all its copies. */
export function isTold(kind: ActKind, reach: Reach | undefined, fates: readonly Fate[]): boolean {
  if (fates.length === 0 || fates.some(({ left }) => left)) return true;
  const { spares } = ACTS[kind];
  return spares === 'all' ? false : spares === 'unnamed' ? reach !== 'holder' : reach !== 'removed';
}

/**
 * Outcomes of a try after which the receiver certainly has nothing: it was not called, or it refused to take. After any
 * other fault (a time-out, a broken line, a 500) the bytes may have come through.
 */
export const NOTHING_LEFT: readonly ProblemCode[] = [
  'adapter-unknown',
  'connection-paused',
  'connection-settings-invalid',
  'connection-unknown',
  'content-corrupt',
  'content-unavailable',
  'receiver-busy',
  'receiver-credentials',
  'receiver-moved',
  'receiver-refused',
];

/** Reasons of `receiver-unreachable` that come before the first byte: names of the operating system and of Node. */
export const NEVER_CONNECTED: readonly string[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/** A message of the record that a package names, or a later version of one. */
export interface KnownMessage {
  /** The DocumentId by which it was asked for, in NFC. */
  readonly documentId: string;
  readonly message: string;
  readonly issuer: string;
  readonly sender: string;
  /** Organisations with a live copy. */
  readonly holders: readonly string[];
  /** Whether the organisation that asks has received it here. */
  readonly received: boolean;
}

/** The documents a package wants known, in NFC, each once: what it acts on, and what it answers. */
export function namedDocuments(message: Message): readonly string[] {
  if (message.kind === 'status') return message.statusCode === '13' ? unique([message.responseFor.documentId]) : [];
  const acted = message.kind === 'new' ? [] : targetsOf(message);
  return unique([...acted, ...documentsAnswered(message)]);
}

/** Somebody besides `To` whom a message is to reach. `organId` as the record or the package writes it. */
export interface Reached {
  readonly organId: string;
  readonly reach: Reach;
  readonly place: string;
}

export interface Targets {
  readonly kind: ActKind;
  /** The documents, in NFC. */
  readonly documents: readonly string[];
  /** Ids of the messages that are versions of them. */
  readonly messages: readonly string[];
  /** Messages of which only some organisations' copies are meant, in today's codes. */
  readonly concerned: readonly { readonly message: string; readonly organisations: readonly string[] }[];
  readonly reached: readonly Reached[];
  readonly findings: readonly Finding[];
}

/** Who speaks, in today's codes. */
export interface Speaker {
  readonly sender: string;
  readonly issuer: string;
}

/**
 * The documents a revocation, update or replacement acts on, and whom it reaches through them; undefined for other
 * messages. `not-found` alike for one that is unknown and one that is another's (the sender's own predecessors are not
 * others).
 */
export function targetsOfAct(
  message: Message,
  standing: Speaker,
  candidates: readonly KnownMessage[],
  registry: Registry,
  instant: Date,
): Result<Targets | undefined> {
  if (message.kind === 'new' || message.kind === 'status') return ok(undefined);
  const today = (code: string): string => resolve(registry, code, instant)?.organisation.code ?? code;
  const ownMessages = candidates.filter(
    ({ sender, issuer }) => today(sender) === standing.sender && today(issuer) === today(standing.issuer),
  );
  const documents = unique(targetsOf(message));
  const versions = ownMessages.filter(({ documentId }) => documents.includes(documentId));
  if (documents.some((documentId) => versions.every((version) => version.documentId !== documentId)))
    return refuse('not-found');
  const concerns = concernedBy(message, today);
  const isMeant = (documentId: string, code: string): boolean => concerns.get(documentId)?.has(today(code)) ?? true;
  const messages = unique(versions.map((version) => version.message));
  const holders = versions.flatMap(({ documentId, holders }) => holders.filter((code) => isMeant(documentId, code)));
  return ok({
    kind: message.kind,
    documents,
    messages,
    concerned: messages.flatMap((id) => {
      const lists = versions
        .filter((version) => version.message === id)
        .map(({ documentId }) => concerns.get(documentId));
      const codes = lists.flatMap((list) => [...(list ?? [])]);
      // A copy stands in the record under the code that was its addressee's then.
      const then = versions.flatMap((version) => (version.message === id ? version.holders : []));
      const meantThen = then.filter((code) => codes.includes(today(code)));
      return lists.includes(undefined) ? [] : [{ message: id, organisations: unique([...codes, ...meantThen]) }];
    }),
    reached: [...listedTargets(message), ...holding(holders)],
    findings: notHolding(message, versions, today),
  });
}

/**
 * `OrganIdList` of a replaced document: today's codes of those who are to exchange their copy for the new document. A
 * document without one, or named once with and once without, concerns everybody who has it.
 */
function concernedBy(
  { kind, bussiness }: DocumentMessage,
  today: (code: string) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const replaced = kind === 'replace' ? (bussiness?.replacementInfoList ?? []) : [];
  const concerns = new Map<string, ReadonlySet<string>>();
  for (const documentId of unique(replaced.map((reference) => reference.documentId))) {
    const lists = replaced.filter((reference) => reference.documentId.normalize('NFC') === documentId);
    if (lists.some(({ organIdList }) => organIdList.length === 0)) continue;
    concerns.set(documentId, new Set(lists.flatMap(({ organIdList }) => organIdList.map(today))));
  }
  return concerns;
}

/** Named as having the replaced document, and does not. */
function notHolding(
  { kind, bussiness }: DocumentMessage,
  versions: readonly KnownMessage[],
  today: (code: string) => string,
): readonly Finding[] {
  if (kind !== 'replace') return [];
  return (bussiness?.replacementInfoList ?? []).flatMap(({ documentId, organIdList }, index) => {
    const ofDocument = versions.filter((version) => version.documentId === documentId.normalize('NFC'));
    const holders = new Set(ofDocument.flatMap(({ holders }) => holders.map(today)));
    return organIdList.flatMap((organId, of): readonly Finding[] => {
      if (holders.has(today(organId))) return [];
      const place = fieldPlace('bussiness.replacementInfoList[].organIdList[]', index, of);
      return [{ code: 'receiver-not-holding', severity: 'info', facts: { organId }, place }];
    });
  });
}

/** The documents this one answers: those known to its sender, and those it names in vain. */
export function answersIn(
  message: Message,
  sender: string,
  candidates: readonly KnownMessage[],
): { readonly messages: readonly string[]; readonly unresolved: readonly string[] } {
  if (message.kind === 'status') return { messages: [], unresolved: [] };
  const visible = candidates.filter((candidate) => candidate.sender === sender || candidate.received);
  const documents = unique(documentsAnswered(message));
  return {
    messages: unique(
      documents.flatMap((documentId) =>
        visible.filter((candidate) => candidate.documentId === documentId).map((candidate) => candidate.message),
      ),
    ),
    unresolved: documents.filter((documentId) => visible.every((candidate) => candidate.documentId !== documentId)),
  };
}

function documentsAnswered(message: DocumentMessage): readonly string[] {
  return message.responseFor.flatMap(({ documentId }) => (documentId.trim() === '' ? [] : [documentId]));
}

/** Those an update adds and removes. */
function listedTargets({ kind, bussiness }: DocumentMessage): readonly Reached[] {
  if (kind !== 'update') return [];
  return (bussiness?.receiverList ?? []).map(({ organId, receiverType }, index) => ({
    organId,
    reach: receiverType,
    place: fieldPlace('bussiness.receiverList[].organId', index),
  }));
}

function holding(holders: readonly string[]): readonly Reached[] {
  return unique(holders).map((organId) => ({
    organId,
    reach: 'holder',
    place: fieldPlace('bussiness'),
  }));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => text.normalize('NFC')))];
}
