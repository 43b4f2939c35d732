// The record's contract on the embedded PostgreSQL and on the machine's own.

import { afterAll } from '@jest/globals';
import pg from 'pg';
import { applyRegistry } from '../../src/drivers/postgres/registry/registry.ts';
import { openStore } from '../../src/drivers/postgres/store.ts';
import { REGISTRY } from '../support/acceptances.ts';
import { query, serverKinds, sharedServer, stopServers, type ServerKind } from '../support/postgres.ts';
import { storeContract } from './store-suite.ts';
import type { StoreUnderTest } from './store/record.ts';

const AGEING = {
  leases: "update transmission set lease_until = now() - interval '1 second' where lease_until is not null",
  references: "update transmission set referenced_at = now() - interval '2 minutes' where referenced_at is not null",
  retries: "update transmission set due_at = now() where state = 'ready'",
  claims: "update outbox set claimed_until = now() - interval '1 second' where claimed_until is not null",
} as const;

async function open(kind: ServerKind): Promise<StoreUnderTest> {
  const database = await (await sharedServer(kind)).fresh();
  const options = { url: database.runUrl, name: 'test', connections: 6, log: () => undefined };
  const store = await openStore(options);
  await applyRegistry(store.pool, REGISTRY);
  const other = await openStore({ ...options, connections: 3 });
  return {
    store,
    other,
    async setConnection(id, { paused }) {
      await query(database.adminUrl, 'update connection set paused = $2 where id = $1', [id, paused]);
    },
    async age(what) {
      await query(database.adminUrl, AGEING[what]);
    },
    async commitLate({ message, delivery, connection }) {
      const client = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=lienthong' });
      await client.connect();
      await client.query('begin');
      await client.query('insert into inbox_pending (connection, delivery, message) values ($1, $2, $3)', [
        connection,
        delivery,
        message,
      ]);
      return async () => {
        await client.query('commit');
        await client.end();
      };
    },
    async close() {
      await other.close();
      await store.close();
      await database.drop();
    },
  };
}

afterAll(() => stopServers());

for (const kind of await serverKinds()) storeContract(`the record on ${kind} PostgreSQL`, () => open(kind));
