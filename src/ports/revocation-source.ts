/** The revocation lists at hand, unverified: whether they are genuine and current is for the core to judge. */
export interface RevocationLists {
  /** Changes whenever a list does; equal while nothing changed. */
  readonly version: string;
  /** DER. */
  readonly lists: readonly Buffer[];
}

/**
 * Where certificate revocation lists come from.
 *
 * Promises of every implementation: `current` answers what it has within two seconds and never waits for an authority; it
 * follows no address that a certificate or a list names, only what the operator configured; it rejects with a
 * `ProblemError` only when the source itself cannot be read, never because of one bad list; after `close` it rejects.
 */
export interface RevocationSource {
  current(): Promise<RevocationLists>;
  close(): Promise<void>;
}
