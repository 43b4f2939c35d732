// Revocation data fetched while a package is judged: on the real record, from an authority that really answers, or does not.

import { type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newKeyPair, type Issued } from '../../../certs/authority.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import type { Result } from '../../../src/core/problems/finding.ts';
import { signPackage } from '../../../src/core/signature/sign.ts';
import { applyRegistry } from '../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../src/drivers/postgres/store.ts';
import { FETCH_LIMITS, openHttpRevocationSource } from '../../../src/drivers/revocation/http.ts';
import { keySigner } from '../../../src/drivers/signers/key-signer.ts';
import { createPackageJudge } from '../../../src/gateway/basis/judge.ts';
import { createRevocationGatherer } from '../../../src/gateway/basis/revocation/gather.ts';
import type { ObtainPorts } from '../../../src/gateway/basis/revocation/obtain.ts';
import { createRevocationListRenewal } from '../../../src/gateway/basis/revocation/renew.ts';
import { createReceive, type Received, type ReceivePorts } from '../../../src/gateway/receive/receive.ts';
import { createRecheck } from '../../../src/gateway/recheck/recheck.ts';
import { PULLED, REGISTRY } from '../../support/acceptances.ts';
import { until } from '../../support/external.ts';
import { openLiveAuthority, type LiveAuthority, type Manner } from '../../support/live-authority.ts';
import { documentPackage, pdf, type DocumentFields } from '../../support/packages.ts';
import { query, sharedServer, stopServers, type TestDatabase } from '../../support/postgres.ts';
import { machine } from '../../../src/drivers/machine.ts';
import { receivePorts } from '../../support/gateway.ts';

let database: TestDatabase;
let store: PostgresStore;
let folder: string;
let leafKey: KeyObject;
let live: LiveAuthority;
const faults: unknown[] = [];

beforeAll(async () => {
  database = await (await sharedServer('embedded')).fresh();
  store = await openStore({ url: database.runUrl, name: 'revocation-test', connections: 5, log: () => undefined });
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-revocation-'));
  leafKey = await newKeyPair('ec');
}, 120_000);
afterAll(async () => {
  await store.close();
  await stopServers();
  await rm(folder, { recursive: true });
});

let counter = 0;
beforeEach(async () => {
  counter += 1;
  live = await openLiveAuthority(`Gốc thử ${counter}`, () => new Date());
  faults.length = 0;
});
afterEach(async () => {
  await live.close();
  expect(faults).toEqual([]);
});

/** Time within which an authority must have answered here, so that a test need not wait for all of a package's patience. */
const LIMITS = {
  ...FETCH_LIMITS,
  ocsp: { ...FETCH_LIMITS.ocsp, head: 1_000, whole: 1_000 },
  crl: { ...FETCH_LIMITS.crl, head: 1_000 },
};

/** A gateway's part that judges, as another process would have it. */
async function gateway(
  allow: readonly string[] = [live.place],
): Promise<{ ports: ReceivePorts; obtaining: ObtainPorts }> {
  const obtaining: ObtainPorts = {
    cache: store.revocation,
    source: openHttpRevocationSource({ allow, limits: LIMITS }, machine),
  };
  const events = { taskFailed: (_task: string, error: unknown) => void faults.push(error) };
  const gather = createRevocationGatherer({ ...obtaining, events }, machine);
  const ports = await receivePorts(store, folder, {
    signer: keySigner('receipts', leafKey, []),
    judge: createPackageJudge(machine, gather),
  });
  return { ports, obtaining };
}

/** Enrols a certificate of the authority, which the gateway trusts with or without published revocation. */
async function trust(leaf: Issued, revocation: 'required' | 'not-published' = 'required'): Promise<void> {
  const certificate = toPem('CERTIFICATE', live.authority.chain[0]);
  const { version } = await applyRegistry(store.pool, {
    ...REGISTRY,
    anchors: [{ certificate, purposes: ['package-signature'], revocation }],
    enrolments: [{ organisation: 'H99.12', certificate: toPem('CERTIFICATE', leaf.certificate) }],
    crls: [],
  });
  await until(
    'the registry is seen',
    10,
    async () => (await store.registry.snapshot()).version === version || undefined,
  );
}

function issued(places: { readonly ocsp?: string; readonly crl?: string } = {}): Issued {
  return live.issue({ subject: [['CN', 'UBND huyện Mẫu']], key: leafKey, ...places });
}

