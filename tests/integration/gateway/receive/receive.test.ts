// The way of a document into the gateway, on the real record and a real folder, with packages that are really signed.

import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createAuthority,
  issue,
  issueCrl,
  newKeyPair,
  type Authority,
  type Issued,
} from '../../../../certs/authority.ts';
import { toPem } from '../../../../src/core/crypto/pem.ts';
import type { Result } from '../../../../src/core/problems/finding.ts';
import { signPackage } from '../../../../src/core/signature/sign.ts';
import { applyRegistry } from '../../../../src/drivers/postgres/registry/registry.ts';
import { openStore, type PostgresStore } from '../../../../src/drivers/postgres/store.ts';
import { openClamdScanner } from '../../../../src/drivers/scanners/clamd.ts';
import { keySigner } from '../../../../src/drivers/signers/key-signer.ts';
import type { Signer } from '../../../../src/ports/signer.ts';
import { rechecked, recheckNow } from '../../../support/rechecks.ts';
import { createReceive, type Received, type ReceivePorts } from '../../../../src/gateway/receive/receive.ts';
import { PULLED, REGISTRY } from '../../../support/acceptances.ts';
import { EICAR, startClamd, type TestClamd } from '../../../support/clamd.ts';
import { freePort, until } from '../../../support/external.ts';
import { documentPackage, pdf, type DocumentFields } from '../../../support/packages.ts';
import { freshDatabase, stopServers } from '../../../support/postgres.ts';
import { machine } from '../../../../src/drivers/machine.ts';
import { receivePorts } from '../../../support/gateway.ts';

const NOW = new Date();

let store: PostgresStore;
let folder: string;
let ports: ReceivePorts;
let authority: Authority;
let leaf: Issued;
let signer: Signer;
let receipts: Signer;
const seen = rechecked();

beforeAll(async () => {
  const database = await freshDatabase();
  store = await openStore({ url: database.runUrl, name: 'receive-test', connections: 5, log: () => undefined });
  folder = await mkdtemp(path.join(tmpdir(), 'lienthong-receive-'));
  authority = await createAuthority({ name: [['CN', 'Gốc thử']], key: 'rsa-2048', now: NOW, days: 30 });
  const key = await newKeyPair('rsa-2048');
  leaf = issue(authority, {
    subject: [['CN', 'UBND huyện Mẫu']],
    publicKey: createPublicKey(key),
    now: NOW,
    days: 20,
  });
  signer = keySigner('test', key, [leaf.certificate]);
  receipts = keySigner('receipts', await newKeyPair('ec'), []);
  ports = await receivePorts(store, folder, { signer: receipts });
}, 120_000);

afterAll(async () => {
  await store.close();
  await stopServers();
  await rm(folder, { recursive: true });
});

/** Lists issued now; `revoked`: with the signer on it. */
async function trust(lists: 'none' | 'good' | 'revoked'): Promise<void> {
  const { serialNumber } = new X509Certificate(leaf.certificate);
  const revoked =
    lists === 'revoked' ? [{ serial: Buffer.from(serialNumber, 'hex'), at: new Date(NOW.getTime() - 60_000) }] : [];
  const number = Math.floor(Date.now() / 1000);
  const crl = toPem('X509 CRL', issueCrl(authority, { now: new Date(), days: 7, number, revoked }));
  const { version } = await applyRegistry(store.pool, {
    ...REGISTRY,
    anchors: [
      {
        certificate: toPem('CERTIFICATE', authority.chain[0]),
        purposes: ['package-signature'],
        revocation: 'required',
      },
    ],
    enrolments: [{ organisation: 'H99.12', certificate: toPem('CERTIFICATE', leaf.certificate) }],
    crls: lists === 'none' ? [] : [crl],
  });
  await until(
    'the registry is seen',
    10,
    async () => (await store.registry.snapshot()).version === version || undefined,
  );
}

beforeEach(() => trust('good'));

let counter = 0;

function unsigned(fields: DocumentFields = {}, attachment = pdf()): Buffer {
  counter += 1;
  return documentPackage({
    fields: {
      From: { OrganId: 'H99.12' },
      To: [{ OrganId: PULLED.organisation }],
      DocumentId: `H99.12,2026/11/20,${counter}/UBND-VP`,
      CodeNumber: String(counter),
      ...fields,
    },
    attachments: [{ name: 'van-ban.pdf', bytes: attachment }],
  });
}

function signed(fields: DocumentFields = {}, attachment = pdf()): Promise<Buffer> {
  return signPackage(unsigned(fields, attachment), signer);
}

