// Inflates deflate data (RFC 1951) fed in pieces. Unlike the libraries at hand it does three things at once: it works
// synchronously in constant memory, it refuses whatever zlib refuses, and it tells where the data end.

import { badShape, corrupt } from './fault.ts';
import { FAST_BITS, PrefixCode } from './prefix-code.ts';

const HISTORY = 32_768;
const WINDOW = 2 * HISTORY;
const LONGEST_MATCH = 258;
/** Of a block that brings codes of its own: 3 + 14 + 19 × 3 bits, and 316 lengths of at most 7 + 7 bits. */
const LONGEST_HEADER = 563;
/** The longest symbol has 48 bits; up to 3 bytes more are taken in before they are needed. */
const LONGEST_SYMBOL = 9;
/** After the last byte, so that the last header can be read without looking where it ends. */
const PADDING = LONGEST_HEADER + LONGEST_SYMBOL;
const PIECE = 16_384;

/** The values of the symbols 257 … 285 and of the distance symbols, and the number of bits added to them. */
const LENGTH_BASES = Uint16Array.from(
  numbers('3 4 5 6 7 8 9 10 11 13 15 17 19 23 27 31 35 43 51 59 67 83 99 115 131 163 195 227 258'),
);
const LENGTH_BITS = Uint8Array.from(numbers('0 0 0 0 0 0 0 0 1 1 1 1 2 2 2 2 3 3 3 3 4 4 4 4 5 5 5 5 0'));
const DISTANCE_BASES = Uint16Array.from(
  numbers(
    '1 2 3 4 5 7 9 13 17 25 33 49 65 97 129 193 257 385 513 769 1025 1537 2049 3073 4097 6145 8193 12289 16385 24577',
  ),
);
const DISTANCE_BITS = Uint8Array.from(numbers('0 0 0 0 1 1 2 2 3 3 4 4 5 5 6 6 7 7 8 8 9 9 10 10 11 11 12 12 13 13'));
/** In which order the lengths of the code for the lengths are written. */
const LENGTH_ORDER = Uint8Array.from(numbers('16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15'));

const END_OF_BLOCK = 256;
const LITERALS = 286;
const DISTANCES = 30;

const FIXED_LENGTHS = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
const FIXED_LITERALS = new PrefixCode(288).build(FIXED_LENGTHS, 0, 288, false);
const FIXED_DISTANCES = new PrefixCode(32).build(new Uint8Array(32).fill(5), 0, 32, false);

/** Takes what came out; it must use the bytes at once, for they are overwritten. */
type Take = (bytes: Buffer) => void;

/** The part of the data that is being read. */
type Within = 'header' | 'stored' | 'codes' | 'end';

/** Throws `ArchiveFault`: `attachment-corrupt` for what is no deflate data, `attachment-archive-shape` for too many blocks. */
export class Inflater {
  readonly #take: Take;
  #blocksLeft: number;
  /** Bytes that were fed and not read yet, between `#from` and `#to`. */
  readonly #input = Buffer.allocUnsafeSlow(PIECE + 2 * PADDING);
  #from = 0;
  #to = 0;
  /** Bits taken out of the input and not read yet, lowest first. */
  #held = 0;
  #bits = 0;
  readonly #window = Buffer.allocUnsafeSlow(WINDOW);
  /** The place of the next byte, and the end of the bytes that `take` has got. */
  #at = 0;
  #given = 0;
  #within: Within = 'header';
  #last = false;
  #storedLeft = 0;
  readonly #ownLiterals = new PrefixCode(LITERALS);
  readonly #ownDistances = new PrefixCode(DISTANCES);
  readonly #ownLengths = new PrefixCode(LENGTH_ORDER.length);
  readonly #lengths = new Uint8Array(LITERALS + DISTANCES);
  #literals = FIXED_LITERALS;
  #distances = FIXED_DISTANCES;

  constructor(take: Take, blocks: number) {
    this.#take = take;
    this.#blocksLeft = blocks;
  }

