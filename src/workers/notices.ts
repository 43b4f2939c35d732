// Sends the results of documents that were delivered unchecked to the systems of push connections. Systems that pull
// find them with their inbox.

import { nextTry } from '../core/exchange/retry.ts';
import type { Outcome } from '../core/exchange/outcome.ts';
import type { Notice, NoticeStore } from '../ports/notices.ts';
import type { WorkerEvents } from '../gateway/events.ts';
import type { World } from '../ports/world.ts';
import type { Turn } from '../gateway/loop.ts';
import type { Senders } from '../gateway/deliver/senders.ts';

/** Notices sent in one round. */
const BATCH = 50;
/** Milliseconds between two rounds. */
const REST = 2_000;
/** Seconds until the next try at a system that cannot receive, or refuses, a notice. */
const LONG = 6 * 3600;

export interface NoticePorts {
  readonly notices: Pick<NoticeStore, 'claimNotices' | 'closeNotice' | 'postponeNotice'>;
  readonly senders: Pick<Senders, 'lend'>;
  readonly events: Pick<WorkerEvents, 'noticeTold'>;
}

export function tellNotices(ports: NoticePorts, world: Pick<World, 'pause' | 'random'>): Turn {
  return async (signal) => {
    const notices = await ports.notices.claimNotices(BATCH);
    await Promise.all(notices.map((notice) => tellOne(notice, ports, world.random(), signal)));
    if (notices.length < BATCH) await world.pause(REST, signal);
  };
}

async function tellOne(
  notice: Notice & { readonly tries: number },
  { notices, senders, events }: NoticePorts,
  jitter: number,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await outcomeOf(notice, senders, signal);
  const seconds = outcome === null ? LONG : secondsUntilNext(outcome, notice.tries, jitter);
  await (seconds === null ? notices.closeNotice(notice.id) : notices.postponeNotice(notice.id, seconds));
  if (outcome === null) return;
  const { id, connection } = notice;
  events.noticeTold({ notice: id, connection, code: outcome.kind === 'done' ? null : outcome.code });
}

/** Null: this system takes no notices. */
async function outcomeOf(notice: Notice, senders: Pick<Senders, 'lend'>, signal: AbortSignal): Promise<Outcome | null> {
  const loan = await senders.lend(notice.connection);
  if (loan.kind !== 'loan') return loan;
  try {
    return (await loan.sender.tell?.(notice, signal)) ?? null;
  } finally {
    loan.giveBack();
  }
}

/** Seconds until the next try; null: taken. */
function secondsUntilNext(outcome: Outcome, attempt: number, jitter: number): number | null {
  if (outcome.kind === 'done') return null;
  if (outcome.kind !== 'retry') return LONG;
  const next = nextTry({ attempt, outcome, urgent: true, jitter });
  return 'after' in next ? next.after : LONG;
}
