// Whether this process can do its work. Liveness asks nothing; readiness asks each part once and remembers for a moment,
// so that probes cost nothing however often they come.

import type { World } from '../ports/world.ts';

export type PartState = 'ok' | 'failed';

export interface Readiness {
  readonly status: PartState;
  readonly parts: { readonly database: PartState; readonly broker: PartState; readonly content: PartState };
}

export interface Probes {
  readonly database: () => Promise<void>;
  readonly isBrokerConnected: () => boolean;
  readonly content: () => Promise<void>;
}

const REMEMBERED_MS = 1000;
const PATIENCE_MS = 3000;

/** Answers the readiness of the parts. Without the broker the gateway still accepts, so its state is told but decides nothing. */
export function readiness(probes: Probes, { monotonic }: Pick<World, 'monotonic'>): () => Promise<Readiness> {
  let answer: Promise<Readiness> | undefined;
  let askedAt = -Infinity;
  return () => {
    const now = monotonic();
    if (answer === undefined || now - askedAt > REMEMBERED_MS) {
      answer = ask(probes);
      askedAt = now;
    }
    return answer;
  };
}

async function ask(probes: Probes): Promise<Readiness> {
  const [database, content] = await Promise.all([stateOf(probes.database), stateOf(probes.content)]);
  const broker: PartState = probes.isBrokerConnected() ? 'ok' : 'failed';
  return { status: database === 'ok' && content === 'ok' ? 'ok' : 'failed', parts: { database, broker, content } };
}

async function stateOf(probe: () => Promise<void>): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PartState>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, 'failed');
  });
  try {
    return await Promise.race([
      probe().then(
        (): PartState => 'ok',
        (): PartState => 'failed',
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
