// Copies for connections that pull are rendered before they are shown: the hash in an inbox is right from the first time.

import type { RegistryStore } from '../ports/registry.ts';
import type { SequencerStore } from '../ports/sequencer.ts';
import type { RenderingStore, WaitingRendering } from '../ports/renderings.ts';
import type { Pause, Turn } from '../gateway/loop.ts';
import { renderFor, type RenderParts } from '../gateway/deliver/render.ts';

/** Rendered side by side. */
const BATCH = 8;
/** Milliseconds. `idle`: nothing waits; `failed`: what could not be had now is asked for again. */
const REST = { idle: 1_000, failed: 2_000 } as const;

export interface RenderInboxParts extends RenderParts {
  readonly renderings: RenderingStore;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly sequencer: Pick<SequencerStore, 'waitForPending'>;
  readonly pause: Pause;
}

/** Goes round: one that cannot be rendered now is passed over until all others have had their turn. */
export function renderInbox(parts: RenderInboxParts): Turn {
  let after = 0n;
  return async (signal) => {
    if (!(await isAskedFor(parts))) {
      await parts.pause(REST.idle, signal);
      return;
    }
    // Asked for before looking, so that nothing that comes in between is slept over.
    const woken = parts.sequencer.waitForPending(REST.idle, signal);
    const waiting = await parts.renderings.waiting(after, BATCH);
    const isDone = await Promise.all(waiting.map((one) => render(one, parts, signal)));
    after = waiting.length < BATCH ? 0n : (waiting.at(-1)?.place ?? 0n);
    if (isDone.includes(false)) await parts.pause(REST.failed, signal);
    else if (waiting.length < BATCH) await woken;
  };
}

/** Where no connection asks for another form, the record is not asked either. */
async function isAskedFor({ registry }: Pick<RenderInboxParts, 'registry'>): Promise<boolean> {
  const { connections } = await registry.snapshot();
  return [...connections.values()].some(({ rendering }) => rendering !== undefined);
}

async function render(one: WaitingRendering, parts: RenderInboxParts, signal: AbortSignal): Promise<boolean> {
  const outcome = await renderFor(one, one.choice, parts, signal);
  if (!('kind' in outcome)) return true;
  if (outcome.kind === 'retry') return false;
  await parts.renderings.park(one, outcome);
  return true;
}
