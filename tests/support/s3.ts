// An S3 server for tests. How to use it:
//
//   const s3 = await sharedS3();              // the run's server; take a key prefix of your own, others use it too
//   …                                         // s3.endpoint, s3.region, s3.bucket, s3.credentials: as the store takes them
//   afterAll(() => s3.close());               // ends it only if this call started it
//
//   const s3 = await startS3();               // a server of one's own: kill, start and admin it at will
//
// The shared server is the one at S3_TEST_URL (with S3_TEST_KEY, S3_TEST_SECRET and S3_TEST_BUCKET). Without it a suite
// starts its own: Ceph's object gateway over a store in memory, one node, about a second. It comes from the installed
// packages, else from apt-get as root on Debian (69 MB, about a minute, once); when neither can be had, the call fails
// and says what to install.

import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { aptInstall, canInstall, end, findCommand, freePort, run, serve, until } from './external.ts';

export interface SharedS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): Promise<void>;
}

export interface S3Server extends SharedS3 {
  /** `kill -9` of the face that speaks S3; what it stored stays. Resolves when it is gone. */
  kill(): Promise<void>;
  /** After `kill`, on the same port with the same content; resolves when it answers. */
  start(): Promise<void>;
  /** `radosgw-admin` with these arguments; answers what it printed. */
  admin(...args: string[]): Promise<string>;
}

const WHAT_TO_INSTALL =
  'An S3 server is needed: set S3_TEST_URL, S3_TEST_KEY, S3_TEST_SECRET and S3_TEST_BUCKET, ' +
  'or install radosgw, ceph-mon and ceph-osd';
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd'] as const;
const SECONDS_TO_START = 120;

/** User of the server that tests start. */
export const S3_USER = 'lienthong';

export async function sharedS3(): Promise<SharedS3> {
  const endpoint = setting('S3_TEST_URL');
  if (endpoint === undefined) return startS3();
  const [accessKeyId, secretAccessKey] = [setting('S3_TEST_KEY'), setting('S3_TEST_SECRET')];
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error(WHAT_TO_INSTALL);
  const shared = {
    endpoint,
    region: setting('S3_TEST_REGION') ?? 'us-east-1',
    bucket: setting('S3_TEST_BUCKET') ?? 'lienthong-test',
    credentials: { accessKeyId, secretAccessKey },
    close: () => Promise.resolve(),
  };
  await makeBucket(shared, 30);
  return shared;
}

function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** The SDK's client for a server: for tests that look behind a store's back. */
export function s3Client({ endpoint, region, credentials }: Omit<SharedS3, 'close'>): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Makes the bucket where it is not there; the first moment at which a new server is known to work. */
async function makeBucket(server: SharedS3, seconds: number, alive: () => boolean = () => true): Promise<void> {
  const client = s3Client(server);
  const Bucket = server.bucket;
  try {
    await until(`S3 answers at ${server.endpoint}`, seconds, async () => {
      if (!alive()) return true;
      await client
        .send(new HeadBucketCommand({ Bucket }))
        .catch(() => client.send(new CreateBucketCommand({ Bucket })));
      return true;
    });
  } finally {
    client.destroy();
  }
}

type Command = 'ceph' | 'ceph-mon' | 'ceph-osd' | 'monmaptool' | 'radosgw' | 'radosgw-admin';
type Commands = Readonly<Record<Command, string>>;

async function findCommands(): Promise<Commands | undefined> {
  const find = async (name: Command): Promise<string> => (await findCommand(name)) ?? '';
  const found = {
    ceph: await find('ceph'),
    'ceph-mon': await find('ceph-mon'),
    'ceph-osd': await find('ceph-osd'),
    monmaptool: await find('monmaptool'),
    radosgw: await find('radosgw'),
    'radosgw-admin': await find('radosgw-admin'),
  };
  return Object.values(found).includes('') ? undefined : found;
}

async function installed(): Promise<Commands> {
  const found = await findCommands();
  if (found !== undefined) return found;
  if (!(await canInstall())) throw new Error(WHAT_TO_INSTALL);
  await aptInstall(PACKAGES);
  const brought = await findCommands();
  if (brought === undefined) throw new Error(WHAT_TO_INSTALL);
  return brought;
}

