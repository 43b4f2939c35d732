// Documents through the gateway: HTTP in, verified, durable, over RabbitMQ and PostgreSQL, HTTP out, outcome stored.
// Distinct documents, signed beforehand; generator and sink are processes of their own. First as fast as it goes, then at
// half of that with planned times, so that a wait counts as what the sender feels. A run that loses or doubles fails.

import { fork, type ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runningUrls } from '../../src/drivers/embedded-postgres/embedded.ts';
import { end, freePort, until } from '../support/external.ts';
import { startRabbit } from '../support/rabbitmq.ts';
import type { Accepted, GeneratorOrder, GeneratorPlan } from './generator.ts';
import { clientOf, required } from './package.ts';
import { cpuSecondsOf, peakMemoryOf } from './process-figures.ts';
import { result, say, type Bench, type BenchOptions, type Result } from './report.ts';
import type { Arrival, SinkPlan } from './sink.ts';
import { openWorld, type BenchWorld } from './world.ts';
import { commitRate, fsyncRate, sha256Rate } from './yardsticks.ts';

const CONCURRENCY = 32;
/** More than this machine can do in a second, so that the signed documents last. */
const SIGNED_PER_SECOND = 600;
const MOST_DOCUMENTS = 20_000;
const SECONDS_TO_DRAIN = 60;

export async function benchExchange({ seconds }: BenchOptions): Promise<Bench> {
  const rabbit = await startRabbit();
  try {
    const sinkPort = await freePort();
    const world = await openWorld({
      settings: { LIENTHONG_BROKER_URL: rabbit.url, LIENTHONG_LOG_LEVEL: 'warn' },
      edit: (registry) => pointAtSink(registry, sinkPort),
    });
    const children: ChildProcess[] = [];
    try {
      return await measure(world, sinkPort, seconds, children);
    } finally {
      await Promise.all(children.map((child) => end(child)));
      await world.close();
    }
  } finally {
    await rabbit.close();
  }
}

async function measure(world: BenchWorld, port: number, seconds: number, children: ChildProcess[]): Promise<Bench> {
  const { token } = world.gateway.demo.world.receivers.push.listen;
  const sink = start('./sink.js', { port, token }, children);
  await next(sink, 'ready');
  const fast = await stretch(world, sink, { kind: 'closed', concurrency: CONCURRENCY, seconds }, 1, children);
  const rate = Math.max(1, Math.floor(fast.perSecond / 2));
  const paced = await stretch(world, sink, { kind: 'open', rate, seconds }, 2, children);
  return {
    versions: { postgresql: 'embedded, of the package', rabbitmq: 'as installed' },
    conditions: {
      document: '12 KB, RSA-2048, SHA-256, chain of three, both lists checked; no two alike',
      gateway: 'one process, all roles',
      database: 'embedded PostgreSQL on this machine, fsync on',
      broker: 'RabbitMQ on this machine, quorum queues',
      generatorAndSink: 'processes of their own on this machine',
      concurrency: CONCURRENCY,
      secondsPerStretch: seconds,
      pacedRate: rate,
    },
    results: [...figures(fast, paced), peakOf(world), ...(await yardsticks(world))],
  };
}

interface Stretch {
  readonly documents: number;
  readonly perSecond: number;
  /** Milliseconds of the gateway's CPU for one document. */
  readonly cpu: number;
  /** Milliseconds from the planned sending to the sink's having it, ascending. */
  readonly latencies: readonly number[];
}

function figures(fast: Stretch, paced: Stretch): Result[] {
  return [
    result('documents end to end, as fast as it goes', '1/s', fast.perSecond),
    result('CPU of the gateway for one document, as fast as it goes', 'ms', fast.cpu),
    result('documents measured, as fast as it goes', 'documents', fast.documents),
    result('end to end at half of that, p50', 'ms', quantile(paced.latencies, 0.5)),
    result('end to end at half of that, p99', 'ms', quantile(paced.latencies, 0.99)),
    result('CPU of the gateway for one document, at half of that', 'ms', paced.cpu),
    result('documents measured, at half of that', 'documents', paced.documents),
  ];
}

function peakOf({ gateway }: BenchWorld): Result {
  return result('peak resident memory of the gateway', 'MB', peakMemoryOf(gateway.pid));
}

async function yardsticks({ gateway }: BenchWorld): Promise<Result[]> {
  return [fsyncRate(), sha256Rate(), await commitRate(runningUrls(`${gateway.demo.dataDir}/postgres`).runUrl)];
}

