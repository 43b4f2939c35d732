// Taking references from all queues over one connection. Each queue hands over at most as many as handlers may run; of
// what waits here, urgent goes first. What this process holds and does not get to goes to others when its connection ends.

import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Acknowledgement, Consumer, Reference, ReferenceHandler } from '../../ports/broker.ts';
import { decodeReference } from '../reference.ts';
import { atMost, openLink, type BrokerEvent } from './link.ts';
import { declare, type Queue, type Topology } from './topology.ts';

export interface ConsumerOptions {
  readonly url: string;
  readonly queues: Topology;
  readonly prefetch: number;
  readonly handle: ReferenceHandler;
  readonly log: (event: BrokerEvent) => void;
  /** Called for each body that is no reference. */
  readonly dropped: (size: number) => void;
}

export interface RabbitConsumer extends Consumer {
  /** References handed to this process and not yet to a handler. */
  backlog(): number;
  settled(milliseconds: number): Promise<void>;
}

/** Own choices. `again` waits a little, or the broker would hand the same reference back at once and for ever. */
const AGAIN_MILLISECONDS = 1_000;
const CLOSE_MILLISECONDS = 5_000;
const SUBSCRIBE_MILLISECONDS = 2_000;
/** Urgent before ordinary is a preference: a queue that gives no clear answer delays work no longer than this. */
const ASK_MILLISECONDS = 2_000;

/** One queue's own channel: a queue that answers nothing, having lost its majority, must not hold up the others. */
interface Lane {
  readonly queue: Queue;
  readonly channel: Channel;
  tag?: string;
  /** Unacknowledged messages. */
  held: number;
}

/** The state of one connection while it lasts. */
interface Session {
  readonly lanes: Lane[];
  readonly fail: (cause: unknown) => void;
  readonly urgent: Waiting[];
  readonly ordinary: Waiting[];
  /** Urgent lanes whose queue may have more than it was allowed to hand over: nothing ordinary goes before it is asked. */
  readonly suspects: Set<Lane>;
  asking: boolean;
  alive: boolean;
}

/** A message whose fate is not settled. */
interface Held {
  readonly message: ConsumeMessage;
  readonly lane: Lane;
  readonly session: Session;
}

interface Waiting extends Held {
  readonly reference: Reference;
}

