// A PDF as bytes with places in them: objects at offsets, and cross-reference sections (ISO 32000-1 section 7.5). Nothing is
// repaired: a signature over a file that readers have to guess at proves nothing.

import { memory } from '../pki/cache.ts';
import { malformed, PdfFault } from './fault.ts';
import { decode } from './filters.ts';
import { PDF_LIMITS, Work } from './limits.ts';
import { isTheKeyword, PdfParser, Truncated } from './parser.ts';
import type { ByteSource } from '../archive/source.ts';
import {
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
  isArray,
  isDictionary,
  isStream,
  isWhole,
  nameText,
} from './values.ts';

/** The place of an object. */
export type Entry =
  | { readonly kind: 'free' }
  | { readonly kind: 'at'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'in'; readonly container: number; readonly index: number };

/** `[start, end)` in the file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One cross-reference section: what one revision of the file says of its objects. */
export interface Section {
  readonly offset: number;
  readonly entries: ReadonlyMap<number, Entry>;
  readonly trailer: PdfDictionary;
  /** Where it stands itself, trailer included: a hybrid section has two parts. */
  readonly spans: readonly Span[];
}

/** An object as it stands in the file. */
interface Placed {
  readonly object: number;
  readonly generation: number;
  readonly value: PdfValue;
  /** Where `endobj` ends; of a stream, where its bytes begin. */
  readonly end: number;
}

const FREE: Entry = { kind: 'free' };
const FIRST_PIECE = 2048;

/** An object stream, unpacked. */
export interface Container {
  /** By which it is known: where it stands, and how long it is said to be. */
  readonly key: string;
  readonly bytes: Buffer;
  /** Object numbers and offsets, in order. */
  readonly objects: readonly { readonly object: number; readonly offset: number }[];
}

/**
 * Objects and unpacked object streams kept at hand, for all revisions: the same object is parsed once, and is the same value
 * in each of them.
 */
const OBJECTS_KEPT = 16_384;
const CONTAINERS_KEPT = 4;

export class PdfFile {
  /** From the header on: offsets count from there. */
  readonly source: ByteSource;
  /** Bytes of the file before the header. */
  readonly preamble: number;
  readonly work = new Work();
  readonly #objects = memory<Placed>(OBJECTS_KEPT);
  readonly #contained = memory<{ readonly value: PdfValue }>(OBJECTS_KEPT);
  readonly #containers = memory<Container>(CONTAINERS_KEPT);
  #entries = 0;

  constructor(source: ByteSource, preamble = 0) {
    this.source = source;
    this.preamble = preamble;
  }

  /** Parses at an offset, with as much of the file as that takes. What is read ends before `limit`. */
  parseAt<T>(offset: number, limit: number, parse: (parser: PdfParser) => T): T {
    if (offset >= limit) throw malformed('offset');
    for (let size = FIRST_PIECE; ; size *= 4) {
      const end = Math.min(offset + size, limit);
      try {
        return parse(new PdfParser(this.source.read(offset, end), offset, end === limit, this.work));
      } catch (error) {
        if (!(error instanceof Truncated)) throw error;
        if (size > PDF_LIMITS.objectBytes) throw new PdfFault('limits', 'object');
      }
    }
  }

  /** The object that must begin at an offset and end before `limit`. */
  objectAt(offset: number, limit: number, object: number, generation: number): PdfValue {
    return this.#placedAt(offset, limit, object, generation).value;
  }

  /** The object stream of a key, unpacked when it is asked for. */
  container(key: string, unpack: (key: string) => Container): Container {
    const known = this.#containers.get(key);
    if (known !== undefined) return known;
    const container = unpack(key);
    this.#containers.set(key, container);
    return container;
  }

  /** An object of an object stream, parsed when it is asked for. */
  contained(key: string, parse: () => PdfValue): PdfValue {
    const known = this.#contained.get(key);
    if (known !== undefined) return known.value;
    const value = parse();
    this.#contained.set(key, { value });
    return value;
  }

