// The HTTP face as the composition root starts it: the interfaces to serve and one record of their parts in, a
// listening port and a way to stop out.

import type { KeyObject } from 'node:crypto';
import type { HttpConfig } from '../config/config.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/record.ts';
import type { Events } from '../telemetry/events.ts';
import { createApp } from './app.ts';
import { createTokens, type Tokens } from './auth.ts';
import type { BoundOperation } from './operation.ts';
import { rateLimiter } from './rate.ts';
import { createHttpServer, listen, stopListening } from './server.ts';

export interface HttpParts {
  readonly http: HttpConfig;
  readonly store: Pick<Store, 'registry'>;
  readonly clock: Clock;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  readonly tokenKey: KeyObject;
  readonly events: Events;
}

/** An interface to serve, as `v1/` is one: its operations, each with its row of authority. */
export type Interface<Parts> = (parts: Parts, tokens: Tokens) => readonly BoundOperation[];

export interface HttpFace {
  /** The port that is listened on, also where the configuration said 0. */
  readonly port: number;
  /** Ends long polls at once, lets running requests end within the grace, then cuts them. */
  stop(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10_000;

export async function startHttp<Parts extends HttpParts>(
  interfaces: readonly Interface<Parts>[],
  parts: Parts,
): Promise<HttpFace> {
  const { http, store, clock, monotonic, events } = parts;
  const stopping = new AbortController();
  const tokens = createTokens(parts.tokenKey, http.publicUrl, clock);
  const rate = rateLimiter(http.limits.requestsPerSecond, monotonic);
  const app = createApp(
    { http, registry: store.registry, tokens, rate, events, monotonic, stopping: stopping.signal },
    interfaces.flatMap((operations) => operations(parts, tokens)),
  );
  const server = createHttpServer(app, http);
  const port = await listen(server, http.host, http.port);
  return {
    port,
    async stop(graceMs = GRACE_MS) {
      stopping.abort();
      await stopListening(server, graceMs);
    },
  };
}
