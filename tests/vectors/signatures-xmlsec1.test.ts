// What passes here must pass xmlsec1 too, and what was changed after signing must fail there as well.

import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestPki, material } from '../../certs/test-pki.ts';
import type { PkiMaterial, TestPki } from '../../certs/test-pki.ts';
import { toPem } from '../../src/core/pki/pem.ts';
import { signPackage } from '../../src/core/signature/sign.ts';
import { documentPackage, statusPackage } from '../support/packages.ts';
import { requireTool } from '../support/tools.ts';
import { judge } from './signed-packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-xmlsec1-'));
afterAll(() => rmSync(folder, { recursive: true }));
let xmlsec1: string;
let pki: TestPki;
const made: Record<string, PkiMaterial> = {};

beforeAll(async () => {
  xmlsec1 = await requireTool('xmlsec1');
  pki = await createTestPki(new Date());
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  made['EC P-256'] = material(pki);
  made['RSA 2048'] = material(pki, { publicKey: createPublicKey(privateKey) }, { key: privateKey });
  writeFileSync(join(folder, 'root.pem'), toPem('CERTIFICATE', pki.root.chain[0]));
});

/** xmlsec1's word on a file, the certificate path included. */
function doesXmlsec1Accept(xml: Buffer): boolean {
  const file = join(folder, 'package.xml');
  writeFileSync(file, xml);
  const args = ['--verify', '--enabled-key-data', 'x509', '--trusted-pem', join(folder, 'root.pem'), file];
  return spawnSync(xmlsec1, args).status === 0;
}

const packages: readonly [string, () => Buffer][] = [
  ['a document', () => documentPackage()],
  ['a document with Windows line ends', () => documentPackage({ dialect: { lineEnd: '\r\n', wrap: 76 } })],
  ['a document without prefixes', () => documentPackage({ dialect: { prefix: '', attachments: 'in-envelope' } })],
  ['a status', () => statusPackage()],
];

describe.each(['EC P-256', 'RSA 2048'])('%s', (kind) => {
  test.each(packages)('%s', async (_, make) => {
    const pkiMaterial = made[kind]!;
    const signer = {
      algorithm: kind.startsWith('RSA') ? ('RS256' as const) : ('ES256' as const),
      certificates: pkiMaterial.certificates,
      sign: (data: Buffer) => Promise.resolve(sign('sha256', data, pkiMaterial.key)),
    };
    const signed = await signPackage(make(), signer);
    expect(judge(signed, pkiMaterial).code).toBe('passed');
    expect(doesXmlsec1Accept(signed)).toBe(true);
    const changed = Buffer.from(signed.toString('utf8').replace('H99.12', 'H99.99'));
    expect(judge(changed, pkiMaterial).code).toBe('signature-invalid');
    expect(doesXmlsec1Accept(changed)).toBe(false);
  });
});
