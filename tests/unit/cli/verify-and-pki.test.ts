// `pki` makes what `verify` trusts: both are tried together, as a person would use them.

import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { existingAuthority } from '../../../certs/authority.ts';
import { buildOcspAnswer } from '../../../certs/ocsp.ts';
import { pkiCrl, pkiInit, pkiIssue, pkiRevoke } from '../../../src/cli/pki/pki.ts';
import { type VerifyOptions, checkFile, verifyFile } from '../../../src/cli/verify/verify.ts';
import { parseCertificate } from '../../../src/core/pki/certificate.ts';
import { derValues } from '../../../src/core/crypto/pem.ts';
import { signPackage } from '../../../src/core/signature/sign.ts';
import { openFileSigner } from '../../../src/drivers/signers/file.ts';
import { documentPackage } from '../../support/packages.ts';
import { addRevision, addSignature, makeDocument, stream, withFields } from '../../support/pdf.ts';
import { requireTool } from '../../support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-cli-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const NOW = new Date();
const common = { lang: 'vi', json: true } as const;
const organisation = 'H99.12';
const ANSWER = z.looseObject({
  created: z.boolean().optional(),
  changed: z.boolean().optional(),
  serial: z.string().optional(),
});

/** What a command printed, read as the one JSON object it must be. */
async function printed(
  run: () => Promise<number>,
): Promise<{ status: number; answer: z.infer<typeof ANSWER>; text: string }> {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    const status = await run();
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    return { status, answer: ANSWER.parse(JSON.parse(text.startsWith('{') ? text : '{}')), text };
  } finally {
    write.mockRestore();
  }
}

async function sign(name: string): Promise<string> {
  const signer = await openFileSigner({
    key: at('pki/organisations/H99.12.key'),
    certificates: at('pki/organisations/H99.12.pem'),
  });
  writeFileSync(at(name), await signPackage(documentPackage(), signer));
  return at(name);
}

const trusting = (more: Partial<VerifyOptions> = {}): VerifyOptions => ({
  ...common,
  trust: [at('pki/root.pem')],
  crl: [at('pki/crl.pem')],
  ...more,
});

