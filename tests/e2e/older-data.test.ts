// Data that an older program left goes on: its embedded data folder, and a dump of its database, open with today's program,
// are migrated, and answer what the older program answered from them. tests/vectors/data-of-schema-15.tar.br holds both, with
// the answers recorded then; its keys and secrets are of throw-away systems that were made for it.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { openGateway } from '../../src/cli/messages/gateway-client.ts';
import { packagePath } from '../../src/config/paths.ts';
import { serverAccount } from '../../src/drivers/embedded-postgres/account.ts';
import { askEverything } from '../support/answers.ts';
import { freePort, run, until } from '../support/external.ts';
import { finished, lienthong, spawnCommand } from '../support/live-gateway.ts';
import { query, serverKinds, sharedServer, stopServers, type ServerKind } from '../support/postgres.ts';
import { requireTool } from '../support/tools.ts';

const Record = z.object({
  clients: z.record(z.string(), z.string()),
  messages: z.record(z.string(), z.string()),
  audit: z.looseObject({ rows: z.number(), head: z.object({ seq: z.string(), hash: z.string() }) }),
  answers: z.record(z.string(), z.unknown()),
});

/** One way in which the older program's data is at hand. */
interface Case {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly recorded: z.infer<typeof Record>;
}

const PACKED = packagePath('tests', 'vectors', 'data-of-schema-15.tar.br');

const open: string[] = [];

afterAll(async () => {
  await stopServers();
  for (const folder of open) await rm(folder, { recursive: true, force: true });
});

/** A copy of one's own, which the account of the embedded server may reach. */
async function unpacked(part: 'embedded' | 'server'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-older-'));
  open.push(folder);
  await chmod(folder, 0o755);
  // A file and no pipe: tar stops reading at the mark of the archive's end, and a writer that is not done by then fails.
  const archive = join(folder, 'data.tar');
  await writeFile(archive, brotliDecompressSync(await readFile(PACKED)));
  await run('tar', ['-x', '-f', archive, '-C', folder, part]);
  await rm(archive);
  return join(folder, part);
}

async function embeddedCase(): Promise<Omit<Case, 'recorded'>> {
  const folder = await unpacked('embedded');
  const account = serverAccount();
  const cluster = join(folder, 'postgres', 'cluster');
  if (account !== null) {
    const inside = await readdir(cluster, { recursive: true });
    for (const name of ['', ...inside]) await chown(join(cluster, name), account.uid, account.gid);
  }
  return { folder, settings: {} };
}

async function restoredCase(kind: ServerKind): Promise<Omit<Case, 'recorded'>> {
  const folder = await unpacked('server');
  const database = await (await sharedServer(kind)).fresh({ migrated: false });
  const dump = await readFile(join(folder, 'database.sql'), 'utf8');
  // Lines for psql alone.
  await query(database.adminUrl, dump.replaceAll(/^\\.*$/gm, ''));
  const settings = {
    LIENTHONG_DATABASE_URL: database.runUrl,
    LIENTHONG_DATABASE_MIGRATE_URL: database.migrateUrl,
  };
  const migrated = await lienthong(['migrate', '--data', folder], { settings });
  if (migrated.code !== 0) throw new Error(migrated.stdout + migrated.stderr);
  return { folder, settings };
}

const CASES: readonly (readonly [string, () => Promise<Omit<Case, 'recorded'>>])[] = [
  ['the data folder', embeddedCase],
  ...(await serverKinds()).map(
    (kind) => [`the dump, on ${kind} PostgreSQL`, () => restoredCase(kind)] as [string, typeof embeddedCase],
  ),
];

