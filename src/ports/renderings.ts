import type { Finding } from '../core/problems/finding.ts';
import type { RenderedForm, RenderingChoice } from '../core/message/rendering.ts';
import type { Message } from '../core/message/message.ts';
import type { Park } from '../core/exchange/outcome.ts';
import type { ContentLocation } from './content-store.ts';

/** A message in another form than the accepted one, with its own hash, size and place. */
export interface KeptRendering extends ContentLocation {
  readonly form: RenderedForm;
}

/** One message on its way to one connection. */
export interface RenderingTarget {
  readonly message: string;
  readonly transmission: string;
}

/** The source of a rendering. */
export interface RenderingSource {
  readonly message: Message;
  readonly location: ContentLocation;
  /** Whether the package carries a signature, which every rendering loses. */
  readonly signed: boolean;
}

/** A pulled copy that the inbox shows only in the form of its connection. */
export interface WaitingRendering extends RenderingTarget {
  /** Rises with the time it became available. */
  readonly place: bigint;
  readonly choice: RenderingChoice;
}

/**
 * Renderings of messages. The store keeps one rendering of a message in each form, the first one; a delivery carries
 * the hash of its rendering before a receiver sees it, and the hash never changes.
 */
export interface RenderingStore {
  /** Null for an unknown message. */
  readSource(message: string): Promise<RenderingSource | null>;
  /**
   * Records this form on the unfinished deliveries of the target, each with its audit row, and answers their rendering:
   * another form where one was recorded before. Null when the message has no rendering in this form.
   */
  assign(target: RenderingTarget, form: RenderedForm): Promise<KeptRendering | null>;
  /** Keeps a rendering whose bytes, where they are not inline, are durable already; then as `assign`. */
  keep(target: RenderingTarget, made: KeptRendering & { readonly losses: readonly Finding[] }): Promise<KeptRendering>;
  /** Pulled copies that wait for their form, after `place` and in its order. */
  listWaiting(after: bigint, limit: number): Promise<readonly WaitingRendering[]>;
  /** Parks a pulled copy that cannot be rendered, until a person acts. False when it no longer waits. */
  park(target: RenderingTarget, outcome: Park): Promise<boolean>;
}
