// Base64 as strict as RFC 4648 allows: its alphabet, its padding, no stray bits; white space of XML may stand anywhere and
// is counted. Decoding itself is native; what the native decoder forgives is caught by counting.

import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

import type { Facts } from '../problems/finding.ts';
import { XmlFault } from './fault.ts';

const PADDING = 0x3d;
/** Stays in the processor's cache, and its string in the young generation. */
const BLOCK = 32_768;
/** Bytes at the start of a file that are kept to tell its type. */
export const HEAD_BYTES = 2048;
const LEAST_VECTORED = 64;

const SPACE = 64;
const STRANGE = 255;

/** The value of each byte of the alphabet, or what else it is. */
const VALUES: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(STRANGE);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < 64; value++) table[alphabet.charCodeAt(value)] = value;
  for (const space of ' \t\r\n') table[space.charCodeAt(0)] = SPACE;
  return table;
})();

/** The largest part of a block that the native decoder can take: whole quanta of characters, white space among them. */
interface Quanta {
  /** Index in the block where they end. */
  readonly end: number;
  readonly spaces: number;
  /** The number of bytes they decode to. */
  readonly size: number;
}

/**
 * Decodes base64 text fed in pieces of any size. Throws `XmlFault` `attachment-encoding-invalid` with the given facts and
 * `offset`: `start` plus the index in the text of the byte that is wrong.
 */
export class Base64Decoder {
  readonly #facts: Facts;
  readonly #start: number;
  #seen = 0;
  #spaces = 0;
  /** Characters of the quantum that is not whole yet, and their bits. */
  #count = 0;
  #bits = 0;
  /** Padding characters still wanted, and whether the padding has ended the text. */
  #awaited = 0;
  #ended = false;

  constructor(facts: Facts = {}, start = 0) {
    this.#facts = facts;
    this.#start = start;
  }

  /** Characters of white space that have been passed over. */
  get spaces(): number {
    return this.#spaces;
  }

  /** The bytes this text decodes to, as far as its quanta are whole. */
  feed(text: Buffer): Buffer {
    const out = Buffer.allocUnsafe(decodedCapacity(text.length));
    let length = 0;
    for (let from = 0; from < text.length; from += BLOCK) {
      length += this.decodeBlock(text.subarray(from, from + BLOCK), out.subarray(length));
    }
    return out.subarray(0, length);
  }

