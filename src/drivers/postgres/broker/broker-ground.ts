// Shared by the embedded broker and its consumers: statements, signals of new references, and the state of the
// database.

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../../driver-log.ts';

export interface Ground {
  readonly log: Log;
  /** Whether the database answered last time. */
  readonly up: boolean;
  readonly isClosed: boolean;
  /** Counts the signals, so that a consumer misses none between a look and a wait. */
  readonly heard: number;
  ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Resolves when a signal came after `since`, at the latest after `milliseconds`. */
  wait(since: number, milliseconds: number): Promise<void>;
  wake(): void;
  /** Wakes the consumers of this process at once, and those of other processes soon. */
  announce(): void;
  close(): Promise<void>;
}

const CHANNEL = 'lienthong_broker';

/** Milliseconds between two notifications of one process: consumers could not act on more. */
const PACE = 20;
/** Milliseconds until a lost LISTEN connection is opened again. */
const REOPEN = 500;

export function openGround(pool: pg.Pool, log: Log): Ground {
  const stop = new AbortController();
  const waiters = new Set<() => void>();
  let heard = 0;
  let up = true;
  let announcing: NodeJS.Timeout | undefined;

  function wake(): void {
    heard += 1;
    for (const resolve of [...waiters]) resolve();
  }

  function became(now: boolean, reason: unknown): void {
    if (now !== up) log(now ? 'broker.connected' : 'broker.disconnected', now ? {} : { reason: String(reason) });
    up = now;
  }

  async function ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      const { rows } = await pool.query<Row>(text, [...values]);
      became(true, undefined);
      return rows;
    } catch (error) {
      became(false, error);
      throw error;
    }
  }

  async function listen(): Promise<void> {
    while (!stop.signal.aborted) {
      await listenOnce(pool, stop.signal, wake).then(
        () => became(false, 'the listening connection ended'),
        (error: unknown) => became(false, error),
      );
      await pause(REOPEN, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  const listening = listen();
  return {
    log,
    get up() {
      return up && !stop.signal.aborted;
    },
    get isClosed() {
      return stop.signal.aborted;
    },
    get heard() {
      return heard;
    },
    ask,
    wake,
    async wait(since, milliseconds) {
      if (heard !== since) return;
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiters.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        waiters.add(end);
      });
    },
    announce() {
      wake();
      announcing ??= setTimeout(() => {
        announcing = undefined;
        ask('select pg_notify($1, $2)', [CHANNEL, '']).catch(() => undefined);
      }, PACE);
    },
    async close() {
      clearTimeout(announcing);
      stop.abort();
      await listening;
    },
  };
}

/** Resolves when told to stop or when the connection is lost. */
async function listenOnce(pool: pg.Pool, stop: AbortSignal, wake: () => void): Promise<void> {
  const client = await pool.connect();
  try {
    const ending = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.on('end', () => resolve());
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', wake);
    await client.query(`listen ${CHANNEL}`);
    // References may have been published without a listener, so every consumer looks.
    wake();
    if (!stop.aborted) await ending;
  } finally {
    client.release(true);
  }
}
