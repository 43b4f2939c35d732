// Everything the demonstration needs before its gateway starts, under one folder: keys, the registry file, and the
// credentials of the systems that take part. What is there already is used again.

import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ProblemError } from '../core/problems/problem-error.ts';
import { prepareDemoPki } from './pki.ts';
import { demoRegistry, PARTIES, type DemoRegistryFacts } from './registry.ts';
import { readWorld, type World } from './world.ts';

/** The demonstration of a folder: what its two files say, or will say. */
export interface PreparedDemo {
  readonly dataDir: string;
  readonly port: number;
  readonly world: World;
  /** Paths of the two files. */
  readonly credentials: string;
  readonly registry: string;
}

export interface PlannedDemo extends PreparedDemo {
  /** Writes the two files over those of an earlier demonstration. */
  write(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Plans and writes. Only for a folder that no running demonstration has. */
export async function prepareDemo(dataDir: string, wantedPort?: number): Promise<PreparedDemo> {
  const planned = await planDemo(dataDir, wantedPort);
  await planned.write();
  return planned;
}

/**
 * The files are left as they are: until the gateway has the folder, they may be those of one that runs. Rejects with
 * `port-in-use` when the wanted port is not free.
 */
export async function planDemo(dataDir: string, wantedPort?: number): Promise<PlannedDemo> {
  await mkdir(dataDir, { recursive: true });
  const paths = { credentials: join(dataDir, 'credentials.json'), registry: join(dataDir, 'registry.json') };
  const before = await readWorld(paths.credentials).catch(() => undefined);
  const pki = await prepareDemoPki(join(dataDir, 'pki'), new Date());
  const port =
    wantedPort === undefined
      ? await choosePort(before === undefined ? 8080 : Number(new URL(before.gateway).port))
      : await tryPort(wantedPort);
  // What answers there is not ours: the demonstration would talk to it.
  if (port === undefined) throw new ProblemError('port-in-use', { port: wantedPort ?? 0 });
  const pushPort = await choosePort(before?.receivers.push.listen.port ?? 0);
  const party = (name: 'sender' | 'push' | 'inbox' | 'platform', secret: string | undefined) => ({
    organisation: PARTIES[name].organisation,
    name: PARTIES[name].name,
    client: PARTIES[name].connection,
    secret: secret ?? newSecret(),
  });
  const { unreachable } = PARTIES;
  const world: World = {
    gateway: `http://${LOOPBACK}:${port}`,
    sender: {
      ...party('sender', before?.sender.secret),
      signing: { keyPath: pki.keyPath, certificatesPath: pki.certificatesPath, anchorPath: pki.anchorPath },
    },
    receivers: {
      push: {
        ...party('push', before?.receivers.push.secret),
        listen: { host: LOOPBACK, port: pushPort, token: before?.receivers.push.listen.token ?? newSecret() },
      },
      inbox: party('inbox', before?.receivers.inbox.secret),
      platform: party('platform', before?.receivers.platform.secret),
      unreachable: { organisation: unreachable.organisation, name: unreachable.name },
    },
  };
  return {
    dataDir,
    port,
    world,
    ...paths,
    async write() {
      await writeJson(paths.registry, demoRegistry(registryFacts(world, pki)));
      // Client commands read the sender's account from the same file.
      const { sender } = world;
      await writeJson(paths.credentials, { client: sender.client, secret: sender.secret, ...world });
    },
  };
}

function registryFacts(
  { sender, receivers }: World,
  pki: Omit<DemoRegistryFacts, 'secrets' | 'pushUrl' | 'pushToken'>,
): DemoRegistryFacts {
  const { push, inbox, platform } = receivers;
  return {
    anchor: pki.anchor,
    crls: pki.crls,
    signingCertificate: pki.signingCertificate,
    secrets: { sender: sender.secret, push: push.secret, inbox: inbox.secret, platform: platform.secret },
    pushUrl: `http://${push.listen.host}:${push.listen.port}/`,
    pushToken: push.listen.token,
  };
}

/** 32 random bytes. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The port that is wished for if it is free, else any free one. */
async function choosePort(wished: number): Promise<number> {
  return (await tryPort(wished)) ?? (await tryPort(0)) ?? 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, LOOPBACK, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

/** Both files hold secrets: only their owner may read them. */
async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}
