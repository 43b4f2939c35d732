// The broker port on a table, for installations without a queue server. A consumer claims as many references as it has
// room for, keeps its claims alive while handlers run, and deletes taken references; the claims of a dead consumer run
// out.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Acknowledgement, Broker, Reference, ReferenceHandler } from '../../../ports/broker.ts';
import { decodeReference, encodeReference } from '../../reference.ts';
import { openGround, type Ground } from './broker-ground.ts';
import type { Log } from '../../driver-log.ts';

export interface EmbeddedBrokerOptions {
  /** Pool of a migrated database. The open broker keeps one of its connections for listening. */
  readonly pool: pg.Pool;
  readonly log?: Log;
}

/** A dead consumer's work waits so long at most; a living one renews its claim three times in it. */
const CLAIM_SECONDS = 15;
const RENEW_MILLISECONDS = 5_000;
/** Longest wait when a notification was lost. */
const POLL_MILLISECONDS = 1_000;
/** Pause before `again`: without it the same reference would come back at once and for ever. */
const AGAIN_SECONDS = 1;
/** Rows of one statement. */
const MOST_ROWS = 10_000;

const INSERT = `insert into broker_reference (urgent, body) select * from unnest($1::boolean[], $2::bytea[])`;
const CLAIM = `with next as materialized (select id from broker_reference where claimed_until <= clock_timestamp()
    order by urgent desc, id limit $2 for update skip locked)
  update broker_reference as r set claim = $1, claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
  from next where r.id = next.id returning r.id, r.urgent, r.body`;
const RENEW = `update broker_reference set claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
  where claim = $1 and id = any($2::bigint[])`;
const TAKEN = 'delete from broker_reference where claim = $1 and id = any($2::bigint[])';
const LATER = `update broker_reference set claim = null, claimed_until = clock_timestamp() + make_interval(secs => $3)
  where claim = $1 and id = any($2::bigint[])`;
const DEPTH = 'select count(*) as waiting from broker_reference where claimed_until <= clock_timestamp()';

/** Opens the broker; consumers of the same database, in this process or another, share the work. */
export function openEmbeddedBroker({ pool, log = () => undefined }: EmbeddedBrokerOptions): Promise<Broker> {
  const ground = openGround(pool, log);
  const consumers = new Set<EmbeddedConsumer>();
  let dropped = 0;

  async function publish(references: readonly Reference[]): Promise<readonly boolean[]> {
    if (ground.isClosed) return references.map(() => false);
    const confirmed: boolean[] = [];
    for (let from = 0; from < references.length; from += MOST_ROWS) {
      const rows = references.slice(from, from + MOST_ROWS);
      const stored = await insert(ground, rows);
      confirmed.push(...rows.map(() => stored));
    }
    if (confirmed.includes(true)) ground.announce();
    return confirmed;
  }

  return Promise.resolve({
    publish,
    consume({ prefetch }, handle) {
      const drop = (size: number) => {
        dropped += 1;
        log('broker.dropped', { size });
      };
      const consumer = openConsumer({ ground, prefetch, handle, drop });
      consumers.add(consumer);
      return Promise.resolve({
        async close() {
          await consumer.close();
          consumers.delete(consumer);
        },
      });
    },
    async depth() {
      const [row] = await ground.ask<{ waiting: string }>(DEPTH, []);
      return Number(row?.waiting);
    },
    connected: () => ground.up,
    dropped: () => dropped,
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      await ground.close();
    },
  });
}

async function insert(ground: Ground, references: readonly Reference[]): Promise<boolean> {
  const values = [references.map(({ urgent }) => urgent), references.map(encodeReference)];
  return await ground.ask(INSERT, values).then(
    () => true,
    () => false,
  );
}

interface ConsumerOptions {
  readonly ground: Ground;
  readonly prefetch: number;
  readonly handle: ReferenceHandler;
  readonly drop: (size: number) => void;
}

interface EmbeddedConsumer {
  close(): Promise<void>;
}

interface Claimed {
  readonly id: string;
  readonly urgent: boolean;
  readonly body: Buffer;
}

function openConsumer({ ground, prefetch, handle, drop }: ConsumerOptions): EmbeddedConsumer {
  const claim = randomUUID();
  const running = new Map<string, Promise<void>>();
  /** References that are finished but not yet reported to the database; renewed together with running ones. */
  const finished: Record<Acknowledgement, Set<string>> = { taken: new Set(), again: new Set() };
  let closing = false;
  let freed: () => void = () => undefined;
  let telling: Promise<void> | undefined;
  const renewing = setInterval(() => void renew(), RENEW_MILLISECONDS);
  const claiming = claimOn();

  async function claimOn(): Promise<void> {
    while (!closing) {
      const room = prefetch - running.size;
      if (room > 0) await claimSome(room);
      else await new Promise<void>((resolve) => (freed = resolve));
    }
  }

  async function claimSome(room: number): Promise<void> {
    const since = ground.heard;
    const rows = await ground.ask<Claimed>(CLAIM, [claim, room]).catch(() => []);
    for (const row of [...rows].sort(byOrder)) begin(row);
    if (rows.length < room && !closing) await ground.wait(since, POLL_MILLISECONDS);
  }

  function begin({ id, body }: Claimed): void {
    const reference = decodeReference(body);
    if (reference === undefined) drop(body.length);
    const work = closing ? Promise.resolve<Acknowledgement>('again') : workOn(reference);
    const handling = work.then((answer) => {
      running.delete(id);
      finished[answer].add(id);
      freed();
      tellSoon();
    });
    running.set(id, handling);
  }

  async function workOn(reference: Reference | undefined): Promise<Acknowledgement> {
    if (reference === undefined) return 'taken';
    try {
      return await handle(reference);
    } catch (cause) {
      ground.log('broker.handler-failed', { transmission: reference.transmission, reason: String(cause) });
      return 'taken';
    }
  }

  function tellSoon(): void {
    if (finished.taken.size + finished.again.size > 0) telling ??= tell();
  }

  /** Reports many finished references in one statement; after a failure it reports them after the next renewal. */
  async function tell(): Promise<void> {
    const isTold = await tellAll().then(
      () => true,
      () => false,
    );
    telling = undefined;
    if (isTold) tellSoon();
  }

  async function tellAll(): Promise<void> {
    for (;;) {
      const [acknowledgements, again] = [[...finished.taken], [...finished.again]];
      if (acknowledgements.length + again.length === 0) return;
      if (acknowledgements.length > 0) await ground.ask(TAKEN, [claim, acknowledgements]);
      for (const id of acknowledgements) finished.taken.delete(id);
      if (again.length > 0) await ground.ask(LATER, [claim, again, closing ? 0 : AGAIN_SECONDS]);
      for (const id of again) finished.again.delete(id);
    }
  }

  async function renew(): Promise<void> {
    const ids = [...running.keys(), ...finished.taken, ...finished.again];
    if (ids.length === 0) return;
    await ground.ask(RENEW, [claim, ids]).catch(() => undefined);
    tellSoon();
  }

  return {
    async close() {
      closing = true;
      freed();
      ground.wake();
      await claiming;
      await Promise.all(running.values());
      clearInterval(renewing);
      await telling;
      await tell();
      ground.announce();
    },
  };
}

function byOrder(a: Claimed, b: Claimed): number {
  return Number(b.urgent) - Number(a.urgent) || Number(BigInt(a.id) - BigInt(b.id));
}
