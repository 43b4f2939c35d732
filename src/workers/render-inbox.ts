// Renders copies for pull connections before the inbox shows them: the hash in an inbox is right from the first time.

import type { RegistryStore } from '../ports/registry.ts';
import type { SequencerStore } from '../ports/sequencer.ts';
import type { RenderingStore, WaitingRendering } from '../ports/renderings.ts';
import type { World } from '../ports/world.ts';
import type { Turn } from '../gateway/loop.ts';
import { renderFor, type RenderPorts } from '../gateway/deliver/render.ts';

/** Copies rendered side by side. */
const BATCH = 8;
/** Milliseconds. `idle`: nothing waits; `failed`: a rendering failed and is tried again. */
const REST = { idle: 1_000, failed: 2_000 } as const;

export interface RenderInboxPorts extends RenderPorts {
  readonly renderings: RenderingStore;
  readonly registry: Pick<RegistryStore, 'snapshot'>;
  readonly sequencer: Pick<SequencerStore, 'waitForPending'>;
}

/** Goes round: a copy that cannot be rendered now waits until all others have had their turn. */
export function renderInbox(ports: RenderInboxPorts, { pause }: Pick<World, 'pause'>): Turn {
  let after = 0n;
  return async (signal) => {
    if (!(await isAskedFor(ports))) {
      await pause(REST.idle, signal);
      return;
    }
    // Starts waiting before it looks, so that no copy that comes in between is missed.
    const woken = ports.sequencer.waitForPending(REST.idle, signal);
    const waiting = await ports.renderings.listWaiting(after, BATCH);
    const isDone = await Promise.all(waiting.map((rendering) => render(rendering, ports, signal)));
    after = waiting.length < BATCH ? 0n : (waiting.at(-1)?.place ?? 0n);
    if (isDone.includes(false)) await pause(REST.failed, signal);
    else if (waiting.length < BATCH) await woken;
  };
}

/** Whether a connection wants another form; if none does, the record is not queried. */
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
