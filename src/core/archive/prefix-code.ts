// A prefix code of deflate (RFC 1951, 3.2.2): built from the lengths of its words, and as strict about them as zlib.

import { corrupt } from './fault.ts';

const LONGEST_WORD = 15;
/** Words up to here are looked up at once; longer ones are rare by construction, and are walked. */
export const FAST_BITS = 10;
const FAST_SIZE = 1 << FAST_BITS;

export class PrefixCode {
  /** By the next bits: `symbol << 4 | length`, or 0 for a longer word or none. */
  readonly fast = new Uint16Array(FAST_SIZE);
  readonly #counts = new Uint16Array(LONGEST_WORD + 1);
  readonly #offsets = new Uint16Array(LONGEST_WORD + 1);
  /** In the order of their words. */
  readonly #symbols: Uint16Array;

  constructor(symbols: number) {
    this.#symbols = new Uint16Array(symbols);
  }

  /**
   * `lengths[from … to]`: of each symbol's word, 0 for none. Words must use up the code; `single`: but one word of one bit,
   * or none at all, will do. Anything else is `attachment-corrupt`.
   */
  build(lengths: Uint8Array, from: number, to: number, single: boolean): this {
    const counts = this.#counts.fill(0);
    for (let at = from; at < to; at++) add(counts, lengths[at] ?? 0);
    let free = 1;
    let longest = 0;
    for (let length = 1; length <= LONGEST_WORD; length++) {
      const count = counts[length] ?? 0;
      free = free * 2 - count;
      if (free < 0) throw corrupt('code-lengths');
      if (count > 0) longest = length;
    }
    if (free > 0 && !(single && longest <= 1)) throw corrupt('code-lengths');
    this.#sort(lengths, from, to);
    this.#fillFast();
    return this;
  }

  /**
   * The word at the beginning of `bits`, lowest bit first, whatever its length: `symbol << 4 | length`.
   * `attachment-corrupt` when there is none.
   */
  walk(bits: number): number {
    let word = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_WORD; length++) {
      word |= (bits >>> (length - 1)) & 1;
      const count = this.#counts[length] ?? 0;
      if (word - first < count) return ((this.#symbols[index + word - first] ?? 0) << 4) | length;
      index += count;
      first = (first + count) << 1;
      word <<= 1;
    }
    throw corrupt('code-word');
  }

  #sort(lengths: Uint8Array, from: number, to: number): void {
    const offsets = this.#offsets;
    offsets[1] = 0;
    for (let length = 1; length < LONGEST_WORD; length++) {
      offsets[length + 1] = (offsets[length] ?? 0) + (this.#counts[length] ?? 0);
    }
    for (let at = from; at < to; at++) {
      const length = lengths[at] ?? 0;
      if (length === 0) continue;
      this.#symbols[offsets[length] ?? 0] = at - from;
      add(offsets, length);
    }
  }

  #fillFast(): void {
    const fast = this.fast.fill(0);
    let word = 0;
    let index = 0;
    for (let length = 1; length <= FAST_BITS; length++) {
      for (const end = index + (this.#counts[length] ?? 0); index < end; index++) {
        const entry = ((this.#symbols[index] ?? 0) << 4) | length;
        for (let at = reversed(word, length); at < FAST_SIZE; at += 1 << length) fast[at] = entry;
        word += 1;
      }
      word <<= 1;
    }
  }
}

function add(counts: Uint16Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function reversed(word: number, length: number): number {
  let out = 0;
  for (let bit = 0; bit < length; bit++) out |= ((word >>> bit) & 1) << (length - 1 - bit);
  return out;
}
