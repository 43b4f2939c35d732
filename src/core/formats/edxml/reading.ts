// The known elements of a package as a small tree, before the reader interprets them. The tree holds the header and the
// labels of attachments, never an attachment's content.

import type { ArchiveReading } from '../../archive/one-file.ts';
import type { ElementRule } from './elements.ts';

/** An attachment's text as it lies in the package, and its decoded facts. */
export interface PayloadReading {
  readonly offset: number;
  readonly encodedLength: number;
  readonly size: number;
  readonly sha256: string;
  readonly head: Buffer;
  /** Characters of white space in the text. */
  readonly spaces: number;
  /** The file inside the attachment, when the attachment is an archive around one. */
  readonly archive: ArchiveReading;
}

export interface Reading {
  readonly rule: ElementRule;
  readonly parent: Reading | null;
  /** Number among the siblings of the same name, from 1. */
  readonly ordinal: number;
  readonly children: Reading[];
  /** Value of a leaf: undefined when empty or unreadable. */
  value: string | number | boolean | undefined;
  /** There was text, but it could not be read; a problem has been noted. */
  unreadable: boolean;
  payload: PayloadReading | undefined;
}

export function reading(rule: ElementRule, parent: Reading | null): Reading {
  // The previous one is near: at worst each rule of the parent's table goes through all children once.
  const before = parent?.children.findLast((sibling) => sibling.rule === rule);
  const ordinal = (before?.ordinal ?? 0) + 1;
  const made: Reading = {
    rule,
    parent,
    ordinal,
    children: [],
    value: undefined,
    unreadable: false,
    payload: undefined,
  };
  parent?.children.push(made);
  return made;
}

export function every(from: Reading | undefined, name: string): readonly Reading[] {
  return from?.children.filter((child) => child.rule.name === name) ?? [];
}

export function first(from: Reading | undefined, ...path: readonly string[]): Reading | undefined {
  return at(from, path);
}

/** `first` by a row's path. A loop, because a large package calls it a hundred thousand times. */
export function at(from: Reading | undefined, path: readonly string[]): Reading | undefined {
  let reading = from;
  for (const name of path) {
    if (reading === undefined) return undefined;
    reading = child(reading, name);
  }
  return reading;
}

/** The first child of a name. */
export function child({ children }: Reading, name: string): Reading | undefined {
  for (const reading of children) if (reading.rule.name === name) return reading;
  return undefined;
}

export function text(from: Reading | undefined, ...path: readonly string[]): string | undefined {
  const value = first(from, ...path)?.value;
  return typeof value === 'string' ? value : undefined;
}

export function integer(from: Reading | undefined, ...path: readonly string[]): number | undefined {
  const value = first(from, ...path)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** `/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/To[2]/OrganId`. */
export function placeOf(at: Reading): string {
  const own = at.rule.occurs === 'many' ? `${at.rule.name}[${at.ordinal}]` : at.rule.name;
  return at.parent === null ? `/${own}` : `${placeOf(at.parent)}/${own}`;
}

/** The place without the way to the message's own data: `From/OrganId`. For people. */
export function fieldOf(at: Reading): string {
  return fieldIn(placeOf(at));
}

/** The same for a place without an element. */
export function fieldIn(place: string): string {
  return place.replace(/^.*\/(?:MessageHeader|TraceHeaderList|edXMLManifest|AttachmentEncoded)\//, '');
}
