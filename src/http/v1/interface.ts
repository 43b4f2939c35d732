// The interface /v1 as the kernel serves it: every operation with its ports in place and its row of authority.

import type { EvidencePacker } from '../../gateway/evidence/evidence-container.ts';
import type { DoorReceive } from '../../gateway/receive/agency/receive.ts';
import type { ContentStore } from '../../ports/content-store.ts';
import type { Store } from '../../ports/record.ts';
import type { ReportPrinter } from '../../ports/report-printer.ts';
import type { Signer } from '../../ports/signer.ts';
import type { Readiness } from '../../telemetry/health.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Tokens } from '../auth.ts';
import { bindOperation, type BoundOperation, type Operation } from '../operation.ts';
import { failureLimiter } from '../rate.ts';
import type { HttpPorts, HttpWorld } from '../start.ts';
import { AUTHORITY } from './authority.ts';
import { openApiDocument } from './openapi.ts';
import { OPERATIONS, type OperationPorts } from './operations.ts';

export interface V1Ports extends HttpPorts {
  readonly store: Pick<Store, 'messages' | 'inbox' | 'notices' | 'registry' | 'keys'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly signer: Pick<Signer, 'keyId'>;
  readonly receive: DoorReceive;
  readonly packEvidence: EvidencePacker;
  readonly printReport: ReportPrinter;
  readonly cursorKey: Buffer;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  readonly version: string;
}

/** Ten wrong secrets of one client, or a hundred from one address, then no answer until the minute is over. */
const CLIENT_FAILURES = 10;
const ADDRESS_FAILURES = 100;
const FAILURE_WINDOW_MS = 60_000;

export function v1(ports: V1Ports, tokens: Tokens, world: HttpWorld): readonly BoundOperation[] {
  const { http, store, metrics } = ports;
  let document: unknown;
  const bound: OperationPorts = {
    receive: ports.receive,
    packEvidence: ports.packEvidence,
    printReport: ports.printReport,
    messages: store.messages,
    inbox: store.inbox,
    notices: store.notices,
    registry: store.registry,
    content: ports.content,
    signer: ports.signer,
    keys: store.keys,
    tokens,
    failures: {
      byClient: failureLimiter(CLIENT_FAILURES, FAILURE_WINDOW_MS, world),
      byAddress: failureLimiter(ADDRESS_FAILURES, FAILURE_WINDOW_MS, world),
    },
    uploads: metrics.uploads,
    maxConcurrentUploads: http.limits.maxConcurrentUploads,
    cursorKey: ports.cursorKey,
    world,
    events: ports.events,
    metrics,
    readiness: ports.readiness,
    openApi: () => (document ??= openApiDocument(http.publicUrl, ports.version)),
  };
  const authority = new Map(Object.entries(AUTHORITY));
  const operations: readonly Operation<OperationPorts>[] = Object.values(OPERATIONS);
  return operations.map((operation) => bindOperation(operation, authority.get(operation.spec.id), bound));
}
