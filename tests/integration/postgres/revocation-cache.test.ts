// One process fetches, all have it; what was fetched last is not undone by what is older.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import type { CachePlace, Obtained } from '../../../src/ports/revocation-cache.ts';
import { query, sharedServer, stopServers, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let one: PostgresStore;
let other: PostgresStore;

beforeAll(async () => {
  database = await (await sharedServer('embedded')).fresh();
  const options = { url: database.runUrl, name: 'test', connections: 4, log: () => undefined };
  [one, other] = [await openStore(options), await openStore(options)];
});
afterAll(async () => {
  await one.close();
  await other.close();
  await stopServers();
});
beforeEach(async () => {
  await sql('truncate revocation_cache, revocation_content');
});

const sql = (text: string, values: unknown[] = []) => query(database.adminUrl, text, values);

const HOUR = 3600 * 1000;
const NOW = Date.now();

const place = (name: string): CachePlace => ({
  key: `crl ${name}`,
  kind: 'crl',
  url: `http://crl.example/${name}`,
  issuer: Buffer.from('issuer'),
});

interface Times {
  readonly madeAt?: number;
  readonly lasts?: number | null;
}

function obtained(bytes: Buffer, { madeAt = NOW - HOUR, lasts = 24 * HOUR }: Times = {}): Obtained {
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    thisUpdate: new Date(madeAt),
    nextUpdate: lasts === null ? null : new Date(madeAt + lasts),
  };
}

/** So that what was fetched may be fetched again. */
const later = () => sql("update revocation_cache set fetched_at = fetched_at - interval '30 seconds'");

async function fetched(name: string, what: Obtained): Promise<boolean> {
  await later();
  expect(await one.revocation.claim(place(name), 10)).toBe('claimed');
  return one.revocation.keep(place(name).key, what);
}

describe('claims', () => {
  test('one of many fetches', async () => {
    const claims = Array.from({ length: 10 }, (_each, index) =>
      (index % 2 === 0 ? one : other).revocation.claim(place('a'), 10),
    );
    expect((await Promise.all(claims)).toSorted()).toEqual([...Array<string>(9).fill('busy'), 'claimed']);
  });

  test('end with what came, with a failure, and with time', async () => {
    await fetched('a', obtained(Buffer.from('list')));
    expect(await other.revocation.claim(place('a'), 10)).toBe('tried');
    await later();
    expect(await other.revocation.claim(place('a'), 10)).toBe('claimed');
    await other.revocation.fail(place('a').key, { reason: 'timeout', host: 'crl.example' });
    expect(await one.revocation.claim(place('a'), 10)).toBe('tried');
    await sql("update revocation_cache set failed_at = failed_at - interval '15 seconds'");
    expect(await one.revocation.claim(place('a'), 10)).toBe('claimed');
    expect(await other.revocation.claim(place('a'), 10)).toBe('busy');
    await sql("update revocation_cache set claimed_until = now() - interval '1 second'");
    expect(await other.revocation.claim(place('a'), 10)).toBe('claimed');
  });
});