function submit(
  bytes: Buffer,
  over: { readonly idempotencyKey?: string } = {},
  by: ReceivePorts = ports,
): Promise<Result<Received>> {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += 4096) yield await Promise.resolve(bytes.subarray(at, at + 4096));
  };
  return createReceive(by, machine)({ connection: 'huyen', client: 'huyen', body: pieces(), ...over });
}

async function taken(bytes: Buffer, by: ReceivePorts = ports): Promise<Received> {
  const answer = await submit(bytes, {}, by);
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.facts)}`);
  return answer.value;
}

async function rows(): Promise<Record<'messages' | 'deliveries' | 'refusals' | 'files', number>> {
  const count = async (text: string): Promise<number> =>
    Number((await store.pool.query<{ count: string }>(`select count(*) from ${text}`)).rows[0]?.count);
  return {
    messages: await count('message'),
    deliveries: await count('delivery'),
    refusals: await count("audit where act = 'message.refuse'"),
    files: (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length,
  };
}

async function inbox(): Promise<string[]> {
  await store.sequencer.sequence();
  const { entries } = await store.inbox.page(PULLED.connection, null, 1000);
  return entries.map(({ message }) => message);
}

const rechecking = (by: ReceivePorts = ports, over: { readonly heldPatience?: number } = {}): Promise<number> =>
  recheckNow(store.pool, { ...by, rechecks: store.rechecks, heldPatience: 3600, ...over, events: seen.events });

describe('a signed document', () => {
  test('is accepted with a receipt that names its bytes, and waits for its addressee', async () => {
    const bytes = await signed();
    const received = await taken(bytes);
    expect(received).toMatchObject({ repeated: false, verdict: 'passed', disposition: 'accepted', size: bytes.length });
    expect(received.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const { body, signature, keyId } = received.receipt;
    expect(verify('sha256', body, receipts.publicKey, signature)).toBe(true);
    expect(keyId).toBe(receipts.keyId);
    expect(JSON.parse(body.toString())).toMatchObject({
      message: received.id,
      sha256: received.sha256,
      recipients: [PULLED.organisation],
    });
    expect(await inbox()).toContain(received.id);
  });

  test('leaves in the record what its verdict rests on, once for all messages of its signer', async () => {
    const reports = [];
    for (const { id } of [await taken(await signed()), await taken(await signed())]) {
      reports.push(await store.messages.report(id, { connection: 'huyen' }));
    }
    const [first, second] = reports;
    expect(first?.proofs.map(({ kind }) => kind)).toEqual(['certificate', 'certificate', 'crl']);
    expect(second?.proofs).toEqual(first?.proofs);
    const hashes = (first?.proofs ?? []).map(({ sha256 }) => sha256);
    expect((await store.proofs.find(hashes)).map(({ sha256 }) => sha256)).toEqual(hashes);
    expect(hashes[0]).toBe(createHash('sha256').update(leaf.certificate).digest('hex'));
  });

  test('that comes again gets the same receipt, also under a key of its own', async () => {
    const bytes = await signed();
    const first = await taken(bytes);
    const again = await submit(bytes, { idempotencyKey: 'again' });
    expect(again).toMatchObject({ ok: true, value: { repeated: true, id: first.id, receipt: first.receipt } });
  });

  test('that comes again when its certificate is revoked meanwhile gets the same receipt', async () => {
    const bytes = await signed();
    const first = await taken(bytes);
    await trust('revoked');
    const before = await rows();
    expect(await taken(bytes)).toMatchObject({ repeated: true, id: first.id, receipt: first.receipt });
    expect(await submit(await signed())).toMatchObject({ ok: false, code: 'certificate-revoked' });
    expect(await rows()).toEqual({ ...before, refusals: before.refusals + 1 });
  });

  test('that was held and returned is judged anew when it comes again', async () => {
    await trust('none');
    const bytes = await signed();
    await taken(bytes);
    await trust('revoked');
    await rechecking();
    expect(await submit(bytes)).toMatchObject({ ok: false, code: 'certificate-revoked' });
  });

  test('with another content under the same id is a conflict; under the same key too', async () => {
    const DocumentId = 'H99.12,2026/11/20,conflict';
    await taken(await signed({ DocumentId }));
    expect(await submit(await signed({ DocumentId }))).toMatchObject({ ok: false, code: 'document-conflict' });
    await submit(await signed(), { idempotencyKey: 'one' });
    expect(await submit(await signed(), { idempotencyKey: 'one' })).toMatchObject({
      ok: false,
      code: 'idempotency-key-reused',
    });
  });

  test('of more than 64 KB lies in the content store, and can be read from there', async () => {
    const bytes = await signed({}, Buffer.concat([pdf(), Buffer.alloc(100_000, ' ')]));
    const before = await rows();
    const { id, sha256 } = await taken(bytes);
    expect((await rows()).files).toBe(before.files + 1);
    const audit = { actor: 'client:huyen', act: 'message.read', object: id, outcome: 'ok', details: {} } as const;
    const location = await store.messages.content(id, { connection: 'huyen' }, audit);
    expect(location).toMatchObject({ sha256, inline: null });
    const pieces: Buffer[] = [];
    for await (const piece of await ports.content.open(sha256)) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });
});

describe('a refusal leaves an audit line and nothing else', () => {
  const large = Buffer.concat([pdf(), Buffer.alloc(100_000, ' ')]);

  test.each<readonly [string, () => Promise<Buffer> | Buffer, string]>([
    ['unsigned', () => unsigned(), 'signature-missing'],
    ['changed after signing', async () => flip(await signed({}, large)), 'signature-invalid'],
    ['cut off', async () => (await signed({}, large)).subarray(0, 90_000), 'xml-not-well-formed'],
    ['nothing', () => Buffer.alloc(0), 'body-empty'],
    ['for an unknown organisation', () => signed({ To: [{ OrganId: 'H99.77' }] }), 'recipient-unknown'],
    ['in the name of another', () => signed({ From: { OrganId: 'H99.12.01' } }), 'sender-not-authorised'],
    ['with a field missing', () => signed({ Subject: null }), 'field-missing'],
    ['a revocation of what is not known here (R18)', () => signed({ BussinessDocType: '1' }), 'not-found'],
  ])('%s', async (_, make, code) => {
    const bytes = await make();
    const before = await rows();
    expect(await submit(bytes)).toMatchObject({ ok: false, code });
    expect(await rows()).toEqual({ ...before, refusals: before.refusals + 1 });
  });

  test('a sender that goes away half-way leaves nothing at all', async () => {
    const bytes = await signed({}, large);
    const before = await rows();
    const body = async function* () {
      yield await Promise.resolve(bytes.subarray(0, 80_000));
      throw new Error('the sender went away');
    };
    await expect(
      createReceive(ports, machine)({ connection: 'huyen', client: 'huyen', body: body() }),
    ).rejects.toThrow();
    expect(await rows()).toEqual(before);
  });
});

describe('while the status of a certificate cannot be known', () => {
  // Each test begins without waiting messages and notices.
  beforeEach(async () => {
    await rechecking();
    for (const { id } of await store.notices.listNotices(PULLED.connection, 100)) {
      await store.notices.takeNotice(id, PULLED.connection);
    }
  });

  test('an ordinary document is held, and released when the list comes', async () => {
    await trust('none');
    const { id, verdict, disposition } = await taken(await signed());
    expect([verdict, disposition]).toEqual(['undecided', 'held']);
    expect(await inbox()).not.toContain(id);
    expect(await rechecking()).toBe(0);
    await trust('good');
    expect(await rechecking()).toBe(1);
    expect(seen.told.at(-1)).toEqual({ message: id, to: 'released' });
    const { proofs = [] } = (await store.messages.report(id, { connection: 'huyen' })) ?? {};
    expect(proofs.map(({ kind }) => kind)).toEqual(['certificate', 'certificate', 'crl']);
    expect(await store.proofs.find(proofs.map(({ sha256 }) => sha256))).toHaveLength(3);
    expect(await inbox()).toContain(id);
  });

  test('one that turns out to be signed with a revoked certificate goes back', async () => {
    await trust('none');
    const { id } = await taken(await signed());
    await trust('revoked');
    expect(await rechecking()).toBe(1);
    expect(seen.told.at(-1)).toEqual({ message: id, to: 'returned' });
    expect(await inbox()).not.toContain(id);
    const view = await store.messages.message(id, { connection: 'huyen' });
    expect(view).toMatchObject({ disposition: 'returned', deliveries: [{ transport: 'returned' }] });
  });

  test('an urgent one is delivered, and marked', async () => {
    await trust('none');
    const { id, disposition } = await taken(await signed({ Priority: '2' }));
    expect(disposition).toBe('accepted');
    await store.sequencer.sequence();
    const { entries } = await store.inbox.page(PULLED.connection, null, 1000);
    expect(entries.find(({ message }) => message === id)).toMatchObject({ urgent: true, unchecked: true });
  });

  test.each([
    ['good', 'passed', 'confirmed'],
    ['revoked', 'failed', 'refuted'],
  ] as const)('an urgent one is checked again, and the result follows: %s', async (list, verdict, to) => {
    await trust('none');
    const { id, deliveries } = await taken(await signed({ Priority: '2' }));
    expect(await rechecking()).toBe(0);
    expect(await store.notices.listNotices(PULLED.connection, 10)).toEqual([]);
    await trust(list);
    expect(await rechecking()).toBe(1);
    expect(seen.told.at(-1)).toEqual({ message: id, to });
    expect(await store.messages.message(id, { connection: 'huyen' })).toMatchObject({
      verdict,
      disposition: 'accepted',
      deliveries: [{ transport: 'queued' }],
    });
    expect(await store.messages.report(id, { connection: 'huyen' })).toMatchObject({ verdict });
    await store.sequencer.sequence();
    const { entries } = await store.inbox.page(PULLED.connection, null, 1000);
    expect(entries.find(({ message }) => message === id)).toMatchObject({ unchecked: false });
    const [notice, ...more] = await store.notices.listNotices(PULLED.connection, 10);
    expect([notice, more]).toMatchObject([{ message: id, delivery: deliveries[0]?.id, verdict }, []]);
    expect(await store.notices.takeNotice(notice?.id ?? '', 'huyen')).toBe(false);
    expect(await store.notices.takeNotice(notice?.id ?? '', PULLED.connection)).toBe(true);
    expect(await store.notices.takeNotice(notice?.id ?? '', PULLED.connection)).toBe(true);
    expect(await store.notices.listNotices(PULLED.connection, 10)).toEqual([]);
    expect(await rechecking()).toBe(0);
  });

  test('after its time an ordinary one waits for a person, and still goes when the list comes', async () => {
    await trust('none');
    const { id } = await taken(await signed());
    expect(await rechecking(ports, { heldPatience: 0 })).toBe(0);
    expect(await rechecking(ports, { heldPatience: 0 })).toBe(0);
    expect(seen.told.filter(({ message }) => message === id)).toEqual([{ message: id, to: 'parked' }]);
    expect(await store.messages.message(id, { connection: 'huyen' })).toMatchObject({
      disposition: 'held',
      deliveries: [{ transport: 'parked', problem: { code: 'held-expired' } }],
    });
    expect(await inbox()).not.toContain(id);
    await trust('good');
    expect(await rechecking()).toBe(1);
    expect(await store.messages.message(id, { connection: 'huyen' })).toMatchObject({
      disposition: 'released',
      deliveries: [{ transport: 'queued', problem: null }],
    });
    expect(await inbox()).toContain(id);
  });

  test.each(['released', 'returned'] as const)('a person decides: %s', async (to) => {
    await trust('none');
    const { id } = await taken(await signed());
    await rechecking(ports, { heldPatience: 0 });
    expect(await store.rechecks.listWaiting(10)).toMatchObject([{ id, state: 'parked', awaits: ['CN=Gốc thử'] }]);
    const audit = { actor: 'operator', act: 'message.release', object: id, outcome: 'ok', details: {} } as const;
    expect(await store.rechecks.decideHeld(id, to, audit)).toBe(true);
    expect(await store.rechecks.decideHeld(id, to, audit)).toBe(false);
    expect(await store.rechecks.decideHeld('x', to, audit)).toBe(false);
    const transport = to === 'released' ? 'queued' : 'returned';
    const seenBySender = await store.messages.message(id, { connection: 'huyen' });
    expect(seenBySender).toMatchObject({ disposition: to, verdict: 'undecided', deliveries: [{ transport }] });
    expect((await inbox()).includes(id)).toBe(to === 'released');
    // A message delivered unchecked is still checked, and its holder gets the verdict.
    await trust('good');
    expect(await rechecking()).toBe(to === 'released' ? 1 : 0);
    expect(await store.notices.listNotices(PULLED.connection, 10)).toHaveLength(to === 'released' ? 1 : 0);
  });

  test('a silent authority is one incident, however many wait, and ends with the last of them', async () => {
    await trust('none');
    await Promise.all([signed(), signed(), signed({ Priority: '2' })].map(async (bytes) => taken(await bytes)));
    const [before, after] = [seen.opened.length, seen.closed.length];
    await rechecking();
    await rechecking();
    expect(seen.opened.slice(before)).toEqual(['CN=Gốc thử']);
    expect(seen.counts).toEqual({ held: 2, parked: 0, delivered: 1, incidents: 1 });
    expect(await store.rechecks.listIncidents(0)).toMatchObject([{ subject: 'CN=Gốc thử', messages: 3 }]);
    await trust('good');
    await rechecking();
    expect(seen.closed.slice(after)).toEqual(['CN=Gốc thử']);
    expect(seen.counts).toEqual({ held: 0, parked: 0, delivered: 0, incidents: 0 });
    expect(await store.rechecks.listIncidents(1)).toMatchObject([
      { subject: 'CN=Gốc thử', closedAt: expect.any(Date) },
    ]);
  });

  test('is judged again ever later, and at once when its authority has spoken to another', async () => {
    await trust('none');
    const first = await taken(await signed());
    await rechecking();
    const second = await taken(await signed());
    const due = async (): Promise<string[]> => (await store.rechecks.claimRechecks(10)).map(({ id }) => id);
    expect(await due()).toEqual([second.id]);
    expect(await due()).toEqual([]);
    await store.rechecks.hastenRechecks(['CN=Ai khác']);
    expect(await due()).toEqual([]);
    await store.rechecks.hastenRechecks(['CN=Gốc thử']);
    expect(await due()).toEqual([first.id, second.id]);
    await trust('good');
    expect(await rechecking()).toBe(2);
  });
});

describe('with a malware scanner', () => {
  let daemon: TestClamd;
  let scanned: ReceivePorts;
  let unscanned: ReceivePorts;

  beforeAll(async () => {
    daemon = await startClamd();
    scanned = { ...ports, scanner: openClamdScanner({ url: daemon.url }) };
    unscanned = { ...ports, scanner: openClamdScanner({ url: `clamd://127.0.0.1:${await freePort()}` }) };
  }, 300_000);
  afterAll(() => daemon.close());

  const infected = (size: number): Buffer => Buffer.concat([pdf(), Buffer.alloc(size, ' '), EICAR]);

  test.each([
    ['small', infected(0)],
    ['large', infected(300_000)],
  ])('a %s infected file is refused, and nothing of it is kept', async (_size, file) => {
    const before = await rows();
    expect(await submit(await signed({}, file), {}, scanned)).toMatchObject({
      ok: false,
      code: 'attachment-malware',
      facts: { name: 'van-ban.pdf', malware: expect.stringContaining('Lienthong.Test.File') },
    });
    expect(await rows()).toEqual({ ...before, refusals: before.refusals + 1 });
  });

  test('a clean one passes, and the report says that it was looked at', async () => {
    const { id, verdict } = await taken(await signed({}, Buffer.concat([pdf(), Buffer.alloc(300_000, ' ')])), scanned);
    expect(verdict).toBe('passed');
    const report = await store.messages.report(id, { connection: 'huyen' });
    expect(report?.checks).toContainEqual({ name: 'malware', result: 'passed' });
  });

  test.each([
    ['ordinary', {}],
    ['urgent', { Priority: '3' }],
  ])('while the scanner is down an %s document is held, and scanned once it is up', async (_kind, fields) => {
    const { id, verdict, disposition, findings } = await taken(await signed(fields), unscanned);
    expect([verdict, disposition]).toEqual(['undecided', 'held']);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'attachment-unscanned', severity: 'undecided' }));
    await rechecking(unscanned);
    expect(await inbox()).not.toContain(id);
    expect(await rechecking(scanned)).toBeGreaterThan(0);
    expect(await inbox()).toContain(id);
  });

  test('what is found only then goes back', async () => {
    const { id } = await taken(await signed({}, infected(100)), unscanned);
    await rechecking(scanned);
    expect(await store.messages.message(id, { connection: 'huyen' })).toMatchObject({ disposition: 'returned' });
  });
});

test('a held one whose bytes are gone keeps no other waiting', async () => {
  await trust('none');
  const large = (): Buffer => Buffer.concat([pdf(), Buffer.alloc(100_000, ' ')]);
  const gone = await taken(await signed({}, large()));
  const other = await taken(await signed({}, large()));
  await ports.content.remove(gone.sha256);
  await trust('good');
  await expect(rechecking()).rejects.toMatchObject({ code: 'content-corrupt' });
  expect(await inbox()).toContain(other.id);
  expect(await inbox()).not.toContain(gone.id);
});

/** One byte of the content, well away from the markup. */
function flip(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf('UBND-VP');
  changed[at] = 'V'.charCodeAt(0);
  return changed;
}
