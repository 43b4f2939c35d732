// Fetched revocation data, shared by all processes through the database.

import type pg from 'pg';
import type {
  CachedPlace,
  CachePlace,
  Obtained,
  RevocationCache,
  Unobtained,
} from '../../../ports/revocation-cache.ts';
import { query, transaction } from '../pool.ts';

/** Seconds without another fetch, for any number of packages: after a failure, and after a fetch without help. */
const AGAIN_SECONDS = { failed: 15, fetched: 30 } as const;
/** A list is renewed when so much of its time is left: the tenth part, and within these bounds. */
const AHEAD = { part: 0.1, least: '5 minutes', most: '6 hours' } as const;
/** Seconds until a failed renewal is tried again. */
const RENEW_SECONDS = 60;
/** A list is renewed as long as a verdict relied on it within this time. */
const LATELY = '7 days';
const UNUSED = '30 days';
/** Advisory key of the process that hands out renewals. */
const RENEWAL_LOCK = 7_214_005;

/** Bytes of one read or write. */
const PIECE = 4 * 1024 * 1024;

export function openRevocationCache(pool: pg.Pool): RevocationCache {
  return {
    async version() {
      const rows = await query<{ version: string }>(pool, {
        name: 'revocation-version',
        text: 'select version from revocation_version',
      });
      return Number(rows[0]?.version ?? 0);
    },
    find: (keys) => find(pool, keys),
    bytes: (sha256) => read(pool, sha256),
    claim: (place, seconds) => claim(pool, place, seconds),
    keep: (key, obtained) => keep(pool, key, obtained),
    fail: (key, unobtained) => fail(pool, key, unobtained),
    claimPlaces: (limit, seconds) => claimDue(pool, limit, seconds),
    async used(sha256) {
      await query(pool, {
        name: 'revocation-used',
        text: 'update revocation_cache set used_at = now() where sha256 = any($1)',
        values: [sha256],
      });
    },
    prune: () => prune(pool),
  };
}

async function find(pool: pg.Pool, keys: readonly string[]): Promise<readonly CachedPlace[]> {
  const rows = await query<
    Pick<CachedPlace, 'key' | 'kind' | 'url' | 'sha256'> & {
      readonly failure: Unobtained['reason'] | null;
      readonly failed_host: string | null;
    }
  >(pool, {
    name: 'revocation-find',
    text: `select key, kind, url, sha256, failure, failed_host from revocation_cache where key = any($1)`,
    values: [keys],
  });
  return rows.map(({ failure, failed_host: host, ...place }) => ({
    ...place,
    failure: failure === null || host === null ? null : { reason: failure, host },
  }));
}

async function read(pool: pg.Pool, sha256: string): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  for (;;) {
    const rows = await query<{ bytes: Buffer }>(pool, {
      name: 'revocation-read',
      text: 'select bytes from revocation_content where sha256 = $1 and piece = $2',
      values: [sha256, pieces.length],
    });
    if (rows[0] !== undefined) pieces.push(rows[0].bytes);
    if ((rows[0]?.bytes.length ?? 0) < PIECE) break;
  }
  return pieces.length === 0 ? null : Buffer.concat(pieces);
}

const WAS_TRIED = `(c.failed_at >= now() - interval '${AGAIN_SECONDS.failed} seconds'
                 or c.fetched_at >= now() - interval '${AGAIN_SECONDS.fetched} seconds')`;
const IS_CLAIMED = 'c.claimed_until >= now()';

async function claim(
  pool: pg.Pool,
  { key, kind, url, issuer }: CachePlace,
  seconds: number,
): Promise<'claimed' | 'busy' | 'tried'> {
  const rows = await query<{ claimed: boolean; busy: boolean }>(pool, {
    name: 'revocation-claim',
    text: `
      with claimed as (
        insert into revocation_cache as c (key, kind, url, issuer, claimed_until)
        values ($1, $2, $3, $4, now() + $5 * interval '1 second')
        on conflict (key) do update set claimed_until = excluded.claimed_until, issuer = excluded.issuer, used_at = now()
         where (${IS_CLAIMED}) is not true and ${WAS_TRIED} is not true
        returning key
      )
      select exists (select from claimed) as claimed,
             not exists (select from revocation_cache c
                          where c.key = $1 and (${IS_CLAIMED}) is not true and ${WAS_TRIED}) as busy`,
    values: [key, kind, url, issuer, seconds],
  });
  if (rows[0]?.claimed === true) return 'claimed';
  return rows[0]?.busy === true ? 'busy' : 'tried';
}

