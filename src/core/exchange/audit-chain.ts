// The audit chain: what exactly is hashed, so that a reader can check it with SHA-256 alone.
//
// hash(n) = SHA-256( hash(n − 1) ‖ field(seq) ‖ field(id) ‖ field(at) ‖ field(actor) ‖ field(act) ‖ field(object) ‖
//                    field(outcome) ‖ field(details) )
//
// where field(text) is the length of its UTF-8 bytes as four bytes, most significant first, then these bytes; hash(0)
// is 32 zero bytes; `at` is ISO 8601 UTC with milliseconds; `details` is canonical JSON: members sorted by name, no
// white space.

import { createHash } from 'node:crypto';
import type { Facts } from '../problems/finding.ts';

export interface AuditRow {
  /** From 1, without gaps. */
  readonly seq: bigint;
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly act: string;
  readonly object: string;
  readonly outcome: string;
  /** Canonical JSON, as `canonicalDetails` writes it. */
  readonly details: string;
}

/** The hash before the first row. */
export const CHAIN_START: Buffer = Buffer.alloc(32);

/** Facts as the chain hashes them. */
export function canonicalDetails(facts: Facts): string {
  const names = Object.keys(facts).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(facts[name])}`).join(',')}}`;
}

/** The hash of a row after the row whose hash is `previous`. */
export function chainHash(previous: Buffer, row: AuditRow): Buffer {
  const hash = createHash('sha256').update(previous);
  const fields = [
    row.seq.toString(),
    row.id,
    row.at.toISOString(),
    row.actor,
    row.act,
    row.object,
    row.outcome,
    row.details,
  ];
  for (const text of fields) {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

/** The bytes that are signed as the chain's head: canonical JSON, so that a copy kept elsewhere explains itself. */
export function headBytes(head: { readonly seq: bigint; readonly hash: Buffer; readonly at: Date }): Buffer {
  return Buffer.from(
    JSON.stringify({ at: head.at.toISOString(), hash: head.hash.toString('hex'), seq: head.seq.toString() }),
    'utf8',
  );
}