  /** Checks that the text was complete. There is never anything left to give: a quantum is decoded once it is whole. */
  end(): Buffer {
    if (this.#count > 0 || this.#awaited > 0) throw this.#fault();
    return Buffer.alloc(0);
  }

  /** As `feed`, for at most one block, into a buffer of the caller's. Returns how many bytes were written. */
  decodeBlock(text: Buffer, out: Buffer): number {
    let at = 0;
    let length = 0;
    while (at < text.length && this.#count > 0) length += this.#character(text[at++] ?? 0, out, length);
    const quanta = this.#ended ? undefined : this.#decodeQuanta(text, at, out, length);
    if (quanta !== undefined) {
      this.#seen += quanta.end - at;
      this.#spaces += quanta.spaces;
      at = quanta.end;
      length += quanta.size;
    }
    while (at < text.length) length += this.#character(text[at++] ?? 0, out, length);
    return length;
  }

  /**
   * Characters that the native decoder took. One long line is the usual form: only a text that has shown white space is
   * counted first.
   */
  #decodeQuanta(text: Buffer, at: number, out: Buffer, to: number): Quanta | undefined {
    const line = this.#spaces === 0 ? unbrokenQuanta(text, at) : undefined;
    if (line !== undefined && decodes(text, at, line, out, to)) return line;
    const quanta = wholeQuanta(text, at);
    return quanta !== undefined && decodes(text, at, quanta, out, to) ? quanta : undefined;
  }

  /** One byte of the text, exactly. Returns how many bytes it completed. */
  #character(byte: number, out: Buffer, at: number): number {
    const value = VALUES[byte] ?? STRANGE;
    if (value === SPACE) {
      this.#spaces += 1;
      this.#seen += 1;
      return 0;
    }
    if (byte === PADDING) return this.#pad(out, at);
    if (value === STRANGE || this.#awaited > 0 || this.#ended) throw this.#fault();
    this.#seen += 1;
    this.#bits = (this.#bits << 6) | value;
    this.#count += 1;
    if (this.#count < 4) return 0;
    this.#write(out, at, 3);
    return 3;
  }

  #pad(out: Buffer, at: number): number {
    if (this.#awaited === 0) {
      if (this.#count < 2) throw this.#fault();
      this.#awaited = 4 - this.#count;
    }
    const size = this.#count - 1;
    const stray = this.#bits & (size === 1 ? 0xf : 0x3);
    if (stray !== 0) throw this.#fault();
    this.#seen += 1;
    this.#awaited -= 1;
    if (this.#awaited > 0) return 0;
    this.#ended = true;
    this.#bits <<= 6 * (4 - this.#count);
    this.#write(out, at, size);
    return size;
  }

  #write(out: Buffer, at: number, size: number): void {
    for (let k = 0; k < size; k++) out[at + k] = (this.#bits >> (16 - 8 * k)) & 0xff;
    this.#bits = 0;
    this.#count = 0;
  }

  #fault(): XmlFault {
    return new XmlFault('attachment-encoding-invalid', { ...this.#facts, offset: this.#start + this.#seen });
  }
}

/** Facts about an attachment that outlast its bytes. */
export interface Base64Facts {
  /** Decoded size in bytes. */
  readonly size: number;
  /** Lower-case hex SHA-256 of the decoded bytes. */
  readonly sha256: string;
  /** The first decoded bytes, at most `HEAD_BYTES`: they tell the type. */
  readonly head: Buffer;
  /** Characters of white space in the text. */
  readonly spaces: number;
}

/** Digests what base64 text decodes to, fed in pieces of any size. Faults as `Base64Decoder`. */
export class Base64Digest {
  readonly #decoder: Base64Decoder;
  readonly #hash: Hash = createHash('sha256');
  readonly #alongside: (bytes: Buffer) => void;
  readonly #head = Buffer.allocUnsafe(HEAD_BYTES);
  #headLength = 0;
  #size = 0;

  /** `alongside` sees the decoded bytes too; they are only lent. */
  constructor(facts: Facts = {}, start = 0, alongside: (bytes: Buffer) => void = () => undefined) {
    this.#decoder = new Base64Decoder(facts, start);
    this.#alongside = alongside;
  }

  feed(text: Buffer): void {
    for (let from = 0; from < text.length; from += BLOCK) {
      const length = this.#decoder.decodeBlock(text.subarray(from, from + BLOCK), SCRATCH);
      this.#take(SCRATCH.subarray(0, length));
    }
  }

  end(): Base64Facts {
    this.#decoder.end();
    return {
      size: this.#size,
      sha256: this.#hash.digest('hex'),
      head: this.#head.subarray(0, this.#headLength),
      spaces: this.#decoder.spaces,
    };
  }

  #take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#headLength < HEAD_BYTES) this.#headLength += bytes.copy(this.#head, this.#headLength);
    this.#hash.update(bytes);
    this.#alongside(bytes);
    this.#size += bytes.length;
  }
}

/** Decodes a small value whole. Faults as `Base64Decoder`. */
export function decodeBase64(text: Buffer, facts: Facts = {}): Buffer {
  const decoder = new Base64Decoder(facts);
  const bytes = decoder.feed(text);
  decoder.end();
  return bytes;
}

/** Only ever filled and emptied within one call. */
const SCRATCH = Buffer.allocUnsafeSlow(decodedCapacity(BLOCK));

function decodedCapacity(characters: number): number {
  return Math.ceil(characters / 4) * 3 + 3;
}

/**
 * The native decoder drops what it does not know, so it gives as many bytes as the characters promise only when every one
 * of them is of an alphabet. It takes the URL alphabet too, which is looked for apart.
 */
function decodes(bytes: Buffer, from: number, { end, size }: Quanta, out: Buffer, to: number): boolean {
  const text = bytes.toString('latin1', from, end);
  return !text.includes('-') && !text.includes('_') && out.write(text, to, 'base64') === size;
}

/** As if the rest of the block were characters of the alphabet and nothing else; decoding shows whether it is. */
function unbrokenQuanta(text: Buffer, from: number): Quanta | undefined {
  const size = ((text.length - from) >> 2) * 3;
  return size === 0 ? undefined : { end: from + (size / 3) * 4, spaces: 0, size };
}

/** Undefined when there are none, or when bytes stand among them that are certainly wrong. */
function wholeQuanta(text: Buffer, from: number): Quanta | undefined {
  const padding = text.indexOf(PADDING, from);
  let end = padding < 0 ? text.length : padding;
  let spaces = countSpaces(text, from, end);
  if (spaces < 0) return undefined;
  let surplus = (end - from - spaces) & 3;
  while (surplus > 0) {
    end -= 1;
    if (VALUES[text[end] ?? 0] === SPACE) spaces -= 1;
    else surplus -= 1;
  }
  const size = ((end - from - spaces) >> 2) * 3;
  return size === 0 ? undefined : { end, spaces, size };
}

const WHITE_SPACE = [0x20, 0x09, 0x0a, 0x0d] as const;

/** White space of XML in a range; -1 when another control character is there. Four bytes at a time, most have none. */
function countSpaces(text: Buffer, from: number, end: number): number {
  if (end - from < LEAST_VECTORED) return countSpaceBytes(text, from, end);
  // One long line is the usual form. Other control characters are found by the decoder, which drops them.
  const range = text.subarray(from, end);
  if (WHITE_SPACE.every((byte) => !range.includes(byte))) return 0;
  const head = from + ((4 - ((text.byteOffset + from) & 3)) & 3);
  let spaces = countSpaceBytes(text, from, head);
  const words = new Int32Array(text.buffer, text.byteOffset + head, (end - head) >> 2);
  for (let k = 0; k < words.length && spaces >= 0; k++) {
    const word = words[k] ?? 0;
    if (((word - 0x21212121) & ~word & 0x80808080) === 0) continue;
    const at = head + (k << 2);
    const spaceBytes = countSpaceBytes(text, at, at + 4);
    spaces = spaceBytes < 0 ? -1 : spaces + spaceBytes;
  }
  const rest = countSpaceBytes(text, head + (words.length << 2), end);
  return spaces < 0 || rest < 0 ? -1 : spaces + rest;
}

function countSpaceBytes(text: Buffer, from: number, end: number): number {
  let spaces = 0;
  for (let at = from; at < end; at++) {
    const byte = text[at] ?? 0;
    if (VALUES[byte] === SPACE) spaces += 1;
    else if (byte < 0x20) return -1;
  }
  return spaces;
}