  #placedAt(offset: number, limit: number, object: number, generation: number): Placed {
    const key = String(offset);
    const known = this.#objects.get(key);
    const placed = known ?? this.parseAt(offset, limit, placedObject);
    if (placed.object !== object || placed.generation !== generation) throw malformed('object not where it should be');
    if (placed.end > limit) throw malformed('offset');
    if (known === undefined) this.#objects.set(key, placed);
    return placed;
  }

  /** Where an object stands, from its number to `endobj`. `length`: of its bytes, if it is a stream. */
  spanAt(
    offset: number,
    limit: number,
    object: number,
    generation: number,
    lengthOf: (stream: PdfStream) => number,
  ): Span {
    const { value, end } = this.#placedAt(offset, limit, object, generation);
    if (!isStream(value)) return { start: offset, end };
    return { start: offset, end: this.#streamEnd(value, lengthOf(value), limit) };
  }

  #streamEnd({ start }: PdfStream, length: number, limit: number): number {
    return this.parseAt(start + length, limit, (parser) => {
      if (!parser.keyword('endstream')) throw malformed('stream length');
      parser.keyword('endobj');
      return parser.position;
    });
  }

  /** The bytes of a stream of this length, which must be followed by its end. */
  streamBytes(stream: PdfStream, length: number, limit: number): Buffer {
    const end = stream.start + length;
    if (end > limit) throw malformed('stream length');
    this.parseAt(end, limit, (parser) => {
      if (!parser.keyword('endstream')) throw malformed('stream length');
    });
    return this.source.read(stream.start, end);
  }

  /** The section at an offset, with what its trailer adds for readers that know cross-reference streams. */
  section(offset: number, limit: number): Section {
    const isTable = this.parseAt(offset, limit, (parser) => parser.keyword('xref'));
    return isTable ? this.#tableSection(offset, limit) : this.#streamSection(offset, limit);
  }

  #tableSection(offset: number, limit: number): Section {
    const entries = new Map<number, Entry>();
    let at = this.parseAt(offset, limit, (parser) => (parser.keyword('xref') ? parser.position : offset));
    for (;;) {
      const head = this.parseAt(at, limit, (parser) => {
        if (parser.keyword('trailer')) {
          const trailer = parser.value();
          return { trailer, position: parser.position };
        }
        const [first, count] = [parser.wholeNumber(), parser.wholeNumber()];
        return { first, count, position: parser.position };
      });
      if ('trailer' in head) {
        const spans = [{ start: offset, end: head.position }];
        return this.#withHidden({ offset, entries, trailer: usable(head.trailer), spans }, limit);
      }
      at = this.#readRows(head.first, head.count, head.position, limit, entries);
    }
  }

  /** Rows of 20 bytes; answers where they end. */
  #readRows(first: number, count: number, position: number, limit: number, entries: Map<number, Entry>): number {
    this.#count(count);
    const start = position + spaceBefore(this.source.read(position, Math.min(position + 4, limit)));
    const end = start + count * ROW_BYTES;
    if (end > limit) throw malformed('cross-reference table');
    const rows = this.source.read(start, end).toString('latin1');
    for (let row = 0; row < count; row += 1) {
      const match = ROW.exec(rows.slice(row * ROW_BYTES, (row + 1) * ROW_BYTES));
      if (match === null || entries.has(first + row)) throw malformed('cross-reference table');
      const [, offset, generation, kind] = match;
      const entry: Entry = kind === 'f' ? FREE : { kind: 'at', offset: Number(offset), generation: Number(generation) };
      entries.set(first + row, entry);
    }
    return end;
  }

  /** ISO 32000-1 section 7.5.8.4: objects that the table hides from old readers are in a stream beside it. */
  #withHidden(section: Section, limit: number): Section {
    const offset = section.trailer.entries.get('XRefStm');
    if (offset === undefined) return section;
    if (!isWhole(offset)) throw malformed('hybrid cross-reference');
    const entries = new Map(section.entries);
    const hidden = this.#streamSection(offset, limit);
    for (const [object, entry] of hidden.entries) {
      if ((entries.get(object) ?? FREE).kind === 'free') entries.set(object, entry);
    }
    return { ...section, entries, spans: [...section.spans, ...hidden.spans] };
  }

  #streamSection(offset: number, limit: number): Section {
    const stream = this.parseAt(offset, limit, (parser) => {
      parser.wholeNumber();
      parser.wholeNumber();
      if (!parser.keyword('obj')) throw malformed('cross-reference');
      return bodyOf(parser);
    });
    if (!isStream(stream)) throw malformed('cross-reference');
    const trailer = usable(stream.dictionary);
    const length = trailer.entries.get('Length');
    if (nameText(trailer.entries.get('Type')) !== 'XRef' || !isWhole(length)) throw malformed('cross-reference');
    if (length < 0 || length > PDF_LIMITS.streamBytes) throw new PdfFault('limits', 'stream');
    const bytes = decode(trailer, this.streamBytes(stream, length, limit), this.work);
    const spans = [{ start: offset, end: this.#streamEnd(stream, length, limit) }];
    return { offset, entries: this.#streamEntries(trailer, bytes), trailer, spans };
  }

  #streamEntries(trailer: PdfDictionary, bytes: Buffer): Map<number, Entry> {
    const widths = numbers(trailer.entries.get('W'));
    const [type, second, third, ...rest] = widths;
    if (type === undefined || second === undefined || third === undefined || rest.length > 0)
      throw malformed('cross-reference stream');
    if (widths.some((width) => width > MAX_WIDTH)) throw malformed('cross-reference stream');
    const size = type + second + third;
    const index = numbers(trailer.entries.get('Index') ?? [0, trailer.entries.get('Size') ?? null]);
    const entries = new Map<number, Entry>();
    let at = 0;
    for (let pair = 0; pair + 1 < index.length; pair += 2) {
      const [first = 0, count = 0] = index.slice(pair, pair + 2);
      this.#count(count);
      for (let row = 0; row < count; row += 1, at += size) {
        if (at + size > bytes.length || entries.has(first + row)) throw malformed('cross-reference stream');
        const kind = type === 0 ? 1 : field(bytes, at, type);
        const [a, b] = [field(bytes, at + type, second), field(bytes, at + type + second, third)];
        entries.set(first + row, streamEntry(kind, a, b));
      }
    }
    return entries;
  }

  #count(entries: number): void {
    this.#entries += entries;
    if (this.#entries > PDF_LIMITS.objects) throw new PdfFault('limits', 'objects');
    this.work.spend(entries);
  }
}

