// Undecided verdicts wait for a fact. When its time has come the package is read and judged again, at the instant it came:
// what was held is released or returned, what was delivered unchecked is settled, and the rest goes on waiting, in the end
// for a person.

import type { Verdict } from '../../core/problems/finding.ts';
import type { Proofs } from '../../core/pki/proof.ts';
import type { SignerCache } from '../../core/pki/signer.ts';
import type { ProblemCode } from '../../core/problems/problems.ts';
import type { Registry } from '../../core/registry/registry.ts';
import type { Report } from '../../core/verify/report.ts';
import { firstCause, mustWait, refusalCause } from '../../core/verify/cause.ts';
import { verify } from '../../core/verify/verify.ts';
import { awaitedOf, recheckAfter, stillUndecided } from '../../core/verify/waiting.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContentLocation, ContentStore } from '../../ports/content-store.ts';
import type { DueRecheck, Incident, RecheckStore, Waiting } from '../../ports/rechecks.ts';
import type { AuditEntry } from '../../ports/audit.ts';
import type { ProofStore } from '../../ports/proofs.ts';
import type { RegistryStore } from '../../ports/registry.ts';
import type { EvidenceGatherer } from '../basis/evidence.ts';
import { readPackage, type ReadParts } from '../receive/read-package.ts';

export interface ReverifyParts extends ReadParts {
  readonly rechecks: Pick<RecheckStore, 'due' | 'later' | 'resolveHeld' | 'settle' | 'awaken' | 'waiting'>;
  readonly proofs: Pick<ProofStore, 'keep'>;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly content: Pick<ContentStore, 'open'>;
  readonly gatherEvidence: EvidenceGatherer;
  readonly signers: SignerCache;
  readonly clock: Clock;
  /** Seconds a held message waits before a person is asked. */
  readonly heldPatience: number;
  readonly events: {
    rechecked(facts: { readonly message: string; readonly to: Decided }): void;
    incidentOpened(incident: Incident): void;
    incidentClosed(incident: Incident): void;
    waiting(counts: Pick<Waiting, 'held' | 'parked' | 'delivered' | 'incidents'>): void;
  };
}

/** What became of a message that was judged again. */
export type Decided = 'released' | 'returned' | 'confirmed' | 'refuted' | 'parked' | 'given-up';

/** Messages judged in one go. */
const BATCH = 50;

/**
 * Judges again what is due; answers how many were decided. One that cannot be read keeps nobody waiting: its fault is
 * thrown when all the others have been judged.
 */
export async function reverify(parts: ReverifyParts): Promise<number> {
  const registry = await parts.registry.snapshot();
  const faults: unknown[] = [];
  let decided = 0;
  for (let due: readonly DueRecheck[]; (due = await parts.rechecks.due(BATCH)).length > 0;) {
    for (const one of due) {
      try {
        if (await recheck(one, registry, parts)) decided += 1;
      } catch (error) {
        faults.push(error);
      }
    }
  }
  const { opened, closed, ...counts } = await parts.rechecks.waiting();
  for (const incident of opened) parts.events.incidentOpened(incident);
  for (const incident of closed) parts.events.incidentClosed(incident);
  parts.events.waiting(counts);
  if (faults.length > 0) throw faults[0];
  return decided;
}

/** True when the message could be decided, by this process. */
async function recheck(due: DueRecheck, registry: Registry, parts: ReverifyParts): Promise<boolean> {
  const report = await judge(due, registry, parts);
  if (report === undefined) return false;
  const awaits = awaitedOf(report);
  const ending = endingOf(due, report);
  const isDecided = ending === null ? await wait(due, report, awaits, parts) : await decide(due, report, ending, parts);
  // Who has spoken to one will speak to all who wait for him.
  await parts.rechecks.awaken(due.awaits.filter((name) => !awaits.includes(name)));
  return isDecided;
}

/** How waiting ends, and what the record calls it. */
const ENDINGS = {
  released: 'message.release',
  returned: 'message.return',
  confirmed: 'message.confirm',
  refuted: 'message.refute',
  'given-up': 'message.give-up',
} as const satisfies Readonly<Record<Exclude<Decided, 'parked'>, string>>;

type Ending = keyof typeof ENDINGS;

/** Null: it goes on waiting. */
function endingOf({ state }: DueRecheck, report: Report): Ending | null {
  if (state === 'delivered') {
    return { passed: 'confirmed' as const, failed: 'refuted' as const, undecided: null }[report.verdict];
  }
  if (refusalCause(report) !== null) return 'returned';
  return mustWait(report, false) ? null : 'released';
}

async function wait(
  due: DueRecheck,
  report: Report,
  awaits: readonly string[],
  parts: ReverifyParts,
): Promise<boolean> {
  const seconds = (parts.clock.now().getTime() - due.receivedAt.getTime()) / 1000;
  const next = stillUndecided({ ...due, seconds }, parts.heldPatience);
  if (next === 'end') return await decide(due, report, 'given-up', parts);
  const park = next === 'park' ? auditOf(due, report, 'message.park') : null;
  await parts.rechecks.later(due.id, { report, awaits, seconds: recheckAfter(due.tries) }, park);
  if (park !== null) parts.events.rechecked({ message: due.id, to: 'parked' });
  return false;
}

async function decide(
  due: DueRecheck,
  report: Report,
  to: Ending,
  { rechecks, events }: ReverifyParts,
): Promise<boolean> {
  const audit = auditOf(due, report, ENDINGS[to]);
  const isDone =
    to === 'released' || to === 'returned'
      ? await rechecks.resolveHeld(due.id, report, to, audit)
      : await rechecks.settle(due.id, report, audit);
  if (isDone) events.rechecked({ message: due.id, to });
  return isDone;
}

function auditOf({ id }: DueRecheck, report: Report, act: string): AuditEntry {
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
async function judge(due: DueRecheck, registry: Registry, parts: ReverifyParts): Promise<Report | undefined> {
  const connection = registry.connections.get(due.connection);
  if (connection === undefined) return undefined;
  const read = await readPackage(bytesOf(due.content, parts.content), parts);
  if (!read.ok) return undefined;
  const { opened, looked } = read.value;
  const evidence = await parts.gatherEvidence(opened, registry, connection, due.receivedAt, looked);
  const proofs: Proofs = new Map();
  const report = verify(opened, evidence, parts.signers, proofs);
  await parts.proofs.keep(proofs.values());
  return report;
}

async function* bytesOf(
  { inline, sha256 }: ContentLocation,
  content: Pick<ContentStore, 'open'>,
): AsyncGenerator<Buffer, void, undefined> {
  if (inline !== null) yield inline;
  else yield* (await content.open(sha256)) as AsyncIterable<Buffer>;
}
