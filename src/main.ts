// The composition root: the one place that knows every implementation. Configuration in, a running gateway out; tests put
// wrappers around the parts through `overrides`.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { adapters } from '../adapters/index.ts';
import type { Config } from './config/config.ts';
import { packageVersion } from './config/paths.ts';
import type { Secrets } from './config/secrets.ts';
import { ProblemError } from './core/problems/problem-error.ts';
import type { Registry } from './core/registry/registry.ts';
import { openDiskContentStore } from './drivers/disk/content-store.ts';
import { openSpool } from './drivers/disk/spool.ts';
import { openHttp } from './drivers/http-client.ts';
import { machine } from './drivers/machine.ts';
import { printReport } from './drivers/paper/report-printer.ts';
import { openEmbeddedBroker } from './drivers/postgres/broker/embedded-broker.ts';
import { RUN_ROLE, startEmbedded } from './drivers/embedded-postgres/embedded.ts';
import { migrate } from './drivers/postgres/migrate.ts';
import { openStore, type PostgresStore } from './drivers/postgres/store.ts';
import { openRabbitBroker, type BrokerEvent } from './drivers/rabbitmq/broker.ts';
import { openS3ContentStore } from './drivers/s3/content-store.ts';
import { openHttpRevocationSource } from './drivers/revocation/http.ts';
import { openFileSigner } from './drivers/signers/file.ts';
import { createFileKey } from './drivers/signers/key-file.ts';
import { openViewerThread } from './drivers/pdfium/viewer.ts';
import { openClamdScanner } from './drivers/scanners/clamd.ts';
import { openCommandScanner } from './drivers/scanners/command.ts';
import { openPkcs11Signer } from './drivers/signers/pkcs11.ts';
import { openPkcs12Signer } from './drivers/signers/pkcs12.ts';
import { readPublicKey } from './drivers/signers/public-key.ts';
import { openHttpTimeStamper } from './drivers/time-stamper.ts';
import { startHttp } from './http/start.ts';
import { v1 } from './http/v1/interface.ts';
import type { Adapter } from './ports/adapter.ts';
import type { Broker } from './ports/broker.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { MalwareScanner } from './ports/malware-scanner.ts';
import type { PageViewer } from './ports/page-viewer.ts';
import type { RevocationSource } from './ports/revocation-source.ts';
import type { Signer } from './ports/signer.ts';
import type { Store } from './ports/record.ts';
import type { TimeStamper } from './ports/time-stamper.ts';
import type { World } from './ports/world.ts';
import { createEvents, type Events } from './telemetry/events.ts';
import { readiness } from './telemetry/health.ts';
import { createLog, type Log } from './telemetry/log.ts';
import { createMetrics, watchBroker, type Metrics } from './telemetry/metrics.ts';
import { createReceiveOfAnyForm } from './gateway/receive/agency/receive.ts';
import { createEvidencePacker } from './gateway/evidence/evidence-container.ts';
import { createPackageJudge } from './gateway/basis/judge.ts';
import { createRevocationGatherer } from './gateway/basis/revocation/gather.ts';
import type { ObtainPorts } from './gateway/basis/revocation/obtain.ts';
import { createRevocationListRenewal } from './gateway/basis/revocation/renew.ts';
import type { ReceivePorts } from './gateway/receive/receive.ts';
import { createRecheck } from './gateway/recheck/recheck.ts';
import { startWorkers, type WorkerRole } from './workers/run.ts';
import type { Turn } from './gateway/loop.ts';
import { stamp } from './workers/stamp.ts';
import { withRecordedKey } from './workers/signing-key.ts';
import type { ConfigReason } from './texts/config.ts';

export interface Gateway {
  /** Where it listens; empty when this process has no `api` role. */
  readonly url: string;
  /** Takes nothing new, finishes what is under way, lets go of everything. Resolves within 40 s. */
  close(): Promise<void>;
}

/** The parts that touch the world. */
export interface Drivers {
  readonly store: Store;
  readonly broker: Broker;
  readonly content: ContentStore;
  readonly signer: Signer;
  /** Null: heads of the audit chain are only signed. */
  readonly stamper: TimeStamper | null;
  /** Null: attachments are not scanned. */
  readonly scanner: MalwareScanner | null;
  readonly viewer: PageViewer;
  readonly revocation: RevocationSource;
  readonly world: World;
  readonly adapters: ReadonlyMap<string, Adapter>;
}

/** Wraps or replaces parts: how tests plant faults. */
export type Overrides = (drivers: Drivers) => Drivers;

