// The proofs of verdicts. All messages of a connection rest on the same few certificates and lists, so the store
// remembers which ones are kept and does not look again.

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { memory } from '../../../core/pki/cache.ts';
import type { Proof } from '../../../core/pki/proof.ts';
import { ProblemError } from '../../../core/problems/problem-error.ts';
import type { KeptProof, ProofStore } from '../../../ports/proofs.ts';
import { query } from '../pool.ts';

/** Hashes remembered: more than a province's certificates and a month of lists. */
const REMEMBERED = 20_000;

/** Bytes of one read: a list of 50 MB never stands in memory whole. */
const PIECE_BYTES = 1024 * 1024;

export function openProofs(pool: pg.Pool): ProofStore {
  const memoryOfProofs = memory<true>(REMEMBERED);
  return {
    async keep(proofs) {
      for (const proof of proofs) {
        if (memoryOfProofs.get(proof.sha256) === true) continue;
        await write(pool, proof);
        memoryOfProofs.set(proof.sha256, true);
      }
    },
    find: (sha256) => find(pool, sha256),
    open: (sha256) => read(pool, sha256),
  };
}

/** Looks first, because sending a kept list again would be a waste. */
async function write(pool: pg.Pool, { sha256, kind, der }: Proof): Promise<void> {
  const present = await query(pool, {
    name: 'proof-there',
    text: 'select from proof where sha256 = $1',
    values: [sha256],
  });
  if (present.length > 0) return;
  await query(pool, {
    name: 'proof-keep',
    text: 'insert into proof (sha256, kind, bytes) values ($1, $2, $3) on conflict do nothing',
    values: [sha256, kind, der],
  });
}

async function find(pool: pg.Pool, sha256: readonly string[]): Promise<readonly KeptProof[]> {
  return query<KeptProof>(pool, {
    name: 'proof-find',
    text: `select p.kind, p.sha256, octet_length(p.bytes) as size
             from unnest($1::text[]) with ordinality as asked(sha256, place)
             join proof p on p.sha256 = asked.sha256 order by asked.place`,
    values: [sha256],
  });
}

async function* read(pool: pg.Pool, sha256: string): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  for (let from = 1; ; from += PIECE_BYTES) {
    const rows = await query<{ piece: Buffer }>(pool, {
      name: 'proof-read',
      text: 'select substring(bytes from $2 for $3) as piece from proof where sha256 = $1',
      values: [sha256, from, PIECE_BYTES],
    });
    const piece = rows[0]?.piece ?? Buffer.alloc(0);
    hash.update(piece);
    // The last piece goes out only after the hash of the whole was checked.
    const isLast = piece.length < PIECE_BYTES;
    if (isLast && hash.digest('hex') !== sha256) throw new ProblemError('content-corrupt', { sha256 });
    if (piece.length > 0) yield piece;
    if (isLast) return;
  }
}

/** DER certificates of signers and authorities that verdicts rested on, the newest first, each once. */
export async function provenCertificates(pool: pg.Pool): Promise<readonly Buffer[]> {
  const rows = await query<{ bytes: Buffer }>(pool, {
    name: 'proof-certificates',
    text: `select bytes from proof where kind = 'certificate' order by kept_at desc limit $1`,
    values: [REMEMBERED],
  });
  return rows.map(({ bytes }) => bytes);
}
