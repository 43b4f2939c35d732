// This process's part of the shared cache: it parses each list and answer once, and looks again only when the cache has
// changed.

import { memory } from '../../../core/pki/cache.ts';
import { parseCrl, type Crl } from '../../../core/pki/crl.ts';
import { parseOcspResponse, type OcspAnswer } from '../../../core/pki/ocsp.ts';
import type { CachedPlace, RevocationCache, Unobtained } from '../../../ports/revocation-cache.ts';
import type { World } from '../../../ports/world.ts';
import type { WantedPlace } from './places.ts';

/** Answers kept in memory, of a few kilobytes each: more signers than a province has. */
const ANSWERS = 20_000;
/** Milliseconds for which lists count as the newest without a look into the cache. */
const FRESH = 1_000;
/** Milliseconds between two records of the lists in use. */
const TOLD = 3_600_000;

export interface Shelf {
  /** The newest cached lists of all places wanted so far. The same array while nothing changed. */
  lists(): Promise<readonly Crl[]>;
  /** Answers in memory for these places, without a look into the cache. */
  answers(places: readonly WantedPlace[]): readonly OcspAnswer[];
  /** Reads the cached data of these places; answers the reasons where there is none. */
  read(places: readonly WantedPlace[]): Promise<ReadonlyMap<string, Unobtained>>;
  /** Records that verdicts rest on these (SHA-256). */
  used(sha256: Iterable<string>): Promise<void>;
}

export function openShelf(cache: RevocationCache, { monotonic }: Pick<World, 'monotonic'>): Shelf {
  const lists = new Map<string, Crl>();
  const answers = memory<OcspAnswer>(ANSWERS);
  const inUse = new Set<string>();
  let crls: readonly Crl[] = [];
  let [version, checkedAt, toldAt] = [0, -Infinity, monotonic()];

  const take = async ({ key, kind, sha256 }: CachedPlace): Promise<void> => {
    if (sha256 === null) return;
    const held = kind === 'crl' ? lists.get(key) : answers.get(key);
    if (held?.fingerprint === sha256) return;
    const bytes = await cache.bytes(sha256);
    if (bytes === null) return;
    if (kind === 'crl') {
      const parsedBefore = crls.find(({ fingerprint }) => fingerprint === sha256);
      const crl = parsedBefore ?? parsed(parseCrl(bytes));
      if (crl === undefined) return;
      lists.set(key, crl);
      crls = [...new Set(lists.values())];
    } else {
      const answer = parsed(parseOcspResponse(bytes));
      if (answer !== undefined) answers.set(key, answer);
    }
  };

  const read = async (keys: readonly string[]): Promise<ReadonlyMap<string, Unobtained>> => {
    const failures = new Map<string, Unobtained>();
    for (const place of await cache.find(keys)) {
      await take(place);
      if (place.failure !== null) failures.set(place.key, place.failure);
    }
    return failures;
  };

  return {
    async lists() {
      if (lists.size > 0 && monotonic() - checkedAt >= FRESH) {
        checkedAt = monotonic();
        const now = await cache.version();
        if (now !== version) await read([...lists.keys()]);
        version = now;
      }
      return crls;
    },
    answers: (places) => places.flatMap(({ key }) => answers.get(key) ?? []),
    read: (places) => read(places.map(({ key }) => key)),
    async used(sha256) {
      for (const digest of sha256) inUse.add(digest);
      if (inUse.size === 0 || monotonic() - toldAt < TOLD) return;
      toldAt = monotonic();
      const digests = [...inUse];
      inUse.clear();
      await cache.used(digests);
    },
  };
}

/** The writer of the cache parsed each entry; one that does not parse now comes from another program version. */
function parsed<T>(parsing: { readonly ok: true; readonly value: T } | { readonly ok: false }): T | undefined {
  return parsing.ok ? parsing.value : undefined;
}
