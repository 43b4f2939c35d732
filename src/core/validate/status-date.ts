// Limits on a status's date: not in the future, and not before the gateway received its document.

import { vietnameseTime } from '../message/vietnam-time.ts';

/** Clocks of two offices differ by this much at the most. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** `timestamp` as a message has it: local Vietnamese time without zone. */
export function isAhead(timestamp: string, instant: Date): boolean {
  return timestamp > vietnameseTime(new Date(instant.getTime() + CLOCK_SKEW_MS));
}

/** `timestamp` as a message has it; `receivedAt` of the document. */
export function isBeforeReceipt(timestamp: string, receivedAt: Date): boolean {
  return timestamp < vietnameseTime(new Date(receivedAt.getTime() - CLOCK_SKEW_MS));
}
