// A process with an embedded database, to be killed: starts it, then commits numbered rows and tells each one.
// Usage: embedded-process.ts DATA_DIR

import { MIGRATE_ROLE, RUN_ROLE, startEmbedded } from '../../src/drivers/embedded-postgres/embedded.ts';
import { migrate } from '../../src/drivers/postgres/migrate.ts';
import { openPool } from '../../src/drivers/postgres/pool.ts';

const [dataDir = ''] = process.argv.slice(2);
const database = await startEmbedded({ dataDir, log: () => undefined });
await migrate(database.migrateUrl, RUN_ROLE);
const pool = openPool({ url: database.migrateUrl, name: MIGRATE_ROLE, connections: 1, log: () => undefined });
await pool.query('create table if not exists told (n integer primary key)');
process.stdout.write(`up ${database.pid}\n`);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
while (!stop.signal.aborted) {
  const { rows } = await pool.query<{ n: number }>(
    'insert into told select coalesce(max(n), 0) + 1 from told returning n',
  );
  process.stdout.write(`committed ${rows[0]?.n ?? 0}\n`);
}
await pool.end();
await database.stop();
