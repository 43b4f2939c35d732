// The gateway of the demonstration: a process of its own, started the way an operator starts it.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Language } from '../core/message/language.ts';
import { environmentWithoutSettings } from '../config/env.ts';
import { packagePath } from '../config/paths.ts';

export interface GatewayProcess {
  readonly pid: number;
  /** Rejects when the process ends before `stop` was called. */
  readonly ended: Promise<never>;
  /** Asks it to end and waits; insists after 30 s. */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly logPath: string;
  readonly language: Language;
}

/** The gateway ended by itself: its exit status, null after a signal, and the last lines it wrote. */
export class GatewayEnded extends Error {
  readonly status: number | null;
  readonly said: string;

  constructor(status: number | null, said: string) {
    super(`the gateway ended (${String(status)}):\n${said}`);
    this.name = 'GatewayEnded';
    this.status = status;
    this.said = said;
  }
}

const SECONDS_TO_START = 60;
const SECONDS_TO_STOP = 30;

/** Resolves when the gateway says it is ready. */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const { dataDir, port, logPath, language } = options;
  const log = await open(logPath, 'a');
  const begin = (await log.stat()).size;
  const program = packagePath('dist', 'src', 'cli.js');
  const arguments_ = [program, 'serve', '--data', dataDir, '--port', String(port), '--lang', language];
  // The channel tells the gateway when this process is gone, however it went.
  const child = spawn(process.execPath, arguments_, {
    env: environmentWithoutSettings(),
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  let stopping = false;
  const ended = once(child, 'exit').then(async ([code]: unknown[]) => {
    if (stopping) return new Promise<never>(() => undefined);
    const lines = (await readFile(logPath)).subarray(begin).toString('utf8').trim().split('\n');
    throw new GatewayEnded(typeof code === 'number' ? code : null, lines.slice(-5).join('\n'));
  });
  // The caller looks at this promise sooner or later; until then it is no unhandled rejection.
  const gone = new AbortController();
  ended.catch(() => gone.abort());
  await Promise.race([ready(`http://127.0.0.1:${port}/readyz`, gone.signal), ended]);
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      stopping = true;
      await end(child);
    },
  };
}

/** Also resolves when the signal aborts, because the caller then waits no longer. */
async function ready(url: string, gone: AbortSignal): Promise<void> {
  const deadline = performance.now() + SECONDS_TO_START * 1000;
  for (;;) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (answered || gone.aborted) return;
    if (performance.now() > deadline) throw new Error(`the gateway was not ready within ${SECONDS_TO_START} s`);
    await delay(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), SECONDS_TO_STOP * 1000);
  await gone;
  clearTimeout(insist);
}
