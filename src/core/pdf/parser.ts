// Reads the values of a PDF from a piece of its bytes (ISO 32000-1 sections 7.2, 7.3).

import { malformed } from './fault.ts';
import { PDF_LIMITS } from './limits.ts';
import type { Work } from './limits.ts';
import type { PdfDictionary, PdfKeyword, PdfString, PdfValue } from './values.ts';
import { isWhole } from './values.ts';

/** The piece ends within a value: more of the file is needed. */
export class Truncated extends Error {}

const SPACE = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) SPACE[byte] = 1;
const DELIMITER = new Uint8Array(256);
for (const byte of Buffer.from('()<>[]{}/%')) DELIMITER[byte] = 1;

const BYTE = {
  lf: 0x0a,
  cr: 0x0d,
  percent: 0x25,
  open: 0x28,
  close: 0x29,
  slash: 0x2f,
  less: 0x3c,
  greater: 0x3e,
} as const;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const HASH = 0x23;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const LITERALS: ReadonlyMap<string, PdfValue> = new Map<string, PdfValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const REFERENCE = 'R';

type Token = PdfValue | PdfKeyword | ']' | '>>';

/** Reads value after value; positions are those of the file, of which `bytes` begin at `base`. */
export class PdfParser {
  readonly #bytes: Buffer;
  readonly #base: number;
  readonly #isWhole: boolean;
  readonly #work: Work;
  #at = 0;

  /** `isWhole`: after these bytes there are none, so that a value may end with them. */
  constructor(bytes: Buffer, base: number, isWhole: boolean, work: Work) {
    this.#bytes = bytes;
    this.#base = base;
    this.#isWhole = isWhole;
    this.#work = work;
  }

  /** Position in the file of what comes next. */
  get position(): number {
    return this.#base + this.#at;
  }

  /** The next value or keyword. */
  next(): PdfValue | PdfKeyword {
    const token = this.#token(0);
    if (token === ']' || token === '>>') throw malformed('unexpected delimiter');
    return token;
  }

  value(): PdfValue {
    const value = this.next();
    if (isKeyword(value)) throw malformed('value expected');
    return value;
  }

  wholeNumber(): number {
    const value = this.#token(0);
    if (typeof value !== 'number' || !isWhole(value) || value < 0) throw malformed('number expected');
    return value;
  }