let number = 0;

async function submit(leaf: Issued, ports: ReceivePorts, fields: DocumentFields = {}): Promise<Result<Received>> {
  number += 1;
  const unsigned = documentPackage({
    fields: {
      From: { OrganId: 'H99.12' },
      To: [{ OrganId: PULLED.organisation }],
      DocumentId: `H99.12,2026/11/20,${number}/UBND-VP`,
      CodeNumber: String(number),
      ...fields,
    },
    attachments: [{ name: 'van-ban.pdf', bytes: pdf() }],
  });
  const bytes = await signPackage(unsigned, keySigner('test', leafKey, [leaf.certificate]));
  const body = async function* () {
    yield await Promise.resolve(bytes);
  };
  return createReceive(ports, machine)({ connection: 'huyen', client: 'huyen', body: body() });
}

/** Verdict and disposition, or the code of the refusal; and why what is open is open. */
async function outcome(leaf: Issued, ports: ReceivePorts, fields: DocumentFields = {}) {
  const answer = await submit(leaf, ports, fields);
  if (!answer.ok) return { refused: answer.code };
  const { id, verdict, disposition, findings } = answer.value;
  const open = findings.filter(({ code }) => code === 'revocation-unobtained').map(({ facts }) => facts);
  return { id, verdict, disposition, reasons: open.map(({ kind, reason }) => `${String(kind)} ${String(reason)}`) };
}

describe('an authority that answers', () => {
  test.each<readonly [Manner, LiveAuthority['crl'], object]>([
    ['good', 'missing', { verdict: 'passed', disposition: 'accepted', reasons: [] }],
    ['good', 'hang', { verdict: 'passed', disposition: 'accepted', reasons: [] }],
    ['missing', 'good', { verdict: 'passed', disposition: 'accepted', reasons: [] }],
    ['hang', 'good', { verdict: 'passed', disposition: 'accepted', reasons: [] }],
    ['revoked', 'missing', { refused: 'certificate-revoked' }],
    ['missing', 'revoked', { refused: 'certificate-revoked' }],
  ])('OCSP %s, list %s', async (ocsp, crl, expected) => {
    const leaf = issued();
    await trust(leaf);
    Object.assign(live, { ocsp, crl });
    const { ports } = await gateway();
    expect(await outcome(leaf, ports)).toMatchObject(expected);
  });

  test('is asked once for many, in this process and in others', async () => {
    const leaf = issued();
    await trust(leaf);
    live.crl = 'good';
    live.ocsp = 'missing';
    const [one, other] = [await gateway(), await gateway()];
    const all = await Promise.all([1, 2, 3, 4].flatMap(() => [outcome(leaf, one.ports), outcome(leaf, other.ports)]));
    expect(all.map(({ verdict }) => verdict)).toEqual(Array(8).fill('passed'));
    expect(await outcome(leaf, (await gateway()).ports)).toMatchObject({ verdict: 'passed' });
    expect(live.asked.crl).toBe(1);
    expect(live.asked.ocsp).toBeLessThanOrEqual(1);
  });

  test('is not asked where it publishes nothing, nor for what is known', async () => {
    const leaf = issued();
    await trust(leaf, 'not-published');
    const { ports } = await gateway();
    expect(await outcome(leaf, ports)).toMatchObject({ verdict: 'passed' });
    expect(live.asked).toEqual({ ocsp: 0, crl: 0 });
  });
});

