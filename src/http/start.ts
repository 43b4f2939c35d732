// Starts the HTTP face for the composition root: from the interfaces to serve, their ports and the world it makes a
// listening server that can be stopped.

import type { KeyObject } from 'node:crypto';
import type { HttpConfig } from '../config/config.ts';
import type { Store } from '../ports/record.ts';
import type { World } from '../ports/world.ts';
import type { Events } from '../telemetry/events.ts';
import { createApp } from './app.ts';
import { createTokens, type Tokens } from './auth.ts';
import type { BoundOperation } from './operation.ts';
import { rateLimiter } from './rate.ts';
import { createHttpServer, listen, stopListening } from './server.ts';

export interface HttpPorts {
  readonly http: HttpConfig;
  readonly store: Pick<Store, 'registry'>;
  readonly tokenKey: KeyObject;
  readonly events: Events;
}

/** An interface to serve, such as `v1/`: its operations, each with its row of authority. */
export type Interface<Ports> = (ports: Ports, tokens: Tokens, world: HttpWorld) => readonly BoundOperation[];

export type HttpWorld = Pick<World, 'now' | 'monotonic'>;

export interface HttpFace {
  /** The port that the server listens on, also where the configuration said 0. */
  readonly port: number;
  /** Ends long polls at once, lets running requests end within the grace, then cuts them. */
  stop(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10_000;

export async function startHttp<Ports extends HttpPorts>(
  interfaces: readonly Interface<Ports>[],
  ports: Ports,
  world: HttpWorld,
): Promise<HttpFace> {
  const { http, store, events } = ports;
  const stopping = new AbortController();
  const tokens = createTokens(ports.tokenKey, http.publicUrl, world);
  const rate = rateLimiter(http.limits.requestsPerSecond, world);
  const app = createApp(
    { http, registry: store.registry, tokens, rate, events, world, stopping: stopping.signal },
    interfaces.flatMap((operations) => operations(ports, tokens, world)),
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
