import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Facts, Verdict } from '../core/problems/finding.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { ProblemCode } from '../core/problems/problems.ts';
import type { Notice } from './notices.ts';

/** One transmission, with the content for a connected system. */
export interface Parcel {
  readonly transmission: string;
  readonly message: string;
  readonly kind: string;
  /** One message, one connection, 1..n addressees there. Delivery ids are stable across retries and restarts. */
  readonly deliveries: readonly { readonly id: string; readonly organisation: string }[];
  readonly sender: string;
  readonly documentId: string;
  readonly urgent: boolean;
  /** Delivered although the signer's certificate status could not be checked yet. */
  readonly unchecked: boolean;
  /** `failed` where the sender's profile lets a document with an invalid signature through, shown as such. */
  readonly verdict: Verdict;
  /** The documents bear no signature. */
  readonly referenceOnly: boolean;
  /** Media type of the bytes, for `Content-Type`. */
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The exact bytes; a fresh stream at each call. */
  open(): Promise<Buffer | Readable>;
}

/**
 * A live client of one connected system.
 *
 * Promises of every implementation: `send` settles before `signal` aborts or soon after; it never throws for an act of
 * a receiver or a network (those are outcomes); `done` only after the receiver confirmed the parcel's SHA-256 in a
 * well-formed acknowledgement; many calls may run at once.
 */
export interface Sender {
  send(parcel: Parcel, signal: AbortSignal): Promise<Outcome>;
  /** Sends the verdict on a parcel that was `unchecked`. Absent: this system takes no notices, and asks by itself. */
  tell?(notice: Notice, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

/** A setting that cannot be used, named by its path. */
export interface SettingsProblem {
  readonly code: ProblemCode;
  readonly facts: Facts;
}

/** A kind of connected system: one folder under `adapters/`. */
export interface Adapter<Settings = unknown> {
  readonly name: string;
  readonly settings: z.ZodType<Settings>;
  /** `push`: the gateway sends. `pull`: the system fetches from its inbox, and there is no sender. */
  readonly direction: 'push' | 'pull';
  /** Only for `push`. */
  connect?(settings: Settings): Sender;
}
