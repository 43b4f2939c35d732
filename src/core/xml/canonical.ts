// Canonical XML 1.0 and Exclusive XML Canonicalization 1.0, both without comments, written while the events pass. What is
// left out of the document (an enveloped Signature) is simply not told to the writer. Relative namespace URIs, which the
// specification wants reported, are written as they stand: none is ever accepted further on.

import type { XmlAttribute, XmlElement, XmlHandler, XmlNamespace } from './handler.ts';
import { XML_NAMESPACE } from './handler.ts';
import { referenceValue } from './text.ts';

export type CanonicalMode = 'exclusive' | 'inclusive';

/** Takes canonical bytes, as a hash of node:crypto does. The buffer is used again after the call. */
export interface CanonicalSink {
  update(bytes: Buffer): unknown;
}

/** Namespace declarations written by the open elements, innermost first. */
interface Rendered {
  readonly prefix: string;
  readonly uri: string;
  readonly outer: Rendered | null;
}

const LF = 0x0a;
const CR = 0x0d;
const AMPERSAND = 0x26;
const LESS = 0x3c;
const GREATER = 0x3e;
const SEMICOLON = 0x3b;

const TEXT_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** References that canonical text keeps as they are. */
const KEPT_REFERENCES = new Set(['amp', 'lt', 'gt']);

/** Small enough to come from the shared pool of buffers. */
const FIRST_CAPACITY = 2_048;
/** Text from this size on goes to the sink without being copied. */
const LEAST_DIRECT = 2_048;
const SHORT_TEXT = 64;
const BLOCK = 8_192;
const LONGEST_ESCAPE = 5;

/** A child of `apex` or the apex itself, nested as the events were. Without a sink the bytes are held. */
export class Canonicalizer implements XmlHandler {
  readonly #exclusive: boolean;
  /** Prefixes of the InclusiveNamespaces PrefixList, '' for #default. */
  readonly #listed: ReadonlySet<string>;
  #sink: CanonicalSink | null = null;
  #out = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;
  readonly #stack: (Rendered | null)[] = [];
  #rendered: Rendered | null = null;

  constructor(mode: CanonicalMode, prefixes: readonly string[] = []) {
    this.#exclusive = mode === 'exclusive';
    this.#listed = new Set(prefixes);
  }

  /** Bytes held for want of a sink, or about to be handed to it. */
  get held(): number {
    return this.#length;
  }

  /** A view of what is held. */
  heldBytes(): Buffer {
    return this.#out.subarray(0, this.#length);
  }

  /** Hands over what is held, and from now on everything. */
  pourInto(sink: CanonicalSink): void {
    this.#sink = sink;
    this.flush();
  }

