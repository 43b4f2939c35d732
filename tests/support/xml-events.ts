// Reading XML in tests: in chosen chunks, to a log of events or to a canonical form.

import { Canonicalizer } from '../../src/core/xml/canonical.ts';
import type { CanonicalMode } from '../../src/core/xml/canonical.ts';
import { XmlFault } from '../../src/core/xml/fault.ts';
import type { XmlElement, XmlHandler } from '../../src/core/xml/handler.ts';
import { XML_LIMITS } from '../../src/core/xml/limits.ts';
import type { XmlLimits } from '../../src/core/xml/limits.ts';
import { XmlScanner } from '../../src/core/xml/scanner.ts';
import { characterData, sectionData } from '../../src/core/xml/text.ts';

/** Cuts bytes into copies of the given sizes, taken in turn; without sizes it is one piece. */
export function pieces(bytes: Buffer, sizes: Iterable<number> = []): Buffer[] {
  const cut: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    cut.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  if (at < bytes.length) cut.push(Buffer.from(bytes.subarray(at)));
  return cut;
}

/** Feeds the pieces; each is overwritten afterwards, as a caller that reuses its buffer would. */
export function scan(handler: XmlHandler, chunks: readonly Buffer[], limits: XmlLimits = XML_LIMITS): void {
  const scanner = new XmlScanner(handler, limits);
  for (const chunk of chunks) {
    scanner.feed(chunk);
    chunk.fill(0x2a);
  }
  scanner.end();
}

/** One line an event, adjoining text joined: what does not depend on how the bytes came. */
export class EventLog implements XmlHandler {
  readonly #lines: string[] = [];
  #text = '';
  #textAt = -1;

  lines(): string[] {
    this.#flush();
    return this.#lines;
  }

  /** Without text that may still have gone on: how much of it comes before a fault does depend on the chunks. */
  get settled(): readonly string[] {
    return this.#lines;
  }

  open(e: XmlElement): void {
    this.#flush();
    const attributes = e.attributes.map((a) => `{${a.namespace}}${a.name}=${JSON.stringify(a.value)}`).join(' ');
    const namespaces = e.namespaces.map((n) => `${n.prefix}=${n.uri}`).join(' ');
    this.#lines.push(`${e.offset} open {${e.namespace}}${e.name} [${attributes}] [${namespaces}] ${e.depth}`);
  }

  text(bytes: Buffer, escaped: boolean, _: XmlElement, offset: number): void {
    if (this.#textAt < 0) this.#textAt = offset;
    this.#text += characterData(bytes, escaped);
  }

  cdata(bytes: Buffer, _: XmlElement, offset: number): void {
    if (this.#textAt < 0) this.#textAt = offset;
    this.#text += sectionData(bytes);
  }

  comment(e: XmlElement | null): void {
    this.#flush();
    this.#lines.push(`comment in ${e?.name ?? 'nothing'}`);
  }

  close(e: XmlElement): void {
    this.#flush();
    this.#lines.push(`close ${e.name}`);
  }

  #flush(): void {
    if (this.#textAt >= 0) this.#lines.push(`${this.#textAt} text ${JSON.stringify(this.#text)}`);
    this.#text = '';
    this.#textAt = -1;
  }
}

/** The events, and after them the fault that ended them, if any; then without the text just before it. */
export function eventsOf(bytes: Buffer, sizes: Iterable<number> = [], limits: XmlLimits = XML_LIMITS): string[] {
  const log = new EventLog();
  try {
    scan(log, pieces(bytes, sizes), limits);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    return [...log.settled, `fault ${error.code} ${JSON.stringify(error.facts)}`];
  }
  return log.lines();
}

/** The canonical form of a whole document. */
export function canonicalForm(
  bytes: Buffer,
  mode: CanonicalMode,
  options: { readonly listed?: readonly string[]; readonly sizes?: Iterable<number> } = {},
): string {
  const canonical = new Canonicalizer(mode, options.listed);
  scan(canonical, pieces(bytes, options.sizes));
  return canonical.heldBytes().toString('utf8');
}
