// Keys that decide whether two packages are the same, and which deliveries must leave in order.

import { createHash } from 'node:crypto';
import { excerpt } from '../message/excerpt.ts';
import { printedCode, type DocumentMessage, type Message } from '../message/message.ts';

/**
 * The key that must be unique among accepted messages. A new document has its issuer's DocumentId as key, for any
 * bytes; a revocation, update or replacement is one act on one target, so other bytes are another act; each different
 * statement of a status counts, and the same statement about another delivery. `issuer` and `sender` are registry
 * codes, `contentSha256` is the package's, `delivery` is the delivery that a status is about, where it is known.
 */
export function identityOf(
  message: Message,
  issuer: string,
  sender: string,
  contentSha256: string,
  delivery?: string,
): string {
  if (message.kind === 'status') {
    const { organId, documentId } = message.responseFor;
    const about = delivery === undefined ? [] : [delivery];
    return key('status', sender, organId, documentId, message.statusCode, contentSha256, ...about);
  }
  if (message.kind === 'new') return key('new', issuer, message.documentId);
  return key(message.kind, issuer, targetsOf(message).join('\n'), contentSha256);
}

/**
 * Deliveries with a key in common to one addressee leave one after another: an update, revocation or recall never
 * overtakes its document, a later act never overtakes an earlier one, and the statuses of one document keep their
 * order. Each key once; most deliveries need only the first.
 */
export function orderKeys(message: Message, issuer: string, sender: string): readonly string[] {
  if (message.kind === 'status') {
    const { documentId } = message.responseFor;
    return [message.statusCode === '13' ? documentKey(issuer, documentId) : key('status', sender, documentId)];
  }
  return [...new Set([...targetsOf(message), message.documentId].map((documentId) => documentKey(issuer, documentId)))];
}

/** The key that orders all messages about one document. */
function documentKey(issuer: string, documentId: string): string {
  return key('document', issuer, documentId);
}

/** One number and notation belong to one document in a year of its issuer (NĐ 30/2020, Điều 15.1). */
export function numberKey(message: DocumentMessage, issuer: string): string {
  return key('number', issuer, message.promulgationInfo.promulgationDate.slice(0, 4), printedCode(message.code));
}

/**
 * The documents a revocation, update or replacement acts on, sorted, each once. `Bussiness/DocumentId` names it, else
 * the message's own DocumentId does; ResponseFor never does. A new document's own id stands for itself.
 */
export function targetsOf(message: DocumentMessage): readonly string[] {
  if (message.kind === 'new') return [message.documentId];
  const replaced = message.kind === 'replace' ? (message.bussiness?.replacementInfoList ?? []) : [];
  if (replaced.length > 0) return [...new Set(replaced.map(({ documentId }) => documentId))].sort();
  return [message.bussiness?.documentId ?? message.documentId];
}

/** Longest key kept readable; the rest of a longer key is hashed, because PostgreSQL limits an index entry. */
const READABLE = 600;

/** Joins the parts in NFC: composed and decomposed spellings of one id are one id. */
function key(...parts: readonly string[]): string {
  const text = JSON.stringify(parts.map((part) => part.normalize('NFC')));
  return text.length <= READABLE ? text : `${excerpt(text, 100)}…${createHash('sha256').update(text).digest('hex')}`;
}
