// Publishing with confirms. A reference counts as published only when the broker said that it has it; whatever else
// happens within the deadline, a block or a lost connection included, it does not, and the record keeps it.

import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { Reference } from '../../ports/broker.ts';
import { encodeReference } from '../reference.ts';
import { openLink, type BrokerEvent } from './link.ts';
import { declare, queueOf, type Topology } from './topology.ts';

export interface Publisher {
  publish(references: readonly Reference[]): Promise<readonly boolean[]>;
  depth(): Promise<number>;
  connected(): boolean;
  settled(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Own choices: a confirm takes milliseconds, and more than a second's worth of them never waits in memory. */
const CONFIRM_MILLISECONDS = 5_000;
const MOST_UNCONFIRMED = 20_000;
/** A queue that confirmed nothing in time is left alone so long, so that it does not slow the others' batches. */
const SILENT_MILLISECONDS = 15_000;

/** One reference on its way; settled once. */
interface Sent {
  readonly queue: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly settle: (confirmed: boolean) => void;
}

/** The state of one connection while it lasts. */
interface Session {
  readonly channel: ConfirmChannel;
  readonly unconfirmed: Map<string, Sent>;
  readonly fail: (cause: unknown) => void;
  /** When anything was confirmed last (monotonic milliseconds). */
  heard: number;
  blocked: boolean;
}

export function openPublisher(url: string, queues: Topology, log: (event: BrokerEvent) => void): Publisher {
  const names = [...queues.urgent, ...queues.ordinary];
  const link = openLink({ url, name: 'lienthong publisher', log, setUp, lost: refuse });
  /** Queues that confirmed nothing in time, and when they are tried again (monotonic milliseconds). */
  const silent = new Map<string, number>();
  let sequence = 0;

  async function setUp(model: ChannelModel, fail: (cause: unknown) => void): Promise<Session> {
    const channel = await model.createConfirmChannel();
    const opened = begin(channel, fail);
    channel.on('error', fail);
    channel.on('close', () => fail(new Error('the publishing channel was closed')));
    channel.on('return', (message) => returned(opened, message));
    model.on('blocked', (reason) => {
      opened.blocked = true;
      refuse(opened);
      log({ kind: 'blocked', reason });
    });
    model.on('unblocked', () => {
      opened.blocked = false;
      log({ kind: 'unblocked' });
    });
    await declare(channel, names);
    return opened;
  }

  /** The connection's session while it can publish. */
  function ready(): Session | undefined {
    const session = link.current();
    return session?.blocked === false ? session : undefined;
  }

  function send(current: Session, reference: Reference): Promise<boolean> {
    const queue = queueOf(reference, queues);
    const remainder = silent.get(queue) ?? 0;
    if (remainder > performance.now() || current.unconfirmed.size >= MOST_UNCONFIRMED) return Promise.resolve(false);
    const id = String((sequence += 1));
    return new Promise((resolve) => {
      const settle = (confirmed: boolean) => {
        if (current.unconfirmed.delete(id)) resolve(confirmed);
      };
      current.unconfirmed.set(id, { queue, at: performance.now(), settle });
      // A returned message is confirmed all the same, but after its return: by then it is settled.
      const confirm = (error: unknown) => {
        if (error === null) {
          current.heard = performance.now();
          silent.delete(queue);
        }
        settle(error === null);
      };
      const options = { persistent: true, mandatory: true, messageId: id, contentType: 'application/json' };
      try {
        current.channel.sendToQueue(queue, encodeReference(reference), options, confirm);
      } catch (cause) {
        current.fail(cause);
        settle(false);
      }
    });
  }

  /** Settles what was sent too long ago. Where nothing was confirmed since, the connection is at fault, else the queue. */
  function giveUp(current: Session): void {
    const now = performance.now();
    for (const { queue, at, settle } of [...current.unconfirmed.values()]) {
      if (now - at < CONFIRM_MILLISECONDS) continue;
      silent.set(queue, now + SILENT_MILLISECONDS);
      if (current.heard < at) current.fail(new Error('nothing is confirmed'));
      settle(false);
    }
  }

  return {
    connected: () => ready() !== undefined,
    settled: (milliseconds) => link.settled(milliseconds),
    async publish(references) {
      const current = ready();
      if (current === undefined) return references.map(() => false);
      const overdue = setTimeout(() => giveUp(current), CONFIRM_MILLISECONDS + 1);
      const confirmed = await Promise.all(references.map((reference) => send(current, reference)));
      clearTimeout(overdue);
      return confirmed;
    },
    async depth() {
      const current = ready();
      if (current === undefined) throw new ProblemError('broker-unavailable');
      return declare(current.channel, names).catch((cause: unknown) => {
        throw new ProblemError('broker-unavailable', {}, { cause });
      });
    },
    close: () => link.close(),
  };
}

function begin(channel: ConfirmChannel, fail: (cause: unknown) => void): Session {
  return { channel, fail, unconfirmed: new Map(), heard: performance.now(), blocked: false };
}

function refuse(session: Session): void {
  for (const { settle } of [...session.unconfirmed.values()]) settle(false);
}

/** No queue took it: the queues were removed, and setting up anew makes them. */
function returned(session: Session, message: Message): void {
  const id: unknown = message.properties.messageId;
  if (typeof id === 'string') session.unconfirmed.get(id)?.settle(false);
  session.fail(new Error('a queue is missing'));
}
