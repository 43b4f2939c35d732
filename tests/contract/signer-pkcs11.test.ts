// Keys in a PKCS#11 token, proved on SoftHSM.

import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createAuthority, issue, newKeyPair } from '../../certs/authority.ts';
import { toPem } from '../../src/core/crypto/pem.ts';
import { openPkcs11Signer, type Pkcs11SignerOptions } from '../../src/drivers/signers/pkcs11.ts';
import { openSoftHsm, type SoftHsm } from '../support/softhsm.ts';
import { signerSuite } from './signer-suite.ts';

const PIN = 'canary-PIN-4711';
const WRONG = 'canary-PIN-4712';
const data = Buffer.from('Biên nhận số 2');
const chains: Record<string, readonly Buffer[]> = {};

let hsm: SoftHsm;
let folder: string;
let root: Awaited<ReturnType<typeof createAuthority>>;

beforeAll(async () => {
  hsm = await openSoftHsm();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-pkcs11-'));
  const now = new Date();
  root = await createAuthority({ name: [['CN', 'Gốc Mẫu']], key: 'ec', now, days: 10 });
  for (const label of ['Lienthong', 'Changed']) await hsm.initToken(label, PIN);
  for (const [kind, label, id] of [
    ['ec', 'receipts', 'a1'],
    ['rsa-2048', 'receipts-rsa', 'a2'],
  ] as const) {
    const key = await newKeyPair(kind);
    await hsm.importKey('Lienthong', PIN, key, label, id);
    chains[label] = [certificateOf(key), root.chain[0]];
    writeFileSync(
      join(folder, `${label}.pem`),
      [...(chains[label] ?? [])]
        .reverse()
        .map((der) => toPem('CERTIFICATE', der))
        .join(''),
    );
  }
  for (const id of ['b1', 'b2']) await hsm.importKey('Lienthong', PIN, await newKeyPair('ec'), 'twice', id);
}, 120_000);

afterAll(async () => {
  await hsm.remove();
  await rm(folder, { recursive: true });
});

function certificateOf(key: KeyObject): Buffer {
  const subject = [['CN', 'UBND xã Mẫu Một']] as const;
  return issue(root, { subject, publicKey: createPublicKey(key), now: new Date(), days: 5 }).certificate;
}

function open(given: Partial<Pkcs11SignerOptions> = {}) {
  const { library, packageFolder } = hsm;
  return openPkcs11Signer({ library, packageFolder, token: 'Lienthong', key: 'receipts', pin: PIN, ...given });
}

const inFolder = (name: string): string => join(folder, name);

describe.each([
  ['receipts', 'ES256'],
  ['receipts-rsa', 'RS256'],
] as const)('the key %s', (key, algorithm) => {
  signerSuite({
    algorithm,
    open: () => open({ key, certificates: inFolder(`${key}.pem`) }),
    certificates: () => chains[key] ?? [],
    secrets: [PIN, WRONG],
    unusable: [
      ['no library', () => open({ library: inFolder('none.so') })],
      ['what is no library', () => open({ library: inFolder('receipts.pem') })],
      ['no token', () => open({ token: 'Nobody' })],
      ['no key', () => open({ key: 'nothing' })],
      ['an id of no key', () => open({ key: 'id:ff' })],
      ['two keys of one name', () => open({ key: 'twice' })],
      ['a wrong PIN', () => open({ pin: WRONG })],
      ['certificates of another key', () => open({ key: 'id:b1', certificates: inFolder('receipts.pem') })],
    ],
  });
});

describe('a token', () => {
  test('gives the certificates that lie in it, and needs no public key beside them', async () => {
    const key = await newKeyPair('ec');
    await hsm.importKey('Lienthong', PIN, key, 'with-certificate', 'c1');
    const own = certificateOf(key);
    hsm.store('Lienthong', PIN, [
      { id: 'c1', certificate: own },
      { id: 'c0', certificate: root.chain[0] },
    ]);
    hsm.removePublicKey('Lienthong', PIN, 'c1');
    const signer = await open({ key: 'id:c1' });
    expect(signer.certificates).toEqual([own, root.chain[0]]);
    expect(verify('sha256', data, createPublicKey(key), await signer.sign(data))).toBe(true);
    await signer.close();
  });

  test('that shows another public key under this id is refused', async () => {
    const key = await newKeyPair('ec');
    await hsm.importKey('Lienthong', PIN, key, 'mixed', 'd1');
    hsm.removePublicKey('Lienthong', PIN, 'd1');
    hsm.store('Lienthong', PIN, [{ id: 'd1', certificate: certificateOf(await newKeyPair('ec')) }]);
    await expect(open({ key: 'mixed' })).rejects.toMatchObject({ code: 'key-unreadable' });
  });

  test.each([
    ['lost its sessions', () => hsm.closeSessions('Lienthong')],
    ['was logged out of', () => hsm.logOut('Lienthong')],
    ['had its library ended', () => hsm.binding().C_Finalize()],
  ])('that %s is opened again', async (_, disturb) => {
    const signer = await open();
    await signer.sign(data);
    disturb();
    const signatures = await Promise.all(Array.from({ length: 12 }, () => signer.sign(data)));
    for (const signature of signatures) expect(verify('sha256', data, signer.publicKey, signature)).toBe(true);
    await signer.close();
  });

  test('is given a refused PIN once, and no PIN at all when one more would lock it', async () => {
    await (await open()).close();
    const login = jest.spyOn(hsm.binding(), 'C_Login');
    const info = jest.spyOn(hsm.binding(), 'C_GetTokenInfo');
    try {
      await expect(open({ pin: WRONG })).rejects.toMatchObject({ code: 'key-unreadable' });
      expect(login).toHaveBeenCalledTimes(1);
      // SoftHSM locks nothing; these are the flags with which others say that they will, and have.
      for (const flag of [0x2_0000, 0x4_0000]) {
        info.mockReturnValue({ label: 'Lienthong'.padEnd(32), flags: flag });
        await expect(open()).rejects.toMatchObject({ code: 'key-unreadable' });
      }
      expect(login).toHaveBeenCalledTimes(1);
    } finally {
      jest.restoreAllMocks();
    }
  });

  test('whose PIN was changed refuses to sign, asks once, and says nothing of PINs', async () => {
    await hsm.importKey('Changed', PIN, await newKeyPair('ec'), 'receipts', 'e1');
    const signer = await open({ token: 'Changed' });
    hsm.changePin('Changed', PIN, WRONG);
    hsm.closeSessions('Changed');
    const login = jest.spyOn(hsm.binding(), 'C_Login');
    const errors = await Promise.all(
      Array.from({ length: 8 }, () => signer.sign(data).catch((error: unknown) => error)),
    );
    expect(login).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'signing-unavailable', facts: {}, cause: { code: 'key-unreadable' } });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
    }
    await signer.close();
  });
});

test('without the optional package it says which, and how to get it', async () => {
  // Another library, so that it is not the one that is loaded already.
  const error: unknown = await open({ library: inFolder('x.so'), packageFolder: folder }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    code: 'package-missing',
    facts: { name: 'pkcs11js', command: `npm install --no-save --prefix ${folder} pkcs11js@2.1.7` },
  });
});