/** The version goes first: its row is the lock for writing and dropping content. */
const ADVANCE = 'update revocation_version set version = version + 1';

async function keep(pool: pg.Pool, key: string, { sha256, bytes, thisUpdate, nextUpdate }: Obtained): Promise<boolean> {
  return await transaction(pool, async (client) => {
    await client.query(ADVANCE);
    const { rows } = await client.query<{ sha256: string | null; newer: boolean }>(
      `select sha256, coalesce(this_update > $2, false) as newer from revocation_cache where key = $1 for update`,
      [key, thisUpdate],
    );
    const [before] = rows;
    if (before === undefined || before.newer) {
      await client.query('update revocation_cache set claimed_until = null where key = $1', [key]);
      return false;
    }
    for (let piece = 0; piece * PIECE < bytes.length; piece += 1) {
      await client.query(
        'insert into revocation_content (sha256, piece, bytes) values ($1, $2, $3) on conflict do nothing',
        [sha256, piece, bytes.subarray(piece * PIECE, (piece + 1) * PIECE)],
      );
    }
    await client.query(
      `update revocation_cache set sha256 = $2, this_update = $3, next_update = $4, fetched_at = now(),
              failed_at = null, failure = null, failed_host = null, claimed_until = null
        where key = $1`,
      [key, sha256, thisUpdate, nextUpdate],
    );
    if (before.sha256 !== sha256) await dropContent(client, before.sha256);
    return true;
  });
}

async function dropContent(client: pg.ClientBase, sha256: string | null): Promise<void> {
  await client.query(
    `delete from revocation_content where sha256 = $1
        and not exists (select from revocation_cache where sha256 = $1)`,
    [sha256],
  );
}

async function fail(pool: pg.Pool, key: string, { reason, host }: Unobtained): Promise<void> {
  await query(pool, {
    name: 'revocation-fail',
    text: `update revocation_cache set failed_at = now(), failure = $2, failed_host = $3, claimed_until = null where key = $1`,
    values: [key, reason, host],
  });
}

async function claimDue(pool: pg.Pool, limit: number, seconds: number): Promise<readonly CachePlace[]> {
  return await transaction(pool, async (client) => {
    const { rows: led } = await client.query<{ led: boolean }>('select pg_try_advisory_xact_lock($1) as led', [
      RENEWAL_LOCK,
    ]);
    if (led[0]?.led !== true) return [];
    const { rows } = await client.query<CachePlace>(
      `with due as (
         select key from revocation_cache
          where kind = 'crl' and used_at > now() - interval '${LATELY}'
            and next_update - least(greatest((next_update - this_update) * ${AHEAD.part}, interval '${AHEAD.least}'),
                                    interval '${AHEAD.most}') < now()
            and (claimed_until is null or claimed_until < now())
            and (failed_at is null or failed_at < now() - interval '${RENEW_SECONDS} seconds')
          order by next_update limit $1 for update skip locked
       )
       update revocation_cache c set claimed_until = now() + $2 * interval '1 second' from due where c.key = due.key
       returning c.key, c.kind, c.url, c.issuer`,
      [limit, seconds],
    );
    return rows;
  });
}

async function prune(pool: pg.Pool): Promise<number> {
  return await transaction(pool, async (client) => {
    await client.query(ADVANCE);
    const { rows } = await client.query<{ sha256: string | null }>(
      `delete from revocation_cache where used_at < now() - interval '${UNUSED}' returning sha256`,
    );
    for (const { sha256 } of rows) await dropContent(client, sha256);
    return rows.length;
  });
}
