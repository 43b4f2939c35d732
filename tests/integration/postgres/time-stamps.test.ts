// Time stamps over heads of the audit chain, from a real authority (openssl) to openssl's own check of what is exported.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportHead } from '../../../src/cli/audit/head.ts';
import { readTrust } from '../../../src/core/pki/trust.ts';
import { readTrustFiles } from '../../../src/drivers/disk/trust-folder.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { checkAudit, verifyAudit } from '../../../src/drivers/postgres/audit/verify-audit.ts';
import { keySigner } from '../../../src/drivers/signers/key-signer.ts';
import { openHttpTimeStamper } from '../../../src/drivers/time-stamper.ts';
import { stamp } from '../../../src/workers/stamp.ts';
import { run } from '../../support/external.ts';
import { fakeEvents } from '../../support/fake-events.ts';
import { openTestAuthority, send, type Answering, type TestAuthority } from '../../support/openssl-tsa.ts';
import { query, serverKinds, sharedServer, stopServers, type TestDatabase } from '../../support/postgres.ts';
import { registryOf } from '../../support/registry.ts';
import { requireTool } from '../../support/tools.ts';
import { machine } from '../../../src/drivers/machine.ts';

const signer = keySigner('test', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, []);
const log = (): void => undefined;

let authority: TestAuthority;
let folder: string;
let openssl: string;

beforeAll(async () => {
  authority = await openTestAuthority();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-stamps-'));
  openssl = await requireTool('openssl');
});
afterAll(async () => {
  await authority.close();
  await rm(folder, { recursive: true });
  await stopServers();
});

async function trusted(file: string) {
  return readTrustFiles([file], 'not-published');
}

