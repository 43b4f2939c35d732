// Reads JSON more strictly than JSON.parse: two parsers that read one text differently are how a check is passed by. A
// repeated name, a lone surrogate, a number that does not fit, or deep nesting is refused, and no object has a prototype.

import { ProblemError } from '../../problems/problem-error.ts';

/** Deeper than any request of this interface by far, and harmless to the stack. */
const MAX_DEPTH = 64;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export type JsonObject = Readonly<Record<string, Json>>;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value the bytes stand for; `malformed-json` with the offset in characters, or `malformed-text`. */
export function parseJson(bytes: Buffer): Json {
  return new Parser(decode(bytes)).document();
}

function decode(bytes: Buffer): string {
  try {
    // A byte order mark stays in the text, where the grammar refuses it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ProblemError('malformed-text', {}, { cause: error });
  }
}

const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- the grammar of RFC 8259 excludes exactly these
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX = /[0-9a-fA-F]{4}/y;

const LONE_SURROGATE = /\p{Surrogate}/u;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const LITERALS: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#match(WHITE_SPACE);
    if (this.#at < this.#text.length) throw this.#malformed();
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.#malformed();
    this.#match(WHITE_SPACE);
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    const number = this.#match(NUMBER);
    if (number === '') throw this.#malformed();
    const value = Number(number);
    if (!Number.isFinite(value)) throw new ProblemError('schema-invalid', { field: 'number' });
    return value;
  }

  #object(depth: number): Json {
    const members: Record<string, Json> = Object.create(null) as Record<string, Json>;
    this.#at += 1;
    this.#match(WHITE_SPACE);
    if (this.#take('}')) return members;
    do {
      this.#match(WHITE_SPACE);
      if (this.#text[this.#at] !== '"') throw this.#malformed();
      const start = this.#at;
      const name = this.#string();
      if (Object.hasOwn(members, name)) {
        this.#at = start;
        throw this.#malformed();
      }
      this.#match(WHITE_SPACE);
      this.#expect(':');
      members[name] = this.#value(depth + 1);
      this.#match(WHITE_SPACE);
    } while (this.#take(','));
    this.#expect('}');
    return members;
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at += 1;
    this.#match(WHITE_SPACE);
    if (this.#take(']')) return items;
    do {
      items.push(this.#value(depth + 1));
      this.#match(WHITE_SPACE);
    } while (this.#take(','));
    this.#expect(']');
    return items;
  }

  #string(): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      value += this.#match(PLAIN);
      if (this.#take('"')) break;
      if (!this.#take('\\')) throw this.#malformed();
      value += this.#escape();
    }
    if (LONE_SURROGATE.test(value)) throw new ProblemError('malformed-text');
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (letter !== 'u') {
      const character = ESCAPES.get(letter);
      if (character === undefined) throw this.#malformed();
      return character;
    }
    const hex = this.#match(HEX);
    if (hex === '') throw this.#malformed();
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw this.#malformed();
  }

  #malformed(): ProblemError {
    return new ProblemError('malformed-json', { offset: this.#at });
  }
}
