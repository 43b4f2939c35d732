import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestPki, list } from '../../../certs/test-pki.ts';
import type { TestPki } from '../../../certs/test-pki.ts';
import { toPem } from '../../../src/core/pki/pem.ts';
import { openRevocationFolder } from '../../../src/drivers/disk/revocation-folder.ts';
import { readTrustFiles } from '../../../src/drivers/disk/trust-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-lists-'));
const at = (name: string): string => join(folder, name);
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki(new Date());
});
afterAll(() => rmSync(folder, { recursive: true }));

test('lists are read again when a file comes, changes or goes, and not otherwise', async () => {
  mkdirSync(at('lists'));
  const source = openRevocationFolder([at('lists')]);
  const empty = await source.current();
  expect(empty.lists).toEqual([]);

  writeFileSync(at('lists/root.crl'), list(pki.root, pki.now));
  writeFileSync(at('lists/readme.txt'), 'no list');
  const one = await source.current();
  expect(one.lists).toHaveLength(1);
  expect(one.version).not.toBe(empty.version);
  expect(await source.current()).toBe(one);

  writeFileSync(at('new.pem'), toPem('X509 CRL', list(pki.root, pki.now)) + toPem('X509 CRL', list(pki.sub, pki.now)));
  renameSync(at('new.pem'), at('lists/root.crl'));
  expect((await source.current()).lists).toHaveLength(2);

  rmSync(at('lists/root.crl'));
  expect((await source.current()).version).toBe(empty.version);
  await source.close();
  await expect(source.current()).rejects.toMatchObject({ code: 'file-unreadable' });
});

test('a folder that is not there is a problem, not an empty folder', async () => {
  await expect(openRevocationFolder([at('none')]).current()).rejects.toMatchObject({ code: 'file-unreadable' });
});

test('self-issued certificates are anchors, the others only help', async () => {
  mkdirSync(at('trust'));
  writeFileSync(at('trust/a.pem'), pki.sub.chain.map((der) => toPem('CERTIFICATE', der)).join(''));
  const trust = await readTrustFiles([at('trust')], 'required');
  expect(trust.anchors.map(({ certificate }) => certificate)).toEqual([pki.root.chain[0]]);
  expect(trust.intermediates).toEqual([pki.sub.chain[0]]);
});

test('one bad certificate spoils the trust that was meant', async () => {
  mkdirSync(at('spoilt'));
  writeFileSync(at('spoilt/a.der'), pki.root.chain[0]);
  writeFileSync(at('spoilt/b.der'), Buffer.concat([pki.root.chain[0], Buffer.of(0)]));
  await expect(readTrustFiles([at('spoilt')], 'required')).rejects.toMatchObject({ code: 'file-unreadable' });
});
