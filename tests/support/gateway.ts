// A gateway put together in the test's own process, as the composition root does it: the use case over a real record and a
// real disk, and the HTTP face on a real port over whatever ports it is given.

import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { HttpLimits } from '../../src/config/config.ts';
import { openDiskContentStore } from '../../src/drivers/disk/content-store.ts';
import { openSpool } from '../../src/drivers/disk/spool.ts';
import { machine } from '../../src/drivers/machine.ts';
import { printReport } from '../../src/drivers/paper/report-printer.ts';
import { openInlineViewer } from '../../src/drivers/pdfium/viewer.ts';
import type { PostgresStore } from '../../src/drivers/postgres/store.ts';
import { createPackageJudge } from '../../src/gateway/basis/judge.ts';
import { createReceiveOfAnyForm } from '../../src/gateway/receive/agency/receive.ts';
import type { ReceivePorts } from '../../src/gateway/receive/receive.ts';
import { startHttp, type HttpFace } from '../../src/http/start.ts';
import { v1, type V1Ports } from '../../src/http/v1/interface.ts';
import type { Signer } from '../../src/ports/signer.ts';
import type { World } from '../../src/ports/world.ts';
import { createEvents } from '../../src/telemetry/events.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

export const PUBLIC_URL = 'http://gateway.test';

/** A signer for tests that check no signature. */
export function fakeSigner(): Signer {
  return {
    keyId: 'ab'.repeat(32),
    algorithm: 'ES256',
    publicKey: newKeyPair().publicKey,
    certificates: [],
    sign: () => Promise.resolve(randomBytes(70)),
    close: () => Promise.resolve(),
  };
}

const newKeyPair = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The ports of `receive` over a real record, with content and spool in `folder`. No scanner, no authority is asked, every connection pulls. */
export async function receivePorts(
  store: PostgresStore,
  folder: string,
  over: Partial<ReceivePorts> = {},
  world: Pick<World, 'now'> = machine,
): Promise<ReceivePorts> {
  return {
    messages: store.messages,
    proofs: store.proofs,
    registry: store.registry,
    content: over.content ?? (await openDiskContentStore({ directory: path.join(folder, 'content'), reserve: 0 })),
    signer: fakeSigner(),
    scanner: null,
    spool: openSpool(path.join(folder, 'spool')),
    judge: createPackageJudge(world),
    viewer: openInlineViewer(),
    directionOf: () => 'pull',
    gateway: PUBLIC_URL,
    events: { accepted: () => undefined, refused: () => undefined, statusRecorded: () => undefined },
    ...over,
  };
}

export interface TestFace extends HttpFace {
  readonly url: string;
  readonly tokenKey: KeyObject;
  /** The lines logged so far. */
  log(): string;
}

type FacePorts = Pick<V1Ports, 'store' | 'content' | 'signer' | 'receive'> & Partial<V1Ports>;

/** The HTTP face on a free port of this machine; what a test does not bring answers as a well gateway does. */
export async function startFace(
  ports: FacePorts,
  { limits = {}, world = machine }: { limits?: Partial<HttpLimits>; world?: Pick<World, 'now' | 'monotonic'> } = {},
): Promise<TestFace> {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const metrics = createMetrics();
  const tokenKey = newKeyPair().privateKey;
  const face = await startHttp(
    [v1],
    {
      http: httpConfig(limits),
      packEvidence: () => Promise.resolve(null),
      printReport,
      tokenKey,
      cursorKey: randomBytes(32),
      readiness: () => Promise.resolve({ status: 'ok', parts: { database: 'ok', broker: 'ok', content: 'ok' } }),
      metrics,
      events: createEvents(createLog('debug', sink), metrics),
      version: '0.0.0',
      ...ports,
    },
    world,
  );
  return { ...face, url: `http://localhost:${face.port}`, tokenKey, log: () => lines.join('') };
}

/** The HTTP face over the use case itself. */
export function startReceivingFace(
  store: PostgresStore,
  receiving: ReceivePorts,
  options: { limits?: Partial<HttpLimits>; world?: World } = {},
): Promise<TestFace> {
  const { content, signer } = receiving;
  const receive = createReceiveOfAnyForm(receiving, options.world ?? machine);
  return startFace({ store, content, signer, receive }, options);
}

export function httpConfig(limits: Partial<HttpLimits>): V1Ports['http'] {
  return {
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC_URL,
    hosts: ['gateway.test', 'localhost', '127.0.0.1'],
    problemBase: 'https://lienthong.vn/problems/',
    limits: {
      maxPackageBytes: 256 * 1024,
      maxConcurrentUploads: 64,
      maxConnections: 1000,
      requestsPerSecond: 10_000,
      idleSeconds: 1,
      requestSeconds: 30,
      ...limits,
    },
  };
}