/** Bytes of a field; wider ones could only hold zeros. */
const MAX_WIDTH = 16;
const ROW_BYTES = 20;
const ROW = /^(\d{10}) (\d{5}) ([nf])[ \r\n][\r\n]$/;

/** White space between a subsection's head and its rows. */
function spaceBefore(bytes: Buffer): number {
  const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x0a);
  return start === -1 ? bytes.length : start;
}

/** Writers take eight bytes and more for small numbers: the value is bounded, and not its width. */
function field(bytes: Buffer, at: number, width: number): number {
  let value = 0;
  for (let byte = at; byte < at + width; byte += 1) value = value * 256 + (bytes[byte] ?? 0);
  if (value > Number.MAX_SAFE_INTEGER) throw malformed('cross-reference stream');
  return value;
}

/** ISO 32000-1 table 18; other kinds stand for no object. */
function streamEntry(kind: number, a: number, b: number): Entry {
  if (kind === 1) return { kind: 'at', offset: a, generation: b };
  return kind === 2 ? { kind: 'in', container: a, index: b } : FREE;
}

function numbers(value: PdfValue | undefined): number[] {
  if (!isArray(value)) throw malformed('cross-reference stream');
  return value.map((element) => {
    if (!isWhole(element) || element < 0) throw malformed('cross-reference stream');
    return element;
  });
}

function usable(trailer: PdfValue): PdfDictionary {
  if (!isDictionary(trailer) || trailer.hasDuplicates) throw malformed('trailer');
  return trailer;
}

function placedObject(parser: PdfParser): Placed {
  const [object, generation] = [parser.wholeNumber(), parser.wholeNumber()];
  if (!parser.keyword('obj')) throw malformed('object not where it should be');
  const value = bodyOf(parser);
  return { object, generation, value, end: isStream(value) ? value.start : parser.position };
}

/** Reads the value between `obj` and `endobj`; of a stream only the dictionary. */
function bodyOf(parser: PdfParser): PdfValue {
  const value = parser.value();
  if (isDictionary(value) && parser.keyword('stream')) {
    return { kind: 'stream', dictionary: value, start: parser.streamStart() };
  }
  if (!isTheKeyword(parser.next(), 'endobj')) throw malformed('object without end');
  return value;
}