export function openConsumer({ url, queues, prefetch, handle, log, dropped }: ConsumerOptions): RabbitConsumer {
  const running = new Set<Promise<void>>();
  let newest: Session | undefined;
  let closing = false;
  const link = openLink({ url, name: 'lienthong consumer', log, setUp, lost: bury });

  async function setUp(model: ChannelModel, fail: (cause: unknown) => void): Promise<Session> {
    const session: Session = {
      lanes: [],
      fail,
      urgent: [],
      ordinary: [],
      suspects: new Set(),
      asking: false,
      alive: true,
    };
    newest = session;
    await subscribeAll(session, model, queues.urgent);
    await askSuspects(session);
    await subscribeAll(session, model, queues.ordinary);
    return session;
  }

  /** A queue that is slow to answer joins later, or breaks the connection in the end. */
  async function subscribeAll(session: Session, model: ChannelModel, queues: readonly Queue[]): Promise<void> {
    const answers = queues.map((queue) => subscribe(session, model, queue));
    for (const answer of answers) answer.catch(session.fail);
    await atMost(SUBSCRIBE_MILLISECONDS, Promise.all(answers));
  }

  async function subscribe(session: Session, model: ChannelModel, queue: Queue): Promise<void> {
    const lane: Lane = { queue, channel: await openChannel(session, model), held: 0 };
    await lane.channel.prefetch(prefetch);
    await declare(lane.channel, [queue]);
    const { consumerTag } = await lane.channel.consume(queue.name, (message) => {
      if (message === null) session.fail(new Error('a queue was removed'));
      else arrived({ session, lane, message });
    });
    lane.tag = consumerTag;
    session.lanes.push(lane);
    if (queue.urgency === 'urgent') session.suspects.add(lane);
  }

  function arrived(held: Held): void {
    const { session, lane, message } = held;
    lane.held += 1;
    const reference = decodeReference(message.content);
    if (reference === undefined) {
      dropped(message.content.length);
      finish(held, 'taken');
      return;
    }
    session[lane.queue.urgency].push({ ...held, reference });
    give();
  }

  /** Starts handlers while there is room and something to give. */
  function give(): void {
    while (newest?.alive === true && !closing && running.size < prefetch) {
      const next = newest.urgent.shift() ?? (newest.suspects.size === 0 ? newest.ordinary.shift() : undefined);
      if (next === undefined) return;
      const job = work(next).finally(() => {
        running.delete(job);
        give();
      });
      running.add(job);
    }
  }

  async function work(delivery: Waiting): Promise<void> {
    let answer: Acknowledgement = 'taken';
    try {
      answer = await handle(delivery.reference);
    } catch (cause) {
      log({ kind: 'handler-failed', transmission: delivery.reference.transmission, cause });
    }
    if (answer === 'again' && !closing) setTimeout(() => finish(delivery, 'again'), AGAIN_MILLISECONDS).unref();
    else finish(delivery, answer);
  }

  /** Tells the broker, unless the connection that brought the message is gone: then a consumer gets it again. */
  function finish({ session, lane, message }: Held, answer: Acknowledgement): void {
    if (!session.alive) return;
    const full = lane.held >= prefetch;
    lane.held -= 1;
    try {
      if (answer === 'taken') lane.channel.ack(message);
      else lane.channel.nack(message, false, true);
    } catch (cause) {
      session.fail(cause);
      return;
    }
    if (full && lane.queue.urgency === 'urgent') {
      session.suspects.add(lane);
      askSuspects(session).catch(session.fail);
    }
  }

  /** Asks queues whose allowance was used up whether more waits there; until they answered, nothing ordinary is given. */
  async function askSuspects(session: Session): Promise<void> {
    if (session.asking) return;
    session.asking = true;
    const deadline = performance.now() + ASK_MILLISECONDS;
    while (session.alive && session.suspects.size > 0) {
      for (const lane of session.suspects) {
        const messageCount = await declare(lane.channel, [lane.queue]);
        // One more round trip: what the queue handed over before it answered has arrived after it.
        await lane.channel.prefetch(prefetch);
        const isKnown = messageCount === 0 || lane.held >= prefetch || performance.now() > deadline;
        if (isKnown) session.suspects.delete(lane);
      }
      give();
      if (session.suspects.size > 0) await delay(2);
    }
    session.asking = false;
  }

  return {
    backlog: () => (newest?.alive === true ? newest.urgent.length + newest.ordinary.length : 0),
    settled: (milliseconds) => link.settled(milliseconds),
    async close() {
      closing = true;
      if (newest?.alive === true) await atMost(CLOSE_MILLISECONDS, giveBack(newest));
      await Promise.all(running);
      if (newest?.alive === true) await atMost(CLOSE_MILLISECONDS, flush(newest, prefetch));
      await link.close();
    },
  };
}

async function openChannel(session: Session, model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  channel.on('error', session.fail);
  channel.on('close', () => {
    bury(session);
    session.fail(new Error('a consuming channel was closed'));
  });
  return channel;
}

function bury(session: Session): void {
  session.alive = false;
}

/** Takes nothing more, and lets others have what no handler has seen. */
async function giveBack(session: Session): Promise<void> {
  try {
    await Promise.all(session.lanes.flatMap(({ channel, tag }) => (tag === undefined ? [] : [channel.cancel(tag)])));
    for (const { lane, message } of [...session.urgent.splice(0), ...session.ordinary.splice(0)]) {
      lane.channel.nack(message, false, true);
    }
  } catch (cause) {
    session.fail(cause);
  }
}

/** Any round trip will do: the broker has read the acknowledgements before it. */
async function flush({ lanes }: Session, prefetch: number): Promise<void> {
  await Promise.all(lanes.map(({ channel }) => channel.prefetch(prefetch).catch(() => undefined)));
}
