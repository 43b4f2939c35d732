// A gateway as its operator has it: a process of its own from the built tree, on the embedded default, with the small
// district of the demonstration in its registry. It can be killed and started again on the same data.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareDemo, type PreparedDemo } from '../../src/demo/prepare.ts';
import { packagePath } from '../../src/config/paths.ts';
import { untilKnown } from '../../src/demo/demo.ts';
import { freePort, until } from './external.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The user of a command, where that is not the user of the test. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const SECONDS_TO_START = 90;

/** Path of the built command line; throws when the tree has not been built. */
export function builtCommandLine(root = packagePath()): string {
  const path = join(root, 'dist', 'src', 'cli.js');
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run build`);
  return path;
}

/** The environment without settings of this program, so that a developer's own do not leak into a test. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(LIENTHONG_|NODE_OPTIONS$)/.test(name)));
}

export interface CommandOptions {
  readonly account?: Account;
  readonly settings?: Readonly<Record<string, string>>;
  readonly stdio?: 'pipe' | ['ignore', number, number];
}

export function spawnCommand(args: readonly string[], options: CommandOptions = {}): ChildProcess {
  return spawn(process.execPath, [builtCommandLine(), ...args], {
    env: {
      ...cleanEnvironment(),
      ...options.settings,
      ...(options.account === undefined ? {} : { HOME: '/nonexistent' }),
    },
    stdio: options.stdio ?? 'pipe',
    ...options.account,
  });
}

/** Runs `lienthong …` to its end. */
export async function lienthong(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return finished(spawnCommand(args, options));
}

export function finished(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const printed = { stdout: '', stderr: '' };
    child.stdout?.on('data', (piece: Buffer) => (printed.stdout += piece.toString()));
    child.stderr?.on('data', (piece: Buffer) => (printed.stderr += piece.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...printed }));
  });
}

export interface OpenOptions {
  /** Settings of the gateway, by their variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** May change the registry file before it is applied. */
  readonly edit?: (registry: string, demo: PreparedDemo) => Promise<void>;
}

export class LiveGateway {
  readonly demo: PreparedDemo;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  private constructor(demo: PreparedDemo, settings: Readonly<Record<string, string>>) {
    this.demo = demo;
    this.#settings = settings;
  }

  /** Prepares a folder, starts on it and applies the registry. */
  static async open(folder: string, options: OpenOptions = {}): Promise<LiveGateway> {
    // Not the usual port: suites run side by side, and each would find it free.
    const demo = await prepareDemo(folder, await freePort());
    await options.edit?.(demo.registry, demo);
    const settings = options.settings ?? {};
    const gateway = new LiveGateway(demo, settings);
    try {
      await gateway.start();
      const applied = await lienthong(['registry', 'apply', demo.registry, '--data', folder], { settings });
      if (applied.code !== 0) throw new Error(`registry apply: ${applied.code}\n${applied.stderr}${applied.stdout}`);
      await untilKnown(demo.world);
    } catch (error) {
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when the gateway is ready. */
  async start(): Promise<void> {
    const { dataDir, port } = this.demo;
    const log: FileHandle = await open(join(dataDir, 'gateway.log'), 'a');
    const child = spawnCommand(['serve', '--data', dataDir, '--port', String(port)], {
      stdio: ['ignore', log.fd, log.fd],
      settings: this.#settings,
    });
    await log.close();
    this.#child = child;
    await until('the gateway is ready', SECONDS_TO_START, async () => {
      if (child.exitCode !== null || child.signalCode !== null) return 'ended';
      const answer = await fetch(`${this.demo.world.gateway}/readyz`, { signal: AbortSignal.timeout(2000) });
      return answer.ok ? 'ready' : undefined;
    });
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}:\n${await this.log()}`);
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop; resolves to its exit status. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** The last lines of the gateway's log. */
  async log(lines = 20): Promise<string> {
    const text = await readFile(join(this.demo.dataDir, 'gateway.log'), 'utf8').catch(() => '');
    return text.split('\n').slice(-lines).join('\n');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return gone;
  }
}
