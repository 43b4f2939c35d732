// Delivers one transmission: lease, send, settle, and only then acknowledge the reference.

import type { Outcome, Park, Retry } from '../../core/exchange/outcome.ts';
import { mediaTypeOf } from '../../core/formats/forms.ts';
import type { Connection } from '../../core/registry/registry.ts';
import { settlementOf } from '../../core/exchange/settle.ts';
import type { Parcel, Sender } from '../../ports/adapter.ts';
import type { Acknowledgement, ReferenceHandler } from '../../ports/broker.ts';
import type { ContentLocation } from '../../ports/content-store.ts';
import type { LeasedTransmission, Settlement, WorkStore } from '../../ports/work.ts';
import type { World } from '../../ports/world.ts';
import { contentOf } from '../content/content.ts';
import type { WorkerEvents } from '../events.ts';
import type { LiveLease, LiveLeases } from './live-leases.ts';
import type { Loops } from '../loop.ts';
import { renderFor, type RenderPorts } from './render.ts';
import type { Senders } from './senders.ts';

/** Milliseconds. A try has 60 s; a sender that does not end soon after its signal is abandoned. */
const SEND = { deadline: 60_000, grace: 3_000 } as const;

/** Milliseconds a finished try waits for the database before the worker leaves it to the sweep. */
const SETTLE_PATIENCE = 60_000;

export interface DeliverPorts extends RenderPorts {
  readonly work: Pick<WorkStore, 'lease' | 'settleTries'>;
  readonly leases: LiveLeases;
  readonly senders: Senders;
  /** Names this process in the record. */
  readonly owner: string;
  readonly loops: Loops;
  readonly events: WorkerEvents;
  /** Aborts when the process begins no new work. */
  readonly stopping: AbortSignal;
  /** Aborts when the process cuts off work under way. */
  readonly cut: AbortSignal;
}

/**
 * Takes references from the broker. A transmission that cannot be leased belongs to another worker, or is done, blocked
 * or not yet due: its reference is acknowledged, and the record publishes it again in time.
 */
export function deliver(ports: DeliverPorts, world: Pick<World, 'monotonic' | 'random'>): ReferenceHandler {
  return async ({ transmission }): Promise<Acknowledgement> => {
    if (ports.stopping.aborted) return 'again';
    const leased = await ports.loops.untilDone(
      'lease',
      () => ports.work.lease([transmission], ports.owner),
      ports.stopping,
    );
    if (leased === undefined) return 'again';
    for (const entry of leased) await carry(entry, ports, world);
    return 'taken';
  };
}

/** One try at a leased transmission, from sender to record. */
async function carry(
  leased: LeasedTransmission,
  ports: DeliverPorts,
  { monotonic, random }: Pick<World, 'monotonic' | 'random'>,
): Promise<void> {
  const live = ports.leases.hold(leased);
  try {
    const started = monotonic();
    const { outcome, role } = await attempt(leased, live, ports);
    const took = Math.round(monotonic() - started);
    const { transmission, epoch, message, connection, attempt: number } = leased;
    if (live.lost.aborted) {
      ports.events.leaseLost({ transmission, epoch });
      return;
    }
    const settled = settlementOf(leased, outcome, role, random());
    if (!(await settle({ lease: { transmission, epoch }, took, ...settled }, live, ports))) return;
    const facts = { transmission, message, connection, attempt: number, took };
    ports.events.attempted(facts, settled.outcome, settled.retryAfter);
  } finally {
    live.release();
  }
}

interface Attempted {
  readonly outcome: Outcome;
  readonly role: 'endpoint' | 'hub';
}

async function attempt(leased: LeasedTransmission, live: LiveLease, ports: DeliverPorts): Promise<Attempted> {
  const loan = await ports.senders.lend(leased.connection);
  if (loan.kind !== 'loan') return { outcome: loan, role: 'endpoint' };
  try {
    return { outcome: await send(leased, loan, live, ports), role: loan.connection.role };
  } finally {
    loan.giveBack();
  }
}

