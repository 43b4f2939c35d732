// Connections that take another form: rendered before the first send or the first look, and the same bytes ever after.

import { spawnSync } from 'node:child_process';
import { createHash, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestPki, material, type PkiMaterial, type TestPki } from '../../../certs/test-pki.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import { openDiskContentStore } from '../../../src/drivers/disk/content-store.ts';
import type { AuditEntry } from '../../../src/ports/audit.ts';
import type { ContentStore } from '../../../src/ports/content-store.ts';
import type { KeptRendering } from '../../../src/ports/renderings.ts';
import type { Acceptance } from '../../../src/ports/messages.ts';
import type { RunPorts } from '../../../src/workers/run.ts';
import { INLINE_LIMIT } from '../../../src/gateway/receive/staging.ts';
import { messageOf } from '../../support/open-package.ts';
import { documentPackage } from '../../support/packages.ts';
import { startPeer, type Peer } from '../../support/peers.ts';
import { stopServers } from '../../support/postgres.ts';
import { settle } from '../../support/settle.ts';
import { requireTool } from '../../support/tools.ts';
import { judge } from '../../vectors/signed-packages.ts';
import { openOutbound, receiverAt, type Outbound } from './outbound.ts';

const READ: AuditEntry = { actor: 'client:xa', act: 'delivery.read', object: '', outcome: 'ok', details: {} };

const FORMS = {
  'xa-edxml': { rendering: { format: 'edxml' }, form: 'edxml', mediaType: 'application/xml' },
  'xa-signed': { rendering: { format: 'edxml', sign: true }, form: 'edxml-signed', mediaType: 'application/xml' },
  'xa-agency': { rendering: { format: 'agency' }, form: 'agency', mediaType: 'application/zip' },
  'xa-json': { rendering: { format: 'json' }, form: 'json', mediaType: 'application/json' },
} as const;

let pki: TestPki;
let made: PkiMaterial;
let folder: string;
let content: ContentStore;
beforeAll(async () => {
  pki = await createTestPki(new Date());
  made = material(pki);
  folder = mkdtempSync(path.join(tmpdir(), 'lienthong-rendering-'));
  content = await openDiskContentStore({ directory: path.join(folder, 'content') });
});
afterAll(async () => {
  await stopServers();
  rmSync(folder, { recursive: true });
});

let outbound: Outbound;
let peer: Peer;
let signings: number;
beforeEach(async () => {
  signings = 0;
  peer = await startPeer();
  outbound = await openOutbound({ kind: 'embedded' });
  const forms = Object.entries(FORMS).map(([id, { rendering }], n) => [
    id,
    receiverAt(peer, `H99.12.1${n}`, { rendering }),
  ]);
  await outbound.register({
    ...(Object.fromEntries(forms) as Record<string, ReturnType<typeof receiverAt>>),
    'xa-mot': receiverAt(peer, 'H99.12.01'),
    'xa-hai': { organisation: 'H99.12.02', adapter: 'inbox', settings: {}, rendering: { format: 'edxml', sign: true } },
  });
});
afterEach(async () => {
  await outbound.close();
  await peer.close();
});

/** A signer whose every signature is another. */
const signing = (certificates: readonly Buffer[] = made.certificates): RunPorts['signer'] => ({
  keyId: 'ab'.repeat(32),
  algorithm: 'ES256',
  certificates,
  sign: (data) => {
    // The head of the audit chain is signed by the same key.
    if (data.includes('<SignedInfo')) signings += 1;
    return Promise.resolve(sign('sha256', data, made.key));
  },
});

const start = (change: (parts: RunPorts) => Partial<RunPorts> = () => ({})) =>
  outbound.start((parts) => ({ content, signer: signing(), ...change(parts) }));