describe('on PostgreSQL', () => {
  let database: TestDatabase;
  let store: PostgresStore;

  beforeEach(async () => {
    const [kind = 'embedded'] = await serverKinds();
    database = await (await sharedServer(kind)).fresh();
    store = await openStore({ url: database.runUrl, name: 'test', connections: 3, log });
    await store.keys.use(signer);
    await store.messages.record([
      { actor: 'client:một', act: 'message.read', object: 'o', outcome: 'ok', details: {} },
    ]);
    while (((await store.sequencer.sequence())?.rows ?? 0) > 0);
    const sign = async (head: Buffer) => ({ signature: await signer.sign(head), keyId: signer.keyId });
    expect(await store.sequencer.signHead(sign)).toBe(true);
  });
  afterEach(async () => {
    authority.answer(undefined);
    await store.close();
  });

  /** So many looks of the worker; answers what it told and how long it wanted to rest. */
  async function looks(count: number, { trust, url = authority.url }: { trust?: string; url?: string } = {}) {
    const events = fakeEvents();
    const rests: number[] = [];
    const anchors = trust === undefined ? {} : await trusted(trust);
    const ports = {
      sequencer: store.sequencer,
      stamper: openHttpTimeStamper(url),
      registry: { snapshot: () => Promise.resolve(registryOf([], [], anchors)) },
      events,
    };
    const pause = (milliseconds: number) => Promise.resolve(void rests.push(milliseconds));
    const turn = stamp(ports, { ...machine, pause });
    for (let look = 0; look < count; look += 1) await turn(new AbortController().signal);
    return { told: events.told, names: events.names(), rests };
  }

  const stamps = async (): Promise<number> => (await query(database.adminUrl, 'select from audit_head_stamp')).length;

  test('a head is stamped once, and the stamp proves it by openssl alone', async () => {
    const before = authority.asked();
    const { names } = await looks(3, { trust: authority.certificate });
    expect(names).toEqual(['auditHeadStamped']);
    expect(authority.asked()).toBe(before + 1);
    await exportHead(store.pool, folder);
    expect((await readdir(folder)).sort()).toEqual(['head.json', 'head.pem', 'head.sig', 'head.tst']);
    const at = (name: string): string => join(folder, name);
    const stampCheck = ['ts', '-verify', '-data', at('head.json'), '-in', at('head.tst'), '-token_in'];
    await run(openssl, [...stampCheck, '-CAfile', authority.certificate]);
    await expect(run(openssl, [...stampCheck, '-CAfile', authority.stranger])).rejects.toThrow();
    await run(openssl, ['dgst', '-sha256', '-verify', at('head.pem'), '-signature', at('head.sig'), at('head.json')]);
  });

  test('verify-audit finds a changed stamp, and one of an authority that is not trusted', async () => {
    await looks(1);
    const trust = async (file: string) => ({
      trust: readTrust({ ...(await trusted(file)), crls: [] }),
      instant: new Date(),
    });
    const keys = new Map([[signer.keyId, signer.publicKey]]);
    const check = await verifyAudit(store.pool, { keys, trust: await trust(authority.certificate) });
    expect(check).toMatchObject({ faults: [], heads: { signed: 1, stamped: 1, stampedAt: expect.any(String) } });
    const stranger = await verifyAudit(store.pool, { keys, trust: await trust(authority.stranger) });
    expect(stranger.faults).toMatchObject([{ code: 'audit-stamp-broken', facts: { reason: 'certificate-untrusted' } }]);

    const attacker = new pg.Client({ connectionString: database.adminUrl, options: '-c search_path=lienthong' });
    await attacker.connect();
    try {
      for (const change of [
        'token = set_byte(token, octet_length(token) - 1, 255 - get_byte(token, octet_length(token) - 1))',
        "token = 'x'",
      ]) {
        await attacker.query('begin');
        await attacker.query('set local session_replication_role = replica');
        await attacker.query(`update audit_head_stamp set ${change}`);
        expect((await checkAudit(attacker, { keys })).faults).toMatchObject([{ code: 'audit-stamp-broken' }]);
        await attacker.query('rollback');
      }
    } finally {
      await attacker.end();
    }
  });

  test('neither the run role nor the owner changes a stamp or a key that signed', async () => {
    await looks(1);
    for (const [table, column] of [
      ['audit_head_stamp', 'token'],
      ['signing_key', 'public_key'],
    ]) {
      for (const url of [database.runUrl, database.adminUrl]) {
        await expect(query(url, `update ${table} set ${column} = 'x'`)).rejects.toMatchObject({ code: '42501' });
        await expect(query(url, `delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  const ANSWERS: readonly (readonly [string, Answering, string])[] = [
    ['refuses', (_, response) => send(Buffer.from('30053003020102', 'hex'), response), 'status 2'],
    ['answers an error', (_, response) => void response.writeHead(503).end(), 'HTTP 503'],
    ['points elsewhere', (_, response) => void response.writeHead(302, { Location: authority.url }).end(), 'HTTP 302'],
    [
      'answers a page',
      (_, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('x'),
      'content type',
    ],
    ['never ends', (_, response) => send(Buffer.alloc(100_000, 0x30), response), 'too large'],
    ['hangs up', (_, response) => void response.destroy(), 'ECONNRESET'],
    ['answers rubbish', (_, response) => send(Buffer.from('rubbish'), response), 'truncated'],
    [
      'signs wrongly',
      (answer, response) => {
        answer.writeUInt8(255 - answer.readUInt8(answer.length - 1), answer.length - 1);
        send(answer, response);
      },
      'document-signature-invalid',
    ],
  ];

  test.each(ANSWERS)('an authority that %s stamps nothing, is told once and asked seldom', async (_, as, reason) => {
    authority.answer(as);
    const { told, rests } = await looks(3);
    expect(told).toEqual([['timeStampFailed', { ok: false, code: 'time-stamp-failed', facts: { reason } }]]);
    expect(rests).toEqual([300_000, 300_000, 300_000]);
    expect(await stamps()).toBe(0);
    authority.answer(undefined);
    expect((await looks(1)).names).toEqual(['auditHeadStamped']);
  });

  test('an answer to another question is not taken', async () => {
    let first: Buffer | undefined;
    authority.answer((answer, response) => send((first ??= answer), response));
    const url = authority.url;
    await openHttpTimeStamper(url).ask(await anyQuestion(), new AbortController().signal);
    expect((await looks(1)).told).toMatchObject([['timeStampFailed', { facts: { reason: 'imprint' } }]]);
  });

  test('an authority that is trusted for nothing is refused where another is trusted', async () => {
    expect((await looks(1, { trust: authority.stranger })).told).toMatchObject([
      ['timeStampFailed', { facts: { reason: 'certificate-untrusted' } }],
    ]);
    expect(await stamps()).toBe(0);
  });

  test('an absent authority does no harm', async () => {
    const { told } = await looks(1, { url: 'http://127.0.0.1:1/' });
    expect(told).toMatchObject([['timeStampFailed', { code: 'time-stamp-failed' }]]);
    expect((await verifyAudit(store.pool)).faults).toEqual([]);
  });
});

async function anyQuestion(): Promise<Buffer> {
  const file = join(folder, 'any.tsq');
  await run(openssl, ['ts', '-query', '-digest', '00'.repeat(32), '-sha256', '-cert', '-out', file]);
  return readFile(file);
}
