// The interface /v1 as the kernel serves it: every operation with its ports in place and its row of authority.

import type { EvidencePacker } from '../../gateway/evidence/evidence-container.ts';
import type { ReceiveOfAnyForm } from '../../gateway/receive/agency/receive.ts';
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
import { OPERATIONS } from './operations.ts';
import type { TokenFailures } from './operations/issueToken.ts';

type V1Store = Pick<Store, 'messages' | 'inbox' | 'notices' | 'registry' | 'keys'>;

export interface V1Ports extends HttpPorts {
  readonly store: V1Store;
  readonly content: Pick<ContentStore, 'open'>;
  readonly signer: Pick<Signer, 'keyId'>;
  readonly receive: ReceiveOfAnyForm;
  readonly packEvidence: EvidencePacker;
  readonly printReport: ReportPrinter;
  readonly cursorKey: Buffer;
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  readonly version: string;
}

/** What the operations need. Each operation gets this record and sees only the members of its own type. */
interface OperationPorts extends V1Ports, V1Store {
  readonly tokens: Tokens;
  readonly failures: TokenFailures;
  readonly uploads: Metrics['uploads'];
  readonly maxConcurrentUploads: number;
  readonly world: HttpWorld;
  readonly openApi: () => unknown;
}

/**
 * Ten wrong secrets of one client, or a hundred from one address, then the gateway refuses until the minute is over.
 */
const CLIENT_FAILURES = 10;
const ADDRESS_FAILURES = 100;
const FAILURE_WINDOW_MS = 60_000;

export function v1(ports: V1Ports, tokens: Tokens, world: HttpWorld): readonly BoundOperation[] {
  const { http, metrics } = ports;
  let document: unknown;
  const bound: OperationPorts = {
    ...ports,
    ...ports.store,
    tokens,
    failures: {
      byClient: failureLimiter(CLIENT_FAILURES, FAILURE_WINDOW_MS, world),
      byAddress: failureLimiter(ADDRESS_FAILURES, FAILURE_WINDOW_MS, world),
    },
    uploads: metrics.uploads,
    maxConcurrentUploads: http.limits.maxConcurrentUploads,
    world,
    openApi: () => (document ??= openApiDocument(http.publicUrl, ports.version)),
  };
  const authority = new Map(Object.entries(AUTHORITY));
  const operations: readonly Operation<OperationPorts>[] = Object.values(OPERATIONS);
  return operations.map((operation) => bindOperation(operation, authority.get(operation.spec.id), bound));
}