  flush(): void {
    if (this.#sink === null || this.#length === 0) return;
    this.#sink.update(this.#out.subarray(0, this.#length));
    this.#length = 0;
  }

  /** The first element told is the apex: what it inherits in the document is written on it as its mode demands. */
  open(element: XmlElement): void {
    const isApex = this.#stack.length === 0;
    this.#stack.push(this.#rendered);
    const namespaces = this.#exclusive
      ? this.#exclusiveNamespaces(element, isApex)
      : this.#inclusiveNamespaces(element, isApex);
    this.#byte(LESS);
    this.#string(element.name);
    for (const { prefix, uri } of namespaces) {
      this.#string(prefix === '' ? ' xmlns' : ' xmlns:');
      this.#string(prefix);
      this.#attributeValue(uri);
      this.#rendered = { prefix, uri, outer: this.#rendered };
    }
    const inherited = isApex && !this.#exclusive ? inheritedXmlAttributes(element) : [];
    for (const attribute of inOrder(element.attributes, inherited)) {
      this.#string(' ');
      this.#string(attribute.name);
      this.#attributeValue(attribute.value);
    }
    this.#byte(GREATER);
  }

  close(element: XmlElement): void {
    this.#rendered = this.#stack.pop() ?? null;
    this.#string('</');
    this.#string(element.name);
    this.#byte(GREATER);
  }

  text(bytes: Buffer, escaped: boolean): void {
    if (escaped) this.#escapedText(bytes);
    else if (bytes.length < SHORT_TEXT) this.#shortText(bytes);
    else this.#plainText(bytes);
  }

  cdata(bytes: Buffer): void {
    this.characters(bytes.toString('utf8').replace(/\r\n?/g, '\n'));
  }

  /** Character data given by its value. */
  characters(value: string): void {
    this.#utf8(value.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character] ?? ''));
  }

  #exclusiveNamespaces(element: XmlElement, isApex: boolean): readonly XmlNamespace[] {
    const namespaces: XmlNamespace[] = [];
    this.#want(namespaces, element.prefix, element.namespace);
    for (const attribute of element.attributes) {
      if (attribute.prefix !== '') this.#want(namespaces, attribute.prefix, attribute.namespace);
    }
    if (this.#listed.size > 0) {
      // Below the apex a listed prefix means what its parent has written, unless it is declared anew: a sender can make
      // the list long, and elements are many.
      const prefixes = isApex ? this.#listed : element.namespaces.map(({ prefix }) => prefix);
      for (const prefix of prefixes) {
        const uri = element.lookup(prefix);
        if (this.#listed.has(prefix) && (uri !== undefined || prefix === '')) this.#want(namespaces, prefix, uri ?? '');
      }
    }
    return namespaces.length > 1 ? namespaces.sort(byPrefix) : namespaces;
  }

  #inclusiveNamespaces(element: XmlElement, isApex: boolean): readonly XmlNamespace[] {
    if (element.namespaces.length === 0 && (!isApex || element.parent === null)) return [];
    const namespaces: XmlNamespace[] = [];
    const prefixes = new Set<string>();
    for (let from: XmlElement | null = element; from !== null; from = isApex ? from.parent : null) {
      for (const { prefix, uri } of from.namespaces) {
        if (prefixes.has(prefix)) continue;
        prefixes.add(prefix);
        this.#want(namespaces, prefix, uri);
      }
    }
    return namespaces.length > 1 ? namespaces.sort(byPrefix) : namespaces;
  }

