export interface SequencerStore {
  /**
   * Numbers inbox entries that became available and chains committed audit rows. Only the leader may call it; null when
   * another process leads.
   */
  sequence(): Promise<{ readonly entries: number; readonly rows: number } | null>;
  /** Signs the chain's head when the last signed head is older than an hour; `sign` gets the canonical head bytes. */
  signHead(sign: (head: Buffer) => Promise<{ readonly signature: Buffer; readonly keyId: string }>): Promise<boolean>;
  /** The newest signed head, when it has no time stamp yet; null when it has one, or another process leads. */
  unstampedHead(): Promise<SignedHead | null>;
  /** Keeps a time stamp over a head's body; the first one stays. */
  keepStamp(stamp: { readonly seq: string; readonly token: Buffer; readonly at: Date }): Promise<void>;
  /** Resolves when there may be something to number or to chain, at the latest after `milliseconds`. */
  waitForPending(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export interface SignedHead {
  readonly seq: string;
  /** The bytes that were signed. */
  readonly body: Buffer;
}