export async function startS3(): Promise<S3Server> {
  const commands = await installed();
  const folder = await mkdtemp(path.join(tmpdir(), 'lienthong-s3-'));
  const [monitorPort, port] = await Promise.all([freePort(), freePort()]);
  const configuration = path.join(folder, 'ceph.conf');
  const fsid = randomUUID();
  await writeFile(configuration, configurationOf(folder, fsid, monitorPort, port));
  const cluster = await startCluster(commands, folder, fsid, monitorPort);
  let face: ChildProcess | undefined;

  const server: S3Server = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'lienthong-test',
    credentials: { accessKeyId: randomBytes(8).toString('hex'), secretAccessKey: randomBytes(16).toString('hex') },
    async start() {
      const starting = await serve(commands.radosgw, ['-c', configuration, '-n', 'client.face', '-f']);
      face = starting;
      const alive = (): boolean => starting.exitCode === null && starting.signalCode === null;
      await makeBucket(server, SECONDS_TO_START, alive);
      if (!alive()) throw new Error(`radosgw ended while starting: ${await lastLines(folder, 'client.face')}`);
    },
    async kill() {
      if (face !== undefined) await end(face, 'SIGKILL');
      face = undefined;
    },
    admin: (...args) => run(commands['radosgw-admin'], ['-c', configuration, ...args]),
    async close() {
      await server.kill();
      for (const part of cluster) await end(part, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    const { accessKeyId, secretAccessKey } = server.credentials;
    const keys = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
    await server.admin('user', 'create', `--uid=${S3_USER}`, '--display-name=Tests', ...keys);
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** One monitor and one store in memory. What a cluster does to be safe among many hosts is turned off: it costs seconds. */
function configurationOf(folder: string, fsid: string, monitorPort: number, port: number): string {
  const settings: Readonly<Record<string, string | number | boolean>> = {
    fsid,
    mon_host: `v2:127.0.0.1:${monitorPort}`,
    public_addr: '127.0.0.1',
    cluster_addr: '127.0.0.1',
    auth_cluster_required: 'none',
    auth_service_required: 'none',
    auth_client_required: 'none',
    // radosgw asks for an encrypted line, which there is none of without keys.
    ms_mon_client_mode: 'crc',
    run_dir: folder,
    admin_socket: '',
    log_file: `${folder}/$name.log`,
    mon_cluster_log_file: `${folder}/cluster.log`,
    crash_dir: folder,
    mon_data: `${folder}/monitor`,
    osd_data: `${folder}/store`,
    osd_objectstore: 'memstore',
    memstore_device_bytes: 4 * 1024 ** 3,
    osd_pool_default_size: 1,
    osd_pool_default_min_size: 1,
    osd_pool_default_pg_num: 4,
    osd_pool_default_pgp_num: 4,
    osd_pool_default_pg_autoscale_mode: 'off',
    osd_crush_chooseleaf_type: 0,
    mon_allow_pool_size_one: true,
    mon_max_pg_per_osd: 1000,
    // A full disk of the machine is not what tests are about.
    mon_data_avail_crit: 0,
    // Each of the two dozen changes while starting would wait a second to be decided together with others.
    paxos_propose_interval: 0.02,
    paxos_min_wait: 0.01,
    rgw_frontends: `beast endpoint=127.0.0.1:${port}`,
    rgw_enable_apis: 's3',
    // Quotas bite at once, and a face that was killed is not waited for by the next one.
    rgw_bucket_quota_ttl: 0,
    rgw_cache_enabled: false,
    osd_client_watch_timeout: 2,
  };
  return ['[global]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join('\n');
}

async function startCluster(
  commands: Commands,
  folder: string,
  fsid: string,
  monitorPort: number,
): Promise<readonly ChildProcess[]> {
  const started: ChildProcess[] = [];
  const configured = ['-c', path.join(folder, 'ceph.conf')];
  const map = path.join(folder, 'monmap');
  const store = randomUUID();
  try {
    await mkdir(path.join(folder, 'monitor'));
    await mkdir(path.join(folder, 'store'));
    const monitor = ['--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`];
    await run(commands.monmaptool, ['--create', '--fsid', fsid, ...monitor, map]);
    await run(commands['ceph-mon'], [...configured, '-i', 'a', '--mkfs', '--monmap', map]);
    started.push(await serve(commands['ceph-mon'], [...configured, '-i', 'a', '-f']));
    await run(commands.ceph, [...configured, '--connect-timeout', String(SECONDS_TO_START), 'osd', 'create', store]);
    await run(commands['ceph-osd'], [...configured, '-i', '0', '--mkfs', '--osd-uuid', store]);
    started.push(await serve(commands['ceph-osd'], [...configured, '-i', '0', '-f']));
    return started;
  } catch (error) {
    const told = await lastLines(folder, 'mon.a');
    for (const part of started) await end(part, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw new Error(`Ceph did not start: ${told}`, { cause: error });
  }
}

async function lastLines(folder: string, name: string): Promise<string> {
  const log = await readFile(path.join(folder, `${name}.log`), 'utf8').catch(() => '');
  return log.trimEnd().split('\n').slice(-3).join(' | ');
}
