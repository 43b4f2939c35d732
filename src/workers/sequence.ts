// The leader's work: numbering inbox entries, chaining the audit, signing its head. Any number of processes may run this;
// the store lets one of them lead.

import type { Signer } from '../ports/signer.ts';
import type { SequencerStore } from '../ports/sequencer.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import type { World } from '../ports/world.ts';
import type { Turn } from '../gateway/loop.ts';

/** Milliseconds. `rest` lets rows gather, so that a busy gateway is not chained row by row. */
const TIMES = { rest: 25, idle: 500, follower: 1_000, head: 60_000 } as const;

export interface SequencePorts {
  readonly sequencer: SequencerStore;
  readonly signer: Pick<Signer, 'sign' | 'keyId'>;
  readonly events: Pick<WorkerEvents, 'sequenced' | 'auditHeadSigned'>;
}

export function sequence(
  { sequencer, signer, events }: SequencePorts,
  { pause, monotonic }: Pick<World, 'pause' | 'monotonic'>,
): Turn {
  let headAskedAt = -Infinity;

  async function signHeadWhenDue(): Promise<void> {
    if (monotonic() - headAskedAt < TIMES.head) return;
    headAskedAt = monotonic();
    const signed = await sequencer.signHead(async (head) => ({
      signature: await signer.sign(head),
      keyId: signer.keyId,
    }));
    if (signed) events.auditHeadSigned();
  }

  return async (signal) => {
    // Starts waiting before it looks, so that no row that comes in between is missed.
    const woken = sequencer.waitForPending(TIMES.idle, signal);
    const counts = await sequencer.sequence();
    if (counts === null) {
      await pause(TIMES.follower, signal);
      return;
    }

    const hasWork = counts.entries + counts.rows > 0;
    if (hasWork) events.sequenced(counts);
    await signHeadWhenDue();
    await (hasWork ? pause(TIMES.rest, signal) : woken);
  };
}