let openssl: string;
beforeAll(async () => {
  openssl = await requireTool('openssl');
  await printed(() => pkiInit(at('pki'), { ...common, name: 'Gốc thử' }, NOW));
  await printed(() => pkiIssue(at('pki'), { ...common, organisation, name: 'UBND huyện Mẫu' }, NOW));
  await sign('signed.edxml');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('pki', () => {
  test('init and issue make nothing twice', async () => {
    const root = readFileSync(at('pki/root.pem'), 'utf8');
    const certificate = readFileSync(at('pki/organisations/H99.12.pem'), 'utf8');
    expect((await printed(() => pkiInit(at('pki'), common, NOW))).answer.created).toBe(false);
    const again = await printed(() => pkiIssue(at('pki'), { ...common, organisation, name: 'UBND huyện Mẫu' }, NOW));
    expect(again).toMatchObject({ status: 0, answer: { ok: true, created: false, organisation } });
    expect(readFileSync(at('pki/root.pem'), 'utf8')).toBe(root);
    expect(readFileSync(at('pki/organisations/H99.12.pem'), 'utf8')).toBe(certificate);
  });

  test('keys are for their owner only', () => {
    for (const key of ['root.key', 'organisations/H99.12.key'])
      expect(statSync(at('pki', key)).mode & 0o777).toBe(0o600);
  });

  test('openssl accepts what lies there', () => {
    const args = ['verify', '-x509_strict', '-crl_check', '-CAfile', at('pki/root.pem'), '-CRLfile', at('pki/crl.pem')];
    const { stdout, stderr } = spawnSync(openssl, [...args, at('pki/organisations/H99.12.pem')], {
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain(': OK');
  });

  test('renewing keeps the key', async () => {
    const options = { ...common, organisation: 'H99.15', name: 'Xã Mẫu' };
    const first = await printed(() => pkiIssue(at('pki'), options, NOW));
    const second = await printed(() => pkiIssue(at('pki'), { ...options, renew: true }, NOW));
    expect(second.answer.serial).not.toBe(first.answer.serial);
    expect(second.answer['keySha256']).toBe(first.answer['keySha256']);
  });

  test('a revoked certificate is on the list, and its key is not certified again', async () => {
    const options = { ...common, organisation: 'H99.14', name: 'Xã Thử' };
    const first = await printed(() => pkiIssue(at('pki'), options, NOW));
    const revoked = await printed(() => pkiRevoke(at('pki'), { ...options, reason: 'keyCompromise' }, NOW));
    expect(revoked.answer).toMatchObject({ changed: true, serial: first.answer.serial });
    expect((await printed(() => pkiRevoke(at('pki'), options, NOW))).answer.changed).toBe(false);
    const text = spawnSync(openssl, ['crl', '-in', at('pki/crl.pem'), '-noout', '-text'], {
      encoding: 'utf8',
    }).stdout;
    expect(text.toLowerCase()).toContain(first.answer.serial);
    expect(text).toContain('Key Compromise');
    const next = await printed(() => pkiIssue(at('pki'), options, NOW));
    expect(next.answer.created).toBe(true);
    expect(next.answer['keySha256']).not.toBe(first.answer['keySha256']);
    expect((await printed(() => pkiCrl(at('pki'), common, NOW))).answer).toMatchObject({ revoked: 1 });
  });

  test('commands at once lose nothing', async () => {
    const codes = Array.from({ length: 6 }, (_, index) => `H99.2${index}`);
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    await Promise.all(codes.map((code) => pkiIssue(at('pki'), { ...common, organisation: code, name: code }, NOW)));
    write.mockRestore();
    const files = readdirSync(at('pki/organisations'));
    for (const code of codes) expect(files).toEqual(expect.arrayContaining([`${code}.key`, `${code}.pem`]));
    expect(files.filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test.each([
    ['a code that leads elsewhere', () => pkiIssue(at('pki'), { ...common, organisation: '../x', name: 'x' }, NOW)],
    ['no authority', () => pkiIssue(at('nowhere'), { ...common, organisation, name: 'x' }, NOW)],
    ['a reason that is none', () => pkiRevoke(at('pki'), { ...common, organisation, reason: 'anger' }, NOW)],
    ['an organisation without certificate', () => pkiRevoke(at('pki'), { ...common, organisation: 'H99.77' }, NOW)],
  ])('%s is wrong usage', async (_, run) => {
    await expect(run()).rejects.toMatchObject({ code: 'wrong-usage' });
  });
});

describe('verify', () => {
  const changedFile = (name: string, from: string, to: string): string => {
    writeFileSync(at(name), readFileSync(at('signed.edxml'), 'utf8').replace(from, to));
    return at(name);
  };

  test.each<[what: string, file: () => string, options: Partial<VerifyOptions>, status: number, code: string | null]>([
    ['a good one', () => at('signed.edxml'), {}, 0, null],
    ['a folder of trust and lists', () => at('signed.edxml'), { trust: [at('pki')], crl: [at('pki')] }, 0, null],
    ['a changed one', () => changedFile('changed.edxml', 'V/v', 'v/v'), {}, 1, 'signature-invalid'],
    ['what is no XML', () => changedFile('broken.edxml', '</edXML>', ''), {}, 1, 'xml-not-well-formed'],
    ['without lists', () => at('signed.edxml'), { crl: [] }, 2, 'revocation-unknown'],
    ['without lists, of an authority that has none', () => at('signed.edxml'), { crl: [], revocation: false }, 0, null],
    [
      'after the list has grown old',
      () => at('signed.edxml'),
      { at: new Date(NOW.getTime() + 60 * 86400e3).toISOString() },
      2,
      'revocation-stale',
    ],
    [
      'after the certificate has expired',
      () => at('signed.edxml'),
      { at: '2999-01-01T00:00:00Z' },
      1,
      'certificate-expired',
    ],
    [
      'before the certificate was valid',
      () => at('signed.edxml'),
      { at: '2001-01-01T00:00:00Z' },
      1,
      'certificate-not-yet-valid',
    ],
  ])('%s', async (_, file, options, status, code) => {
    const verification = await checkFile(file(), trusting(options), NOW);
    expect(verification.cause?.code ?? null).toBe(code);
    const { text, ...answered } = await printed(() => verifyFile(file(), trusting(options)));
    expect(answered.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({ ok: status === 0, verdict: ['passed', 'failed', 'undecided'][status] });
  });

  test('what no authority publishes was not looked at, which is not the same as good', async () => {
    const resultOf = async (options: Partial<VerifyOptions>): Promise<unknown> => {
      const { text } = await printed(() => verifyFile(at('signed.edxml'), trusting(options)));
      const { report } = JSON.parse(text) as { report: { checks: { name: string; result: string }[] } };
      return report.checks.find(({ name }) => name === 'revocation')?.result;
    };
    expect(await resultOf({ crl: [], revocation: false })).toBe('not-run');
    expect(await resultOf({ revocation: false })).toBe('passed');
    expect(await resultOf({})).toBe('passed');
    expect(await resultOf({ crl: [] })).toBe('undecided');
  });

  test('the answer for programs has every finding and the one that decides', async () => {
    const file = changedFile('weighed.edxml', 'V/v', 'v/v');
    const { text } = await printed(() => verifyFile(file, trusting({ crl: [] })));
    const { cause, report } = JSON.parse(text) as { cause: { code: string }; report: { findings: { code: string }[] } };
    expect(cause.code).toBe('signature-invalid');
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['signature-invalid', 'revocation-unknown', 'enrolment-unchecked']),
    );
  });

  test.each(['vi', 'en'] as const)('tells people in %s', async (lang) => {
    const { text } = await printed(() => verifyFile(at('signed.edxml'), trusting({ json: false, lang })));
    expect(text).toContain(lang === 'vi' ? 'Kết luận: ĐẠT' : 'Verdict: PASSED');
    expect(text).toContain('✓');
    expect(text).toContain('UBND huyện Mẫu');
    expect(text).not.toContain('✗');
  });

  test('an answer instead of a list', async () => {
    const [root, leaf] = ['pki/root.pem', `pki/organisations/${organisation}.pem`].map((file) => {
      const [der = Buffer.alloc(0)] = derValues(readFileSync(at(file)), 'CERTIFICATE');
      const parsed = parseCertificate(der);
      if (!parsed.ok) throw new Error(parsed.code);
      return parsed.value;
    });
    if (root === undefined || leaf === undefined) throw new Error('no certificates');
    const authority = existingAuthority(root.subject, createPrivateKey(readFileSync(at('pki/root.key'))), [root.der]);
    const answered = (status: 'good' | { readonly at: Date }): string => {
      const statements = [{ serial: Buffer.from(leaf.serial, 'hex'), thisUpdate: NOW, status }];
      writeFileSync(at('answer.ors'), buildOcspAnswer(authority, { producedAt: NOW, statements }));
      return at('answer.ors');
    };
    const good = await checkFile(at('signed.edxml'), trusting({ crl: [], ocsp: [answered('good')] }), NOW);
    expect([good.verdict, good.report?.revocation.map(({ kind }) => kind)]).toEqual(['passed', ['ocsp']]);
    const revoked = await checkFile(at('signed.edxml'), trusting({ ocsp: [answered({ at: NOW })] }), NOW);
    expect(revoked.cause?.code).toBe('certificate-revoked');
  });

  test('revoked', async () => {
    mkdirSync(at('later'));
    copyFileSync(at('pki/crl.pem'), at('later/before.pem'));
    await printed(() => pkiRevoke(at('pki'), { ...common, organisation, reason: 'cessationOfOperation' }, NOW));
    const after = await checkFile(at('signed.edxml'), trusting(), new Date(NOW.getTime() + 1000));
    expect(after.cause?.code).toBe('certificate-revoked');
    const before = await checkFile(at('signed.edxml'), trusting(), new Date(NOW.getTime() - 60_000));
    expect(before.verdict).toBe('passed');
    expect(before.report?.findings.map(({ code, severity }) => [code, severity])).toContainEqual([
      'certificate-revoked',
      'warning',
    ]);
  });

  test.each<[string, string, Partial<VerifyOptions>, string]>([
    ['no such file', 'none', {}, 'file-unreadable'],
    ['a folder', '.', {}, 'file-unreadable'],
    ['no such trust', 'signed.edxml', { trust: [at('none')] }, 'file-unreadable'],
    ['trust without certificates', 'signed.edxml', { trust: [at('pki/crl.pem')] }, 'file-unreadable'],
    ['trust without anchors', 'signed.edxml', { trust: [at('pki/revoked')] }, 'wrong-usage'],
    ['an intermediate that is none', 'signed.edxml', { intermediates: [at('signed.edxml')] }, 'file-unreadable'],
    ['a list that is none', 'signed.edxml', { crl: [at('pki/root.pem')] }, 'file-unreadable'],
    ['a profile that is none', 'signed.edxml', { profile: 'none' }, 'wrong-usage'],
    ['an instant that is none', 'signed.edxml', { at: 'hôm qua' }, 'wrong-usage'],
  ])('%s', async (_, file, options, code) => {
    await expect(checkFile(at(file), trusting(options), NOW)).rejects.toMatchObject({ code });
  });

  test('trust that cannot be read is named', async () => {
    await expect(checkFile(at('signed.edxml'), trusting({ trust: [at('none')] }), NOW)).rejects.toMatchObject({
      facts: { file: at('none'), reason: 'ENOENT' },
    });
  });
});

describe('verify, a PDF file', () => {
  beforeAll(async () => {
    const commune = { ...common, organisation: 'H99.12.01', name: 'UBND xã Mẫu Một' };
    await printed(() => pkiIssue(at('pki'), commune, NOW));
  });

  function signedDocument(): Buffer {
    const key = createPrivateKey(readFileSync(at('pki/organisations/H99.12.01.key')));
    const certificates = derValues(readFileSync(at('pki/organisations/H99.12.01.pem')), 'CERTIFICATE');
    const cms = { key, certificates, signingTime: NOW };
    return addSignature(makeDocument(), { field: 10, objects: withFields([10]), cms });
  }

  test.each<readonly [string, () => Buffer, number, string, string | null]>([
    ['signed.pdf', signedDocument, 0, 'passed', null],
    ['plain.pdf', makeDocument, 2, 'undecided', 'document-unsigned'],
    ['cut-plain.pdf', () => makeDocument().subarray(0, -9), 2, 'undecided', 'document-unsigned'],
    [
      'changed.pdf',
      () => addRevision(signedDocument(), { 4: stream('evil') }),
      1,
      'failed',
      'pdf-changed-after-signing',
    ],
    ['cut.pdf', () => signedDocument().subarray(0, -9), 1, 'failed', 'pdf-malformed'],
  ])('%s', async (name, make, status, verdict, cause) => {
    writeFileSync(at(name), make());
    const json = await printed(() => verifyFile(at(name), trusting()));
    expect(json.status).toBe(status);
    expect(json.answer).toMatchObject({ verdict, package: null, report: null, document: { verdict } });
    expect((json.answer['cause'] as { code?: string } | null)?.code ?? null).toBe(cause);
    const text = await printed(() => verifyFile(at(name), trusting({ json: false })));
    expect(text.status).toBe(status);
    if (cause !== null) expect(text.text).toContain(cause);
    if (name === 'signed.pdf') expect(text.text).toMatch(/✓ Chữ ký số “Signature10”: ĐẠT\n.*UBND xã Mẫu Một/);
  });

  test('a status that cannot be known is undecided', async () => {
    writeFileSync(at('unknown.pdf'), signedDocument());
    const { status, answer } = await printed(() => verifyFile(at('unknown.pdf'), trusting({ crl: [] })));
    expect(status).toBe(2);
    expect(answer).toMatchObject({ verdict: 'undecided', cause: { code: 'revocation-unknown' } });
  });
});
