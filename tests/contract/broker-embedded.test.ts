import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { openEmbeddedBroker } from '../../src/drivers/postgres/broker/embedded-broker.ts';
import { openPool } from '../../src/drivers/postgres/pool.ts';
import { end, until } from '../support/external.ts';
import { query, startServer, type TestDatabase } from '../support/postgres.ts';
import { brokerContract } from './broker-suite.ts';

brokerContract('the embedded broker', async () => {
  const server = await startServer('installed');
  const spaces = new Map<string, Promise<TestDatabase>>();
  const database = (space: string): Promise<TestDatabase> => {
    const found = spaces.get(space) ?? server.fresh();
    spaces.set(space, found);
    return found;
  };
  const postmaster = await findPostmaster((await database('first')).adminUrl);
  let restarted: ReturnType<typeof spawn> | undefined;

  return {
    async open(space) {
      const { runUrl } = await database(space);
      const pool = openPool({ url: runUrl, name: 'broker test', connections: 4, log: () => undefined });
      const broker = await openEmbeddedBroker({ pool });
      return {
        ...broker,
        async close() {
          await broker.close();
          if (!pool.ended) await pool.end();
        },
      };
    },
    async processArguments(space) {
      return ['embedded', JSON.stringify({ url: (await database(space)).runUrl })];
    },
    async inject(space, body, urgent) {
      await query((await database(space)).runUrl, 'insert into broker_reference (urgent, body) values ($1, $2)', [
        urgent,
        body,
      ]);
    },
    async kill() {
      process.kill(postmaster.pid, 'SIGKILL');
      await until('the port is free', 20, async () =>
        (await query(postmaster.adminUrl, 'select 1').catch(() => [])).length === 0 ? true : undefined,
      );
    },
    async start() {
      await until('PostgreSQL is back', 60, async () => {
        if (restarted?.exitCode !== null) restarted = postmaster.again();
        await query(postmaster.adminUrl, 'select 1');
        return true;
      });
    },
    async close() {
      if (restarted !== undefined) await end(restarted, 'SIGINT');
      await server.stop();
    },
  };
});

interface Postmaster {
  readonly pid: number;
  readonly adminUrl: string;
  again(): ReturnType<typeof spawn>;
}

/** The server's own process, and how it was started: killed outright it can be started the same way. */
async function findPostmaster(adminUrl: string): Promise<Postmaster> {
  const [row] = await query<{ file: string }>(adminUrl, "select pg_read_file('postmaster.pid') as file");
  const pid = Number(row?.file.split('\n')[0]);
  const [program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const { uid, gid } = await stat(`/proc/${pid}`);
  return { pid, adminUrl, again: () => spawn(program, args, { uid, gid, cwd: '/', stdio: 'ignore' }) };
}
