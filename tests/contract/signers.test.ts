import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority, issue, newKeyPair } from '../../certs/authority.ts';
import { toPem } from '../../src/core/crypto/pem.ts';
import type { Finding } from '../../src/core/problems/finding.ts';
import { openFileSigner } from '../../src/drivers/signers/file.ts';
import { createFileKey, pemOf } from '../../src/drivers/signers/key-file.ts';
import { openPkcs12Signer } from '../../src/drivers/signers/pkcs12.ts';
import { readPublicKey } from '../../src/drivers/signers/public-key.ts';
import { requireTool } from '../support/tools.ts';
import { signerSuite } from './signer-suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-signers-'));
const at = (name: string): string => join(folder, name);
const PASSPHRASE = 'mật khẩu';
const chains: Record<string, readonly Buffer[]> = {};

beforeAll(async () => {
  const openssl = await requireTool('openssl');
  const now = new Date();
  const root = await createAuthority({ name: [['CN', 'Gốc Mẫu']], key: 'ec', now, days: 10 });
  for (const kind of ['ec', 'rsa-2048'] as const) {
    const key = await newKeyPair(kind);
    const subject = [['CN', 'UBND huyện Mẫu']] as const;
    const { certificate } = issue(root, { subject, publicKey: createPublicKey(key), now, days: 5 });
    chains[kind] = [certificate, root.chain[0]];
    writeFileSync(at(`${kind}.key`), pemOf(key), { mode: 0o600 });
    // The issuer first: order in a file means nothing.
    writeFileSync(at(`${kind}.pem`), toPem('CERTIFICATE', root.chain[0]) + toPem('CERTIFICATE', certificate));
    for (const [suffix, more] of [
      ['modern', []],
      ['legacy', ['-legacy']],
    ] as const) {
      const args = [
        'pkcs12',
        '-export',
        ...more,
        '-inkey',
        at(`${kind}.key`),
        '-in',
        at(`${kind}.pem`),
        '-out',
        at(`${kind}-${suffix}.p12`),
      ];
      execFileSync(openssl, [...args, '-passout', `pass:${PASSPHRASE}`], { stdio: 'ignore' });
      chmodSync(at(`${kind}-${suffix}.p12`), 0o600);
    }
  }
  writeFileSync(at('not-a-key'), 'xin chào');
  writeFileSync(at('ed25519.key'), pemOf(generateKeyPairSync('ed25519').privateKey), { mode: 0o600 });
  const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  writeFileSync(
    at('encrypted.key'),
    encrypted.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['ec', 'ES256'],
  ['rsa-2048', 'RS256'],
] as const)('a file with a key of kind %s', (kind, algorithm) => {
  signerSuite({
    algorithm,
    open: () => openFileSigner({ key: at(`${kind}.key`), certificates: at(`${kind}.pem`) }),
    certificates: () => chains[kind] ?? [],
    secrets: [PASSPHRASE, 'xin chào'],
    unusable: [
      ['no file', () => openFileSigner({ key: at('none') })],
      ['what is no key', () => openFileSigner({ key: at('not-a-key') })],
      ['a key of another kind', () => openFileSigner({ key: at('ed25519.key') })],
      [
        'certificates of another key',
        () => openFileSigner({ key: at('encrypted.key'), passphrase: PASSPHRASE, certificates: at('ec.pem') }),
      ],
      ['an encrypted key without passphrase', () => openFileSigner({ key: at('encrypted.key') })],
      ['a wrong passphrase', () => openFileSigner({ key: at('encrypted.key'), passphrase: `${PASSPHRASE}!` })],
    ],
  });
});

describe.each([
  ['ec', 'modern', 'ES256'],
  ['rsa-2048', 'modern', 'RS256'],
  ['rsa-2048', 'legacy', 'RS256'],
  ['ec', 'legacy', 'ES256'],
] as const)('a PKCS#12 file with a key of kind %s, %s encryption', (kind, suffix, algorithm) => {
  const file = at(`${kind}-${suffix}.p12`);
  signerSuite({
    algorithm,
    open: () => openPkcs12Signer({ file, passphrase: PASSPHRASE }),
    certificates: () => chains[kind] ?? [],
    secrets: [PASSPHRASE],
    unusable: [
      ['no file', () => openPkcs12Signer({ file: at('none'), passphrase: PASSPHRASE })],
      ['what is no archive', () => openPkcs12Signer({ file: at('not-a-key'), passphrase: PASSPHRASE })],
      ['a wrong passphrase', () => openPkcs12Signer({ file, passphrase: `${PASSPHRASE}!` })],
    ],
  });
});

test('a key that others may read is used, and told of', async () => {
  const findings: Finding[] = [];
  writeFileSync(at('open.key'), readFileSync(at('ec.key')), { mode: 0o644 });
  chmodSync(at('open.key'), 0o644);
  await openFileSigner({ key: at('open.key'), warn: (finding) => findings.push(finding) });
  expect(findings).toEqual([
    { code: 'key-exposed', severity: 'warning', facts: { file: at('open.key'), mode: '0644' } },
  ]);
});

test('a public key is read from a key or a certificate, never from a private key', async () => {
  const signer = await openFileSigner({ key: at('ec.key'), certificates: at('ec.pem') });
  writeFileSync(at('public.pem'), signer.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(at('leaf.pem'), toPem('CERTIFICATE', signer.certificates[0]!));
  for (const file of ['public.pem', 'leaf.pem']) {
    expect(await readPublicKey(at(file))).toMatchObject({ keyId: signer.keyId, algorithm: 'ES256' });
  }
  for (const file of ['ec.key', 'not-a-key', 'none']) {
    await expect(readPublicKey(at(file))).rejects.toMatchObject({ code: 'key-unreadable' });
  }
});

test('a key is made once by many callers, for its owner only', async () => {
  const path = at('receipts/key.pem');
  const made = await Promise.all(Array.from({ length: 8 }, () => createFileKey(path)));
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(at('receipts'))).toEqual(['key.pem']);
  const before = readFileSync(path, 'utf8');
  expect(await createFileKey(path)).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect((await openFileSigner({ key: path })).algorithm).toBe('ES256');
});
