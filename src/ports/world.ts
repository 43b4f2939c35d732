/** The source of instants. Wall time is for evidence only; leases and schedules use the database's own time. */
export interface Clock {
  now(): Date;
}

/** Resolves after `milliseconds`, or when `signal` aborts. Never rejects. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/**
 * Time, random numbers and ids: values that a function cannot derive from its arguments. A function takes the members
 * it uses (`Pick<World, 'now'>`), so that a test supplies only those. Members are called on their own, without the
 * record.
 */
export interface World {
  readonly now: () => Date;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  readonly pause: Pause;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** `count` unpredictable bytes. */
  readonly randomBytes: (count: number) => Buffer;
  /** A new id for the instant `at`: a UUIDv7, greater than every one before it in this process. */
  readonly newId: (at: Date) => string;
}
