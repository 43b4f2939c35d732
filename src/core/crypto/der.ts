// A strict reader of DER (ITU-T X.690 section 10), as far as certificates and revocation lists need it: definite and
// shortest lengths, one-byte tags, no bytes left over. What is not DER is a `DerFault`; the parsers of this folder turn it
// into a refusal, so it never leaves them.

/** The bytes are not the DER they should be. `reason` is a few words for the facts. */
export class DerFault extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'DerFault';
    this.reason = reason;
  }
}

/** One value: `[start, content)` is its header, `[content, end)` what it holds. */
export interface DerNode {
  readonly source: Buffer;
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

/** `[n]`, constructed. */
export const context = (number: number): number => 0xa0 + number;
/** `[n]`, primitive (IMPLICIT of a simple type). */
export const implicit = (number: number): number => 0x80 + number;

const CONSTRUCTED = 0x20;
const MAX_DEPTH = 24;

/** Reads the value at `offset`; it must end at or before `limit`. */
export function readNode(source: Buffer, offset: number, limit: number): DerNode {
  const tag = source[offset];
  const first = source[offset + 1];
  if (tag === undefined || first === undefined || offset + 2 > limit) throw new DerFault('truncated');
  if ((tag & 0x1f) === 0x1f) throw new DerFault('long tag');
  let content = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const bytes = first & 0x7f;
    if (bytes === 0) throw new DerFault('indefinite length');
    if (bytes > 4 || content + bytes > limit) throw new DerFault('length');
    length = source.readUIntBE(content, bytes);
    content += bytes;
    if (length < 0x80 || length < 2 ** (8 * (bytes - 1))) throw new DerFault('length not in its shortest form');
  }
  if (content + length > limit) throw new DerFault('truncated');
  return { source, tag, start: offset, content, end: content + length };
}

/** Reads bytes that are one value of this tag and nothing else. */
export function readWhole(source: Buffer, tag: number): DerNode {
  const node = readNode(source, 0, source.length);
  if (node.end !== source.length) throw new DerFault('trailing bytes');
  return expectTag(node, tag);
}

export function expectTag(node: DerNode | undefined, tag: number): DerNode {
  if (node?.tag !== tag)
    throw new DerFault(node === undefined ? 'value missing' : `unexpected tag ${node.tag.toString(16)}`);
  return node;
}

export function children(node: DerNode): DerNode[] {
  const list: DerNode[] = [];
  for (let at = node.content; at < node.end;) {
    const child = readNode(node.source, at, node.end);
    list.push(child);
    at = child.end;
  }
  return list;
}

/** The value without its header. */
export const contentOf = (node: DerNode): Buffer => node.source.subarray(node.content, node.end);
/** The value with its header. */
export const encodingOf = (node: DerNode): Buffer => node.source.subarray(node.start, node.end);

/**
 * Walks into every constructed value, so that a fault anywhere is found before anything is believed. `deepest`: how many
 * values may lie within each other.
 */
export function checkDeep(node: DerNode, deepest = MAX_DEPTH): void {
  if (deepest < 0) throw new DerFault('nesting');
  if ((node.tag & CONSTRUCTED) === 0) return;
  for (const child of children(node)) checkDeep(child, deepest - 1);
}

/** The bytes of an INTEGER, shortest form, not negative. */
export function unsignedInteger(node: DerNode | undefined): Buffer {
  const bytes = contentOf(expectTag(node, TAG.integer));
  const [first, second] = bytes;
  if (first === undefined) throw new DerFault('integer without content');
  if (first >= 0x80) throw new DerFault('negative integer');
  if (first === 0 && second !== undefined) {
    if (second < 0x80) throw new DerFault('integer not in its shortest form');
    return bytes.subarray(1);
  }
  return bytes;
}

/** A small non-negative INTEGER as a number. */
export function smallInteger(node: DerNode | undefined): number {
  const bytes = unsignedInteger(node);
  if (bytes.length > 4) throw new DerFault('integer too large');
  return bytes.readUIntBE(0, bytes.length);
}

export function booleanValue(node: DerNode): boolean {
  const bytes = contentOf(expectTag(node, TAG.boolean));
  if (bytes.length !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff)) throw new DerFault('boolean');
  return bytes[0] === 0xff;
}

/** Dotted form. Arcs beyond 2^48 belong to no identifier that is known here and are refused. */
export function oidValue(node: DerNode | undefined): string {
  const bytes = contentOf(expectTag(node, TAG.oid));
  const last = bytes.at(-1);
  if (last === undefined || last >= 0x80) throw new DerFault('object identifier');
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes) {
    if (arc === 0 && byte === 0x80) throw new DerFault('object identifier');
    arc = arc * 128 + (byte & 0x7f);
    if (arc > 2 ** 48) throw new DerFault('object identifier');
    if (byte < 0x80) {
      if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)));
      else arcs.push(arc);
      arc = 0;
    }
  }
  return arcs.join('.');
}

/** A BIT STRING of whole bytes. */
export function wholeBytes(node: DerNode | undefined): Buffer {
  const bytes = contentOf(expectTag(node, TAG.bitString));
  if (bytes[0] !== 0) throw new DerFault('bit string');
  return bytes.subarray(1);
}

/** A BIT STRING of named bits: bit n of the answer is named bit n. At most nine bits are looked at. */
export function namedBits(node: DerNode, tag: number = TAG.bitString): number {
  const [unused = 8, ...bytes] = contentOf(expectTag(node, tag)).subarray(0, 3);
  if (unused > 7 || (bytes.length === 0 && unused !== 0)) throw new DerFault('bit string');
  let bits = 0;
  bytes.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (0x80 >> bit)) !== 0) bits |= 1 << (index * 8 + bit);
  });
  return bits;
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** Milliseconds since 1970. RFC 5280 section 4.1.2.5: seconds always, `Z` always; two-digit years are 1950 to 2049. */
export function timeValue(node: DerNode | undefined): number {
  if (node === undefined || (node.tag !== TAG.utcTime && node.tag !== TAG.generalizedTime)) throw new DerFault('time');
  const utc = node.tag === TAG.utcTime;
  const match = (utc ? UTC_TIME : GENERALIZED_TIME).exec(contentOf(node).toString('latin1'));
  if (match === null) throw new DerFault('time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const fullYear = utc ? year + (year >= 50 ? 1900 : 2000) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isSame =
    date.getUTCFullYear() === fullYear &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!isSame) throw new DerFault('time');
  return date.getTime();
}
