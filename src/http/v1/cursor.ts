// Cursors: opaque to clients, authenticated, bound to the connection and its query, and versioned.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuse, ok, type Result } from '../../core/problems/finding.ts';

/** Versions that the gateway no longer makes. It accepts their cursors for 90 days after they were made. */
const RETIRED: ReadonlySet<number> = new Set();
const CURRENT = 1;
const GRACE_SECONDS = 90 * 24 * 3600;

// version (1), made at (6, seconds), position (8), authentication (18): 33 bytes leave no unused bits in base64.
const HEAD_BYTES = 15;
const MAC_BYTES = 18;
const TEXT = /^[A-Za-z0-9_-]{44}$/;

/** The scope in which a cursor is valid. */
export interface CursorScope {
  readonly key: Buffer;
  readonly connection: string;
  /** The list and its filter, such as `inbox`. */
  readonly list: string;
}

/** `position`: the last entry of the page, or null for the start. */
export function sealCursor(position: bigint | null, at: Date, scope: CursorScope, version = CURRENT): string {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(version, 0);
  head.writeUIntBE(Math.floor(at.getTime() / 1000), 1, 6);
  head.writeBigInt64BE(position ?? -1n, 7);
  return Buffer.concat([head, authentication(head, scope)]).toString('base64url');
}

/** The position a cursor stands for; `cursor-invalid`, or `cursor-expired` for one of a version retired too long ago. */
export function openCursor(
  text: string,
  now: Date,
  scope: CursorScope,
  retired: ReadonlySet<number> = RETIRED,
): Result<bigint | null> {
  if (!TEXT.test(text)) return refuse('cursor-invalid');
  const bytes = Buffer.from(text, 'base64url');
  const head = bytes.subarray(0, HEAD_BYTES);
  if (!timingSafeEqual(bytes.subarray(HEAD_BYTES), authentication(head, scope))) return refuse('cursor-invalid');
  const version = head.readUInt8(0);
  if (version !== CURRENT) {
    if (!retired.has(version)) return refuse('cursor-invalid');
    if (now.getTime() / 1000 - head.readUIntBE(1, 6) > GRACE_SECONDS) return refuse('cursor-expired');
  }
  const position = head.readBigInt64BE(7);
  return ok(position < 0n ? null : position);
}

function authentication(head: Buffer, scope: CursorScope): Buffer {
  return createHmac('sha256', scope.key)
    .update(JSON.stringify([scope.list, scope.connection]))
    .update(head)
    .digest()
    .subarray(0, MAC_BYTES);
}