  #want(namespaces: XmlNamespace[], prefix: string, uri: string): void {
    if (prefix === 'xml') return;
    let rendered = this.#rendered;
    while (rendered !== null && rendered.prefix !== prefix) rendered = rendered.outer;
    if ((rendered === null ? '' : rendered.uri) === uri) return;
    if (!namespaces.some((namespace) => namespace.prefix === prefix)) namespaces.push({ prefix, uri });
  }

  #shortText(bytes: Buffer): void {
    const length = bytes.length;
    this.#reserve(length * LONGEST_ESCAPE);
    const out = this.#out;
    let to = this.#length;
    for (let at = 0; at < length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === GREATER) to += out.write('&gt;', to, 'latin1');
      else out[to++] = byte;
    }
    this.#length = to;
  }

  #plainText(bytes: Buffer): void {
    let from = 0;
    for (let greater = bytes.indexOf(GREATER); greater >= 0; greater = bytes.indexOf(GREATER, from)) {
      this.#raw(bytes.subarray(from, greater));
      this.#string('&gt;');
      from = greater + 1;
    }
    this.#raw(from === 0 ? bytes : bytes.subarray(from));
  }

  #raw(bytes: Buffer): void {
    if (this.#sink !== null && bytes.length >= LEAST_DIRECT) {
      this.flush();
      this.#sink.update(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#out.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Raw text with references or CRs, in blocks. */
  #escapedText(bytes: Buffer): void {
    const referring = bytes.includes(AMPERSAND);
    let at = 0;
    while (at < bytes.length) {
      let end = Math.min(bytes.length, at + BLOCK);
      if (bytes[end - 1] === CR && bytes[end] === LF) end += 1;
      this.#reserve((end - at) * LONGEST_ESCAPE);
      at = referring ? this.#escapedBlock(bytes, at, end) : this.#linesBlock(bytes, at, end);
    }
  }

  /** Wrapped base64 from systems that end lines with CR LF is long: strings are searched by native code. */
  #linesBlock(bytes: Buffer, from: number, end: number): number {
    // Byte for byte: what UTF-8 these bytes spell does not matter here.
    let text = bytes.toString('latin1', from, end).replaceAll('\r\n', '\n');
    if (text.includes('\r')) text = text.replaceAll('\r', '\n');
    if (text.includes('>')) text = text.replaceAll('>', '&gt;');
    this.#length += this.#out.write(text, this.#length, 'latin1');
    return end;
  }

  /** A reference may reach beyond its block, but not beyond the piece. */
  #escapedBlock(bytes: Buffer, from: number, end: number): number {
    const out = this.#out;
    let to = this.#length;
    let at = from;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      at += 1;
      if (byte > GREATER || (byte !== CR && byte !== AMPERSAND && byte !== GREATER)) {
        out[to++] = byte;
      } else if (byte === CR) {
        if (bytes[at] !== LF) out[to++] = LF;
      } else if (byte === GREATER) {
        to += out.write('&gt;', to, 'latin1');
      } else {
        const semicolon = bytes.indexOf(SEMICOLON, at);
        const reference = bytes.toString('latin1', at, semicolon);
        const value = referenceValue(reference) ?? '';
        to += out.write(KEPT_REFERENCES.has(reference) ? `&${reference};` : (TEXT_ESCAPES[value] ?? value), to, 'utf8');
        at = semicolon + 1;
      }
    }
    this.#length = to;
    return at;
  }

  #attributeValue(value: string): void {
    this.#string('="');
    if (/[&<"\t\n\r]/.test(value)) {
      this.#utf8(value.replace(/[&<"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character] ?? ''));
    } else this.#string(value);
    this.#byte(0x22);
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#out[this.#length++] = byte;
  }

  /** Short text, nearly always ASCII. */
  #string(text: string): void {
    const length = text.length;
    this.#reserve(length);
    const out = this.#out;
    const from = this.#length;
    for (let k = 0; k < length; k++) {
      const unit = text.charCodeAt(k);
      if (unit >= 0x80) {
        this.#utf8(text);
        return;
      }
      out[from + k] = unit;
    }
    this.#length = from + length;
  }

  #utf8(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#out.write(text, this.#length, 'utf8');
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#out.length) return;
    this.flush();
    if (this.#length + count <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#length + count));
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
  }
}

function inheritedXmlAttributes(apex: XmlElement): readonly XmlAttribute[] {
  const ordered: XmlAttribute[] = [];
  for (let from = apex.parent; from !== null; from = from.parent) {
    for (const attribute of from.attributes) {
      if (attribute.namespace !== XML_NAMESPACE) continue;
      const isSame = (candidate: XmlAttribute): boolean =>
        candidate.namespace === XML_NAMESPACE && candidate.local === attribute.local;
      if (!apex.attributes.some(isSame) && !ordered.some(isSame)) ordered.push(attribute);
    }
  }
  return ordered;
}

function inOrder(attributes: readonly XmlAttribute[], inherited: readonly XmlAttribute[]): readonly XmlAttribute[] {
  if (attributes.length + inherited.length < 2) return inherited.length === 0 ? attributes : inherited;
  return [...attributes, ...inherited].sort(
    (a, b) => compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local),
  );
}

function byPrefix(a: XmlNamespace, b: XmlNamespace): number {
  return compareCodePoints(a.prefix, b.prefix);
}

/** Order of Unicode code points; that of UTF-16 units differs where surrogates meet U+E000 and above. */
function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let k = 0; k < shared; k++) {
    const left = a.charCodeAt(k);
    const right = b.charCodeAt(k);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
