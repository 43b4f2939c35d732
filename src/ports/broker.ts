/**
 * A reference to a transmission that is due: never content. The record decides on the work, so a reference that comes
 * twice, late, or not at all does no harm; the sweep publishes lost ones again.
 */
export interface Reference {
  /** UUIDv7. */
  readonly transmission: string;
  /** Spreads the work: the receiving connection's id, hashed to a queue. */
  readonly connection: string;
  readonly urgent: boolean;
}

/**
 * `again`: another consumer gets it later (shutting down). Every other end, failures included, is `taken`: the record
 * knows.
 */
export type Acknowledgement = 'taken' | 'again';

export type ReferenceHandler = (reference: Reference) => Promise<Acknowledgement>;

/**
 * The engine that spreads the work; it can be rebuilt from the record at any time.
 *
 * Promises of every implementation:
 * - `publish` resolves with one boolean per reference, in order: true only after the broker has the reference durably.
 *   It never rejects for a broker that is away: those references are false.
 * - A confirmed reference is given to a handler at least once, also when broker or consumer died in between.
 * - Urgent references are given before ordinary ones that wait in the same broker.
 * - At most `prefetch` handlers of one consumer run at once. A handler that rejects counts as `taken`.
 * - A body that is not a reference is dropped, counted, and never reaches a handler.
 * - After the broker comes back, publishing and consuming go on by themselves.
 * - `close` stops giving, waits for running handlers, then lets go; unacknowledged references go to others.
 */
export interface Broker {
  publish(references: readonly Reference[]): Promise<readonly boolean[]>;
  consume(options: { readonly prefetch: number }, handle: ReferenceHandler): Promise<Consumer>;
  /** References waiting and not yet given to a handler. */
  depth(): Promise<number>;
  /** Whether publishing would work now, as far as is known. */
  connected(): boolean;
  /** Bodies dropped since the start because they were no references. */
  dropped(): number;
  close(): Promise<void>;
}

export interface Consumer {
  close(): Promise<void>;
}
