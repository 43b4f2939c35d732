import { createPublicKey } from 'node:crypto';
import type pg from 'pg';
import { query } from '../pool.ts';

/** The head that proves to others the state of the audit log at a time. */
export interface ProvingHead {
  readonly body: Buffer;
  readonly signature: Buffer;
  /** PEM; null when the record does not know the key. */
  readonly publicKey: string | null;
  /** `TimeStampToken`, DER; null while no head has one. */
  readonly token: Buffer | null;
}

/** The newest head with a time stamp; without any, the newest head. */
export async function newestHead(pool: pg.Pool): Promise<ProvingHead | undefined> {
  const [row] = await query<Omit<ProvingHead, 'publicKey'> & { readonly key: Buffer | null }>(pool, {
    name: 'newest-head',
    text: `select h.body, h.signature, k.public_key as key, s.token
             from audit_head h left join audit_head_stamp s using (seq) left join signing_key k using (key_id)
            order by s.seq is null, h.seq desc limit 1`,
    values: [],
  });
  if (row === undefined) return undefined;
  const { key, ...head } = row;
  if (key === null) return { ...head, publicKey: null };
  const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
  return { ...head, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}
