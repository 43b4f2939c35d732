// `pki path` over files as people have them: a certificate, who is trusted, who stands between, and their lists.

import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { type Authority, createAuthority, issue, newKeyPair, newSerial } from '../../../../certs/authority.ts';
import { LEAF_NAME, list } from '../../../../certs/test-pki.ts';
import {
  type Extension,
  basicConstraints,
  certificatePolicies,
  extendedKeyUsage,
  keyUsage,
} from '../../../../certs/x509.ts';
import { type PathOptions, pkiPath } from '../../../../src/cli/pki/path.ts';
import { toPem } from '../../../../src/core/crypto/pem.ts';
import { pemOf } from '../../../../src/drivers/signers/key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-path-'));
const at = (name: string): string => join(folder, name);
const NOW = new Date('2026-11-22T03:00:00Z');
const DAY = 24 * 3600 * 1000;
const POLICY = '1.3.6.1.4.1.99999.7.1';
const OTHER_POLICY = '1.3.6.1.4.1.99999.7.2';

const ANSWER = z.looseObject({
  ok: z.boolean(),
  verdict: z.string(),
  cause: z.looseObject({ code: z.string() }).nullable(),
  path: z.array(z.looseObject({ subject: z.string(), dates: z.string(), status: z.string() })),
  anchor: z.looseObject({ subject: z.string() }).nullable(),
  policies: z.array(z.string()),
});

const pem = (name: string, ...certificates: readonly Buffer[]): void => {
  writeFileSync(at(name), certificates.map((der) => toPem('CERTIFICATE', der)).join(''));
};

function leafUnder(authority: Authority, publicKey: Parameters<typeof issue>[1]['publicKey'], serial = newSerial()) {
  return (...extensions: readonly Extension[]): Buffer => {
    const signing = [basicConstraints(false), keyUsage('digitalSignature'), ...extensions];
    const override = { serial, extensions: signing };
    return issue(authority, { subject: LEAF_NAME, publicKey, now: NOW, days: 30, override }).certificate;
  };
}

beforeAll(async () => {
  const options = { key: 'ec', now: NOW, days: 365 } as const;
  const root = await createAuthority({ ...options, name: [['CN', 'Gốc Mẫu']] });
  const ca = [basicConstraints(true), keyUsage('keyCertSign', 'cRLSign')];
  const sub = await createAuthority({
    ...options,
    name: [['CN', 'Cấp dưới Mẫu']],
    parent: root,
    override: { extensions: [...ca, certificatePolicies(POLICY)] },
  });
  const other = await createAuthority({ ...options, name: [['CN', 'Gốc khác']] });
  const key = await newKeyPair('ec');
  const publicKey = createPublicKey(key);
  const serial = newSerial();
  const leaf = leafUnder(sub, publicKey, serial)(certificatePolicies(POLICY));
  pem('leaf.pem', leaf);
  pem('chain.pem', leaf, sub.chain[0]);
  writeFileSync(at('leaf.der'), leaf);
  pem('server.pem', leafUnder(sub, publicKey)(extendedKeyUsage('1.3.6.1.5.5.7.3.1')));
  pem('client.pem', leafUnder(sub, publicKey)(extendedKeyUsage('1.3.6.1.5.5.7.3.2')));
  pem('root.pem', root.chain[0]);
  pem('other.pem', other.chain[0]);
  pem('sub.pem', sub.chain[0]);
  writeFileSync(at('leaf.key'), pemOf(key));
  writeFileSync(at('broken.der'), Buffer.concat([leaf, Buffer.of(0)]));
  mkdirSync(at('lists'));
  mkdirSync(at('revoked'));
  mkdirSync(at('empty'));
  for (const name of ['lists', 'revoked']) writeFileSync(at(`${name}/root.crl`), list(root, NOW));
  writeFileSync(at('lists/sub.crl'), list(sub, NOW));
  writeFileSync(at('revoked/sub.crl'), list(sub, NOW, [{ serial, at: new Date(NOW.getTime() - DAY), reason: 1 }]));
  writeFileSync(at('broken.crl'), list(sub, NOW).subarray(1));
});
afterAll(() => rmSync(folder, { recursive: true }));

const trusting = (more: Partial<PathOptions> = {}): PathOptions => ({
  lang: 'vi',
  json: true,
  trust: [at('root.pem')],
  intermediates: [at('sub.pem')],
  crl: [at('lists')],
  ...more,
});

async function printed(file: string, options: PathOptions): Promise<{ status: number; text: string }> {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    const status = await pkiPath(at(file), options, NOW);
    return { status, text: write.mock.calls.map(([chunk]) => String(chunk)).join('') };
  } finally {
    write.mockRestore();
  }
}

async function answered(file: string, more: Partial<PathOptions> = {}) {
  const { status, text } = await printed(file, trusting(more));
  return { status, ...ANSWER.parse(JSON.parse(text)) };
}

