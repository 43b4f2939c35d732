// What the end of a try makes of its deliveries: the one place where an outcome becomes a state. Pure, so that every row
// of it is a table in the tests; the shell only carries the decision out.

import type { Facts } from '../problems/finding.ts';
import { advanceTransport, type Transport, type TransportEvent } from './lifecycle.ts';
import type { Outcome } from './outcome.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { nextTry } from './retry.ts';

/** A try at a transmission, as far as its end depends on it. */
export interface Tried {
  readonly transmission: string;
  readonly connection: string;
  /** From 1. */
  readonly attempt: number;
  readonly urgent: boolean;
  readonly deliveries: readonly { readonly id: string }[];
}

export interface Settled {
  /** As it is recorded: a retry that was the last one allowed has become `park`. */
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
 * `role` is the receiving connection's: taken by an endpoint is arrived, taken by a hub only handed over. `jitter` from 0
 * (inclusive) to 1 (exclusive) spreads the retries.
 */
export function settlementOf(attempt: Tried, outcome: Outcome, role: 'endpoint' | 'hub', jitter: number): Settled {
  const next = outcome.kind === 'retry' ? nextTry({ ...attempt, outcome, jitter }) : undefined;
  const final: Outcome =
    outcome.kind === 'retry' && next !== undefined && 'stop' in next
      ? usedUp(attempt, outcome.code, next.stop)
      : outcome;
  const transport = advanceTransport('sending', eventOf(final, role));
  // A lease is held, so the state is `sending`, and every event of this file is a step from there.
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
