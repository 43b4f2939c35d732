// Opens the record: one pool for the work, one connection that listens, one that leads.

import type pg from 'pg';
import type { Store } from '../../ports/record.ts';
import { openInbox } from './inbox/inbox.ts';
import { openMessages } from './record/messages.ts';
import { requireSchema } from './migrate.ts';
import { type PoolOptions, openPool, probe, requireDurability } from './pool.ts';
import { openProofs } from './trust/proofs.ts';
import { openRegistry } from './registry/registry.ts';
import { openRenderings } from './inbox/renderings.ts';
import { openRevocationCache } from './trust/revocation-cache.ts';
import { openSequencer } from './audit/sequencer.ts';
import { openSigningKeys } from './trust/signing-keys.ts';
import { openSignals, REGISTRY } from './signals.ts';
import { openNotices } from './rechecks/notices.ts';
import { openRechecks } from './rechecks/rechecks.ts';
import { openWork } from './work/work.ts';

export interface PostgresStore extends Store {
  /** For other users of the same database, such as the embedded broker. */
  readonly pool: pg.Pool;
}

/**
 * Opens the record of a migrated database. Rejects with `schema-too-old`, `schema-too-new`, `fsync-off` or
 * `database-unavailable`.
 */
export async function openStore(options: PoolOptions): Promise<PostgresStore> {
  const pool = openPool(options);
  try {
    await requireSchema(pool);
    await requireDurability(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const signals = openSignals({ url: options.url, pool, log: options.log });
  const sequencer = openSequencer(options, signals);
  const registry = openRegistry(pool);
  signals.watch(REGISTRY, () => registry.expire());
  const messages = openMessages(pool, signals);
  return {
    pool,
    messages: {
      ...messages,
      async accept(acceptance) {
        const result = await messages.accept(acceptance);
        if (result.kind === 'registry-changed') registry.expire();
        return result;
      },
    },
    work: openWork(pool, signals),
    inbox: openInbox(pool, signals),
    rechecks: openRechecks(pool, signals),
    notices: openNotices(pool),
    renderings: openRenderings(pool, signals),
    sequencer,
    registry,
    proofs: openProofs(pool),
    revocation: openRevocationCache(pool),
    keys: openSigningKeys(pool),
    probe: () => probe(pool),
    async close() {
      await signals.close();
      await sequencer.close();
      await pool.end();
    },
  };
}
