// `lienthong demo`: a small district on this machine, a signed document through it, and what became of it.

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EXIT } from '../cli/exit-codes.ts';
import { applyRegistryFile } from '../cli/registry/registry.ts';
import type { Language } from '../core/message/language.ts';
import { answer, distinctly, progress, type CommonOptions } from '../cli/terminal.ts';
import { openGateway } from '../cli/messages/gateway-client.ts';
import { GatewayEnded, startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { planDemo, type PlannedDemo } from './prepare.ts';
import { printAddresses, printStep, printTables, printVerdict, type Screen } from './print.ts';
import { runDemo, type Finished } from './run.ts';
import { awaitObserved, observed } from './steps.ts';
import { readWorld, type World } from './world.ts';
import { bothWays } from '../texts/demo.ts';

export interface DemoOptions extends CommonOptions {
  /** Ends when the steps are done; 0 only if every one came out as told. */
  readonly exit?: boolean;
  readonly data: string;
  readonly port?: string;
  /** With `credentials`: address of a gateway that another operator runs. */
  readonly gateway?: string;
  readonly credentials?: string;
  readonly ledgers?: string;
  readonly patience: number;
}

/** Resolves to the exit status. */
export async function demo(options: DemoOptions): Promise<number> {
  const interruption = new AbortController();
  const interrupted = untilInterrupted().then(() => interruption.abort());
  if (options.credentials !== undefined) {
    const read = await readWorld(options.credentials);
    const world = options.gateway === undefined ? read : { ...read, gateway: options.gateway };
    return show(world, resolve(options.credentials), options, interrupted, interruption.signal);
  }
  const planned = await planDemo(resolve(options.data), options.port === undefined ? undefined : Number(options.port));
  try {
    return await runWithGateway(planned, options, interrupted, interruption);
  } catch (error) {
    if (error instanceof GatewayEnded && error.status !== null) return tellEnded(error.status, error.said, options);
    throw error;
  }
}

async function runWithGateway(
  prepared: PlannedDemo,
  options: DemoOptions,
  interrupted: Promise<void>,
  interruption: AbortController,
): Promise<number> {
  const gateway = await startGateway(prepared.dataDir, prepared.port, options.lang);
  try {
    await prepared.write();
    await applyRegistryFile(prepared.registry, { data: prepared.dataDir });
    await untilKnown(prepared.world);
    const stopped = Promise.race([interrupted, gateway.ended]);
    return await Promise.race([
      show(prepared.world, prepared.credentials, options, stopped, interruption.signal),
      gateway.ended,
    ]);
  } finally {
    // A gateway that ended by itself leaves steps that would wait for it.
    interruption.abort();
    await gateway.stop();
  }
}

/** What kept the gateway from running is told in its own words, and is the demonstration's exit status too. */
function tellEnded(status: number, said: string, options: DemoOptions): number {
  if (options.json === true) answer(options, { ok: false, gateway: { status, said } }, () => '');
  else for (const line of said.split('\n')) progress(line);
  return status === EXIT.done ? EXIT.failed : status;
}

/** A running gateway looks at its registry's version every half second. */
export async function untilKnown({ gateway, sender }: World): Promise<void> {
  const client = openGateway({ gateway, client: sender.client, secret: sender.secret });
  try {
    const { ok, seen } = await awaitObserved(10, async () => {
      const granted = await client.token();
      return observed(granted.ok, bothWays(granted.ok ? '' : granted.problem.title));
    });
    if (!ok) throw new Error(`the registry was applied, but: ${seen.vi}`);
  } finally {
    client.close();
  }
}

function startGateway(dataDir: string, port: number, language: Language): Promise<GatewayProcess> {
  const logPath = join(dataDir, 'gateway.log');
  progress(`lienthong serve --data ${dataDir} --port ${port}  (${logPath})`);
  return startGatewayProcess({ dataDir, port, logPath, language });
}

async function show(
  world: World,
  credentials: string,
  options: DemoOptions,
  stopped: Promise<unknown>,
  signal: AbortSignal,
): Promise<number> {
  const screen: Screen = {
    language: options.lang,
    colour: options.json !== true && process.stdout.isTTY,
    // With --json standard output is for the one object.
    write: (text) => void (options.json === true ? process.stderr : process.stdout).write(text),
  };
  const finished = await runDemo(world, {
    language: options.lang,
    patience: options.patience,
    folder: dirname(credentials),
    ledgers: options.ledgers ?? join(dirname(credentials), 'ledgers'),
    onStep: (number, result) => printStep(screen, number, result),
    onTrouble: distinctly(progress),
    signal,
  });
  try {
    if (signal.aborted) return EXIT.interrupted;
    const ok = finished.results.every((result) => result.ok);
    if (options.json !== true) printTables(screen, finished.journey);
    printVerdict(screen, finished.results);
    answer(options, asObject(finished, ok), () => '');
    const letter = join(dirname(credentials), 'letter.edxml');
    await writeFile(letter, finished.journey.signed.bytes);
    if (options.exit !== true) {
      printAddresses(screen, finished.journey, { credentials, letter });
      await stopped;
    }
    return ok ? EXIT.done : EXIT.failed;
  } finally {
    await finished.close();
  }
}

function asObject({ journey, results }: Finished, ok: boolean): unknown {
  return {
    ok,
    gateway: journey.world.gateway,
    steps: results,
    message: journey.message ?? null,
    revocation: journey.revoked?.id ?? null,
    timeline: journey.trace?.timeline ?? [],
  };
}

async function untilInterrupted(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
