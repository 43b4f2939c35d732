// A time stamp over the newest signed head of the audit chain: it proves to others that the chain before it existed
// then. When the authority is away, the head stays signed only; the authority stamps it, or a later head, when it is
// back.

import { judgeTimeStamp, type TimeStampToken } from '../core/cms/time-stamp.ts';
import { refuse, type Refusal } from '../core/problems/finding.ts';
import { readTrust } from '../core/pki/trust.ts';
import type { RegistryStore } from '../ports/registry.ts';
import type { SequencerStore } from '../ports/sequencer.ts';
import type { TimeStamper } from '../ports/time-stamper.ts';
import { askStamp } from '../gateway/evidence/ask-stamp.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import type { World } from '../ports/world.ts';
import type { Turn } from '../gateway/loop.ts';

/** Milliseconds between two looks: usually, and while the authority fails. */
const TIMES = { look: 60_000, failed: 300_000 } as const;

export interface StampPorts {
  readonly sequencer: Pick<SequencerStore, 'unstampedHead' | 'keepStamp'>;
  readonly stamper: TimeStamper;
  readonly registry: RegistryStore;
  readonly events: Pick<WorkerEvents, 'auditHeadStamped' | 'timeStampFailed'>;
}

type StampWorld = Pick<World, 'now' | 'pause' | 'randomBytes'>;

/** Asks once a look; a series of failures is reported once. */
export function stamp(ports: StampPorts, world: StampWorld): Turn {
  let failing = false;
  return async (signal) => {
    const fault = await stampNewest(ports, world, signal);
    if (signal.aborted) return;
    if (fault !== undefined && !failing) ports.events.timeStampFailed(fault);
    failing = fault !== undefined;
    await world.pause(failing ? TIMES.failed : TIMES.look, signal);
  };
}

/** The fault of the authority, if there was one; rejects for a fault of the gateway's record. */
async function stampNewest(ports: StampPorts, world: StampWorld, signal: AbortSignal): Promise<Refusal | undefined> {
  const { sequencer, stamper, events } = ports;
  const head = await sequencer.unstampedHead();
  if (head === null) return undefined;
  const answer = await askStamp(head.body, stamper, world, signal);
  if (!answer.ok) return answer;
  const { stamp: stamped, digest, token } = answer.value;
  const fault = await faultOf(stamped, digest, ports, world.now());
  if (fault !== undefined) return fault;
  const at = new Date(stamped.at);
  await sequencer.keepStamp({ seq: head.seq, token, at });
  events.auditHeadStamped({ seq: head.seq, at: at.toISOString() });
  return undefined;
}

/** Findings that are no fault of the stamp: the authority's revocation status may be known later. */
const SETTLED_LATER: readonly string[] = ['revocation-unknown', 'revocation-stale'];

/** The fault of a stamp. Without a trusted time-stamp authority, a stamp that is valid by itself suffices. */
async function faultOf(
  stamped: TimeStampToken,
  digest: Buffer,
  { registry }: StampPorts,
  now: Date,
): Promise<Refusal | undefined> {
  const trust = readTrust({ ...(await registry.snapshot()), asOf: now });
  if (!trust.anchors.some(({ purposes }) => purposes.includes('time-stamp'))) return undefined;
  const { proven } = judgeTimeStamp(stamped, digest, trust, now.getTime());
  if (proven.ok || SETTLED_LATER.includes(proven.code)) return undefined;
  return refuse('time-stamp-failed', { reason: proven.code });
}