/** One measured stretch: signs, sends, waits until the sink has everything, and checks that nothing is lost or doubled. */
async function stretch(
  world: BenchWorld,
  sink: ChildProcess,
  order: GeneratorOrder,
  series: number,
  children: ChildProcess[],
): Promise<Stretch> {
  const { demo, pid } = world.gateway;
  const most = order.kind === 'open' ? order.rate * order.seconds : SIGNED_PER_SECOND * order.seconds;
  const plan: GeneratorPlan = { world: demo.world, count: Math.min(most, MOST_DOCUMENTS), series };
  say(`signing ${plan.count} documents …`);
  const generator = start('./generator.js', plan, children);
  await next(generator, 'ready');
  say(order.kind === 'open' ? `sending ${order.rate} a second …` : 'sending as fast as it goes …');
  const cpuBefore = cpuSecondsOf(pid);
  const began = now();
  generator.send(order);
  const { accepted } = z.object({ accepted: z.array(z.custom<Accepted>()) }).parse(await next(generator, 'done'));
  const arrivals = await drained(sink, accepted);
  const cpu = cpuSecondsOf(pid) - cpuBefore;
  await checkOutcomes(world, accepted);
  const last = Math.max(...accepted.map(({ sha256 }) => arrivals.get(sha256) ?? Infinity));
  return {
    documents: accepted.length,
    perSecond: accepted.length / ((last - began) / 1000),
    cpu: (cpu * 1000) / accepted.length,
    latencies: accepted
      .map(({ sha256, plannedAt }) => (arrivals.get(sha256) ?? Infinity) - plannedAt)
      .sort((a, b) => a - b),
  };
}

/** When each document arrived first; fails when one is missing or came as two deliveries. */
async function drained(sink: ChildProcess, accepted: readonly Accepted[]): Promise<Map<string, number>> {
  const wanted = new Set(accepted.map(({ sha256 }) => sha256));
  return until('the sink has every accepted document', SECONDS_TO_DRAIN, async () => {
    sink.send('tell');
    const { arrivals } = z.object({ arrivals: z.array(z.custom<Arrival>()) }).parse(await next(sink, 'arrivals'));
    const first = new Map<string, Arrival>();
    for (const arrival of arrivals.filter(({ sha256 }) => wanted.has(sha256))) {
      const known = first.get(arrival.sha256);
      if (known !== undefined && known.delivery !== arrival.delivery)
        throw new Error(`${arrival.sha256} came as two deliveries`);
      first.set(arrival.sha256, known ?? arrival);
    }
    return first.size === wanted.size ? new Map([...first].map(([sha256, { at }]) => [sha256, at])) : undefined;
  });
}

/** Of the last ones and some in between the gateway itself says that they arrived. */
async function checkOutcomes(world: BenchWorld, accepted: readonly Accepted[]): Promise<void> {
  const { gateway, sender } = world.gateway.demo.world;
  const client = clientOf(gateway, sender);
  const step = Math.max(1, Math.floor(accepted.length / 50));
  try {
    for (const { id } of accepted.filter((_, index) => index % step === 0 || index === accepted.length - 1)) {
      await until(`${id} is recorded as arrived`, 30, async () => {
        const { summary } = required(await client.message(id));
        return summary.arrived === summary.total ? true : undefined;
      });
    }
  } finally {
    client.close();
  }
}

const Registry = z.looseObject({
  connections: z.array(z.looseObject({ settings: z.record(z.string(), z.unknown()).optional() })),
});

/** The receiver of pushes is the one that wants a token. */
async function pointAtSink(registry: string, port: number): Promise<void> {
  const file = Registry.parse(JSON.parse(await readFile(registry, 'utf8')));
  const connections = file.connections.map((connection) =>
    connection.settings?.['token'] === undefined
      ? connection
      : { ...connection, concurrency: 64, settings: { ...connection.settings, url: `http://127.0.0.1:${port}/` } },
  );
  await writeFile(registry, JSON.stringify({ ...file, connections }));
}

function start(module: string, plan: GeneratorPlan | SinkPlan, children: ChildProcess[]): ChildProcess {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  child.send(plan);
  return child;
}

/** The next word of a child, which must be of this kind. */
function next(child: ChildProcess, kind: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a process of the benchmark ended with ${code ?? 'a signal'}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      const { success } = z.looseObject({ kind: z.literal(kind) }).safeParse(message);
      if (success) resolve(message);
      else reject(new Error(`unexpected: ${JSON.stringify(message).slice(0, 200)}`));
    });
  });
}

/** Of values in ascending order. */
function quantile(values: readonly number[], part: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
}

/** Milliseconds, comparable between processes of one machine. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
