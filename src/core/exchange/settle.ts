// Turns the outcome of a try into the states of its deliveries, here and nowhere else. Pure, so that the tests cover
// every row; the shell only carries the decision out.

import type { Facts } from '../problems/finding.ts';
import { advanceTransport, type Transport, type TransportEvent } from './lifecycle.ts';
import type { Outcome } from './outcome.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { nextTry } from './retry.ts';

/** The facts of a try that its end depends on. */
export interface Tried {
  readonly transmission: string;
  readonly connection: string;
  /** From 1. */
  readonly attempt: number;
  readonly urgent: boolean;
  readonly deliveries: readonly { readonly id: string }[];
}

export interface Settled {
  /** The outcome as recorded: the last allowed retry becomes `park`. */
  readonly outcome: Outcome;
  readonly transport: Transport;
  /** Seconds; only with transport `retrying`. */
  readonly retryAfter?: number;
  /** One row for each delivery. */
  readonly audit: readonly {
    readonly actor: 'worker';
    readonly act: 'delivery.send' | 'delivery.park' | 'delivery.return';
    readonly object: string;
    readonly outcome: 'ok' | ProblemCode;
    readonly details: Facts;
  }[];
}

const ACTS = {
  done: 'delivery.send',
  retry: 'delivery.send',
  park: 'delivery.park',
  return: 'delivery.return',
} as const;

/**
 * What becomes of a delivery after a try: its state, the time of the next try, the rows for the audit log. `role` is the
 * receiving connection's: a package that an endpoint took has arrived; one that a hub took is only handed
 * over. `jitter` from 0 (inclusive) to 1 (exclusive) spreads the retries.
 */
export function settlementOf(attempt: Tried, outcome: Outcome, role: 'endpoint' | 'hub', jitter: number): Settled {
  const next = outcome.kind === 'retry' ? nextTry({ ...attempt, outcome, jitter }) : undefined;
  const final: Outcome =
    outcome.kind === 'retry' && next !== undefined && 'stop' in next
      ? usedUp(attempt, outcome.code, next.stop)
      : outcome;
  const transport = advanceTransport('sending', eventOf(final, role));
  // The worker holds a lease, so the state is `sending`, and every event of this file is a step from there.
  if (transport === null) throw new RangeError(`no step from sending by ${final.kind}`);
  return {
    outcome: final,
    transport,
    ...(next !== undefined && 'after' in next ? { retryAfter: next.after } : {}),
    audit: attempt.deliveries.map(({ id }) => ({
      actor: 'worker',
      act: ACTS[final.kind],
      object: id,
      outcome: final.kind === 'done' ? 'ok' : final.code,
      details: {
        transmission: attempt.transmission,
        connection: attempt.connection,
        attempt: attempt.attempt,
        transport,
      },
    })),
  };
}

function usedUp(attempt: Tried, last: ProblemCode, code: ProblemCode): Outcome {
  return { kind: 'park', code, facts: { attempts: attempt.attempt, last } };
}

function eventOf(outcome: Outcome, role: 'endpoint' | 'hub'): TransportEvent {
  if (outcome.kind === 'done') return role === 'hub' ? 'hand-over' : 'arrive';
  return outcome.kind;
}
