import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Language } from '../core/message/language.ts';

/** A request that passed every check which does not depend on the operation. */
export interface RawCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly language: Language;
  /** A signal that aborts when the client is gone or the gateway stops. Made on demand, because few operations wait. */
  readonly untilGone: () => AbortSignal;
  readonly limits: { readonly maxPackageBytes: number; readonly idleSeconds: number };
}
