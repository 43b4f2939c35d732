import type { Finding } from '../core/problems/finding.ts';
import type { RenderedForm, RenderingChoice } from '../core/message/rendering.ts';
import type { Message } from '../core/message/message.ts';
import type { Park } from '../core/exchange/outcome.ts';
import type { ContentLocation } from './content-store.ts';

/** A message in a form it was not accepted in: its own hash, size and place. */
export interface KeptRendering extends ContentLocation {
  readonly form: RenderedForm;
}

/** One message on its way to one connection. */
export interface RenderingTarget {
  readonly message: string;
  readonly transmission: string;
}

/** What a rendering is made from. */
export interface RenderingSource {
  readonly message: Message;
  readonly location: ContentLocation;
  /** Whether the package carries a signature, which no other spelling of it keeps. */
  readonly signed: boolean;
}

/** A pulled copy that is not shown before it is in the form its connection takes. */
export interface WaitingRendering extends RenderingTarget {
  /** Rises with the time it became available. */
  readonly place: bigint;
  readonly choice: RenderingChoice;
}

/**
 * What goes out in another form. One rendering of a message in a form is kept, the first one; the hash of the one that a
 * delivery is given stands on the delivery before anybody sees it, and never changes.
 */
export interface RenderingStore {
  /** Null for a message that is not there. */
  readSource(message: string): Promise<RenderingSource | null>;
  /**
   * Records on the unfinished deliveries of the target that they are given this form, each with its audit row, and answers
   * what they are given: another form where one was recorded before. Null when the message has not been rendered in it.
   */
  assign(target: RenderingTarget, form: RenderedForm): Promise<KeptRendering | null>;
  /** Keeps a rendering whose bytes, where they are not inline, are durable already; then as `assign`. */
  keep(target: RenderingTarget, made: KeptRendering & { readonly losses: readonly Finding[] }): Promise<KeptRendering>;
  /** Pulled copies that wait for their form, after `place` and in its order. */
  listWaiting(after: bigint, limit: number): Promise<readonly WaitingRendering[]>;
  /** Takes a pulled copy that cannot be rendered out of the way, for a person to see to. False when it waits no more. */
  park(target: RenderingTarget, outcome: Park): Promise<boolean>;
}
