// RabbitMQ for tests. How to use it:
//
//   const rabbit = await sharedRabbit();      // the run's broker; take a name prefix of your own, others use it too
//   …                                         // rabbit.url is an AMQP URL with full rights
//   afterAll(() => rabbit.close());           // ends it only if this call started it
//
//   const rabbit = await startRabbit();       // a broker of one's own: kill, start, stop, restart and ctl it at will
//
// The shared broker is the one at AMQP_URL; the test command starts one and sets it. Without it a suite starts its own
// (about 7 s). A broker of one's own comes from the installed package, else from docker compose, else from apt-get as
// root on Debian; when none of these is there, the call fails and says what to install.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { aptInstall, canInstall, end, findCommand, freePort, run, serve, until } from './external.ts';

export interface SharedRabbit {
  readonly url: string;
  close(): Promise<void>;
}

export interface RabbitServer extends SharedRabbit {
  /** `kill -9` of the broker, as a power cut would be; resolves when it is gone. */
  kill(): Promise<void>;
  /** A clean stop. */
  stop(): Promise<void>;
  /** After `kill` or `stop`, on the same port with the same data; resolves when it takes connections. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** `rabbitmqctl` with these arguments; answers what it printed. */
  ctl(...args: string[]): Promise<string>;
}

const WHAT_TO_INSTALL =
  'RabbitMQ is needed: set AMQP_URL, or install rabbitmq-server, or start a Docker engine with docker compose';
const SECONDS_TO_START = 120;

export async function sharedRabbit(): Promise<SharedRabbit> {
  const url = process.env['AMQP_URL'];
  if (url === undefined || url === '') return startRabbit();
  await ready(url, 30);
  return { url, close: () => Promise.resolve() };
}

export async function startRabbit(): Promise<RabbitServer> {
  const installed = await findScripts();
  if (installed !== undefined) return startInstalled(installed);
  if (await composeAnswers()) return startComposed();
  if (!(await canInstall())) throw new Error(WHAT_TO_INSTALL);
  await aptInstall(['rabbitmq-server']);
  const scripts = await findScripts();
  if (scripts === undefined) throw new Error(WHAT_TO_INSTALL);
  return startInstalled(scripts);
}

async function ready(url: string, seconds = SECONDS_TO_START, alive: () => boolean = () => true): Promise<void> {
  await until(`RabbitMQ answers at ${new URL(url).host}`, seconds, async () => {
    if (!alive()) return true;
    const connection = await connect(url, { timeout: 5000 });
    await connection.close();
    return true;
  });
  if (!alive()) throw new Error('RabbitMQ ended while starting');
}

/** The folder of the scripts themselves: Debian's wrappers in /usr/sbin would change user and data folder. */
async function findScripts(): Promise<string | undefined> {
  const root = '/usr/lib/rabbitmq/lib';
  const versions = (await readdir(root).catch(() => [])).filter((name) => name.startsWith('rabbitmq_server-')).sort();
  const folders = [...versions.reverse().map((name) => join(root, name, 'sbin')), '/opt/rabbitmq/sbin'];
  const server = await findCommand('rabbitmq-server', folders);
  return server === undefined ? undefined : server.slice(0, -'/rabbitmq-server'.length);
}

interface Installation {
  readonly scripts: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly url: string;
}

/** Everything a node might share with another on the same machine is its own: ports, name, cookie, data, logs. */
async function prepare(scripts: string): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-rabbitmq-'));
  const [port, distribution, mapper] = await Promise.all([freePort(), freePort(), freePort()]);
  const configuration = [
    'loopback_users.guest = true',
    'disk_free_limit.absolute = 50MB',
    'vm_memory_high_watermark.relative = 0.4',
    'raft.wal_max_size_bytes = 64000000',
    'log.console = false',
  ];
  await writeFile(join(folder, 'rabbitmq.conf'), `${configuration.join('\n')}\n`);
  await writeFile(join(folder, 'plugins'), '[].\n');
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_NODENAME: `lienthong${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'environment'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    // Makes the script become the broker instead of its parent, so that signals reach the broker itself.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_SERVER_START_ARGS: '-noinput',
    // Idle schedulers must not spin: the machine is shared with what is tested.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none',
  };
  return { scripts, folder, env, url: `amqp://guest:guest@127.0.0.1:${port}` };
}

