import type { FetchFailure, RevocationRequest } from './revocation-source.ts';

/** One thing that can be fetched: a list by its place, or the answers about one certificate by theirs. */
export interface CachePlace {
  /** Unique, and the same in every process. */
  readonly key: string;
  readonly kind: RevocationRequest['kind'];
  readonly url: string;
  /** DER certificate of the authority that must have signed it or appointed who did. */
  readonly issuer: Buffer;
}

/** What was obtained from a place and proved genuine. */
export interface Obtained {
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
  readonly bytes: Buffer;
  readonly thisUpdate: Date;
  /** Null: its authority names no next one. */
  readonly nextUpdate: Date | null;
}

/**
 * Why nothing was obtained: the fetch failed, or what came was of no use. `invalid`: not to be believed. `try-later`,
 * `unknown`: what the responder said. `older`: there was better before.
 */
export interface Unobtained {
  readonly reason: FetchFailure | 'invalid' | 'try-later' | 'unknown' | 'older';
  /** Of the place; empty where it could not be told. */
  readonly host: string;
}

export interface CachedPlace extends Pick<CachePlace, 'key' | 'kind' | 'url'> {
  /** Of the newest that was obtained; null: nothing was. */
  readonly sha256: string | null;
  /** How the last try failed; null: it did not. */
  readonly failure: Unobtained | null;
}

/**
 * What was fetched of revocation, shared by all processes: one fetches, all have it. It is a cache: what a verdict rests on
 * is kept as its proof.
 */
export interface RevocationCache {
  /** Rises with every change; seen by all who ask after the change was made. */
  version(): Promise<number>;
  /** What is known of these places; those nobody asked for are left out. */
  find(keys: readonly string[]): Promise<readonly CachedPlace[]>;
  /** Null when it was replaced meanwhile. */
  bytes(sha256: string): Promise<Buffer | null>;
  /**
   * The right to fetch from a place, for `seconds`. `busy`: another has it. `tried`: somebody fetched a moment ago, be it in
   * vain, and asking again would be no use. Notes that the place is in use.
   */
  claim(place: CachePlace, seconds: number): Promise<'claimed' | 'busy' | 'tried'>;
  /** Ends the claim. False: what is there is newer, and stays. */
  keep(key: string, obtained: Obtained): Promise<boolean>;
  /** Ends the claim. */
  fail(key: string, unobtained: Unobtained): Promise<void>;
  /**
   * Lists that were in use lately and run out soon, or have: those that run out first, claimed for `seconds`. Only one process at a time
   * is given any.
   */
  claimPlaces(limit: number, seconds: number): Promise<readonly CachePlace[]>;
  /** Notes that verdicts rest on these (SHA-256), so that they are renewed and not dropped. */
  used(sha256: readonly string[]): Promise<void>;
  /** Drops what nobody used for a month; answers how many places. */
  prune(): Promise<number>;
}
