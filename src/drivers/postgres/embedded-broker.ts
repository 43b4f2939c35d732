// The broker port on a table, for installations without a queue server. A consumer claims as many references as it has
// room for, keeps its claims alive while handlers run, and deletes what was taken; what a dead one claimed is free again
// when the claim runs out.

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Acknowledgement, Broker, Reference, ReferenceHandler } from '../../ports/broker.ts';
import { decodeReference, encodeReference } from '../reference.ts';
import { query, type Log } from './pool.ts';

export interface EmbeddedBrokerOptions {
  /** Of a migrated database. One of its connections is kept for listening while the broker is open. */
  readonly pool: pg.Pool;
  readonly log?: Log;
}

/** Own choices. A dead consumer's work waits this long at most; a living one renews three times in it. */
const CLAIM_SECONDS = 15;
const RENEW_MILLISECONDS = 5_000;
/** A notification may be lost: then the wait is this long. It is also the pause after a fault. */
const POLL_MILLISECONDS = 1_000;
/** `again` waits a little, or the same reference would come back at once and for ever. */
const AGAIN_SECONDS = 1;
/** Rows of one statement. */
const MOST_ROWS = 10_000;

const CHANNEL = 'lienthong_broker';

const INSERT = `insert into broker_reference (urgent, body) select * from unnest($1::boolean[], $2::bytea[])`;
const CLAIM = `update broker_reference set claim = $1, claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
  where id in (select id from broker_reference where claimed_until <= clock_timestamp()
    order by urgent desc, id limit $2 for update skip locked)
  returning id, urgent, body`;
const RENEW = `update broker_reference set claimed_until = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS})
  where claim = $1 and id = any($2::bigint[])`;
const TAKEN = 'delete from broker_reference where claim = $1 and id = any($2::bigint[])';
const LATER = `update broker_reference set claim = null, claimed_until = clock_timestamp() + make_interval(secs => $3)
  where claim = $1 and id = any($2::bigint[])`;
const DEPTH = 'select count(*) as waiting from broker_reference where claimed_until <= clock_timestamp()';

/** What consumers share with their broker. */
interface Ground {
  readonly pool: pg.Pool;
  readonly log: Log;
  /** Resolves when something may have come, at the latest after `milliseconds`. */
  wait(milliseconds: number): Promise<void>;
  /** Runs a statement and notes whether the database was there. */
  ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  dropped(): void;
}
