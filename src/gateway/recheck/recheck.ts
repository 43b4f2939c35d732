// Judges undecided messages again. When a recheck is due, the gateway reads the package again and judges it at the
// instant of its receipt: a held message is released or returned, one delivered unchecked gets its verdict, and any
// other goes on waiting, in the end for a person.

import type { Verdict } from '../../core/problems/finding.ts';
import type { AuditAct } from '../../core/exchange/audit-acts.ts';
import type { ProblemCode } from '../../core/problems/problems.ts';
import type { Registry } from '../../core/registry/registry.ts';
import type { Report } from '../../core/verify/report.ts';
import { firstCause, mustWait, refusalCause } from '../../core/verify/cause.ts';
import { awaitedOf, recheckAfter, stillUndecided } from '../../core/verify/waiting.ts';
import type { ContentLocation, ContentStore } from '../../ports/content-store.ts';
import type { DueRecheck, Incident, RecheckStore, Waiting } from '../../ports/rechecks.ts';
import type { AuditEntry } from '../../ports/audit.ts';
import type { ProofStore } from '../../ports/proofs.ts';
import type { RegistryStore } from '../../ports/registry.ts';
import type { World } from '../../ports/world.ts';
import type { Judge } from '../basis/judge.ts';
import { readPackage, type ReadPorts } from '../receive/read-package.ts';

export interface RecheckPorts extends ReadPorts {
  readonly rechecks: Pick<
    RecheckStore,
    'claimRechecks' | 'postponeRecheck' | 'resolveHeld' | 'recordVerdict' | 'hastenRechecks' | 'updateIncidents'
  >;
  readonly proofs: Pick<ProofStore, 'keep'>;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly judge: Judge;
  /** Seconds a held message waits before a person is asked. */
  readonly heldPatience: number;
  readonly events: {
    rechecked(facts: { readonly message: string; readonly to: Decided }): void;
    incidentOpened(incident: Incident): void;
    incidentClosed(incident: Incident): void;
    waiting(counts: Pick<Waiting, 'held' | 'parked' | 'delivered' | 'incidents'>): void;
  };
}

/** The result of judging a message again. */
export type Decided = 'released' | 'returned' | 'confirmed' | 'refuted' | 'parked' | 'given-up';

/** Messages judged in one go. */
const BATCH = 50;

/**
 * Answers a function that judges all due messages again and resolves to the number of decided ones. A message that
 * cannot be read delays no other: its fault is thrown after all the others.
 */
export function createRecheck(ports: RecheckPorts, { now }: Pick<World, 'now'>): () => Promise<number> {
  return async () => {
    const registry = await ports.registry.snapshot();
    const faults: unknown[] = [];
    let count = 0;
    for (let entries: readonly DueRecheck[]; (entries = await ports.rechecks.claimRechecks(BATCH)).length > 0;) {
      for (const entry of entries) {
        try {
          if (await recheck(entry, registry, now, ports)) count += 1;
        } catch (error) {
          faults.push(error);
        }
      }
    }
    const { opened, closed, ...counts } = await ports.rechecks.updateIncidents();
    for (const incident of opened) ports.events.incidentOpened(incident);
    for (const incident of closed) ports.events.incidentClosed(incident);
    ports.events.waiting(counts);
    if (faults.length > 0) throw faults[0];
    return count;
  };
}

/** True when the message could be decided, by this process. */
async function recheck(
  entry: DueRecheck,
  registry: Registry,
  now: World['now'],
  ports: RecheckPorts,
): Promise<boolean> {
  const report = await reportOf(entry, registry, ports);
  if (report === undefined) return false;
  const awaits = awaitedOf(report);
  const ending = endingOf(entry, report);
  const isDecided =
    ending === null
      ? await wait(entry, { report, awaits, now: now() }, ports)
      : await decide(entry, report, ending, ports);
  // An authority that answered once is probably back: the gateway soon judges everything that waits for it.
  await ports.rechecks.hastenRechecks(entry.awaits.filter((name) => !awaits.includes(name)));
  return isDecided;
}

/** The ends of waiting, and the record's name for each. */
const ENDINGS = {
  released: 'message.release',
  returned: 'message.return',
  confirmed: 'message.confirm',
  refuted: 'message.refute',
  'given-up': 'message.give-up',
} as const satisfies Readonly<Record<Exclude<Decided, 'parked'>, string>>;

type Ending = keyof typeof ENDINGS;

/** The end of waiting; null: the message goes on waiting. */
function endingOf({ state }: DueRecheck, report: Report): Ending | null {
  if (state === 'delivered') {
    return { passed: 'confirmed' as const, failed: 'refuted' as const, undecided: null }[report.verdict];
  }
  if (refusalCause(report) !== null) return 'returned';
  return mustWait(report, false) ? null : 'released';
}

async function wait(
  entry: DueRecheck,
  { report, awaits, now }: { readonly report: Report; readonly awaits: readonly string[]; readonly now: Date },
  ports: RecheckPorts,
): Promise<boolean> {
  const seconds = (now.getTime() - entry.receivedAt.getTime()) / 1000;
  const next = stillUndecided({ ...entry, seconds }, ports.heldPatience);
  if (next === 'end') return await decide(entry, report, 'given-up', ports);
  const park = next === 'park' ? auditOf(entry, report, 'message.park') : null;
  await ports.rechecks.postponeRecheck(entry.id, { report, awaits, seconds: recheckAfter(entry.tries) }, park);
  if (park !== null) ports.events.rechecked({ message: entry.id, to: 'parked' });
  return false;
}

async function decide(
  entry: DueRecheck,
  report: Report,
  to: Ending,
  { rechecks, events }: RecheckPorts,
): Promise<boolean> {
  const audit = auditOf(entry, report, ENDINGS[to]);
  const isDone =
    to === 'released' || to === 'returned'
      ? await rechecks.resolveHeld(entry.id, report, to, audit)
      : await rechecks.recordVerdict(entry.id, report, audit);
  if (isDone) events.rechecked({ message: entry.id, to });
  return isDone;
}

function auditOf({ id }: DueRecheck, report: Report, act: AuditAct): AuditEntry {
  const outcome: Readonly<Record<Verdict, 'ok' | ProblemCode>> = {
    passed: 'ok',
    failed: firstCause(report)?.code ?? 'internal-error',
    undecided: 'held-expired',
  };
  return {
    actor: 'worker',
    act,
    object: id,
    outcome: act === 'message.return' ? 'ok' : outcome[report.verdict],
    details: { verdict: report.verdict },
  };
}

/** The report by what is known now; undefined where the package cannot be read any more or nobody answers for it. */
async function reportOf(entry: DueRecheck, registry: Registry, ports: RecheckPorts): Promise<Report | undefined> {
  const connection = registry.connections.get(entry.connection);
  if (connection === undefined) return undefined;
  const reading = await readPackage(bytesOf(entry.content, ports.content), ports);
  if (!reading.ok) return undefined;
  const { report, proofs } = await ports.judge(reading.value, connection, registry, entry.receivedAt);
  await ports.proofs.keep(proofs.values());
  return report;
}

async function* bytesOf(
  { inline, sha256 }: ContentLocation,
  content: Pick<ContentStore, 'open'>,
): AsyncGenerator<Buffer, void, undefined> {
  if (inline !== null) yield inline;
  else yield* (await content.open(sha256)) as AsyncIterable<Buffer>;
}