/** Transmissions under way at once in one process. */
const PREFETCH = 64;

/** Starts the roles the configuration names. What was opened is closed again when a later part fails. */
export async function startGateway(
  config: Config,
  secrets: Secrets,
  overrides: Overrides = (drivers) => drivers,
): Promise<Gateway> {
  const log = createLog(config.logLevel);
  const metrics = createMetrics({ processMetrics: true });
  const events = createEvents(log, metrics);
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const part of closing.splice(0).reverse()) await part();
  };
  try {
    const drivers = await withRecordedKeys(config, overrides(await openDrivers(config, secrets, log, closing)), events);
    watchBroker(metrics.registry, drivers.broker);
    const receiving = receivePorts(config, drivers, events);
    closing.push(startRoles(config, drivers, receiving, events));
    const url = config.roles.includes('api')
      ? await startFace(config, secrets, drivers, receiving, { metrics, events }, closing)
      : '';
    log.info('gateway.started', { roles: config.roles.join(','), url, version: packageVersion() });
    closing.push(() => {
      log.info('gateway.stopping');
      return Promise.resolve();
    });
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closing = (() => Promise<void>)[];

async function openDrivers(config: Config, secrets: Secrets, log: Log, closing: Closing): Promise<Drivers> {
  const store = await openRecord(config, secrets, log, closing);
  const broker = await openBroker(config, secrets, store, log);
  closing.push(() => broker.close());
  const content = await openContent(config, secrets);
  closing.push(() => content.close());
  const signer = await openSigner(config, secrets, log);
  closing.push(() => signer.close());
  const revocation = openHttpRevocationSource({ allow: config.revocationAllow }, machine);
  closing.push(() => revocation.close());
  const scanner = openScanner(config);
  const viewer = openViewerThread();
  closing.push(() => viewer.close());
  const stamper = config.timeStampUrl === null ? null : openHttpTimeStamper(config.timeStampUrl);
  const kinds = adapters(openHttp);
  return { store, broker, content, signer, scanner, viewer, revocation, stamper, world: machine, adapters: kinds };
}

/** The embedded database migrates by itself; a server's is migrated by `lienthong migrate`, with its own role. */
async function openRecord(config: Config, secrets: Secrets, log: Log, closing: Closing): Promise<PostgresStore> {
  const { database } = config;
  const tell = log.warn.bind(log);
  let url = secrets.databaseUrl;
  if (database.kind === 'embedded') {
    const embedded = await startEmbedded({
      dataDir: database.dataDir,
      log: tell,
      onExit: () => log.error('database.ended'),
    });
    closing.push(() => embedded.stop());
    await migrate(embedded.migrateUrl, RUN_ROLE);
    url = embedded.runUrl;
  }
  if (url === undefined)
    throw new ProblemError('config-invalid', {
      name: 'LIENTHONG_DATABASE_URL',
      reason: 'address-wanted' satisfies ConfigReason,
    });
  const store = await openStore({ url, name: 'lienthong', connections: database.connections, log: tell });
  closing.push(() => store.close());
  return store;
}

function openBroker(config: Config, secrets: Secrets, store: PostgresStore, log: Log): Promise<Broker> {
  const { broker } = config;
  const tell = log.warn.bind(log);
  if (broker.kind === 'embedded') return Promise.resolve(openEmbeddedBroker({ pool: store.pool, log: tell }));
  if (secrets.brokerUrl === undefined)
    throw new ProblemError('config-invalid', {
      name: 'LIENTHONG_BROKER_URL',
      reason: 'address-wanted' satisfies ConfigReason,
    });
  return openRabbitBroker({ url: secrets.brokerUrl, shards: broker.shards, log: (event) => tellBroker(log, event) });
}

/** The cause by its message alone: other members of a client's error may hold secrets. */
function tellBroker(log: Log, { kind, ...facts }: BrokerEvent): void {
  const fields = Object.entries(facts).map(([name, fact]) => [
    name,
    fact instanceof Error ? fact.message : String(fact),
  ]);
  log.warn(`broker.${kind}`, Object.fromEntries(fields) as Record<string, string>);
}

function openContent({ content }: Config, { s3 }: Secrets): Promise<ContentStore> {
  if (content.kind === 'disk') return openDiskContentStore({ directory: content.directory });
  return Promise.resolve(openS3ContentStore({ ...content, ...(s3 === undefined ? {} : { credentials: s3 }) }));
}

function openScanner({ scannerUrl }: Config): MalwareScanner | null {
  if (scannerUrl === null) return null;
  const url = new URL(scannerUrl);
  if (url.protocol === 'clamd:') return openClamdScanner({ url: scannerUrl });
  return openCommandScanner({ program: decodeURIComponent(url.pathname), args: url.searchParams.getAll('arg') });
}

async function openSigner({ signing }: Config, secrets: Secrets, log: Log): Promise<Signer> {
  const warn = (finding: { readonly code: string }): void => log.warn('signer.key-exposed', { code: finding.code });
  if (signing.kind === 'pkcs12')
    return openPkcs12Signer({ file: signing.path, passphrase: secrets.signingPassphrase ?? '', warn });
  const { certificatePath } = signing;
  const certificates = certificatePath === undefined ? {} : { certificates: certificatePath };
  if (signing.kind === 'pkcs11')
    return openPkcs11Signer({ ...signing, pin: secrets.signingPin ?? '', ...certificates });
  const { keyPath, generate } = signing;
  if (generate) await createFileKey(keyPath);
  return openFileSigner({ key: keyPath, ...certificates, warn });
}

/** The keys are in the record before any of them signs. */
async function withRecordedKeys(config: Config, drivers: Drivers, events: Events): Promise<Drivers> {
  const { keys } = drivers.store;
  await keys.announce(await Promise.all(config.announcedKeys.map(readPublicKey)));
  return { ...drivers, signer: await withRecordedKey(drivers.signer, { keys, events }, drivers.world) };
}

function receivePorts(config: Config, drivers: Drivers, events: Events): ReceivePorts {
  const { store, content, signer, scanner, viewer, world, adapters } = drivers;
  const gather = createRevocationGatherer({ ...obtainPorts(drivers), events }, world);
  return {
    messages: store.messages,
    proofs: store.proofs,
    registry: store.registry,
    content,
    signer,
    scanner,
    viewer,
    spool: openSpool(path.join(config.dataDir, 'spool')),
    judge: createPackageJudge(world, gather),
    directionOf: (connection: string, registry: Registry) =>
      adapters.get(registry.connections.get(connection)?.adapter ?? '')?.direction ?? 'push',
    gateway: config.http.publicUrl,
    events,
  };
}

function obtainPorts({ store, revocation }: Drivers): ObtainPorts {
  return { cache: store.revocation, source: revocation };
}

/** Answers how the roles stop. */
function startRoles(config: Config, drivers: Drivers, receiving: ReceivePorts, events: Events): () => Promise<void> {
  const roles = new Set<WorkerRole>(config.roles.filter((role) => role !== 'api'));
  const { store, world } = drivers;
  const ports = {
    ...drivers,
    work: store.work,
    notices: store.notices,
    renderings: store.renderings,
    sequencer: store.sequencer,
    registry: store.registry,
    recheck: createRecheck(
      { ...receiving, rechecks: store.rechecks, heldPatience: config.heldPatience, events },
      world,
    ),
    renewLists: createRevocationListRenewal(obtainPorts(drivers), world),
    ...stamping(drivers, events),
    events,
    owner: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    prefetch: PREFETCH,
  };
  const workers = startWorkers(roles, ports, world);
  return () => workers.stop();
}

function stamping({ store, stamper, world }: Drivers, events: Events): { stamp?: Turn } {
  if (stamper === null) return {};
  const { sequencer, registry } = store;
  return { stamp: stamp({ sequencer, registry, stamper, events }, world) };
}

async function startFace(
  config: Config,
  secrets: Secrets,
  drivers: Drivers,
  receiving: ReceivePorts,
  telemetry: { readonly metrics: Metrics; readonly events: Events },
  closing: Closing,
): Promise<string> {
  const { store, broker, content, signer, stamper, world } = drivers;
  const ports = {
    ...telemetry,
    http: config.http,
    store,
    content,
    signer,
    packEvidence: createEvidencePacker({ ...store, content, signer, stamper, printReport }, world),
    printReport,
    receive: createReceiveOfAnyForm(receiving, world),
    tokenKey: secrets.tokenKey,
    cursorKey: secrets.cursorKey,
    readiness: readiness(
      {
        database: () => store.probe(),
        isBrokerConnected: () => broker.connected(),
        content: () => content.probe(),
      },
      world,
    ),
    version: packageVersion(),
  };
  const face = await startHttp([v1], ports, world);
  closing.push(() => face.stop());
  const { host } = config.http;
  return `http://${host.includes(':') ? `[${host}]` : host}:${face.port}`;
}
