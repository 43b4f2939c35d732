// CRC-32 as ZIP uses it (ISO 3309, reflected polynomial 0xEDB88320), eight bytes a step.

const STEP = 8;

/** Row k: what a byte does to the sum when k more bytes follow it. */
const TABLES: Int32Array = (() => {
  const tables = new Int32Array(256 * STEP);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    tables[byte] = sum;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (tables[before & 0xff] ?? 0) ^ (before >>> 8);
  }
  return tables;
})();

/** The sum of what came before (0 at the beginning) carried on over these bytes; unsigned. */
export function crc32(before: number, bytes: Uint8Array): number {
  const tables = TABLES;
  let sum = ~before;
  let at = 0;
  for (const whole = bytes.length - (bytes.length % STEP); at < whole; at += STEP) {
    const low =
      sum ^
      (byteAt(bytes, at) |
        (byteAt(bytes, at + 1) << 8) |
        (byteAt(bytes, at + 2) << 16) |
        (byteAt(bytes, at + 3) << 24));
    sum =
      (tables[0x700 | (low & 0xff)] ?? 0) ^
      (tables[0x600 | ((low >>> 8) & 0xff)] ?? 0) ^
      (tables[0x500 | ((low >>> 16) & 0xff)] ?? 0) ^
      (tables[0x400 | (low >>> 24)] ?? 0) ^
      (tables[0x300 | byteAt(bytes, at + 4)] ?? 0) ^
      (tables[0x200 | byteAt(bytes, at + 5)] ?? 0) ^
      (tables[0x100 | byteAt(bytes, at + 6)] ?? 0) ^
      (tables[byteAt(bytes, at + 7)] ?? 0);
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ (tables[(sum ^ byteAt(bytes, at)) & 0xff] ?? 0);
  return ~sum >>> 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