describe('an authority that does not', () => {
  test.each<readonly [Manner, string]>([
    ['unknown', 'ocsp unknown'],
    ['try-later', 'ocsp try-later'],
    ['another-serial', 'ocsp invalid'],
    ['yesterday', 'ocsp invalid'],
    ['page', 'ocsp content-type'],
    ['reset', 'ocsp unreachable'],
    ['hang', 'ocsp timeout'],
    ['missing', 'ocsp status'],
  ])('OCSP %s: held, and released once it does', async (manner, reason) => {
    const leaf = issued();
    await trust(leaf);
    live.ocsp = manner;
    const { ports } = await gateway();
    const held = await outcome(leaf, ports);
    expect(held).toMatchObject({ verdict: 'undecided', disposition: 'held', reasons: [reason, 'crl status'] });
    live.ocsp = 'good';
    await query(database.adminUrl, "update revocation_cache set failed_at = failed_at - interval '15 seconds'");
    await query(database.adminUrl, 'update recheck set due_at = now() where message = $1', [held.id]);
    const resolved: unknown[] = [];
    const ignored = (): undefined => undefined;
    const events = { incidentOpened: ignored, incidentClosed: ignored, waiting: ignored };
    const telling = { ...events, rechecked: (facts: unknown) => resolved.push(facts) };
    await createRecheck({ ...ports, rechecks: store.rechecks, heldPatience: 86_400, events: telling }, machine)();
    expect(resolved).toContainEqual({ message: held.id, to: 'released' });
  });

  test('answers too late for one, in time for the next', async () => {
    const leaf = issued();
    await trust(leaf);
    live.ocsp = 'hang';
    live.crl = 'hang';
    const { ports } = await gateway();
    expect(await outcome(leaf, ports)).toMatchObject({
      verdict: 'undecided',
      reasons: ['ocsp timeout', 'crl timeout'],
    });
    expect(await outcome(leaf, ports)).toMatchObject({
      verdict: 'undecided',
      reasons: ['ocsp timeout', 'crl timeout'],
    });
    expect(live.asked).toEqual({ ocsp: 1, crl: 1 });
  });

  test('an urgent document goes out marked', async () => {
    const leaf = issued();
    await trust(leaf);
    live.ocsp = 'hang';
    const { ports } = await gateway();
    expect(await outcome(leaf, ports, { Priority: '3' })).toMatchObject({
      verdict: 'undecided',
      disposition: 'accepted',
    });
  });
});

describe('a forbidden place', () => {
  test.each([
    ['an inner address', 'http://10.0.0.1/ocsp', ['ocsp not-allowed']],
    ['this machine', 'http://127.0.0.1:1/ocsp', ['ocsp not-allowed']],
    ['an odd address', 'http://2130706433/ocsp', ['ocsp forbidden-address']],
    ['a file', 'file:///etc/passwd', ['none no-place']],
    ['a directory', 'ldap://127.0.0.1/cn=x', ['none no-place']],
  ])('%s', async (_name, url, reasons) => {
    const leaf = issued({ ocsp: url, crl: '' });
    await trust(leaf);
    const { ports } = await gateway(['ocsp.example']);
    expect(await outcome(leaf, ports)).toMatchObject({ verdict: 'undecided', disposition: 'held', reasons });
    expect(live.asked).toEqual({ ocsp: 0, crl: 0 });
  });
});

test('a list whose signature does not verify never takes the place of a good one', async () => {
  const leaf = issued({ ocsp: '' });
  await trust(leaf);
  live.crl = 'good';
  const { ports, obtaining } = await gateway();
  expect(await outcome(leaf, ports)).toMatchObject({ verdict: 'passed' });
  const url = `http://${live.place}/list.crl`;
  const kept = (): Promise<unknown> =>
    query(database.adminUrl, 'select sha256, failure from revocation_cache where url = $1', [url]);
  const [before] = (await kept()) as readonly { readonly sha256: string }[];
  await query(
    database.adminUrl,
    "update revocation_cache set next_update = now() + interval '1 minute' where url = $1",
    [url],
  );
  live.crl = 'forged';
  expect(await createRevocationListRenewal(obtaining, machine)()).toBe(1);
  expect(await kept()).toEqual([{ sha256: before?.sha256, failure: 'invalid' }]);
  expect(await outcome(leaf, ports)).toMatchObject({ verdict: 'passed' });
  expect(await outcome(leaf, (await gateway()).ports)).toMatchObject({ verdict: 'passed' });
});

test('a list is renewed before it runs out, and all processes have it', async () => {
  const leaf = issued({ ocsp: '' });
  await trust(leaf);
  live.crl = 'good';
  const { ports, obtaining } = await gateway();
  expect(await outcome(leaf, ports)).toMatchObject({ verdict: 'passed' });
  expect(await createRevocationListRenewal(obtaining, machine)()).toBe(0);
  await query(
    database.adminUrl,
    "update revocation_cache set next_update = now() + interval '1 minute' where url = $1",
    [`http://${live.place}/list.crl`],
  );
  live.crl = 'revoked';
  expect(await createRevocationListRenewal(obtaining, machine)()).toBe(1);
  await until('the renewed list is seen', 10, async () => {
    const { refused } = await outcome(leaf, ports);
    return refused === 'certificate-revoked' || undefined;
  });
});
