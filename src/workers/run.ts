// The shell around the workers: starts the loops of the roles this process has, and ends them in good order.

import { setMaxListeners } from 'node:events';
import type { Adapter } from '../ports/adapter.ts';
import type { Broker } from '../ports/broker.ts';
import type { ContentStore } from '../ports/content-store.ts';
import type { NoticeStore } from '../ports/notices.ts';
import type { RenderingStore } from '../ports/renderings.ts';
import type { Signer } from '../ports/signer.ts';
import type { RegistryStore } from '../ports/registry.ts';
import type { SequencerStore } from '../ports/sequencer.ts';
import type { WorkStore } from '../ports/work.ts';
import type { World } from '../ports/world.ts';
import { deliver } from '../gateway/deliver/deliver.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import { LiveLeases } from '../gateway/deliver/live-leases.ts';
import { createLoops, type Loops, type Turn } from '../gateway/loop.ts';
import { tellNotices } from './notices.ts';
import { relay } from './relay.ts';
import { renderInbox } from './render-inbox.ts';
import { Senders } from '../gateway/deliver/senders.ts';
import { sequence } from './sequence.ts';
import { sweepHeld, sweepRevocation, sweepStaged, sweepWork } from './sweep.ts';

/** `worker` publishes and delivers; `scheduler` does the periodic work. */
export type WorkerRole = 'worker' | 'scheduler';

export interface RunPorts {
  readonly work: WorkStore;
  readonly notices: NoticeStore;
  readonly renderings: RenderingStore;
  readonly sequencer: SequencerStore;
  readonly registry: RegistryStore;
  readonly broker: Broker;
  readonly content: Pick<ContentStore, 'open' | 'stage' | 'sweep'>;
  readonly signer: Pick<Signer, 'sign' | 'keyId' | 'algorithm' | 'certificates'>;
  readonly adapters: ReadonlyMap<string, Adapter>;
  /** Verifies held messages again. */
  readonly recheck: () => Promise<unknown>;
  /** Fetches revocation lists again that run out soon. */
  readonly renewLists: () => Promise<unknown>;
  /** Stamps heads of the audit chain; absent: they are only signed. */
  readonly stamp?: Turn;
  readonly events: WorkerEvents;
  /** Names this process in the record; unique among all that run. */
  readonly owner: string;
  /** Transmissions under way at once in this process. */
  readonly prefetch: number;
}

export interface Workers {
  /** Begins no new work, lets work under way end, and resolves within 30 s. */
  stop(): Promise<void>;
}

/** Milliseconds after the order to stop: sends are cut off, then the process waits no longer. */
const STOP = { cut: 25_000, leave: 29_000 } as const;

export function startWorkers(roles: ReadonlySet<WorkerRole>, ports: RunPorts, world: World): Workers {
  const loops = createLoops(ports.events, world);
  const stopping = new AbortController();
  const cut = new AbortController();
  // Each try under way has a listener, so many listeners are no leak.
  setMaxListeners(0, stopping.signal, cut.signal);
  const turns = { ...(roles.has('worker') ? WORKER : {}), ...(roles.has('scheduler') ? SCHEDULER : {}) };
  const running = Object.entries(turns).map(([name, turn]) => loops.run(name, turn(ports, world), stopping.signal));
  if (roles.has('scheduler') && ports.stamp !== undefined)
    running.push(loops.run('stamp', ports.stamp, stopping.signal));
  if (roles.has('worker')) running.push(delivering({ ...ports, loops }, world, stopping.signal, cut.signal));
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop(running, stopping, cut)) };
}

type Turns = Readonly<Record<string, (ports: RunPorts, world: World) => Turn>>;

const WORKER: Turns = { relay, render: renderInbox };

const SCHEDULER: Turns = {
  sequence,
  sweep: sweepWork,
  'sweep-staged': sweepStaged,
  'sweep-held': sweepHeld,
  'renew-lists': sweepRevocation,
};

/** Consumes until the process stops; resolves when every try is over and its outcome recorded. */
async function delivering(
  ports: RunPorts & { readonly loops: Loops },
  world: World,
  stopping: AbortSignal,
  cut: AbortSignal,
): Promise<void> {
  const { loops } = ports;
  const leases = new LiveLeases(ports.work);
  const senders = new Senders(ports.adapters, ports.registry);
  const over = new AbortController();
  const renewing = loops.run('renew', leases.renewal(world.pause), over.signal);
  const handle = deliver({ ...ports, leases, senders, stopping, cut }, world);
  const consumer = await loops.untilDone('consume', () => ports.broker.consume(ports, handle), stopping);
  const telling = loops.run('notices', tellNotices({ ...ports, senders }, world), stopping);
  await aborted(stopping);
  await telling;
  await consumer?.close();
  over.abort();
  await renewing;
  await senders.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function stop(running: readonly Promise<void>[], stopping: AbortController, cut: AbortController): Promise<void> {
  stopping.abort();
  const cutting = setTimeout(() => cut.abort(), STOP.cut);
  let leaving: NodeJS.Timeout | undefined;
  const lateness = new Promise((resolve) => {
    leaving = setTimeout(resolve, STOP.leave);
  });
  await Promise.race([Promise.all(running), lateness]);
  clearTimeout(cutting);
  clearTimeout(leaving);
}