describe.each(CASES)('%s of schema 15', (_name, prepare) => {
  let older: Case;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    await requireTool('openssl');
    const { folder, settings } = await prepare();
    const recorded = Record.parse(JSON.parse(await readFile(join(folder, 'answers.json'), 'utf8')));
    older = { folder, settings, recorded };
  }, 180_000);

  afterAll(() => stop());

  async function stop(): Promise<void> {
    const running = child;
    child = undefined;
    if (running?.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await gone;
  }

  /** Resolves to the address of a gateway that is ready. */
  async function serve(roles: string): Promise<string> {
    await stop();
    const { folder, settings } = older;
    const port = await freePort();
    const started = spawnCommand(['serve', '--data', folder, '--port', String(port), '--roles', roles], { settings });
    child = started;
    const ended = finished(started);
    const gateway = `http://127.0.0.1:${port}`;
    const ready = async (): Promise<true | undefined> => {
      if (started.exitCode !== null) throw new Error(JSON.stringify(await ended));
      return (await fetch(`${gateway}/readyz`)).ok ? true : undefined;
    };
    await until('the gateway is ready', 90, ready);
    return gateway;
  }

  /** `--head`: the head as the older program told it is one that today's chain must still lead to. */
  async function audit(): Promise<unknown> {
    const { folder, settings, recorded } = older;
    const head = join(folder, 'head.json');
    await writeFile(head, JSON.stringify(recorded.audit));
    const { code, stdout } = await lienthong(['verify-audit', '--data', folder, '--head', head, '--json'], {
      settings,
    });
    return { code, ...z.looseObject({}).parse(JSON.parse(stdout)) };
  }

  test('answers what it answered', async () => {
    // Nothing but the interface: no state changes while it is asked.
    const gateway = await serve('api');
    const { clients, messages, answers } = older.recorded;
    const today = await askEverything({ gateway, clients, messages });
    expect(Object.keys(today)).toEqual(Object.keys(answers));
    for (const [question, answer] of Object.entries(answers)) {
      expect({ question, answer: today[question] }).toEqual({ question, answer });
    }
  }, 180_000);

  test('has its audit chain whole, with the head of then', async () => {
    const { rows, head } = older.recorded.audit;
    expect(await audit()).toMatchObject({ code: 0, rows, head, faults: [] });
  }, 60_000);

  test('has receipts that openssl verifies', async () => {
    const { answers } = older.recorded;
    const key = z
      .object({ json: z.object({ keys: z.array(z.looseObject({ keyId: z.string(), publicKey: z.string() })) }) })
      .parse(answers['/v1/keys']);
    const receipt = z
      .object({ json: z.object({ receipt: z.object({ body: z.string(), signature: z.string(), keyId: z.string() }) }) })
      .parse(answers['huyen-mau: letter']).json.receipt;
    const at = (name: string): string => join(older.folder, name);
    await writeFile(at('receipt.json'), Buffer.from(receipt.body, 'base64'));
    await writeFile(at('receipt.sig'), Buffer.from(receipt.signature, 'base64'));
    await writeFile(at('key.pem'), key.json.keys.find(({ keyId }) => keyId === receipt.keyId)?.publicKey ?? '');
    const args = ['dgst', '-sha256', '-verify', at('key.pem'), '-signature', at('receipt.sig'), at('receipt.json')];
    expect(await run('openssl', args)).toBe('Verified OK\n');
  });

  test('goes on: what waited is taken, and the chain grows from where it was', async () => {
    const gateway = await serve('api,worker,scheduler');
    const client = openGateway({
      gateway,
      client: 'xa-mau-sau',
      secret: older.recorded.clients['xa-mau-sau'] ?? '',
    });
    const inbox = await client.inbox();
    const [entry] = inbox.ok ? inbox.value.entries : [];
    const acknowledged = await client.acknowledge(entry?.delivery ?? '', entry?.sha256 ?? '');
    expect(acknowledged).toMatchObject({ ok: true, value: { transport: 'arrived' } });
    client.close();
    const grown = await until('every row has its place', 60, async () => {
      const checked = z.looseObject({ pending: z.number(), rows: z.number() }).parse(await audit());
      return checked.pending === 0 ? checked : undefined;
    });
    expect(grown).toMatchObject({ code: 0, faults: [] });
    expect(grown.rows).toBeGreaterThan(older.recorded.audit.rows);
  }, 180_000);
});