/** A receiver's confirmation stands in any case; without one, faults of the gateway come before the receiver's. */
async function send(
  leased: LeasedTransmission,
  { sender, connection }: { readonly sender: Sender; readonly connection: Connection },
  live: LiveLease,
  ports: DeliverPorts,
): Promise<Outcome> {
  const bytes = await givenTo(connection, leased, live, ports);
  if ('kind' in bytes) return bytes;
  const content = contentOf(bytes, ports.content);
  const parcel: Parcel = { ...leased, ...bytes, open: () => content.open() };
  const outcome = await withinDeadline((signal) => sender.send(parcel, signal), live, ports);
  if (outcome.kind === 'done') return outcome;
  return content.fault() ?? (ports.cut.aborted ? STOPPED : outcome);
}

/**
 * The bytes for this connection. Bytes recorded for an earlier try are sent again, even when the connection wants
 * another form by now.
 */
async function givenTo(
  { rendering }: Connection,
  leased: LeasedTransmission,
  { lost }: LiveLease,
  ports: DeliverPorts,
): Promise<(ContentLocation & { readonly mediaType: string }) | Park | Retry> {
  const { sha256, size, inline, rendered } = leased;
  if (rendered !== null) return { ...rendered, mediaType: mediaTypeOf(rendered.form) };
  if (rendering === undefined) return { sha256, size, inline, mediaType: mediaTypeOf('edxml') };
  const result = await renderFor(leased, rendering, ports, AbortSignal.any([lost, ports.cut]));
  return 'kind' in result ? result : { ...result, mediaType: mediaTypeOf(result.form) };
}

const TIMED_OUT: Outcome = { kind: 'retry', code: 'receiver-timeout', facts: {} };
const STOPPED: Outcome = { kind: 'retry', code: 'worker-stopped', facts: {} };
const SURPRISE: Outcome = { kind: 'retry', code: 'internal-error', facts: {} };

/** Runs a try until it ends by itself, its time is up, its lease is lost, or the process must end. */
async function withinDeadline(
  run: (signal: AbortSignal) => Promise<Outcome>,
  { lost }: LiveLease,
  { cut, events }: DeliverPorts,
): Promise<Outcome> {
  const limit = new AbortController();
  const reach = () => limit.abort();
  const timers = [setTimeout(reach, SEND.deadline)];
  lost.addEventListener('abort', reach, { once: true });
  cut.addEventListener('abort', reach, { once: true });
  const abandonment = new Promise<Outcome>((resolve) => {
    limit.signal.addEventListener('abort', () => timers.push(setTimeout(() => resolve(TIMED_OUT), SEND.grace)));
  });
  if (cut.aborted || lost.aborted) reach();
  try {
    return await Promise.race([run(limit.signal), abandonment]);
  } catch (error) {
    // Senders turn every act of a receiver into an outcome, so this is a fault of the gateway's storage or of the
    // program.
    events.taskFailed('send', error);
    return SURPRISE;
  } finally {
    timers.forEach(clearTimeout);
    lost.removeEventListener('abort', reach);
    cut.removeEventListener('abort', reach);
  }
}

/**
 * Repeats until the record holds the outcome, because the receiver has the bytes already. False when the worker gave up
 * or lost the lease to another worker; then the sweep repairs the transmission, and its next try has the same ids.
 */
async function settle(settlement: Settlement, live: LiveLease, ports: DeliverPorts): Promise<boolean> {
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, SETTLE_PATIENCE);
  for (const signal of [live.lost, ports.cut]) signal.addEventListener('abort', giveUp, { once: true });
  try {
    const results = await ports.loops.untilDone('settle', () => ports.work.settleTries([settlement]), patience.signal);
    if (results?.[0] === true) return true;
    ports.events.leaseLost(settlement.lease);
    return false;
  } finally {
    clearTimeout(timer);
    for (const signal of [live.lost, ports.cut]) signal.removeEventListener('abort', giveUp);
  }
}
