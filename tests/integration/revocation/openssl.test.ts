// An independent responder: the gateway understands OpenSSL's answer to its question, with the nonce.

import { spawn } from 'node:child_process';
import { createPublicKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { createAuthority, issue, newKeyPair, newSerial } from '../../../certs/authority.ts';
import { parseCertificate, type Certificate } from '../../../src/core/pki/certificate.ts';
import { trustMemory } from '../../../src/core/pki/cache.ts';
import { ocspRequest, parseOcspResponse } from '../../../src/core/pki/ocsp.ts';
import { toPem } from '../../../src/core/crypto/pem.ts';
import { receiveAnswer } from '../../../src/core/pki/revocation.ts';
import { machine } from '../../../src/drivers/machine.ts';
import { openHttpRevocationSource } from '../../../src/drivers/revocation/http.ts';
import { freePort, until } from '../../support/external.ts';
import { requireTool } from '../../support/tools.ts';

function read(der: Buffer): Certificate {
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(certificate.code);
  return certificate.value;
}

test('good, revoked and unknown', async () => {
  const now = new Date();
  const authority = await createAuthority({ name: [['CN', 'Gốc thử']], key: 'ec', now, days: 30 });
  const publicKey = createPublicKey(await newKeyPair('ec'));
  const leaf = (serial: Buffer): Certificate =>
    read(issue(authority, { subject: [['CN', 'Mẫu']], publicKey, now, days: 20, override: { serial } }).certificate);
  const leaves = { good: leaf(newSerial()), revoked: leaf(newSerial()), unknown: leaf(newSerial()) };
  const folder = await mkdtemp(path.join(tmpdir(), 'lienthong-ocsp-'));
  const file = (name: string): string => path.join(folder, name);
  const line = (status: string, revoked: string, { serial }: Certificate): string =>
    `${[status, '351231235959Z', revoked, serial.toUpperCase(), 'unknown', '/CN=x'].join('\t')}\n`;
  await writeFile(file('ca.pem'), toPem('CERTIFICATE', authority.chain[0]));
  await writeFile(file('ca.key'), authority.key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const index = `${line('V', '', leaves.good)}${line('R', '260101000000Z,keyCompromise', leaves.revoked)}`;
  await writeFile(file('index.txt'), index);
  const port = await freePort();
  const args = ['-index', 'index.txt', '-port', String(port), '-CA', 'ca.pem', '-rsigner', 'ca.pem', '-rkey', 'ca.key'];
  const responder = spawn(await requireTool('openssl'), ['ocsp', ...args, '-ndays', '1'], {
    cwd: folder,
    stdio: 'ignore',
  });
  try {
    const issuer = read(authority.chain[0]);
    const allow = [`127.0.0.1:${port}`, `[::1]:${port}`];
    const source = openHttpRevocationSource({ allow }, machine);
    const ask = async (certificate: Certificate) => {
      const nonce = randomBytes(32);
      const request = ocspRequest(certificate, issuer, nonce);
      const fetched = await source.fetch({ kind: 'ocsp', url: `http://127.0.0.1:${port}/`, request });
      if (fetched.kind === 'failed') return undefined;
      const answer = parseOcspResponse(fetched.bytes);
      if (!answer.ok) throw new Error(JSON.stringify(answer.facts));
      expect(answer.value.nonce).toEqual(nonce);
      const asked = { certificate, issuer, now: Date.now(), nonce };
      const none = { crls: new Map(), answers: new Map(), memory: trustMemory(1) };
      const believed = receiveAnswer(answer.value, asked, none);
      if (!believed.ok) throw new Error(JSON.stringify(believed.facts));
      return believed.value.statement.status;
    };
    await until('the responder answers', 10, () => ask(leaves.good));
    expect(await ask(leaves.good)).toEqual({ kind: 'good' });
    expect(await ask(leaves.revoked)).toMatchObject({ kind: 'revoked', revocation: { reason: 'keyCompromise' } });
    expect(await ask(leaves.unknown)).toEqual({ kind: 'unknown' });
    await source.close();
  } finally {
    responder.kill();
    await rm(folder, { recursive: true });
  }
}, 60_000);
