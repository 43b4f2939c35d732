// Wakes waiters: within the process by a call, between processes by NOTIFY. NOTIFY is sent after the commit, because
// inside it committing transactions would queue for one lock, and shared commits would gain nothing. A lost signal
// costs a waiter no more than its longest wait.

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Log } from '../driver-log.ts';
import { openClient } from './pool.ts';

export interface Signals {
  /** Wakes waiters of this process at once, and those of other processes soon. */
  raise(topics: { readonly work?: boolean; readonly pending?: boolean; readonly inbox?: readonly string[] }): void;
  /** Resolves when `topic` is raised, at the latest after `milliseconds`, or when `signal` aborts. */
  wait(topic: string, milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Calls `listener` whenever `topic` is raised, and when signals may have been missed. */
  watch(topic: string, listener: () => void): void;
  close(): Promise<void>;
}

export const WORK = 'work';
export const PENDING = 'pending';
/** The registry moved to another version. Raised by the statement that moved it. */
export const REGISTRY = 'registry';
/** The topic of new entries in the inbox of a connection. */
export function inboxTopic(connection: string): string {
  return `inbox ${connection}`;
}

export const CHANNEL = 'lienthong';
/** Milliseconds between two notifications of one process: waiters could not act on more. */
const PACE = 20;
/** Milliseconds until a lost LISTEN connection is opened again. */
const REOPEN = 500;
/** PostgreSQL takes payloads below 8000 bytes. */
const PAYLOAD = 7_000;

export interface SignalsOptions {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly log: Log;
}

/** Starts listening; goes on by itself when its connection is lost. */
export function openSignals(options: SignalsOptions): Signals {
  const waitersByTopic = new Map<string, Set<() => void>>();
  const watching = new Map<string, (() => void)[]>();
  const wake = (topic: string): void => {
    for (const listener of watching.get(topic) ?? []) listener();
    for (const resolve of [...(waitersByTopic.get(topic) ?? [])]) resolve();
  };
  const closing = new AbortController();
  const listener = listen(
    options,
    closing.signal,
    (topics) => topics.forEach(wake),
    () => {
      // Topics may have been raised without a listener, so every waiter looks.
      for (const topic of new Set([...waitersByTopic.keys(), ...watching.keys()])) wake(topic);
    },
  );
  const announce = announcer(options);
  return {
    raise({ work = false, pending = false, inbox = [] }) {
      const topics = [...(work ? [WORK] : []), ...(pending ? [PENDING] : []), ...inbox.map(inboxTopic)];
      topics.forEach(wake);
      announce.add(topics);
    },
    async wait(topic, milliseconds, signal) {
      if (signal.aborted || closing.signal.aborted) return;
      await new Promise<void>((resolve) => {
        const waiters = waitersByTopic.get(topic) ?? new Set();
        waitersByTopic.set(topic, waiters);
        const end = (): void => {
          clearTimeout(timer);
          waiters.delete(end);
          if (waiters.size === 0 && waitersByTopic.get(topic) === waiters) waitersByTopic.delete(topic);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        waiters.add(end);
        signal.addEventListener('abort', end, { once: true });
      });
    },
    watch(topic, listener) {
      watching.set(topic, [...(watching.get(topic) ?? []), listener]);
    },
    async close() {
      closing.abort();
      for (const topic of [...waitersByTopic.keys()]) wake(topic);
      announce.close();
      await listener;
    },
  };
}

/** Sends raised topics, many in one notification and at most one notification every `PACE`. */
function announcer(options: SignalsOptions): { add(topics: readonly string[]): void; close(): void } {
  const topics = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const send = (): void => {
    timer = null;
    const payloads = pack([...topics]);
    topics.clear();
    options.pool
      .query({
        name: 'notify',
        text: 'select pg_notify($1, payload) from unnest($2::text[]) as payload',
        values: [CHANNEL, payloads],
      })
      .catch((error: unknown) => options.log('database.signal-lost', { reason: String(error) }));
  };
  return {
    add(additions) {
      for (const topic of additions) topics.add(topic);
      if (topics.size > 0) timer ??= setTimeout(send, PACE);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function pack(topics: readonly string[]): readonly string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const topic of topics) {
    if (payload !== '' && payload.length + topic.length > PAYLOAD) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? topic : `\n${topic}`;
  }
  return payload === '' ? payloads : [...payloads, payload];
}

async function listen(
  options: SignalsOptions,
  closing: AbortSignal,
  heard: (topics: readonly string[]) => void,
  resumed: () => void,
): Promise<void> {
  while (!closing.aborted) {
    try {
      await listenOnce(options, closing, heard, resumed);
    } catch (error) {
      options.log('database.listener-lost', { reason: error instanceof Error ? error.message : String(error) });
    }
    await pause(REOPEN, undefined, { signal: closing }).catch(() => undefined);
  }
}

/** Resolves when the connection ends. */
async function listenOnce(
  options: SignalsOptions,
  closing: AbortSignal,
  heard: (topics: readonly string[]) => void,
  resumed: () => void,
): Promise<void> {
  const client = await openClient({ url: options.url, name: 'lienthong listen', log: options.log });
  const ending = new Promise<void>((resolve) => {
    client.once('end', resolve);
    closing.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    client.on('notification', ({ payload }) => heard((payload ?? '').split('\n')));
    await client.query(`listen ${CHANNEL}`);
    resumed();
    // The signals may have been closed while the connection was being opened, and an abort event comes only once.
    if (!closing.aborted) await ending;
  } finally {
    await client.end().catch(() => undefined);
  }
}