  /** Undefined while the data go on; else the bytes, of all that were fed so far, that come after them. */
  feed(bytes: Buffer): Buffer | undefined {
    for (let from = 0; from < bytes.length; from += PIECE) {
      this.#append(bytes.subarray(from, from + PIECE));
      this.#run(LONGEST_HEADER, LONGEST_SYMBOL);
      if (this.#within === 'end') return Buffer.concat([this.#unread(), bytes.subarray(from + PIECE)]);
    }
    return undefined;
  }

  /** As `feed`, when nothing more comes: what was left alone because more might come is read now. */
  end(): Buffer {
    this.#append(Buffer.alloc(PADDING));
    this.#run(LONGEST_SYMBOL, LONGEST_SYMBOL);
    const unread = this.#unread();
    // Zeros would be read as data, so the data must have ended before them.
    if (this.#within !== 'end' || unread.length < PADDING) throw corrupt('data-cut');
    return unread.subarray(0, unread.length - PADDING);
  }

  #append(piece: Buffer): void {
    this.#putBack();
    this.#input.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
    this.#to += piece.copy(this.#input, this.#to);
  }

  #unread(): Buffer {
    this.#putBack();
    return this.#input.subarray(this.#from, this.#to);
  }

  /** Whole bytes that were taken out of the input before they were needed. */
  #putBack(): void {
    this.#from -= this.#bits >> 3;
    this.#bits &= 7;
    this.#held &= (1 << this.#bits) - 1;
  }

  #run(forHeader: number, forSymbol: number): void {
    while (this.#within !== 'end') {
      const available = this.#unread().length;
      if (this.#within === 'header') {
        if (available < forHeader) break;
        this.#header();
      } else if (this.#within === 'stored') {
        if (available === 0) break;
        this.#stored();
      } else {
        if (available < forSymbol) break;
        if (!this.#codes(this.#to - forSymbol)) break;
      }
    }
    this.#give();
  }

  #header(): void {
    this.#blocksLeft -= 1;
    if (this.#blocksLeft < 0) throw badShape('blocks');
    this.#last = this.#read(1) === 1;
    const kind = this.#read(2);
    if (kind === 3) throw corrupt('block-kind');
    if (kind === 0) this.#storedHeader();
    else {
      if (kind === 2) this.#ownCodes();
      this.#literals = kind === 2 ? this.#ownLiterals : FIXED_LITERALS;
      this.#distances = kind === 2 ? this.#ownDistances : FIXED_DISTANCES;
      this.#within = 'codes';
    }
  }

  #storedHeader(): void {
    this.#read(this.#bits & 7);
    const length = this.#read(16);
    if (length !== (this.#read(16) ^ 0xffff)) throw corrupt('stored-length');
    this.#putBack();
    this.#storedLeft = length;
    this.#within = 'stored';
    if (length === 0) this.#endBlock();
  }

  #stored(): void {
    const room = this.#room();
    const length = Math.min(this.#storedLeft, room, this.#to - this.#from);
    this.#input.copy(this.#window, this.#at, this.#from, this.#from + length);
    this.#at += length;
    this.#from += length;
    this.#storedLeft -= length;
    if (this.#storedLeft === 0) this.#endBlock();
  }

  #ownCodes(): void {
    const literals = this.#read(5) + 257;
    const distances = this.#read(5) + 1;
    const codes = this.#read(4) + 4;
    if (literals > LITERALS || distances > DISTANCES) throw corrupt('code-lengths');
    const lengths = this.#lengths;
    lengths.fill(0, 0, LENGTH_ORDER.length);
    for (let at = 0; at < codes; at++) lengths[LENGTH_ORDER[at] ?? 0] = this.#read(3);
    this.#ownLengths.build(lengths, 0, LENGTH_ORDER.length, false);
    this.#codeLengths(lengths, literals + distances);
    if (lengths[END_OF_BLOCK] === 0) throw corrupt('code-lengths');
    this.#ownLiterals.build(lengths, 0, literals, true);
    this.#ownDistances.build(lengths, literals, literals + distances, true);
  }

  #codeLengths(lengths: Uint8Array, count: number): void {
    for (let at = 0; at < count;) {
      const symbol = this.#symbol(this.#ownLengths);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) throw corrupt('code-lengths');
      const repeated = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
      const times = symbol === 16 ? 3 + this.#read(2) : symbol === 17 ? 3 + this.#read(3) : 11 + this.#read(7);
      if (at + times > count) throw corrupt('code-lengths');
      lengths.fill(repeated, at, at + times);
      at += times;
    }
  }

  /** Until the block ends, which is returned, or the input is read beyond `until`. Everything in locals: this is where the time goes. */
  #codes(until: number): boolean {
    const input = this.#input;
    const window = this.#window;
    const [literals, distances] = [this.#literals.fast, this.#distances.fast];
    const mask = (1 << FAST_BITS) - 1;
    let [from, held, bits, at] = [this.#from, this.#held, this.#bits, this.#at];
    let isOver = false;
    while (!isOver && from - (bits >> 3) <= until) {
      if (at > WINDOW - LONGEST_MATCH) {
        this.#at = at;
        this.#room();
        at = this.#at;
      }
      for (; bits < 24; bits += 8) held |= (input[from++] ?? 0) << bits;
      let entry = literals[held & mask] ?? 0;
      if (entry === 0) entry = this.#literals.walk(held);
      held >>>= entry & 15;
      bits -= entry & 15;
      const symbol = entry >> 4;
      if (symbol < END_OF_BLOCK) {
        window[at++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) {
        isOver = true;
        continue;
      }
      if (symbol >= LITERALS) throw corrupt('code-word');
      const lengthBits = LENGTH_BITS[symbol - 257] ?? 0;
      const length = (LENGTH_BASES[symbol - 257] ?? 0) + (held & ((1 << lengthBits) - 1));
      held >>>= lengthBits;
      bits -= lengthBits;

      for (; bits < 24; bits += 8) held |= (input[from++] ?? 0) << bits;
      entry = distances[held & mask] ?? 0;
      if (entry === 0) entry = this.#distances.walk(held);
      held >>>= entry & 15;
      bits -= entry & 15;
      if (entry >> 4 >= DISTANCES) throw corrupt('code-word');
      const distanceBits = DISTANCE_BITS[entry >> 4] ?? 0;
      for (; bits < distanceBits; bits += 8) held |= (input[from++] ?? 0) << bits;
      const distance = (DISTANCE_BASES[entry >> 4] ?? 0) + (held & ((1 << distanceBits) - 1));
      held >>>= distanceBits;
      bits -= distanceBits;
      if (distance > at) throw corrupt('distance');
      at = repeat(window, at, distance, length);
    }
    this.#from = from;
    this.#held = held;
    this.#bits = bits;
    this.#at = at;
    if (isOver) this.#endBlock();
    return isOver;
  }

  #endBlock(): void {
    this.#within = this.#last ? 'end' : 'header';
  }

  #symbol(code: PrefixCode): number {
    this.#fill(15);
    const entry = (code.fast[this.#held & ((1 << FAST_BITS) - 1)] ?? 0) || code.walk(this.#held);
    this.#held >>>= entry & 15;
    this.#bits -= entry & 15;
    return entry >> 4;
  }

  #read(count: number): number {
    this.#fill(count);
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#bits -= count;
    return value;
  }

  #fill(count: number): void {
    for (; this.#bits < count; this.#bits += 8) this.#held |= (this.#input[this.#from++] ?? 0) << this.#bits;
  }

  /**
   * The number of bytes that may be written now: at least one match. Drops bytes further back than deflate can reach.
   */
  #room(): number {
    if (this.#at > WINDOW - LONGEST_MATCH) {
      this.#give();
      this.#window.copyWithin(0, this.#at - HISTORY, this.#at);
      this.#at = HISTORY;
      this.#given = HISTORY;
    }
    return WINDOW - this.#at;
  }

  #give(): void {
    if (this.#at > this.#given) this.#take(this.#window.subarray(this.#given, this.#at));
    this.#given = this.#at;
  }
}

/** Copies `length` bytes from `distance` back, which may be bytes of the copy itself. Returns where it ends. */
function repeat(window: Buffer, at: number, distance: number, length: number): number {
  const end = at + length;
  if (distance >= length && length > 32) {
    window.copyWithin(at, at - distance, end - distance);
    return end;
  }
  for (let to = at; to < end; to++) window[to] = window[to - distance] ?? 0;
  return end;
}

function numbers(row: string): readonly number[] {
  return row.split(' ').map(Number);
}
