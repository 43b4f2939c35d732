// A package may hold UTF-8 of the characters of XML 1.0 and no other bytes. Whole chunks are checked once, before any
// step looks at markup, so that no later step meets a byte that is not part of a legal character.

import { isAscii, isUtf8 } from 'node:buffer';

import type { RefusalCode } from '../problems/problems.ts';

export interface CharacterFault {
  /** Index in the buffer of the first byte that is wrong. */
  readonly at: number;
  readonly code: RefusalCode;
  readonly reason: string;
}

const LEAST_VECTORED = 64;

/** The number of bytes of `data` that form whole characters: a sequence that the end of `data` cuts is left out. */
export function wholeCharacters(data: Buffer): number {
  const length = data.length;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = data[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? length - back : length;
  }
  return length;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf8 ? 4 : 1;
}

/** The first illegal character of `data` between two indices that lie on character boundaries. */
export function findCharacterFault(data: Buffer, from: number, end: number): CharacterFault | undefined {
  if (from >= end) return undefined;
  const range = data.subarray(from, end);
  if (isAscii(range)) return firstControl(data, from, end);
  const encoding = isUtf8(range) ? undefined : firstBadSequence(data, from, end);
  const control = firstControl(data, from, encoding?.at ?? end);
  const nonCharacter = firstNonCharacter(data, from, control?.at ?? encoding?.at ?? end);
  return nonCharacter ?? control ?? encoding;
}

/**
 * Bytes that have the shape of UTF-8 but that UTF-8 forbids (overlong forms, surrogates, beyond U+10FFFF) come from a
 * broken or hostile encoder: the text is not well formed. Bytes without that shape come from another encoding, as TCVN3
 * and Windows-1258 files with a false declaration do.
 */
function firstBadSequence(data: Buffer, from: number, end: number): CharacterFault {
  let at = from;
  for (;;) {
    const lead = data[at] ?? 0;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const length = sequenceLength(lead);
    let shaped = length > 1 && at + length <= end;
    for (let k = 1; shaped && k < length; k++) shaped = ((data[at + k] ?? 0) & 0xc0) === 0x80;
    if (!shaped) return { at, code: 'xml-encoding-unsupported', reason: 'not-utf-8' };
    if (isForbiddenSequence(lead, data[at + 1] ?? 0))
      return { at, code: 'xml-not-well-formed', reason: 'illegal-utf-8' };
    at += length;
  }
}

function isForbiddenSequence(lead: number, second: number): boolean {
  return (
    lead < 0xc2 ||
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f) ||
    lead > 0xf4
  );
}

/** C0 controls other than tab, LF and CR. */
function firstControl(data: Buffer, from: number, end: number): CharacterFault | undefined {
  let at = from;
  if (end - from >= LEAST_VECTORED) {
    const head = from + ((4 - ((data.byteOffset + from) & 3)) & 3);
    const headControl = firstControlByte(data, at, head);
    if (headControl >= 0) return control(headControl);
    const count = (end - head) >> 2;
    const words = new Int32Array(data.buffer, data.byteOffset + head, count);
    const hit = firstWordWithControl(data, words, head);
    if (hit >= 0) return control(hit);
    at = head + (count << 2);
  }
  const found = firstControlByte(data, at, end);
  return found < 0 ? undefined : control(found);
}

function control(at: number): CharacterFault {
  return { at, code: 'xml-not-well-formed', reason: 'illegal-character' };
}

function firstControlByte(data: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = data[at] ?? 0;
    if (byte < 0x20 && byte !== 0x9 && byte !== 0xa && byte !== 0xd) return at;
  }
  return -1;
}

// Four bytes at a time: the borrow of a subtraction shows in the high bit of every byte below 0x20. Base64 text of
// hundreds of megabytes goes through here.
function firstWordWithControl(data: Buffer, words: Int32Array, base: number): number {
  const count = words.length;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const a = words[k] ?? 0;
    const b = words[k + 1] ?? 0;
    const c = words[k + 2] ?? 0;
    const d = words[k + 3] ?? 0;
    const low = ((a - 0x20202020) & ~a) | ((b - 0x20202020) & ~b) | ((c - 0x20202020) & ~c) | ((d - 0x20202020) & ~d);
    if ((low & 0x80808080) === 0) continue;
    const control = firstControlByte(data, base + (k << 2), base + (k << 2) + 16);
    if (control >= 0) return control;
  }
  return firstControlByte(data, base + (k << 2), base + (count << 2));
}

/** U+FFFE and U+FFFF: EF BF BE, EF BF BF. */
function firstNonCharacter(data: Buffer, from: number, end: number): CharacterFault | undefined {
  const range = data.subarray(from, end);
  for (let at = range.indexOf(0xef); at >= 0; at = range.indexOf(0xef, at + 1)) {
    if (range[at + 1] === 0xbf && (range[at + 2] ?? 0) >= 0xbe) return control(from + at);
  }
  return undefined;
}