  /** Whether this keyword is next; then it is passed over. */
  keyword(text: string): boolean {
    this.#skipSpace();
    const end = this.#at + text.length;
    if (end > this.#bytes.length && !this.#isWhole) throw new Truncated();
    if (this.#bytes.toString('latin1', this.#at, end) !== text) return false;
    const after = this.#bytes[end];
    if (after === undefined && !this.#isWhole) throw new Truncated();
    if (after !== undefined && SPACE[after] !== 1 && DELIMITER[after] !== 1) return false;
    this.#at = end;
    return true;
  }

  /** The start of a stream's bytes, after its keyword: one line end, which is not a lone carriage return. */
  streamStart(): number {
    if (this.#at + 2 > this.#bytes.length && !this.#isWhole) throw new Truncated();
    if (this.#bytes[this.#at] === BYTE.cr && this.#bytes[this.#at + 1] === BYTE.lf) return this.position + 2;
    if (this.#bytes[this.#at] === BYTE.lf) return this.position + 1;
    throw malformed('stream');
  }

  #token(depth: number): Token {
    this.#work.spend(1);
    if (depth > PDF_LIMITS.depth) throw malformed('depth');
    this.#skipSpace();
    const first = this.#bytes[this.#at];
    switch (first) {
      case undefined:
        throw this.#isWhole ? malformed('end of file') : new Truncated();
      case BYTE.slash:
        return { kind: 'name', text: this.#name() };
      case BYTE.open:
        return this.#literalString();
      case OPEN_BRACKET:
        this.#at += 1;
        return this.#array(depth);
      case CLOSE_BRACKET:
        this.#at += 1;
        return ']';
      case BYTE.less:
        if (this.#peek(1) !== BYTE.less) return this.#hexString();
        this.#at += 2;
        return this.#dictionary(depth);
      case BYTE.greater:
        if (this.#peek(1) !== BYTE.greater) throw malformed('unexpected delimiter');
        this.#at += 2;
        return '>>';
      default:
        return this.#word();
    }
  }

  #peek(ahead: number): number | undefined {
    const byte = this.#bytes[this.#at + ahead];
    if (byte === undefined && !this.#isWhole) throw new Truncated();
    return byte;
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return;
      if (byte === BYTE.percent) {
        while (this.#at < this.#bytes.length && !isLineEnd(this.#bytes[this.#at])) this.#at += 1;
        if (this.#at === this.#bytes.length && !this.#isWhole) throw new Truncated();
      } else if (SPACE[byte] === 1) {
        this.#at += 1;
      } else {
        return;
      }
    }
  }

  /** The end of a run of characters that are neither space nor delimiter. */
  #regularEnd(from: number): number {
    let end = from;
    for (; end < this.#bytes.length; end += 1) {
      const byte = this.#bytes[end] ?? 0;
      if (SPACE[byte] === 1 || DELIMITER[byte] === 1) return end;
    }
    if (!this.#isWhole) throw new Truncated();
    return end;
  }

  #name(): string {
    const end = this.#regularEnd(this.#at + 1);
    const text = this.#bytes.toString('latin1', this.#at + 1, end);
    const isEscaped = this.#bytes.subarray(this.#at + 1, end).includes(HASH);
    this.#at = end;
    if (!isEscaped) return text;
    return text.replace(/#([0-9A-Fa-f]{2})/g, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }

  #word(): PdfValue | PdfKeyword {
    const end = this.#regularEnd(this.#at);
    if (end === this.#at) throw malformed('unexpected delimiter');
    const text = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end;
    if (NUMBER.test(text)) return this.#numberOrReference(Number(text), text);
    const literal = LITERALS.get(text);
    return literal === undefined ? { kind: 'keyword', text } : literal;
  }

  /** `12 0 R` begins like two numbers. */
  #numberOrReference(object: number, text: string): PdfValue {
    if (!/^\d+$/.test(text) || !isWhole(object)) return object;
    const mark = this.#at;
    this.#skipSpace();
    const start = this.#at;
    const end = this.#digitsEnd(start);
    if (end > start && end - start <= 5) {
      this.#at = end;
      this.#skipSpace();
      const after = this.#at;
      if (after > end && this.#bytes[after] === REFERENCE.charCodeAt(0) && this.#regularEnd(after) === after + 1) {
        this.#at = after + 1;
        return { kind: 'reference', object, generation: Number(this.#bytes.toString('latin1', start, end)) };
      }
      if (this.#bytes[after] === undefined && !this.#isWhole) throw new Truncated();
    }
    if (this.#bytes[end] === undefined && !this.#isWhole) throw new Truncated();
    this.#at = mark;
    return object;
  }

  #digitsEnd(from: number): number {
    let end = from;
    while ((this.#bytes[end] ?? 0) >= 0x30 && (this.#bytes[end] ?? 0) <= 0x39) end += 1;
    return end;
  }

  #array(depth: number): PdfValue {
    const list: PdfValue[] = [];
    for (;;) {
      const token = this.#token(depth + 1);
      if (token === ']') return list;
      if (token === '>>' || isKeyword(token)) throw malformed('array');
      list.push(token);
    }
  }

  #dictionary(depth: number): PdfDictionary {
    const entries = new Map<string, PdfValue>();
    let hasDuplicates = false;
    for (;;) {
      const key = this.#token(depth + 1);
      if (key === '>>') return { kind: 'dictionary', entries, hasDuplicates };
      if (typeof key !== 'object' || key === null || !('kind' in key) || key.kind !== 'name')
        throw malformed('dictionary');
      const value = this.#token(depth + 1);
      if (value === ']' || value === '>>' || isKeyword(value)) throw malformed('dictionary');
      hasDuplicates ||= entries.has(key.text);
      entries.set(key.text, value);
    }
  }

  #hexString(): PdfString {
    const start = this.#at;
    const end = this.#bytes.indexOf(BYTE.greater, start + 1);
    if (end === -1) throw this.#isWhole ? malformed('string') : new Truncated();
    this.#work.spend(end - start);
    this.#at = end + 1;
    let digits = this.#bytes.toString('latin1', start + 1, end);
    if (!/^[0-9A-Fa-f]*$/.test(digits)) digits = digits.replace(/[\0\t\n\f\r ]+/g, '');
    if (!/^[0-9A-Fa-f]*$/.test(digits)) throw malformed('string');
    const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
    return { kind: 'string', bytes, isHex: true, start: this.#base + start, end: this.#base + end + 1 };
  }

  #literalString(): PdfString {
    const start = this.#at;
    let nesting = 0;
    for (let at = start; at < this.#bytes.length; at += 1) {
      const byte = this.#bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === BYTE.open) nesting += 1;
      else if (byte === BYTE.close) nesting -= 1;
      if (nesting > 0) continue;
      this.#at = at + 1;
      this.#work.spend(at - start);
      const bytes = unescaped(this.#bytes.toString('latin1', start + 1, at));
      return { kind: 'string', bytes, isHex: false, start: this.#base + start, end: this.#base + at + 1 };
    }
    throw this.#isWhole ? malformed('string') : new Truncated();
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === BYTE.lf || byte === BYTE.cr;
}

function isKeyword(token: Token): token is PdfKeyword {
  return typeof token === 'object' && token !== null && 'kind' in token && token.kind === 'keyword';
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** ISO 32000-1 section 7.3.4.2. */
function unescaped(text: string): Buffer {
  if (!text.includes('\\') && !text.includes('\r')) return Buffer.from(text, 'latin1');
  const plain = text.replace(/\\([0-7]{1,3}|\r\n|[^])|\r\n?/g, (_match, escape: string | undefined) => {
    if (escape === undefined) return '\n';
    if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
    if (/^[\r\n]/.test(escape)) return '';
    return ESCAPES[escape] ?? escape;
  });
  return Buffer.from(plain, 'latin1');
}

/** Whether the token is this keyword. */
export function isTheKeyword(token: PdfValue | PdfKeyword, text: string): boolean {
  return isKeyword(token) && token.text === text;
}
