// Copies for connections that pull are rendered before they are shown: the hash in an inbox is right from the first time.

import type { RegistryStore } from '../ports/registry.ts';
import type { SequencerStore } from '../ports/sequencer.ts';
import type { RenderingStore, WaitingRendering } from '../ports/renderings.ts';
import type { World } from '../ports/world.ts';
import type { Turn } from '../gateway/loop.ts';
import { renderFor, type RenderPorts } from '../gateway/deliver/render.ts';

/** Rendered side by side. */
const BATCH = 8;
/** Milliseconds. `idle`: nothing waits; `failed`: what could not be had now is asked for again. */
const REST = { idle: 1_000, failed: 2_000 } as const;

export interface RenderInboxPorts extends RenderPorts {
  readonly renderings: RenderingStore;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly sequencer: Pick<SequencerStore, 'waitForPending'>;
}

/** Goes round: one that cannot be rendered now is passed over until all others have had their turn. */
export function renderInbox(ports: RenderInboxPorts, { pause }: Pick<World, 'pause'>): Turn {
  let after = 0n;
  return async (signal) => {
    if (!(await isAskedFor(ports))) {
      await pause(REST.idle, signal);
      return;
    }
    // Asked for before looking, so that nothing that comes in between is slept over.
    const woken = ports.sequencer.waitForPending(REST.idle, signal);
    const waiting = await ports.renderings.listWaiting(after, BATCH);
    const isDone = await Promise.all(waiting.map((rendering) => render(rendering, ports, signal)));
    after = waiting.length < BATCH ? 0n : (waiting.at(-1)?.place ?? 0n);
    if (isDone.includes(false)) await pause(REST.failed, signal);
    else if (waiting.length < BATCH) await woken;
  };
}

/** Where no connection asks for another form, the record is not asked either. */
async function isAskedFor({ registry }: Pick<RenderInboxPorts, 'registry'>): Promise<boolean> {
  const { connections } = await registry.snapshot();
  return [...connections.values()].some(({ rendering }) => rendering !== undefined);
}

async function render(rendering: WaitingRendering, ports: RenderInboxPorts, signal: AbortSignal): Promise<boolean> {
  const outcome = await renderFor(rendering, rendering.choice, ports, signal);
  if (!('kind' in outcome)) return true;
  if (outcome.kind === 'retry') return false;
  await ports.renderings.park(rendering, outcome);
  return true;
}