describe('a certificate by itself', () => {
  test.each<[what: string, file: string, more: () => Partial<PathOptions>, status: number, code: string | null]>([
    ['PEM', 'leaf.pem', () => ({}), 0, null],
    ['DER', 'leaf.der', () => ({}), 0, null],
    ['with its issuer in one file', 'chain.pem', () => ({ intermediates: [] }), 0, null],
    ['its issuer among those trusted', 'leaf.pem', () => ({ trust: [at('root.pem'), at('sub.pem')] }), 0, null],
    ['its issuer unknown', 'leaf.pem', () => ({ intermediates: [] }), 1, 'certificate-untrusted'],
    ['another authority trusted', 'leaf.pem', () => ({ trust: [at('other.pem')] }), 1, 'certificate-untrusted'],
    ['no lists', 'leaf.pem', () => ({ crl: [] }), 2, 'revocation-unknown'],
    ['no lists, and none published', 'leaf.pem', () => ({ crl: [], revocation: false }), 0, null],
    ['revoked', 'leaf.pem', () => ({ crl: [at('revoked')] }), 1, 'certificate-revoked'],
    ['later', 'leaf.pem', () => ({ at: '2027-06-01T00:00:00Z' }), 1, 'certificate-expired'],
    ['earlier', 'leaf.pem', () => ({ at: '2026-06-01T00:00:00Z' }), 1, 'certificate-not-yet-valid'],
    ['once its lists are old', 'leaf.pem', () => ({ at: '2026-12-10T00:00:00Z' }), 2, 'revocation-stale'],
    ['for servers', 'server.pem', () => ({}), 1, 'certificate-usage'],
    ['for clients', 'client.pem', () => ({ purpose: 'client-tls' }), 0, null],
    ['for clients, to stamp time', 'client.pem', () => ({ purpose: 'time-stamp' }), 1, 'certificate-usage'],
    ['under its policy', 'leaf.pem', () => ({ policy: [OTHER_POLICY, POLICY] }), 0, null],
    ['under another policy', 'leaf.pem', () => ({ policy: [OTHER_POLICY] }), 1, 'certificate-untrusted'],
    ['bytes behind it', 'broken.der', () => ({}), 1, 'certificate-malformed'],
  ])('%s', async (_, file, more, status, code) => {
    const answer = await answered(file, more());
    expect([answer.status, answer.cause?.code ?? null]).toEqual([status, code]);
    expect(answer.verdict).toBe(['passed', 'failed', 'undecided'][status]);
    expect(answer.ok).toBe(status === 0);
  });

  test('shows the whole path, each certificate with how it stands', async () => {
    const { path, anchor, policies } = await answered('leaf.pem', { crl: [at('revoked')] });
    expect(path.map(({ dates, status }) => [dates, status])).toEqual([
      ['valid', 'revoked'],
      ['valid', 'good'],
    ]);
    expect(anchor?.subject).toBe('CN=Gốc Mẫu');
    expect(policies).toEqual([POLICY]);
  });

  test('shows the certificate alone where there is no path', async () => {
    const { path, anchor } = await answered('leaf.pem', { trust: [at('other.pem')] });
    expect(path.map(({ status }) => status)).toEqual(['not-asked']);
    expect(anchor).toBeNull();
  });

  test.each<[lang: 'vi' | 'en', more: Partial<PathOptions>, words: readonly string[]]>([
    ['vi', {}, ['Kết luận: ĐẠT', 'không bị thu hồi', 'Gốc tin cậy: CN=Gốc Mẫu']],
    ['en', {}, ['Verdict: PASSED', 'not revoked', 'Trusted authority: CN=Gốc Mẫu']],
    ['vi', { at: '2999-01-01T00:00:00Z' }, ['KHÔNG ĐẠT', 'đã hết hạn', 'certificate-expired']],
    ['en', { crl: [] }, ['UNDECIDED', 'revocation status unknown', 'revocation-unknown']],
  ])('tells people in %s: %j', async (lang, more, words) => {
    const { text } = await printed('leaf.pem', trusting({ ...more, json: false, lang }));
    for (const word of words) expect(text).toContain(word);
  });
});

describe('what cannot be read is named', () => {
  test.each<[what: string, file: string, more: () => Partial<PathOptions>, code: string, named: string | object]>([
    ['no such file', 'none.pem', () => ({}), 'file-unreadable', 'none.pem'],
    ['a folder', 'lists', () => ({}), 'file-unreadable', 'lists'],
    ['a key', 'leaf.key', () => ({}), 'file-unreadable', 'leaf.key'],
    ['a key among those trusted', 'leaf.pem', () => ({ trust: [at('leaf.key')] }), 'file-unreadable', 'leaf.key'],
    ['a broken issuer', 'leaf.pem', () => ({ intermediates: [at('broken.der')] }), 'file-unreadable', 'broken.der'],
    ['a broken list', 'leaf.pem', () => ({ crl: [at('lists'), at('broken.crl')] }), 'file-unreadable', 'broken.crl'],
    ['a certificate as list', 'leaf.pem', () => ({ crl: [at('sub.pem')] }), 'file-unreadable', 'sub.pem'],
    [
      'no authority trusted',
      'leaf.pem',
      () => ({ trust: [at('empty')] }),
      'wrong-usage',
      { reason: 'no-anchor', option: '--trust' },
    ],
    [
      'no instant',
      'leaf.pem',
      () => ({ at: 'soon' }),
      'wrong-usage',
      { reason: 'value-unusable', option: '--at', value: 'soon' },
    ],
    [
      'no policy',
      'leaf.pem',
      () => ({ policy: ['any'] }),
      'wrong-usage',
      { reason: 'value-unusable', option: '--policy', value: 'any' },
    ],
  ])('%s', async (_, file, more, code, named) => {
    await expect(pkiPath(at(file), trusting(more()), NOW)).rejects.toMatchObject({ code });
    await expect(pkiPath(at(file), trusting(more()), NOW)).rejects.toMatchObject({
      facts: typeof named === 'string' ? { file: at(named) } : named,
    });
  });
});
