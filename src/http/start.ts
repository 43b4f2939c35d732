// The HTTP face as the composition root starts it: one record of parts in, a listening port and a way to stop out.

import type { KeyObject } from 'node:crypto';
import type { HttpConfig } from '../config/config.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContentStore } from '../ports/content-store.ts';
import type { ReportPrinter } from '../ports/report-printer.ts';
import type { Signer } from '../ports/signer.ts';
import type { Store } from '../ports/record.ts';
import type { Events } from '../telemetry/events.ts';
import type { Readiness } from '../telemetry/health.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { EvidencePacker } from '../gateway/evidence/evidence-container.ts';
import { createApp } from './app.ts';
import { createTokens } from './auth.ts';
import { openApiDocument } from './v1/openapi.ts';
import { bindOperations } from './v1/operations.ts';
import type { Receive } from './v1/operations/submitMessage.ts';
import { failureLimiter, rateLimiter } from './rate.ts';
import { createHttpServer, listen, stopListening } from './server.ts';

export interface HttpParts {
  readonly http: HttpConfig;
  readonly store: Pick<Store, 'messages' | 'inbox' | 'notices' | 'registry' | 'keys'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly signer: Pick<Signer, 'keyId'>;
  readonly receive: Receive;
  readonly packEvidence: EvidencePacker;
  readonly printReport: ReportPrinter;
  readonly clock: Clock;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  readonly tokenKey: KeyObject;
  readonly cursorKey: Buffer;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  readonly events: Events;
  readonly version: string;
}

export interface HttpFace {
  /** The port that is listened on, also where the configuration said 0. */
  readonly port: number;
  /** Ends long polls at once, lets running requests end within the grace, then cuts them. */
  stop(graceMs?: number): Promise<void>;
}

/** Ten wrong secrets of one client, or a hundred from one address, then no answer until the minute is over. */
const CLIENT_FAILURES = 10;
const ADDRESS_FAILURES = 100;
const FAILURE_WINDOW_MS = 60_000;
const GRACE_MS = 10_000;

export async function startHttp(parts: HttpParts): Promise<HttpFace> {
  const { http, store, clock, monotonic, events, metrics } = parts;
  const stopping = new AbortController();
  const tokens = createTokens(parts.tokenKey, http.publicUrl, clock);
  let document: unknown;
  const operations = bindOperations({
    receive: parts.receive,
    packEvidence: parts.packEvidence,
    printReport: parts.printReport,
    messages: store.messages,
    inbox: store.inbox,
    notices: store.notices,
    registry: store.registry,
    content: parts.content,
    signer: parts.signer,
    keys: store.keys,
    tokens,
    failures: {
      byClient: failureLimiter(CLIENT_FAILURES, FAILURE_WINDOW_MS, monotonic),
      byAddress: failureLimiter(ADDRESS_FAILURES, FAILURE_WINDOW_MS, monotonic),
    },
    uploads: metrics.uploads,
    maxConcurrentUploads: http.limits.maxConcurrentUploads,
    cursorKey: parts.cursorKey,
    clock,
    monotonic,
    events,
    metrics,
    readiness: parts.readiness,
    openApi: () => (document ??= openApiDocument(http.publicUrl, parts.version)),
  });
  const rate = rateLimiter(http.limits.requestsPerSecond, monotonic);
  const app = createApp(
    { http, registry: store.registry, tokens, rate, events, monotonic, stopping: stopping.signal },
    operations,
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
