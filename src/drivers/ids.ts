// Ids are UUIDv7 (RFC 9562): sorted by time, so that partitions by month are ranges of ids.

import { randomBytes } from 'node:crypto';

let lastMilliseconds = 0;
let counter = 0;

/**
 * A new UUIDv7 for the instant `at`. Within one process each id is greater than the one before, also when `at` stands still
 * or goes back: then the 12 bits after the time count on (RFC 9562, section 6.2, method 1).
 */
export function newId(at: Date): string {
  const milliseconds = at.getTime();
  const random = randomBytes(10);
  if (milliseconds > lastMilliseconds) {
    lastMilliseconds = milliseconds;
    // The topmost bit is left free, so that there is room to count within one millisecond.
    counter = random.readUInt16BE(8) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMilliseconds += 1;
      counter = 0;
    }
  }
  const time = lastMilliseconds.toString(16).padStart(12, '0');
  const hex = random.toString('hex', 0, 8);
  const variant = ((random.readUInt8(0) & 0x3f) | 0x80).toString(16);
  return [
    time.slice(0, 8),
    time.slice(8, 12),
    `7${counter.toString(16).padStart(3, '0')}`,
    `${variant}${hex.slice(2, 4)}`,
    hex.slice(4, 16),
  ].join('-');
}
