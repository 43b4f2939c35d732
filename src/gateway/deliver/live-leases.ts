// The leases this process holds. They are prolonged together while their tries last; the try of a lease that went to
// another worker is cut off.

import type { Lease, WorkStore } from '../../ports/work.ts';
import type { Pause } from '../../ports/world.ts';
import type { Turn } from '../loop.ts';

/** Milliseconds: a lease lasts 20 s, so one renewal may fail. */
const RENEWAL = 7_000;

export interface LiveLease {
  /** Aborts when another worker is known to have the lease. */
  readonly lost: AbortSignal;
  release(): void;
}

export class LiveLeases {
  readonly #work: Pick<WorkStore, 'renew'>;
  readonly #held = new Map<string, { readonly lease: Lease; readonly lost: AbortController }>();

  constructor(work: Pick<WorkStore, 'renew'>) {
    this.#work = work;
  }

  hold({ transmission, epoch }: Lease): LiveLease {
    const held = { lease: { transmission, epoch }, lost: new AbortController() };
    this.#held.set(transmission, held);
    return {
      lost: held.lost.signal,
      release: () => {
        if (this.#held.get(transmission) === held) this.#held.delete(transmission);
      },
    };
  }

  /** The loop that renews. */
  renewal(pause: Pause): Turn {
    return async (signal) => {
      await this.#renew();
      await pause(RENEWAL, signal);
    };
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.values()];
    if (held.length === 0) return;
    const renewals = new Set(await this.#work.renew(held.map(({ lease }) => lease)));
    for (const { lease, lost } of held) if (!renewals.has(lease.transmission)) lost.abort();
  }
}
