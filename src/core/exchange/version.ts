// Decides when a package with a known DocumentId and other bytes is a new version although earlier copies are alive.

import type { Attachment, DocumentMessage, Message } from '../message/message.ts';

/**
 * Whether two packages differ in their addressees only: the same text in every other field, and attachments of the same
 * names and bytes, at any place in the package. `earlier` may have been read back from JSON.
 */
export function differsInAddresseesOnly(before: Message, after: Message): boolean {
  if (before.kind !== 'new' || after.kind !== 'new') return false;
  return contentOf(before) === contentOf(after);
}

function contentOf({ to: _to, toPlaces: _places, traceHeaders: _hops, attachments, ...rest }: DocumentMessage): string {
  return JSON.stringify({ ...rest, attachments: attachments.map(fileOf) }, inOrder);
}

function fileOf({ attachmentName, description, sha256 }: Attachment): object {
  return { attachmentName, description, sha256 };
}

/** Sorts members by name, so that the order in which the reader found them does not matter. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