async function startInstalled(scripts: string): Promise<RabbitServer> {
  const installation = await prepare(scripts);
  const { env, folder, url } = installation;
  const mapperPath = await findCommand('epmd');
  if (mapperPath === undefined) throw new Error(`${WHAT_TO_INSTALL} (epmd of Erlang is missing)`);
  const mapper = await serve(mapperPath, ['-port', env['ERL_EPMD_PORT'] ?? '', '-address', '127.0.0.1'], env);
  let node: ChildProcess | undefined;

  const server: RabbitServer = {
    url,
    async start() {
      const starting = await serve(join(scripts, 'rabbitmq-server'), [], env);
      node = starting;
      await ready(url, SECONDS_TO_START, () => starting.exitCode === null && starting.signalCode === null);
    },
    async stop() {
      if (node !== undefined) await end(node, 'SIGTERM', 30);
      node = undefined;
    },
    async kill() {
      await writeDownQueues(server);
      if (node !== undefined) await end(node, 'SIGKILL');
      node = undefined;
    },
    async restart() {
      await server.stop();
      await server.start();
    },
    ctl: (...args) => run(join(scripts, 'rabbitmqctl'), ['-q', ...args], { env }),
    async close() {
      await server.stop();
      await end(mapper);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/**
 * RabbitMQ 3 writes down about half a second late which quorum queues there are; one that was declared and lost in
 * between comes back as a queue that never finds a leader again. That is not what tests kill a broker for.
 */
async function writeDownQueues(server: RabbitServer): Promise<void> {
  const sync = '#{names := #{directory_rev := Names}} = ra_system:fetch(quorum_queues), dets:sync(Names).';
  await server.ctl('eval', sync).catch(() => undefined);
}

async function composeAnswers(): Promise<boolean> {
  try {
    await run('docker', ['compose', 'version']);
    await run('docker', ['info']);
    return true;
  } catch {
    return false;
  }
}

async function startComposed(): Promise<RabbitServer> {
  const port = await freePort();
  const project = `lienthong-test-${port}`;
  const file = {
    services: {
      rabbitmq: {
        image: 'rabbitmq:3.13',
        hostname: 'rabbitmq',
        ports: [`127.0.0.1:${port}:5672`],
        // The guest account is refused from outside the container, and a port mapping is outside.
        environment: { RABBITMQ_DEFAULT_USER: 'test', RABBITMQ_DEFAULT_PASS: 'test' },
      },
    },
  };
  const url = `amqp://test:test@127.0.0.1:${port}`;
  const compose = (...args: string[]) =>
    runWithInput(['compose', '-p', project, '-f', '-', ...args], JSON.stringify(file));
  const server: RabbitServer = {
    url,
    async start() {
      await compose('up', '-d', 'rabbitmq');
      await ready(url);
    },
    async stop() {
      await compose('stop', 'rabbitmq');
    },
    async kill() {
      await writeDownQueues(server);
      await compose('kill', '-s', 'SIGKILL', 'rabbitmq');
    },
    async restart() {
      await server.stop();
      await server.start();
    },
    ctl: (...args) => compose('exec', '-T', 'rabbitmq', 'rabbitmqctl', '-q', ...args),
    async close() {
      await compose('down', '-v');
    },
  };
  await server.start();
  return server;
}

function runWithInput(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const printed: Buffer[] = [];
    const complained: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complained.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(printed).toString());
      else reject(new Error(`docker ${args.join(' ')}: ${Buffer.concat(complained).toString()}`));
    });
    child.stdin.end(input);
  });
}
