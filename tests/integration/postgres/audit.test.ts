// The audit log as an attacker with every right on the database meets it: each change is found and named.

import { generateKeyPairSync, sign } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  checkAudit,
  verifyAudit,
  type AuditCheck,
  type AuditCheckOptions,
} from '../../../src/drivers/postgres/audit/verify-audit.ts';
import { openStore } from '../../../src/drivers/postgres/store.ts';
import { query, serverKinds, sharedServer, stopServers, type TestDatabase } from '../../support/postgres.ts';

afterAll(() => stopServers());

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const log = () => undefined;

async function filled(database: TestDatabase, rows: number): Promise<AuditCheck['head']> {
  const store = await openStore({ url: database.runUrl, name: 'test', connections: 3, log });
  try {
    for (let n = 0; n < rows; n += 1) {
      await store.messages.record([
        { actor: 'client:một', act: 'message.read', object: `o${n}`, outcome: 'ok', details: { n } },
      ]);
    }
    while (((await store.sequencer.sequence())?.rows ?? 0) > 0);
    await store.sequencer.signHead((head) =>
      Promise.resolve({ signature: sign('sha256', head, privateKey), keyId: 'k' }),
    );
    return (await verifyAudit(store.pool)).head;
  } finally {
    await store.close();
  }
}

/** What the check says while `attack` stands; afterwards the log is as it was. */
async function attacked(database: TestDatabase, attack: string, options: AuditCheckOptions = {}): Promise<AuditCheck> {
  const client = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=lienthong' });
  await client.connect();
  try {
    await client.query('begin');
    // A superuser first turns the triggers off.
    await client.query('set local session_replication_role = replica');
    await client.query(attack);
    return await checkAudit(client, { keys: new Map([['k', publicKey]]), ...options });
  } finally {
    await client.end();
  }
}

const found = ({ faults }: AuditCheck): readonly string[] => faults.map(({ code, seq }) => `${code} ${seq}`.trim());

describe.each(await serverKinds())('on %s PostgreSQL', (kind) => {
  let database: TestDatabase;
  let head: { readonly seq: bigint; readonly hash: string };

  beforeAll(async () => {
    database = await (await sharedServer(kind)).fresh();
    const { seq, hash } = await filled(database, 7);
    head = { seq: BigInt(seq), hash };
  });

  test('an untouched log is whole, also with rows that wait for their place', async () => {
    const waiting = `with a as (insert into audit (id, actor, act, object, outcome, details)
      values (gen_random_uuid(), 'a', 'b', '', 'ok', '{}') returning id)
      insert into audit_pending (ids) select array_agg(id) from a`;
    const checked = await attacked(database, waiting, { head });
    expect(checked).toMatchObject({ rows: 7, pending: 1, faults: [], head: { seq: '7' } });
  });

  test.each<[string, string, readonly string[]]>([
    ['a changed text', "update audit set actor = 'client:hai' where object = 'o2'", ['audit-chain-broken 3']],
    ['a changed instant', "update audit set at = at - interval '1 day' where object = 'o2'", ['audit-chain-broken 3']],
    ['a removed row', "delete from audit where object = 'o2'", ['audit-row-missing 3']],
    [
      'a row removed with its link',
      "delete from audit_chain where seq = 3; delete from audit where object = 'o2'",
      ['audit-row-missing 3'],
    ],
    [
      'two rows that changed places',
      'update audit_chain c set audit = (select audit from audit_chain where seq = 7 - c.seq) where seq in (3, 4)',
      ['audit-chain-broken 3', 'audit-chain-broken 4'],
    ],
    [
      'a row slipped in',
      "insert into audit (id, actor, act, object, outcome, details) values (id_at(now()), 'a', 'b', '', 'ok', '{}')",
      ['audit-row-unchained'],
    ],
    [
      'a cut tail',
      'delete from audit where id in (select audit from audit_chain where seq > 5); delete from audit_chain where seq > 5',
      ['audit-row-missing 6'],
    ],
    ['everything cut', 'delete from audit; delete from audit_chain', ['audit-row-missing 1']],
    ['a forged head', "update audit_head set body = 'x'", ['audit-chain-broken 7']],
    [
      'a head said to be signed by an unknown key',
      "update audit_head set key_id = 'other'",
      ['audit-head-unverified 7'],
    ],
    ['a forged signature', "update audit_head set signature = 'x'", ['audit-chain-broken 7']],
  ])('%s is found', async (_, attack, faults) => {
    expect(found(await attacked(database, attack))).toEqual(faults);
  });

  test('a tail cut together with its heads is found with a head kept elsewhere', async () => {
    const attack = `delete from audit where id in (select audit from audit_chain where seq > 5);
       delete from audit_chain where seq > 5; delete from audit_head`;
    expect(found(await attacked(database, attack))).toEqual([]);
    expect(found(await attacked(database, attack, { head }))).toEqual(['audit-row-missing 6']);
  });

  test('a chain computed anew behind a change does not have the head that was signed', async () => {
    const attack = `delete from audit_head; update audit_chain set hash = sha256('anew') where seq = 7`;
    expect(found(await attacked(database, attack, { head }))).toContain('audit-chain-broken 7');
  });

  describe('the run role', () => {
    test.each(['audit', 'audit_chain', 'audit_head', 'status_history', 'attempt'])(
      'may not change %s',
      async (table) => {
        for (const statement of [
          `update ${table} set ${await firstColumn(database, table)} = null`,
          `delete from ${table}`,
          `truncate ${table}`,
        ]) {
          await expect(query(database.runUrl, statement)).rejects.toMatchObject({ code: '42501' });
        }
      },
    );

    test('may not reach audit rows through a partition', async () => {
      const parts = await query<{ name: string }>(
        database.adminUrl,
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit'::regclass",
      );
      for (const { name } of parts) {
        await expect(query(database.runUrl, `delete from ${name}`)).rejects.toMatchObject({ code: '42501' });
      }
    });

    test('even the owner is stopped by triggers', async () => {
      for (const statement of [
        "update audit set actor = ''",
        'delete from audit',
        'truncate audit',
        'truncate audit_chain',
        'delete from audit_head',
      ]) {
        await expect(query(database.migrateUrl, statement)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });
});

async function firstColumn(database: TestDatabase, table: string): Promise<string> {
  const [row] = await query<{ name: string }>(
    database.adminUrl,
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 1',
    [table],
  );
  return row?.name ?? '';
}
