// The part of a document before its Signature, kept until the Signature has told in which canonical form it is digested.

import { Canonicalizer } from '../xml/canonical.ts';
import type { XmlElement } from '../xml/handler.ts';
import { UNLIMITED } from '../xml/limits.ts';
import { XmlScanner } from '../xml/scanner.ts';
import type { CanonicalForm } from './parts.ts';

/** Written in both forms at once, for reading it again would cost more than writing it twice. */
export class HeldDocument {
  readonly #inclusive = new Canonicalizer('inclusive');
  readonly #exclusive = new Canonicalizer('exclusive');

  /** Bytes held. */
  get size(): number {
    return this.#inclusive.held + this.#exclusive.held;
  }

  open(element: XmlElement): void {
    this.#inclusive.open(element);
    this.#exclusive.open(element);
  }

  text(bytes: Buffer, escaped: boolean): void {
    this.#inclusive.text(bytes, escaped);
    this.#exclusive.text(bytes, escaped);
  }

  cdata(bytes: Buffer): void {
    this.#inclusive.cdata(bytes);
    this.#exclusive.cdata(bytes);
  }

  close(element: XmlElement): void {
    this.#inclusive.close(element);
    this.#exclusive.close(element);
  }

  /**
   * The writer in the form asked for, having written what is held. A prefix list, rare, could not be known before: the
   * inclusive form keeps every binding, so the exclusive form with any list is made by reading that one again.
   */
  inForm({ mode, listed }: CanonicalForm): Canonicalizer {
    if (mode === 'inclusive') return this.#inclusive;
    if (listed.length === 0) return this.#exclusive;
    const canonical = new Canonicalizer('exclusive', listed);
    const scanner = new XmlScanner(canonical, UNLIMITED);
    scanner.feed(this.#inclusive.heldBytes());
    // The start of the Signature's tag: with it the scanner knows that the text before is complete.
    scanner.feed(Buffer.from('<'));
    return canonical;
  }
}
