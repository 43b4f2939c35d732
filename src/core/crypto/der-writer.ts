// A writer of DER, the counterpart of the strict reader beside it: what one writes the other must read, and openssl is asked
// about both. The gateway asks and signs with it, and the development authority issues with it.

const LONG_LENGTH = 0x80;

/** One value: tag, shortest definite length, contents. */
export function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < LONG_LENGTH) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(LONG_LENGTH | bytes.length, ...bytes);
}

export const sequence = (...contents: readonly Buffer[]): Buffer => tlv(0x30, ...contents);
export const set = (...contents: readonly Buffer[]): Buffer => tlv(0x31, ...contents);
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
export const printableString = (text: string): Buffer => tlv(0x13, Buffer.from(text, 'latin1'));
export const octetString = (bytes: Buffer): Buffer => tlv(0x04, bytes);
export const bitString = (bytes: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.of(unused), bytes);
export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.of(value ? 0xff : 0));
export const enumerated = (value: number): Buffer => tlv(0x0a, Buffer.of(value));
export const derNull = (): Buffer => tlv(0x05);
/** `[n]` EXPLICIT, or IMPLICIT of a constructed type. */
export const tagged = (number: number, ...contents: readonly Buffer[]): Buffer => tlv(0xa0 + number, ...contents);
/** `[n]` IMPLICIT of a simple type. */
export const implicit = (number: number, content: Buffer): Buffer => tlv(0x80 + number, content);

/** A non-negative INTEGER, from a number or from big-endian bytes. */
export function integer(value: number | Buffer): Buffer {
  if (typeof value === 'number') {
    const hex = value.toString(16);
    return integer(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
  }
  const first = value.findIndex((byte) => byte !== 0);
  const bytes = first === -1 ? Buffer.of(0) : value.subarray(first);
  return (bytes[0] ?? 0) < 0x80 ? tlv(0x02, bytes) : tlv(0x02, Buffer.of(0), bytes);
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let remainder = Math.floor(arc / 128); remainder > 0; remainder = Math.floor(remainder / 128))
      groups.unshift(0x80 | (remainder % 128));
    return groups;
  });
  return tlv(0x06, Buffer.from(bytes));
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050 on. */
export function time(instant: Date): Buffer {
  const digits = instant
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return instant.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}
