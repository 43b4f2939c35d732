import { spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Authority,
  type Issued,
  type KeyKind,
  createAuthority,
  issue,
  issueCrl,
  newKeyPair,
} from '../../../certs/authority.ts';
import { parseCertificate } from '../../../src/core/pki/certificate.ts';
import { findRevocation, parseCrl } from '../../../src/core/pki/crl.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import { requireTool } from '../../support/tools.ts';
import { nameText } from '../../../src/core/pki/name.ts';

const now = new Date();
const folder = mkdtempSync(join(tmpdir(), 'lienthong-authority-'));
afterAll(() => rmSync(folder, { recursive: true }));

let openssl: string;
beforeAll(async () => {
  openssl = await requireTool('openssl');
});

function opensslAnswers(...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(openssl, args, { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

describe.each<KeyKind>(['ec', 'rsa-2048'])('an authority with %s keys', (kind) => {
  let root: Authority;
  let sub: Authority;
  let good: Issued;
  let revoked: Issued;
  const file = (name: string): string => join(folder, `${kind}-${name}`);

  beforeAll(async () => {
    root = await createAuthority({
      name: [
        ['C', 'VN'],
        ['O', 'Cơ quan Mẫu'],
        ['CN', 'Gốc chứng thực Mẫu'],
      ],
      key: kind,
      now,
      days: 3650,
    });
    sub = await createAuthority({
      name: [
        ['C', 'VN'],
        ['CN', 'Chứng thực cấp dưới Mẫu'],
      ],
      key: kind,
      now,
      days: 1825,
      parent: root,
      pathLength: 0,
    });
    const publicKey = createPublicKey(await newKeyPair(kind));
    const subject = [
      ['C', 'VN'],
      ['O', 'UBND huyện Mẫu'],
      ['CN', 'Ủy ban nhân dân huyện Mẫu'],
    ] as const;
    good = issue(sub, { subject, publicKey, now, days: 730 });
    revoked = issue(sub, { subject, publicKey, now, days: 730 });
    const rootList = issueCrl(root, { now, days: 7, number: 1, revoked: [] });
    const subList = issueCrl(sub, {
      now,
      days: 7,
      number: 300,
      revoked: [{ serial: revoked.serial, at: now, reason: 1 }],
    });
    writeFileSync(file('root.pem'), toPem('CERTIFICATE', root.chain[0]));
    writeFileSync(file('sub.pem'), toPem('CERTIFICATE', sub.chain[0]));
    writeFileSync(file('good.pem'), toPem('CERTIFICATE', good.certificate));
    writeFileSync(file('revoked.pem'), toPem('CERTIFICATE', revoked.certificate));
    writeFileSync(file('lists.pem'), toPem('X509 CRL', rootList) + toPem('X509 CRL', subList));
  });

  const verify = (leaf: string): string =>
    opensslAnswers(
      'verify',
      '-x509_strict',
      '-crl_check_all',
      '-CAfile',
      file('root.pem'),
      '-untrusted',
      file('sub.pem'),
      '-CRLfile',
      file('lists.pem'),
      file(leaf),
    );

  test('openssl accepts its certificates and lists', () => {
    expect(verify('good.pem')).toContain(': OK');
  });

  test('openssl sees what it revoked', () => {
    expect(verify('revoked.pem')).toContain('certificate revoked');
  });

  test('the core reads what it writes', () => {
    const certificate = parseCertificate(good.certificate);
    if (!certificate.ok) throw new Error(JSON.stringify(certificate));
    expect(nameText(certificate.value.subject)).toBe('CN=Ủy ban nhân dân huyện Mẫu,O=UBND huyện Mẫu,C=VN');
    expect(certificate.value.serial).toBe(good.serial.toString('hex'));
    const list = parseCrl(
      issueCrl(sub, { now, days: 7, number: 300, revoked: [{ serial: revoked.serial, at: now, reason: 1 }] }),
    );
    if (!list.ok) throw new Error(JSON.stringify(list));
    expect(list.value.number).toBe('012c');
    expect(findRevocation(list.value, revoked.serial.toString('hex'))).toEqual({
      at: Math.floor(now.getTime() / 1000) * 1000,
      reason: 'keyCompromise',
    });
    expect(findRevocation(list.value, good.serial.toString('hex'))).toBeUndefined();
  });
});
