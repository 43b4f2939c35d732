// The part of a document before its Signature, kept until the Signature has told in which canonical form it is digested.

import type { Canonicalizer } from '../xml/canonical.ts';
import type { XmlElement } from '../xml/handler.ts';

/** A piece of character data, in the bytes kept of all of them: it begins where the one before it ends. */
interface HeldText {
  readonly kind: 'plain' | 'escaped' | 'section';
  readonly end: number;
}

/** Memory that each takes, roughly, besides its characters. */
const ELEMENT_BYTES = 128;
const ATTRIBUTE_BYTES = 128;
const TEXT_BYTES = 48;

/** Small enough to come from the shared pool of buffers. */
const FIRST_CAPACITY = 2_048;
const SHORT_TEXT = 32;

/** The events as they came, for most packages have no Signature and no form need be written of them at all. */
export class HeldDocument {
  /** An element where it opens, null where the innermost open one closes. */
  readonly #events: (XmlElement | HeldText | null)[] = [];
  #text = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;
  #size = 0;

  /** Bytes of memory held. */
  get size(): number {
    return this.#size;
  }

  open(element: XmlElement): void {
    this.#events.push(element);
    this.#size += ELEMENT_BYTES + element.namespaces.length * ATTRIBUTE_BYTES;
    for (const { value } of element.attributes) this.#size += ATTRIBUTE_BYTES + value.length;
  }

  text(bytes: Buffer, escaped: boolean): void {
    this.#hold(escaped ? 'escaped' : 'plain', bytes);
  }

  cdata(bytes: Buffer): void {
    this.#hold('section', bytes);
  }

  close(): void {
    this.#events.push(null);
  }

  /** Tells everything held, in its order. */
  replay(canonical: Canonicalizer): void {
    let open: XmlElement | null = null;
    let from = 0;
    for (const event of this.#events) {
      if (event === null) {
        if (open === null) continue;
        canonical.close(open);
        open = open.parent;
      } else if ('kind' in event) {
        const bytes = this.#text.subarray(from, event.end);
        if (event.kind === 'section') canonical.cdata(bytes);
        else canonical.text(bytes, event.kind === 'escaped');
        from = event.end;
      } else {
        canonical.open(event);
        open = event;
      }
    }
  }

  #hold(kind: HeldText['kind'], bytes: Buffer): void {
    const from = this.#length;
    const end = from + bytes.length;
    if (end > this.#text.length) this.#grow(end);
    if (bytes.length > SHORT_TEXT) this.#text.set(bytes, from);
    // The white space between elements: a call into native code costs more than it.
    else for (let k = 0; k < bytes.length; k++) this.#text[from + k] = bytes[k] ?? 0;
    this.#length = end;
    this.#size += bytes.length + TEXT_BYTES;
    this.#events.push({ kind, end });
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#text.length * 2, least));
    this.#text.copy(larger, 0, 0, this.#length);
    this.#text = larger;
  }
}
