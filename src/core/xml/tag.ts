// Start tags, byte by byte: names, quotes and values. Namespaces are the element's business.

import { malformed, overLimit } from './element.ts';
import type { StartTag } from './element.ts';
import type { XmlFault } from './fault.ts';
import type { XmlLimits } from './limits.ts';
import { ByteTable, NAME_BYTES, parseName } from './names.ts';
import type { Name } from './names.ts';
import { referenceEnd, referenceValue, resolveReferences } from './text.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;

/** Shared by all scanners of the process: it only remembers how spellings are decoded. */
const NAMES = new ByteTable<Name>();
const NAMESPACE_URIS = new ByteTable<string>();
const INTERNED_VALUE_BYTES = 96;

/** The tag does not end within the buffer. */
const UNFINISHED = -1;

/** Index of the first byte from `at` on that is not white space of XML. */
export function spaceEnd(data: Buffer, at: number, end: number): number {
  let next = at;
  while (next < end) {
    const byte = data[next];
    if (byte !== SPACE && byte !== LF && byte !== CR && byte !== TAB) break;
    next += 1;
  }
  return next;
}

/**
 * Reads start tags one after the other. What was read of the last one stands in its fields. Reading begins anew when a tag
 * goes on in the next chunk, so a fault depends on the bytes alone.
 */
export class TagReader implements StartTag {
  readonly names: Name[] = [];
  readonly values: string[] = [];
  offset = 0;
  /** Whether the tag closes itself. */
  empty = false;
  readonly #limits: XmlLimits;
  #name: Name | undefined;
  #value = '';

  constructor(limits: XmlLimits) {
    this.#limits = limits;
  }

  get name(): Name {
    if (this.#name === undefined) throw new Error('No tag has been read.');
    return this.#name;
  }

  /** Index after the '>' of the tag that begins at `at`, or -1 when it is not whole. `base` is the offset of `data[0]`. */
  read(data: Buffer, at: number, end: number, base: number): number {
    if (this.names.length > 0) {
      this.names.length = 0;
      this.values.length = 0;
    }
    this.offset = base + at;
    const limit = Math.min(end, at + this.#limits.tagBytes);
    const after = this.#read(data, at + 1, limit);
    if (after === UNFINISHED && limit < end) throw overLimit(this.#limits, 'tagBytes', this.offset);
    return after;
  }

  #read(data: Buffer, from: number, end: number): number {
    let at = this.#nameEnd(data, from, end);
    if (at < 0) return UNFINISHED;
    this.#name = this.#decodeName(data, from, at);
    for (;;) {
      const next = spaceEnd(data, at, end);
      if (next >= end) return UNFINISHED;
      const byte = data[next];
      if (byte === GREATER) {
        this.empty = false;
        return next + 1;
      }
      if (byte === SLASH) {
        if (next + 1 >= end) return UNFINISHED;
        if (data[next + 1] !== GREATER) throw this.#fault('tag');
        this.empty = true;
        return next + 2;
      }
      if (next === at) throw this.#fault('tag');
      at = this.#attribute(data, next, end);
      if (at < 0) return UNFINISHED;
    }
  }

  #attribute(data: Buffer, from: number, end: number): number {
    if (this.names.length >= this.#limits.attributes) throw overLimit(this.#limits, 'attributes', this.offset);
    const nameEnd = this.#nameEnd(data, from, end);
    if (nameEnd < 0) return UNFINISHED;
    const name = this.#decodeName(data, from, nameEnd);
    const equals = spaceEnd(data, nameEnd, end);
    if (equals >= end) return UNFINISHED;
    if (data[equals] !== EQUALS) throw this.#fault('attribute');
    const quote = spaceEnd(data, equals + 1, end);
    if (quote >= end) return UNFINISHED;
    if (data[quote] !== DOUBLE_QUOTE && data[quote] !== SINGLE_QUOTE) throw this.#fault('attribute');
    const isNamespace = name.text.startsWith('xmlns');
    const after = this.#readValue(data, quote, end, isNamespace);
    if (after < 0) return UNFINISHED;
    this.names.push(name);
    this.values.push(this.#value);
    return after;
  }

  #nameEnd(data: Buffer, from: number, end: number): number {
    const limit = Math.min(end, from + this.#limits.nameBytes + 1);
    let at = from;
    while (at < limit && NAME_BYTES[data[at] ?? 0] === 1) at += 1;
    if (at - from > this.#limits.nameBytes) throw overLimit(this.#limits, 'nameBytes', this.offset);
    return at < end ? at : UNFINISHED;
  }

  #decodeName(data: Buffer, from: number, to: number): Name {
    const name = NAMES.get(data, from, to, (bytes) => parseName(bytes.toString('utf8'), bytes));
    if (name === undefined) throw this.#fault('name');
    return name;
  }

  /** Reads the value whose opening quote stands at `quote`; returns the index after the closing one. */
  #readValue(data: Buffer, quote: number, end: number, isNamespace: boolean): number {
    const delimiter = data[quote];
    const from = quote + 1;
    let ascii = true;
    let spaced = false;
    let referring = false;
    let at = from;
    for (; at < end; at++) {
      const byte = data[at] ?? 0;
      if (byte === delimiter) break;
      if (byte === LESS) throw this.#fault('less-than-in-attribute');
      if (byte === AMPERSAND) referring = true;
      else if (byte < SPACE) spaced = true;
      else if (byte >= 0x80) ascii = false;
    }
    if (at - from > this.#limits.attributeValueBytes) throw overLimit(this.#limits, 'attributeValueBytes', this.offset);
    if (at >= end) return UNFINISHED;
    const plain = ascii && !spaced && !referring;
    if (plain && isNamespace && at - from <= INTERNED_VALUE_BYTES) {
      this.#value = NAMESPACE_URIS.get(data, from, at, (bytes) => bytes.toString('latin1')) ?? '';
    } else if (plain) {
      this.#value = data.toString('latin1', from, at);
    } else {
      if (referring) this.#checkReferences(data, from, at);
      // Section 3.3.3: literal white space becomes a space each, a CR LF pair one; referenced characters stay.
      const text = data.toString('utf8', from, at);
      this.#value = resolveReferences(spaced ? text.replace(/\r\n|[\t\n\r]/g, ' ') : text);
    }
    return at + 1;
  }

  #checkReferences(data: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      if (data[at] !== AMPERSAND) continue;
      const after = referenceEnd(data, at, to, this.#limits.referenceBytes);
      if (after === -2) throw overLimit(this.#limits, 'referenceBytes', this.offset);
      if (after <= 0 || referenceValue(data.toString('latin1', at + 1, after - 1)) === undefined)
        throw this.#fault('reference');
      at = after - 1;
    }
  }

  #fault(reason: string): XmlFault {
    return malformed(this.offset, reason);
  }
}
