// One connection that is kept up: whatever breaks, a channel or a queue included, it is opened anew and set up from the
// start. There is one way to recover, so it is the one that is tested.

import { setTimeout as delay } from 'node:timers/promises';
import { connect, type ChannelModel } from 'amqplib';

/** Events that an operator may want to know. */
export type BrokerEvent =
  | { readonly kind: 'connected'; readonly link: string }
  | { readonly kind: 'disconnected'; readonly link: string; readonly cause: unknown }
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'unblocked' }
  | { readonly kind: 'dropped'; readonly size: number }
  | { readonly kind: 'handler-failed'; readonly transmission: string; readonly cause: unknown };

export interface LinkOptions<Session> {
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  readonly log: (event: BrokerEvent) => void;
  /** Makes channels, queues and consumers; the part that finds one of them broken calls `fail`. */
  readonly setUp: (model: ChannelModel, fail: (cause: unknown) => void) => Promise<Session>;
  /** Everything of this session is dead. */
  readonly lost: (session: Session) => void;
}

export interface Link<Session> {
  /** Undefined while the connection is down. */
  current(): Session | undefined;
  /** Resolves when the link is up for the first time, at the latest after `milliseconds`. */
  settled(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Own choices. A peer that vanished is noticed within two heartbeats, below the 30 s that operators are promised. */
const HEARTBEAT_SECONDS = 10;
const CONNECT_MILLISECONDS = 10_000;
const CLOSE_MILLISECONDS = 5_000;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

export function openLink<Session>(options: LinkOptions<Session>): Link<Session> {
  const stop = new AbortController();
  const stopped = deferred();
  const up = deferred();
  let session: Session | undefined;
  const loop = keepUp(options, { signal: stop.signal, stopped: stopped.promise }, (current) => {
    session = current;
    if (current !== undefined) up.resolve();
  });
  return {
    current: () => session,
    settled: (milliseconds) => atMost(milliseconds, up.promise),
    async close() {
      stop.abort();
      stopped.resolve();
      await loop;
    },
  };
}

interface Stop {
  readonly signal: AbortSignal;
  readonly stopped: Promise<void>;
}

type Became<Session> = (current: Session | undefined) => void;

async function keepUp<Session>(options: LinkOptions<Session>, stop: Stop, became: Became<Session>): Promise<void> {
  let tries = 0;
  while (!stop.signal.aborted) {
    try {
      await hold(options, stop, (current) => {
        tries = 0;
        became(current);
      });
    } catch (cause) {
      options.log({ kind: 'disconnected', link: options.name, cause });
      await delay(pauseBefore(tries), undefined, { signal: stop.signal }).catch(() => undefined);
      tries += 1;
    }
  }
}

/** Milliseconds before the next try. Half of it is chance, so that many gateways do not come back at the same instant. */
function pauseBefore(tries: number): number {
  const full = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** tries);
  return full / 2 + Math.random() * (full / 2);
}

/** Opens, sets up and waits; resolves when told to stop, rejects with whatever broke. */
async function hold<Session>(options: LinkOptions<Session>, stop: Stop, became: Became<Session>): Promise<void> {
  const breakage = deferred();
  const opening = open(options.url, options.name);
  const model = await Promise.race([opening, stop.stopped]);
  if (model === undefined) {
    opening.then(release, () => undefined);
    return;
  }
  const fail = (cause: unknown) => breakage.reject(cause);
  model.on('error', fail);
  model.on('close', (cause) => fail(cause ?? new Error('the connection was closed')));
  try {
    const session = await Promise.race([options.setUp(model, fail), breakage.promise, stop.stopped]);
    if (session === undefined) return;
    options.log({ kind: 'connected', link: options.name });
    became(session);
    try {
      await Promise.race([breakage.promise, stop.stopped]);
    } finally {
      became(undefined);
      options.lost(session);
    }
  } finally {
    await release(model);
  }
}

function open(url: string, name: string): Promise<ChannelModel> {
  const target = new URL(url);
  if (!target.searchParams.has('heartbeat')) target.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return connect(target.href, {
    noDelay: true,
    keepAlive: true,
    timeout: CONNECT_MILLISECONDS,
    clientProperties: { connection_name: name },
  });
}

/** A peer that is gone answers no close; its socket is given up by the heartbeat. */
function release(model: ChannelModel): Promise<void> {
  return atMost(
    CLOSE_MILLISECONDS,
    model.close().catch(() => undefined),
  );
}

export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(cause: unknown): void;
}

/** A promise settled from elsewhere. It may be rejected while no part waits for it, which is no fault. */
export function deferred(): Deferred {
  let resolve = (): void => undefined;
  let reject = (_cause: unknown): void => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** Resolves with the promise, or without it when the time is over. */
export async function atMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const timer = delay(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([promise, timer]);
  over.abort();
}
