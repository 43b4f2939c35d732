// The gateway's own keys, and the times between which each signed.

import { createPublicKey } from 'node:crypto';
import type pg from 'pg';
import type { SigningAlgorithm } from '../../../core/crypto/signing-algorithms.ts';
import type { SigningKey } from '../../../ports/signer.ts';
import type { KeyStore } from '../../../ports/keys.ts';
import { query } from '../pool.ts';

export function openSigningKeys(pool: pg.Pool): KeyStore {
  return {
    async announce(keys) {
      for (const key of keys)
        await query(pool, {
          name: 'key-announce',
          text: 'insert into signing_key (key_id, algorithm, public_key) values ($1, $2, $3) on conflict do nothing',
          values: valuesOf(key),
        });
    },
    async use(key) {
      await query(pool, {
        name: 'key-use',
        text: `insert into signing_key as k (key_id, algorithm, public_key, first_used, last_used) values ($1, $2, $3, now(), now())
               on conflict (key_id) do update set first_used = coalesce(k.first_used, now()), last_used = now()`,
        values: valuesOf(key),
      });
    },
    list: () => list(pool),
  };
}

function valuesOf({ keyId, algorithm, publicKey }: SigningKey): unknown[] {
  return [keyId, algorithm, publicKey.export({ type: 'spki', format: 'der' })];
}

interface Row {
  readonly keyId: string;
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: Buffer;
  readonly firstUsed: Date | null;
  readonly lastUsed: Date | null;
}

async function list(pool: pg.Pool): ReturnType<KeyStore['list']> {
  const rows = await query<Row>(pool, {
    name: 'key-list',
    text: `select key_id as "keyId", algorithm, public_key as "publicKey", first_used as "firstUsed", last_used as "lastUsed"
             from signing_key order by coalesce(last_used, announced_at) desc, key_id`,
    values: [],
  });
  return rows.map((row) => ({
    ...row,
    publicKey: createPublicKey({ key: row.publicKey, format: 'der', type: 'spki' }),
  }));
}
