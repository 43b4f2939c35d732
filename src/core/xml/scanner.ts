// The one reader of package bytes: a strict push scanner of namespace-well-formed XML 1.0 in UTF-8, without DTD and
// without processing instructions. It holds no more than one tag; character data is handed on as views into the chunk.
// Events and faults do not depend on how the bytes are cut into chunks.

import { findCharacterFault, wholeCharacters } from './characters.ts';
import { checkDeclaration, readByteOrderMark, SIGNATURE_BYTES } from './declaration.ts';
import { Element, malformed, overLimit } from './element.ts';
import { XmlFault } from './fault.ts';
import type { XmlHandler } from './handler.ts';
import type { XmlLimits } from './limits.ts';
import { sameBytes } from './names.ts';
import { TagReader, spaceEnd } from './tag.ts';
import { referenceEnd, referenceValue } from './text.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const BANG = 0x21;
const AMPERSAND = 0x26;
const HYPHEN = 0x2d;
const SLASH = 0x2f;
const LESS = 0x3c;
const GREATER = 0x3e;
const QUESTION = 0x3f;
const BRACKET = 0x5d;

/** Character data shorter than this is looked through byte by byte: a call into native code costs as much. */
const NEAR = 96;

const SECTION_START = '<![CDATA[';
const DOCTYPE_START = '<!DOCTYPE';
const COMMENT_START = '<!--';

const Mode = { start: 0, prolog: 1, content: 2, epilog: 3 } as const;

/** Feed it the bytes of one document in chunks of any size, then end it. After a fault it only repeats the fault. */
export class XmlScanner {
  readonly #handler: XmlHandler;
  readonly #limits: XmlLimits;
  readonly #tags: TagReader;
  #mode: (typeof Mode)[keyof typeof Mode] = Mode.start;
  #inside: 'markup' | 'comment' | 'section' = 'markup';
  /** The start of the comment or section being read, and whether the section has given a piece yet. */
  #insideSince = 0;
  #sectionSeen = false;
  #open: Element | null = null;
  #elements = 0;
  /** Bytes not consumed yet: a token that is not whole. The first `#checked` of them are known to be legal. */
  #rest: Buffer | null = null;
  #checked = 0;
  /** Offset in the document of the first byte of the buffer in hand. */
  #base = 0;
  /** The token at hand goes on in the next chunk. */
  #wanting = false;
  #marked = false;
  #fault: Error | null = null;

  constructor(handler: XmlHandler, limits: XmlLimits) {
    this.#handler = handler;
    this.#limits = limits;
    this.#tags = new TagReader(limits);
  }

  /** Whether the document began with a byte order mark. */
  get byteOrderMark(): boolean {
    return this.#marked;
  }

