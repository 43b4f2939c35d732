// The file as it was at the end of one of its revisions: its objects are found through that revision's cross-reference
// section and those before it, and in no byte behind its end.

import { malformed, PdfFault } from './fault.ts';
import type { Container, Entry, PdfFile, Section, Span } from './file.ts';
import { decode } from './filters.ts';
import { PDF_LIMITS } from './limits.ts';
import { PdfParser } from './parser.ts';
import { isDictionary, isReference, isStream, isWhole, nameText } from './values.ts';
import type { PdfDictionary, PdfStream, PdfValue } from './values.ts';

/** References that lead to references; more than a few are an attack. */
const MAX_HOPS = 8;
export class PdfView {
  readonly file: PdfFile;
  /** Newest first. */
  readonly sections: readonly [Section, ...Section[]];
  /** The end of the revision. */
  readonly end: number;

  constructor(file: PdfFile, sections: readonly [Section, ...Section[]], end: number) {
    this.file = file;
    this.sections = sections;
    this.end = end;
  }

  get trailer(): PdfDictionary {
    return this.sections[0].trailer;
  }

  entry(object: number): Entry | undefined {
    for (const section of this.sections) {
      const entry = section.entries.get(object);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** An object by its number; null where there is none. */
  object(object: number, generation?: number): PdfValue {
    const entry = this.entry(object);
    if (entry === undefined || entry.kind === 'free' || object === 0) return null;
    if (generation !== undefined && generation !== (entry.kind === 'at' ? entry.generation : 0)) return null;
    return entry.kind === 'at'
      ? this.file.objectAt(entry.offset, this.end, object, entry.generation)
      : this.#contained(object, entry.container, entry.index);
  }

  /** The value behind a reference, or the value itself. */
  resolve(value: PdfValue | undefined): PdfValue {
    let resolved = value ?? null;
    for (let hop = 0; isReference(resolved); hop += 1) {
      if (hop === MAX_HOPS) throw malformed('references');
      resolved = this.object(resolved.object, resolved.generation);
    }
    return resolved;
  }

  /** The dictionary under a key, if it is one. */
  dictionary(of: PdfDictionary, key: string): PdfDictionary | undefined {
    const value = this.resolve(of.entries.get(key));
    return isDictionary(value) ? value : undefined;
  }

  get catalog(): PdfDictionary {
    const catalog = this.resolve(this.trailer.entries.get('Root'));
    if (!isDictionary(catalog) || catalog.hasDuplicates) throw malformed('catalog');
    return catalog;
  }

  /** A stream's bytes as they stand in the file. */
  rawBytes(stream: PdfStream): Buffer {
    return this.file.streamBytes(stream, this.#lengthOf(stream), this.end);
  }

  #lengthOf(stream: PdfStream): number {
    const length = this.resolve(stream.dictionary.entries.get('Length'));
    if (!isWhole(length) || length < 0) throw malformed('stream length');
    return length;
  }

  #contained(object: number, container: number, index: number): PdfValue {
    const { bytes, objects, key } = this.#container(container);
    const place = objects[index];
    if (place?.object !== object) throw malformed('object stream');
    // Positions in an unpacked stream are none in the file: no number is taken for one.
    return this.file.contained(`${key} ${index}`, () =>
      new PdfParser(bytes.subarray(place.offset), Number.NaN, true, this.file.work).value(),
    );
  }

  #container(number: number): Container {
    const entry = this.entry(number);
    if (entry?.kind !== 'at') throw malformed('object stream');
    const stream = this.object(number);
    if (!isStream(stream) || nameText(stream.dictionary.entries.get('Type')) !== 'ObjStm')
      throw malformed('object stream');
    const length = this.#lengthOf(stream);
    if (length > PDF_LIMITS.streamBytes) throw new PdfFault('limits', 'stream');
    // A later revision may give the same stream another length.
    return this.file.container(`${entry.offset} ${length}`, (key) =>
      unpacked(key, stream, decode(stream.dictionary, this.rawBytes(stream), this.file.work), this.file),
    );
  }

  /** What the newest section of this view says where things are: the objects it names, and itself. */
  *spansOfNewest(): Generator<Span, void, undefined> {
    const [section] = this.sections;
    yield* section.spans;
    for (const [object, entry] of section.entries) {
      if (entry.kind !== 'at') continue;
      yield this.file.spanAt(entry.offset, this.end, object, entry.generation, (stream) => this.#lengthOf(stream));
    }
  }
}

function unpacked(key: string, stream: PdfStream, bytes: Buffer, file: PdfFile): Container {
  const [count, first] = [stream.dictionary.entries.get('N'), stream.dictionary.entries.get('First')];
  if (!isWhole(count) || !isWhole(first) || count < 0 || first < 0) throw malformed('object stream');
  if (count > PDF_LIMITS.objects) throw new PdfFault('limits', 'objects');
  const head = new PdfParser(bytes.subarray(0, first), Number.NaN, true, file.work);
  const objects = Array.from({ length: count }, () => {
    return { object: head.wholeNumber(), offset: first + head.wholeNumber() };
  });
  return { key, bytes, objects };
}
