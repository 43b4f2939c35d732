import type { FetchFailure, RevocationRequest } from './revocation-source.ts';

/** A place to fetch from: that of a list, or that of the answers about one certificate. */
export interface CachePlace {
  /** Unique, and the same in every process. */
  readonly key: string;
  readonly kind: RevocationRequest['kind'];
  readonly url: string;
  /** DER certificate of the authority that must have signed the data or appointed its signer. */
  readonly issuer: Buffer;
}

/** Data that was fetched from a place and proved genuine. */
export interface Obtained {
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
  readonly bytes: Buffer;
  readonly thisUpdate: Date;
  /** Null: the authority names no next update. */
  readonly nextUpdate: Date | null;
}

/**
 * The reason why nothing was obtained: the fetch failed, or the data was useless. `invalid`: not trustworthy.
 * `try-later`, `unknown`: the responder's answers. `older`: the cache holds newer data.
 */
export interface Unobtained {
  readonly reason: FetchFailure | 'invalid' | 'try-later' | 'unknown' | 'older';
  /** Host of the place; empty where it is unknown. */
  readonly host: string;
}

export interface CachedPlace extends Pick<CachePlace, 'key' | 'kind' | 'url'> {
  /** Hash of the newest obtained data; null: there is none. */
  readonly sha256: string | null;
  /** The failure of the last try; null: it succeeded. */
  readonly failure: Unobtained | null;
}

/**
 * Fetched revocation data, shared by all processes: one fetches for all. It is a cache: the proofs of a verdict are
 * kept elsewhere.
 */
export interface RevocationCache {
  /** Rises with every change; every later reader sees the change. */
  version(): Promise<number>;
  /** The cached state of these places; places that were never claimed are left out. */
  find(keys: readonly string[]): Promise<readonly CachedPlace[]>;
  /** Null when the data was replaced meanwhile. */
  bytes(sha256: string): Promise<Buffer | null>;
  /**
   * The right to fetch from a place, for `seconds`. `busy`: another process has it. `tried`: a process fetched a moment
   * ago, perhaps in vain, and another fetch would be useless. Records that the place is in use.
   */
  claim(place: CachePlace, seconds: number): Promise<'claimed' | 'busy' | 'tried'>;
  /** Ends the claim. False: the cached data is newer, and stays. */
  keep(key: string, obtained: Obtained): Promise<boolean>;
  /** Ends the claim. */
  fail(key: string, unobtained: Unobtained): Promise<void>;
  /**
   * Lists that were in use lately and run out soon, or have run out: those that run out first, claimed for `seconds`.
   * Only one process at a time gets any.
   */
  claimPlaces(limit: number, seconds: number): Promise<readonly CachePlace[]>;
  /** Records that verdicts rest on these (SHA-256), so that they are renewed and not dropped. */
  used(sha256: readonly string[]): Promise<void>;
  /** Drops places unused for a month; answers their number. */
  prune(): Promise<number>;
}