describe('what was obtained', () => {
  test('is there for all, with another version', async () => {
    const before = await other.revocation.version();
    const list = obtained(Buffer.from('list'));
    expect(await fetched('a', list)).toBe(true);
    expect(await other.revocation.version()).toBeGreaterThan(before);
    const { key, kind, url } = place('a');
    expect(await other.revocation.find([key, 'crl nobody'])).toEqual([
      { key, kind, url, sha256: list.sha256, failure: null },
    ]);
    expect(await other.revocation.bytes(list.sha256)).toEqual(list.bytes);
  });

  test.each([0, 1, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 9 * 1024 * 1024])(
    'of %i bytes comes back whole',
    async (size) => {
      const list = obtained(Buffer.alloc(size, 7));
      await fetched('a', list);
      expect((await other.revocation.bytes(list.sha256))?.equals(list.bytes) ?? size === 0).toBe(true);
    },
  );

  test('is replaced by what is newer, and only by that', async () => {
    const [old, young] = [obtained(Buffer.from('old'), { madeAt: NOW - 2 * HOUR }), obtained(Buffer.from('young'))];
    await fetched('a', old);
    expect(await fetched('a', young)).toBe(true);
    expect(await one.revocation.bytes(old.sha256)).toBeNull();
    expect(await fetched('a', old)).toBe(false);
    expect(await one.revocation.find([place('a').key])).toMatchObject([{ sha256: young.sha256 }]);
    await later();
    expect(await one.revocation.claim(place('a'), 10)).toBe('claimed');
  });

  test('stays while another place has the same', async () => {
    const [same, next] = [obtained(Buffer.from('same')), obtained(Buffer.from('next'))];
    await fetched('a', same);
    await fetched('b', same);
    await fetched('a', next);
    expect(await one.revocation.bytes(same.sha256)).toEqual(same.bytes);
    await fetched('b', next);
    expect(await one.revocation.bytes(same.sha256)).toBeNull();
  });

  test('is not lost by a failure, which is told', async () => {
    const list = obtained(Buffer.from('list'));
    await fetched('a', list);
    await later();
    await one.revocation.claim(place('a'), 10);
    await one.revocation.fail(place('a').key, { reason: 'status', host: 'crl.example' });
    expect(await other.revocation.find([place('a').key])).toMatchObject([
      { sha256: list.sha256, failure: { reason: 'status', host: 'crl.example' } },
    ]);
  });
});

describe('renewal', () => {
  test.each<readonly [string, Times, boolean]>([
    ['long before its end', { madeAt: NOW - 10 * HOUR, lasts: 24 * HOUR }, false],
    ['near its end', { madeAt: NOW - 22 * HOUR, lasts: 24 * HOUR }, true],
    ['after its end', { madeAt: NOW - 48 * HOUR, lasts: 24 * HOUR }, true],
    ['of a week, six hours before its end', { madeAt: NOW - 161 * HOUR, lasts: 168 * HOUR }, false],
    ['of a week, at its end', { madeAt: NOW - 163 * HOUR, lasts: 168 * HOUR }, true],
    ['without an end', { lasts: null }, false],
  ])('of a list %s', async (_name, times, isDue) => {
    await fetched('a', obtained(Buffer.from('list'), times));
    expect(await one.revocation.claimPlaces(10, 10)).toEqual(isDue ? [place('a')] : []);
    expect(await other.revocation.claimPlaces(10, 10)).toEqual([]);
  });

  test('of no more than asked for, the most urgent first', async () => {
    await fetched('a', obtained(Buffer.from('a'), { madeAt: NOW - 25 * HOUR }));
    await fetched('b', obtained(Buffer.from('b'), { madeAt: NOW - 26 * HOUR }));
    expect(await one.revocation.claimPlaces(1, 10)).toEqual([place('b')]);
    expect(await one.revocation.claimPlaces(1, 10)).toEqual([place('a')]);
  });

  test('waits after a failure, and ends when no verdict uses the list', async () => {
    await fetched('a', obtained(Buffer.from('a'), { madeAt: NOW - 25 * HOUR }));
    await one.revocation.claimPlaces(1, 10);
    await one.revocation.fail(place('a').key, { reason: 'timeout', host: '' });
    expect(await one.revocation.claimPlaces(1, 10)).toEqual([]);
    await sql(
      "update revocation_cache set failed_at = failed_at - interval '1 minute', used_at = used_at - interval '8 days'",
    );
    expect(await one.revocation.claimPlaces(1, 10)).toEqual([]);
    await one.revocation.used([obtained(Buffer.from('a')).sha256]);
    expect(await one.revocation.claimPlaces(1, 10)).toHaveLength(1);
  });

  test('drops places unused for a month', async () => {
    const list = obtained(Buffer.from('list'));
    await fetched('a', list);
    await fetched('b', obtained(Buffer.from('used')));
    await sql("update revocation_cache set used_at = used_at - interval '31 days' where key = $1", [place('a').key]);
    expect(await one.revocation.prune()).toBe(1);
    expect(await one.revocation.bytes(list.sha256)).toBeNull();
    expect(await one.revocation.find([place('a').key, place('b').key])).toHaveLength(1);
  });
});