/** A real package to the named connections. */
async function accepted(to: readonly string[], bytes = documentPackage()): Promise<Acceptance> {
  const message = messageOf(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return outbound.accept(to, { message, inline: bytes, sha256, size: bytes.length });
}

async function keptFor(sent: Acceptance, index = 0): Promise<KeptRendering> {
  const [delivery, connection] = [sent.deliveries[index]?.id ?? '', sent.transmissions[index]?.connection ?? ''];
  const found = await outbound.store.messages.deliveryContent(delivery, connection, READ);
  if (found === null || found === 'cancelled' || found.rendered === null) throw new Error('nothing was rendered');
  return found.rendered;
}

const hashOf = (bytes: Buffer | null) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');

describe('pushed', () => {
  test('each connection gets its form, and the others the accepted bytes', async () => {
    const ids = [...Object.keys(FORMS), 'xa-mot'];
    const sent = await accepted(ids);
    await start();
    await outbound.until(sent, 'arrived');
    for (const [index, { form, mediaType }] of Object.values(FORMS).entries()) {
      const kept = await keptFor(sent, index);
      const call = peer.calls.find(({ transmission }) => transmission === sent.transmissions[index]?.id);
      expect(kept.form).toBe(form);
      expect(hashOf(kept.inline)).toBe(kept.sha256);
      expect(call).toMatchObject({ sha256: kept.sha256, size: kept.size, contentType: mediaType });
    }
    const verbatim = peer.calls.find(({ transmission }) => transmission === sent.transmissions[4]?.id);
    expect(verbatim).toMatchObject({ sha256: sent.sha256, contentType: 'application/xml' });
    const trace = await outbound.store.messages.trace(sent.id, { connection: sent.connection });
    expect(trace?.filter(({ act }) => act === 'delivery.render').map(({ details }) => details['form'])).toEqual(
      expect.arrayContaining(['edxml', 'edxml-signed', 'agency', 'json']),
    );
  });

  test('another try, by another process, gives the same bytes of a signature that never comes twice', async () => {
    peer.mode = 503;
    const first = await start();
    const sent = await accepted(['xa-signed']);
    await outbound.until(sent, 'retrying');
    await first.stop();
    peer.mode = 'ok';
    await start();
    await outbound.hurry();
    await outbound.until(sent, 'arrived');
    const kept = await keptFor(sent);
    expect(peer.calls.map(({ sha256 }) => sha256)).toEqual([kept.sha256, kept.sha256]);
    expect(signings).toBe(1);
  });

  test('a process that died between rendering and sending left what is sent', async () => {
    const sent = await accepted(['xa-signed']);
    const target = { message: sent.id, transmission: sent.transmissions[0]?.id ?? '' };
    const dying = await start(({ renderings }) => ({
      renderings: {
        ...renderings,
        keep: async (...args) => {
          await renderings.keep(...args);
          throw new Error('gone');
        },
      },
    }));
    const kept = await settle(
      'it was kept',
      async () => (await outbound.store.renderings.assign(target, 'edxml-signed')) ?? undefined,
    );
    await outbound.until(sent, 'retrying');
    await dying.stop();
    expect(peer.calls).toEqual([]);
    await start();
    await outbound.hurry();
    await outbound.until(sent, 'arrived');
    expect(peer.calls.map(({ sha256 }) => sha256)).toEqual([kept.sha256]);
    expect(signings).toBe(1);
  });

  test('large renderings lie in the content store', async () => {
    const filled = (size: number) => documentPackage({ attachments: [{ name: 'a.pdf', bytes: Buffer.alloc(size) }] });
    const bytes = filled(Math.floor(((INLINE_LIMIT - filled(0).length) * 3) / 4) - 100);
    const sent = await accepted(['xa-signed'], bytes);
    await start();
    await outbound.until(sent, 'arrived');
    const kept = await keptFor(sent);
    expect(kept.inline).toBeNull();
    expect(await content.has(kept.sha256)).toBe(true);
    expect(peer.calls.map(({ sha256, size }) => [sha256, size])).toEqual([[kept.sha256, kept.size]]);
  });

  test.each([
    ['no certificate: a person sees to it', 'signing-certificate-missing', () => ({ signer: signing([]) })],
    [
      'no rendering: a person sees to it',
      'rendering-failed',
      () => ({ signer: { ...signing(), sign: () => Promise.reject(new Error('broken')) } }),
    ],
  ])('%s, and the others go on', async (_, code, change) => {
    const sent = await accepted(['xa-signed']);
    const free = await accepted(['xa-json']);
    await start(change);
    expect(await outbound.until(sent, 'parked')).toMatchObject([{ problem: { code } }]);
    await outbound.until(free, 'arrived');
    expect(await outbound.store.messages.content(sent.id, { connection: 'huyen' }, READ)).toMatchObject({
      sha256: sent.sha256,
    });
  });
});

describe('pulled', () => {
  test('is shown when it is rendered, and acknowledged by that hash', async () => {
    const sent = await accepted(['xa-hai']);
    const delivery = sent.deliveries[0]?.id ?? '';
    await outbound.store.sequencer.sequence();
    const { store } = outbound;
    expect((await store.inbox.page('xa-hai', null, 10)).entries).toEqual([]);
    expect(await store.messages.deliveryContent(delivery, 'xa-hai', READ)).toBeNull();
    await start();
    const [entry] = await settle('it is shown', async () => {
      const { entries } = await store.inbox.page('xa-hai', null, 10);
      return entries.length > 0 ? entries : undefined;
    });
    const kept = await keptFor(sent);
    expect(entry).toMatchObject({ delivery, sha256: kept.sha256, size: kept.size });
    const take = (sha256: string) => store.inbox.acknowledge('xa-hai', delivery, sha256, 'arrived', READ);
    expect(await take(sent.sha256)).toEqual({ kind: 'hash-mismatch' });
    expect(await take(kept.sha256)).toMatchObject({ kind: 'acknowledged' });
  });

  test('that cannot be rendered is parked, and those behind it are shown', async () => {
    const broken = await accepted(['xa-hai']);
    const bad = await start(() => ({ signer: signing([]) }));
    expect(await outbound.until(broken, 'parked')).toMatchObject([
      { problem: { code: 'signing-certificate-missing' } },
    ]);
    await bad.stop();
    const sent = await accepted(['xa-hai'], documentPackage({ fields: { Subject: 'V/v khác' } }));
    await start();
    await settle('the other is shown', async () => {
      const { entries } = await outbound.store.inbox.page('xa-hai', null, 10);
      return entries.map(({ delivery }) => delivery).includes(sent.deliveries[0]?.id ?? '') ? entries : undefined;
    });
  });
});

test('the signed form verifies here and with xmlsec1, until a letter is changed', async () => {
  const xmlsec1 = await requireTool('xmlsec1');
  const sent = await accepted(['xa-signed']);
  await start();
  await outbound.until(sent, 'arrived');
  const bytes = (await keptFor(sent)).inline ?? Buffer.alloc(0);
  const changed = Buffer.from(bytes.toString('utf8').replace('H99.12', 'H99.99'));
  writeFileSync(path.join(folder, 'root.pem'), toPem('CERTIFICATE', pki.root.chain[0]));
  const status = (xml: Buffer): number | null => {
    writeFileSync(path.join(folder, 'rendered.xml'), xml);
    const args = ['--verify', '--enabled-key-data', 'x509', '--trusted-pem', path.join(folder, 'root.pem')];
    return spawnSync(xmlsec1, [...args, path.join(folder, 'rendered.xml')]).status;
  };
  expect([judge(bytes, made).code, status(bytes)]).toEqual(['passed', 0]);
  expect([judge(changed, made).code, status(changed)]).toEqual(['signature-invalid', 1]);
});