  /** Reads on. Throws `XmlFault`; the buffer may be used again by the caller afterwards. */
  feed(chunk: Buffer): void {
    this.#guarded(() => {
      this.#advance(this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]), false);
    });
  }

  /** The document is complete. Throws `XmlFault` when it is not. */
  end(): void {
    this.#guarded(() => {
      this.#advance(this.#rest ?? Buffer.alloc(0), true);
      if (this.#mode !== Mode.epilog || this.#inside !== 'markup' || this.#rest !== null) {
        const offset = this.#base + (this.#rest?.length ?? 0);
        throw malformed(offset, offset === 0 ? 'empty' : 'truncated');
      }
    });
  }

  #guarded(work: () => void): void {
    if (this.#fault !== null) throw this.#fault;
    try {
      work();
    } catch (fault) {
      this.#fault = fault instanceof Error ? fault : new Error('A reader threw what is no error.');
      this.#rest = null;
      throw fault;
    }
  }

  #advance(data: Buffer, last: boolean): void {
    if (this.#mode === Mode.start && data.length < SIGNATURE_BYTES && !last) {
      this.#rest = Buffer.from(data);
      return;
    }
    let at = 0;
    if (this.#base === 0 && this.#mode === Mode.start && this.#checked === 0 && data.length > 0) {
      at = readByteOrderMark(data);
      this.#marked = at > 0;
      this.#checked = at;
    }
    const room = this.#limits.totalBytes - this.#base;
    const whole = wholeCharacters(data.length > room ? data.subarray(0, room) : data);
    const fault = findCharacterFault(data, this.#checked, whole);
    const end = fault?.at ?? whole;
    this.#wanting = false;
    const length = this.#run(data, at, end);
    if (fault !== undefined) throw new XmlFault(fault.code, { offset: this.#base + fault.at, reason: fault.reason });
    if (data.length > room) throw overLimit(this.#limits, 'totalBytes', this.#limits.totalBytes);
    this.#rest = length < data.length ? Buffer.from(data.subarray(length)) : null;
    this.#checked = end - length;
    this.#base += length;
  }

  /** Consumes tokens of `data[from..end)` and returns where the first one that is not whole begins. */
  #run(data: Buffer, from: number, end: number): number {
    let at = from;
    while (at < end && !this.#wanting) {
      if (this.#inside === 'comment') at = this.#comment(data, at, end);
      else if (this.#inside === 'section') at = this.#section(data, at, end);
      else if (this.#mode === Mode.start) at = this.#start(data, at, end);
      else if (data[at] !== LESS) at = this.#open === null ? this.#outside(data, at, end) : this.#text(data, at, end);
      else at = this.#markup(data, at, end);
    }
    return at;
  }

  #start(data: Buffer, at: number, end: number): number {
    const start = data.toString('latin1', at, Math.min(end, at + 6));
    if (!/^<\?xml[ \t\r\n]$/.test(start)) {
      if (start.length < 6 && '<?xml'.startsWith(start)) return this.#want(at);
      this.#mode = Mode.prolog;
      return at;
    }
    const limit = this.#limits.declarationBytes;
    const close = data.subarray(at, Math.min(end, at + limit)).indexOf('?>');
    if (close < 0) {
      if (end - at >= limit) throw overLimit(this.#limits, 'declarationBytes', this.#base + at);
      return this.#want(at);
    }
    checkDeclaration(data.toString('latin1', at, at + close + 2), this.#base + at);
    this.#mode = Mode.prolog;
    return at + close + 2;
  }

  #want(at: number): number {
    this.#wanting = true;
    return at;
  }

  #outside(data: Buffer, at: number, end: number): number {
    const next = spaceEnd(data, at, end);
    if (next < end && data[next] !== LESS) throw malformed(this.#base + next, 'text-outside-root');
    return next;
  }

  #text(data: Buffer, from: number, end: number): number {
    const near = Math.min(end, from + NEAR);
    let escaped = false;
    let at = from;
    while (at < near) {
      const byte = data[at];
      if (byte === LESS) return this.#emit(data, from, at, escaped);
      if (byte === AMPERSAND) {
        const after = this.#reference(data, at, end);
        if (after < 0) return this.#hold(data, from, at, escaped);
        escaped = true;
        at = after;
        continue;
      }
      if (byte === CR) escaped = true;
      else if (byte === GREATER && at - from >= 2) this.#refuseSectionEnd(data, at);
      at += 1;
    }
    if (at >= end) return this.#hold(data, from, end, escaped);
    return this.#farText(data, from, at, end, escaped);
  }

  /** The part of a long piece of text after its first bytes, searched by native code. */
  #farText(data: Buffer, from: number, at: number, end: number, escapedBefore: boolean): number {
    const next = data.indexOf(LESS, at);
    const stop = next < 0 || next > end ? end : next;
    const far = data.subarray(at, stop);
    let greater = far.indexOf(GREATER);
    let reference = far.indexOf(AMPERSAND);
    let hold = stop;
    while (greater >= 0 || reference >= 0) {
      if (greater >= 0 && (reference < 0 || greater < reference)) {
        this.#refuseSectionEnd(data, at + greater);
        greater = far.indexOf(GREATER, greater + 1);
        continue;
      }
      const after = this.#reference(data, at + reference, stop);
      if (after < 0) {
        if (stop === next) throw malformed(this.#base + at + reference, 'reference');
        hold = at + reference;
        break;
      }
      escapedBefore = true;
      reference = far.indexOf(AMPERSAND, after - at);
    }
    const escaped = escapedBefore || far.includes(CR);
    return stop === next ? this.#emit(data, from, stop, escaped) : this.#hold(data, from, hold, escaped);
  }

  #refuseSectionEnd(data: Buffer, greater: number): void {
    if (data[greater - 1] === BRACKET && data[greater - 2] === BRACKET) {
      throw malformed(this.#base + greater - 2, 'section-end-in-text');
    }
  }

  /** Index after the reference that begins at `at`, or -1 when it goes on in the next chunk. */
  #reference(data: Buffer, at: number, end: number): number {
    const after = referenceEnd(data, at, end, this.#limits.referenceBytes);
    if (after > 0) {
      if (referenceValue(data.toString('latin1', at + 1, after - 1)) !== undefined) return after;
      throw malformed(this.#base + at, 'reference');
    }
    if (after === 0) return -1;
    throw after === -1
      ? malformed(this.#base + at, 'reference')
      : overLimit(this.#limits, 'referenceBytes', this.#base + at);
  }

  #emit(data: Buffer, from: number, to: number, escaped: boolean): number {
    if (this.#open !== null && to > from) {
      this.#handler.text(data.subarray(from, to), escaped, this.#open, this.#base + from);
    }
    return to;
  }

  /** Gives out what is certain of text that goes on: not the start of a CR LF or of a forbidden "]]>". */
  #hold(data: Buffer, from: number, to: number, escaped: boolean): number {
    let cut = to;
    if (cut > from && data[cut - 1] === CR) cut -= 1;
    else if (cut > from && data[cut - 1] === BRACKET) cut -= cut - 1 > from && data[cut - 2] === BRACKET ? 2 : 1;
    this.#wanting = true;
    return this.#emit(data, from, cut, escaped);
  }

  #markup(data: Buffer, at: number, end: number): number {
    if (at + 1 >= end) return this.#want(at);
    const kind = data[at + 1];
    if (kind === SLASH) return this.#endTag(data, at, end);
    if (kind === BANG) return this.#declarationOrComment(data, at, end);
    if (kind === QUESTION) return this.#instruction(data, at, end);
    return this.#startTag(data, at, end);
  }

  #startTag(data: Buffer, at: number, end: number): number {
    if (this.#mode === Mode.epilog) throw malformed(this.#base + at, 'second-root');
    const after = this.#tags.read(data, at, end, this.#base);
    if (after < 0) return this.#want(at);
    const depth = this.#open === null ? 1 : this.#open.depth + 1;
    if (depth > this.#limits.depth) throw overLimit(this.#limits, 'depth', this.#base + at);
    this.#elements += 1;
    if (this.#elements > this.#limits.elements) throw overLimit(this.#limits, 'elements', this.#base + at);
    const element = new Element(this.#tags, this.#open, this.#limits);
    this.#open = element;
    this.#mode = Mode.content;
    this.#handler.open(element);
    if (this.#tags.empty) this.#close(element);
    return after;
  }

  #endTag(data: Buffer, at: number, end: number): number {
    const open = this.#open;
    if (open === null) throw malformed(this.#base + at, 'end-tag-unexpected');
    const nameEnd = at + 2 + open.nameBytes.length;
    const present = Math.min(end, nameEnd);
    const prefix = present < nameEnd ? open.nameBytes.subarray(0, present - at - 2) : open.nameBytes;
    if (!sameBytes(prefix, data, at + 2, present)) throw malformed(this.#base + at, 'end-tag-mismatch');
    const close = spaceEnd(data, present, end);
    if (close - at > this.#limits.tagBytes) throw overLimit(this.#limits, 'tagBytes', this.#base + at);
    if (close >= end) return this.#want(at);
    if (data[close] !== GREATER) throw malformed(this.#base + at, 'end-tag-mismatch');
    this.#close(open);
    return close + 1;
  }

  #close(element: Element): void {
    this.#handler.close(element);
    this.#open = element.parent;
    if (element.parent === null) this.#mode = Mode.epilog;
  }

  #declarationOrComment(data: Buffer, at: number, end: number): number {
    const head = data.toString('latin1', at, Math.min(end, at + SECTION_START.length));
    if (head.startsWith(COMMENT_START)) {
      this.#inside = 'comment';
      this.#insideSince = this.#base + at + COMMENT_START.length;
      return at + COMMENT_START.length;
    }
    if (head === DOCTYPE_START)
      throw new XmlFault('xml-doctype-forbidden', { offset: this.#base + at, reason: 'doctype' });
    if (head === SECTION_START) {
      if (this.#open === null) throw malformed(this.#base + at, 'text-outside-root');
      this.#inside = 'section';
      this.#sectionSeen = false;
      return at + SECTION_START.length;
    }
    if (![COMMENT_START, DOCTYPE_START, SECTION_START].some((start) => start.startsWith(head))) {
      throw malformed(this.#base + at, 'markup');
    }
    return this.#want(at);
  }

  #comment(data: Buffer, at: number, end: number): number {
    const limit = this.#limits.commentBytes;
    const hyphens = data.subarray(at, end).indexOf('--');
    // Without an end in sight the last byte may be the first of two hyphens.
    const upTo = hyphens >= 0 ? at + hyphens : data[end - 1] === HYPHEN ? end - 1 : end;
    if (this.#base + upTo - this.#insideSince > limit) {
      throw overLimit(this.#limits, 'commentBytes', this.#insideSince - COMMENT_START.length);
    }
    if (hyphens < 0 || upTo + 2 >= end) return this.#want(upTo);
    if (data[upTo + 2] !== GREATER) throw malformed(this.#base + upTo, 'hyphens-in-comment');
    this.#inside = 'markup';
    this.#handler.comment?.(this.#open);
    return upTo + 3;
  }

  #section(data: Buffer, at: number, end: number): number {
    const close = data.subarray(at, end).indexOf(']]>');
    if (close >= 0) {
      this.#emitSection(data, at, at + close);
      this.#inside = 'markup';
      return at + close + 3;
    }
    let cut = end;
    if (data[cut - 1] === CR) cut -= 1;
    else while (cut > at && end - cut < 2 && data[cut - 1] === BRACKET) cut -= 1;
    if (cut > at) this.#emitSection(data, at, cut);
    return this.#want(cut);
  }

  #emitSection(data: Buffer, from: number, to: number): void {
    if (this.#open !== null && (to > from || !this.#sectionSeen)) {
      this.#handler.cdata?.(data.subarray(from, to), this.#open, this.#base + from);
    }
    this.#sectionSeen = true;
  }

  /** No processing instruction is allowed; a declaration in the wrong place is a different mistake. */
  #instruction(data: Buffer, at: number, end: number): number {
    if (at + 6 > end && '<?xml'.startsWith(data.toString('latin1', at, end).toLowerCase())) return this.#want(at);
    const target = data.toString('latin1', at + 2, Math.min(end, at + 6)).toLowerCase();
    if (target.startsWith('xml') && [TAB, LF, CR, SPACE, QUESTION].includes(data[at + 5] ?? 0)) {
      throw malformed(this.#base + at, 'declaration');
    }
    throw new XmlFault('xml-processing-instruction-forbidden', { offset: this.#base + at, reason: 'instruction' });
  }
}
