// An evidence container is believed whole or not at all: each kind of entry changed, dropped, added, doubled and renamed.

import { createHash, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority, issue, issueCrl, newKeyPair } from '../../../../certs/authority.ts';
import { checkFile, type VerifyOptions } from '../../../../src/cli/verify/verify.ts';
import { MANIFEST_LIMITS, readManifest } from '../../../../src/core/evidence/manifest.ts';
import { zip } from '../../../../src/core/archive/zip.ts';
import { toPem } from '../../../../src/core/crypto/pem.ts';
import { keySigner } from '../../../../src/drivers/signers/key-signer.ts';
import { openHttpTimeStamper } from '../../../../src/drivers/time-stamper.ts';
import {
  ACCEPTED,
  collected,
  entriesOf,
  makeEvidence,
  stored,
  type ContainerEntry,
  type MadeEvidence,
} from '../../../support/evidence.ts';
import { run } from '../../../support/external.ts';
import { openTestAuthority, type TestAuthority } from '../../../support/openssl-tsa.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-evidence-'));
const at = (name: string): string => join(folder, name);
const YEAR_LATER = new Date(ACCEPTED.getTime() + 365 * 24 * 3600 * 1000);
let made: MadeEvidence;
let entries: ContainerEntry[];
let options: VerifyOptions;

beforeAll(async () => {
  made = await makeEvidence();
  entries = entriesOf(made.container);
  writeFileSync(at('root.pem'), toPem('CERTIFICATE', made.authority.chain[0]));
  writeFileSync(at('gateway.pem'), made.signer.publicKey.export({ type: 'spki', format: 'pem' }));
  options = { lang: 'vi', trust: [at('root.pem')], gatewayKey: [at('gateway.pem')] };
});
afterAll(() => rmSync(folder, { recursive: true }));

async function judged(bytes: Buffer, over: Partial<VerifyOptions> = {}) {
  writeFileSync(at('case.asice'), bytes);
  return checkFile(at('case.asice'), { ...options, ...over }, YEAR_LATER);
}

/** `ok` or the codes of the container's errors. */
async function codes(bytes: Buffer): Promise<string[]> {
  const { container, verdict } = await judged(bytes);
  const errors = (container?.findings ?? []).filter(({ severity }) => severity === 'error').map(({ code }) => code);
  expect(verdict).toBe(errors.length > 0 ? 'failed' : 'passed');
  return [...new Set(errors)].sort();
}

const CRL = /\.crl$/;
const LEAF = /\.cer$/;

describe('a container as the gateway made it', () => {
  test('proves the verdict again a year later, from itself and two trusted files', async () => {
    const { verdict, cause, report, container } = await judged(made.container);
    expect({ verdict, cause }).toEqual({ verdict: 'passed', cause: null });
    expect(container?.findings).toEqual([]);
    expect(container).toMatchObject({ recorded: 'passed', seals: { timeStamp: null } });
    expect(report?.instant).toBe(ACCEPTED.toISOString());
    for (const check of ['revocation', 'enrolment']) {
      expect(report?.checks.find(({ name }) => name === check)?.result).toBe('passed');
    }
  });

  test('lists all its entries but those beside the manifest', () => {
    expect(entries[0]?.name).toBe('mimetype');
    expect(entries.map(({ name }) => name.replace(/[0-9a-f]{64}/, '…'))).toEqual([
      'mimetype',
      'package.edxml',
      'receipt.json',
      'receipt.sig',
      'report.json',
      'statuses.json',
      'trace.json',
      'enrolments.json',
      'report.pdf',
      'receipt-key.pem',
      'gateway.pem',
      'proofs/….cer',
      'proofs/….cer',
      'proofs/….crl',
      'META-INF/ASiCManifest.xml',
      'META-INF/signature.p7s',
    ]);
    const manifest = entries.find(({ name }) => name === 'META-INF/ASiCManifest.xml')?.content.toString() ?? '';
    for (const { name, content } of entries.slice(1, -2)) {
      expect(manifest).toContain(`URI="${name}"`);
      expect(manifest).toContain(createHash('sha256').update(content).digest('base64'));
    }
  });

  test('is undecided where the key is unknown, and fails where the anchor is not trusted', async () => {
    const unknown = await judged(made.container, { gatewayKey: [] });
    expect([unknown.verdict, unknown.cause?.code]).toEqual(['undecided', 'evidence-signer-unknown']);
    const other = await createAuthority({ name: [['CN', 'Gốc khác']], key: 'ec', now: ACCEPTED, days: 300 });
    writeFileSync(at('other.pem'), toPem('CERTIFICATE', other.chain[0]));
    const untrusted = await judged(made.container, { trust: [at('other.pem')] });
    expect([untrusted.verdict, untrusted.cause?.code]).toEqual(['failed', 'certificate-untrusted']);
    expect(untrusted.container?.findings.map(({ code }) => code)).toEqual(['evidence-verdict-differs']);
  });

  test('of a package that was undecided stays so, and is passed when the list is given', async () => {
    const open = await makeEvidence({ isListed: false });
    writeFileSync(at('open-root.pem'), toPem('CERTIFICATE', open.authority.chain[0]));
    writeFileSync(at('open-key.pem'), open.signer.publicKey.export({ type: 'spki', format: 'pem' }));
    const given = { trust: [at('open-root.pem')], gatewayKey: [at('open-key.pem')] };
    const before = await judged(open.container, given);
    expect([before.verdict, before.cause?.code]).toEqual(['undecided', 'revocation-unknown']);
    writeFileSync(at('late.crl'), issueCrl(open.authority, { now: ACCEPTED, days: 7, number: 2, revoked: [] }));
    const after = await judged(open.container, { ...given, crl: [at('late.crl')] });
    expect(after.verdict).toBe('passed');
    expect(after.container?.findings.map(({ code }) => code)).toEqual(['evidence-verdict-differs']);
  });

  test('is not the gateway’s because an anchor vouches for who signed it: senders have such certificates too', async () => {
    const authority = await createAuthority({ name: [['CN', 'Gốc cổng']], key: 'ec', now: ACCEPTED, days: 800 });
    const key = await newKeyPair('rsa-2048');
    const { certificate } = issue(authority, {
      subject: [['CN', 'Hệ thống liên thông Mẫu']],
      publicKey: createPublicKey(key),
      now: ACCEPTED,
      days: 700,
    });
    const signer = keySigner('gateway', key, [certificate]);
    const own = await makeEvidence({ signer });
    writeFileSync(
      at('two.pem'),
      [own.authority, authority].map(({ chain }) => toPem('CERTIFICATE', chain[0])).join(''),
    );
    writeFileSync(at('gateway.crl'), issueCrl(authority, { now: YEAR_LATER, days: 7, number: 1, revoked: [] }));
    writeFileSync(at('own.pem'), toPem('CERTIFICATE', certificate));
    const over = { trust: [at('two.pem')], crl: [at('gateway.crl')] };
    for (const gatewayKey of [[], [at('gateway.pem')]]) {
      const { verdict, cause } = await judged(own.container, { ...over, gatewayKey });
      expect([verdict, cause?.code]).toEqual(['undecided', 'evidence-signer-unknown']);
    }
    expect((await judged(own.container, { ...over, gatewayKey: [at('own.pem')] })).verdict).toBe('passed');
  });
});

test('a manifest made to be looked through for ever is no manifest', () => {
  const nested = '  <asic:DataObjectReference URI="" '.repeat(MANIFEST_LIMITS.bytes / 64);
  expect(readManifest(Buffer.from(nested))).toBeUndefined();
  expect(readManifest(Buffer.from(nested.replaceAll('  <', '\n  <')))).toBeUndefined();
});

describe('a container with a time stamp', () => {
  let authority: TestAuthority;
  const trusted = (): Partial<VerifyOptions> => ({
    trust: [at('stamped.pem')],
    gatewayKey: [at('key.pem')],
    revocation: false,
  });
  const stamped = async (): Promise<MadeEvidence> => {
    const one = await makeEvidence({ ports: { stamper: openHttpTimeStamper(authority.url) } });
    const root = toPem('CERTIFICATE', one.authority.chain[0]);
    writeFileSync(at('stamped.pem'), root + readFileSync(authority.certificate, 'utf8'));
    writeFileSync(at('key.pem'), one.signer.publicKey.export({ type: 'spki', format: 'pem' }));
    return one;
  };
  // The authority goes by its own clock.
  const checked = (bytes: Buffer, over: Partial<VerifyOptions> = {}) => {
    writeFileSync(at('case.asice'), bytes);
    return checkFile(at('case.asice'), { ...options, ...trusted(), ...over }, new Date());
  };

  beforeAll(async () => {
    authority = await openTestAuthority();
  });
  afterAll(() => authority.close());

  test('proves when it was there; by an authority that is not trusted it proves nothing', async () => {
    const { container } = await stamped();
    const { verdict, container: seen } = await checked(container);
    expect({ verdict, findings: seen?.findings }).toEqual({ verdict: 'passed', findings: [] });
    expect(seen?.seals?.timeStamp?.authority.subjectText).toBe('CN=tsa');
    const given = (entry: string, file: string): string => {
      writeFileSync(at(file), entriesOf(container).find(({ name }) => name === entry)?.content ?? '');
      return at(file);
    };
    const token = given('META-INF/timestamp.tst', 'stamp.tst');
    const files = ['-in', token, '-data', given('META-INF/ASiCManifest-timestamp.xml', 'stamped.xml')];
    const told = await run('openssl', ['ts', '-verify', '-token_in', ...files, '-CAfile', authority.certificate]);
    expect(told).toContain('Verification: OK');
    const other = await checked(container, { trust: [at('root.pem')] });
    expect(other.container?.seals?.timeStamp).toBeNull();
    expect(other.container?.findings.map(({ code }) => code)).toContain('time-stamp-unusable');
  });

  test.each([
    ['META-INF/timestamp.tst', 'document-signature-invalid'],
    ['META-INF/ASiCManifest-timestamp.xml', 'evidence-malformed'],
  ])('with one bit of %s changed is refused', async (name, code) => {
    const changed = entriesOf((await stamped()).container).map((entry) => {
      if (entry.name !== name) return entry;
      const content = Buffer.from(entry.content);
      content[content.length - 2] = (content[content.length - 2] ?? 0) ^ 1;
      return { ...entry, content };
    });
    const { verdict, container } = await checked(stored(changed));
    expect([verdict, container?.findings.map((finding) => finding.code)]).toEqual(['failed', [code]]);
  });

  test('is refused when the stamp is that of another container', async () => {
    const [one, two] = [entriesOf((await stamped()).container), entriesOf((await stamped()).container)];
    const theirs = one.filter(({ name }) => name.includes('timestamp'));
    const own = two.filter(({ name }) => !name.includes('timestamp'));
    expect((await checked(stored([...own, ...theirs]))).cause?.code).toBe('evidence-entry-changed');
  });

  test.each([
    [['META-INF/timestamp.tst'], 'META-INF/timestamp.tst'],
    [['META-INF/ASiCManifest-timestamp.xml'], 'META-INF/ASiCManifest-timestamp.xml'],
    [['META-INF/ASiCManifest-timestamp.xml', 'META-INF/timestamp.tst'], 'META-INF/timestamp.tst'],
  ])('is refused without %j, for it is signed that a stamp follows', async (dropped, missing) => {
    const left = entriesOf((await stamped()).container).filter(({ name }) => !dropped.includes(name));
    const { verdict, container } = await checked(stored(left));
    const told = container?.findings.map(({ code, facts }) => [code, facts['name']]);
    expect([verdict, told]).toEqual(['failed', [['evidence-entry-missing', missing]]]);
  });

  test('has none when the authority fails, and is good without', async () => {
    authority.answer((_answer, response) => response.writeHead(500).end());
    const { container } = await stamped();
    authority.answer(undefined);
    expect(entriesOf(container).some(({ name }) => name.includes('timestamp'))).toBe(false);
    expect((await checked(container)).verdict).toBe('passed');
  });
});

/** Attacks on entries, and the finding for each. */
const CHANGED: readonly (readonly [name: string | RegExp, expected: readonly string[]])[] = [
  ['mimetype', ['evidence-malformed']],
  ['package.edxml', ['evidence-entry-changed', 'receipt-invalid', 'xml-not-well-formed']],
  ['receipt.json', ['evidence-entry-changed', 'receipt-invalid']],
  ['receipt.sig', ['evidence-entry-changed', 'receipt-invalid']],
  ['receipt-key.pem', ['evidence-entry-changed', 'receipt-invalid']],
  ['report.json', ['evidence-entry-changed', 'evidence-malformed']],
  ['enrolments.json', ['evidence-entry-changed', 'evidence-malformed']],
  ['statuses.json', ['evidence-entry-changed']],
  ['trace.json', ['evidence-entry-changed']],
  ['report.pdf', ['evidence-entry-changed']],
  ['gateway.pem', ['evidence-entry-changed']],
  [LEAF, ['evidence-entry-changed']],
  ['META-INF/ASiCManifest.xml', ['evidence-malformed', 'evidence-signature-invalid', 'receipt-invalid']],
  ['META-INF/signature.p7s', ['evidence-signature-invalid']],
];

const isNamed = (entry: ContainerEntry, name: string | RegExp): boolean =>
  typeof name === 'string' ? entry.name === name : name.test(entry.name);

describe('one bit is changed in', () => {
  test.each(CHANGED)('%s', async (name, expected) => {
    const changed = entries.map((entry) => {
      if (!isNamed(entry, name)) return entry;
      const content = Buffer.from(entry.content);
      content[content.length - 2] = (content[content.length - 2] ?? 0) ^ 1;
      return { ...entry, content };
    });
    expect(await codes(stored(changed))).toEqual([...expected].sort());
  });

  test('a list, which then says nothing', async () => {
    const changed = entries.map((entry) => {
      if (!entry.name.endsWith('.crl')) return entry;
      const content = Buffer.from(entry.content);
      content[content.length - 2] = (content[content.length - 2] ?? 0) ^ 1;
      return { ...entry, content };
    });
    const { verdict, cause } = await judged(stored(changed));
    expect([verdict, cause?.code]).toEqual(['failed', 'evidence-entry-changed']);
  });
});

const DROPPED: readonly (readonly [name: string, expected: readonly string[]])[] = [
  ['receipt-key.pem', ['evidence-entry-missing', 'receipt-invalid']],
  ['receipt.json', ['evidence-entry-missing', 'receipt-invalid']],
  ['receipt.sig', ['evidence-entry-missing', 'receipt-invalid']],
  ['report.json', ['evidence-entry-missing', 'evidence-malformed']],
  ['enrolments.json', ['evidence-entry-missing', 'evidence-malformed']],
  ['statuses.json', ['evidence-entry-missing']],
  ['trace.json', ['evidence-entry-missing']],
  ['report.pdf', ['evidence-entry-missing']],
  ['gateway.pem', ['evidence-entry-missing']],
  ['META-INF/ASiCManifest.xml', ['evidence-entry-missing', 'evidence-signature-invalid', 'receipt-invalid']],
  ['META-INF/signature.p7s', ['evidence-entry-missing', 'evidence-signature-invalid']],
];

describe('dropped is', () => {
  test.each(DROPPED)('%s', async (name, expected) => {
    expect(await codes(stored(entries.filter((entry) => !isNamed(entry, name))))).toEqual([...expected].sort());
  });

  test.each([['package.edxml'], [CRL]] as const)('%s, and there is nothing to judge by', async (name) => {
    const { verdict, cause } = await judged(stored(entries.filter((entry) => !isNamed(entry, name))));
    expect([verdict, cause?.code]).toEqual(['failed', 'evidence-entry-missing']);
  });
});

describe('every entry', () => {
  test('doubled makes it no container', async () => {
    for (const entry of entries) {
      expect({ name: entry.name, codes: await codes(stored([...entries, entry])) }).toEqual({
        name: entry.name,
        codes: ['evidence-malformed'],
      });
    }
  });

  test('renamed is missing under its name', async () => {
    for (const entry of entries.slice(1)) {
      const renamed = entries.map((each) => (each === entry ? { ...each, name: `${each.name}.old` } : each));
      const { verdict, container } = await judged(stored(renamed));
      expect(verdict).toBe('failed');
      expect(container?.findings.map(({ code, facts }) => `${code} ${String(facts['name'])}`)).toEqual(
        expect.arrayContaining([`evidence-entry-missing ${entry.name}`]),
      );
    }
  });

  test.each([
    ['extra.txt', 'evidence-entry-unlisted'],
    ['META-INF/other.p7s', 'evidence-entry-unlisted'],
    ['META-INF/timestamp.tst', 'evidence-entry-missing'],
    ['META-INF/ASiCManifest-timestamp.xml', 'evidence-entry-missing'],
    ['../outside', 'evidence-malformed'],
    ['/etc/passwd', 'evidence-malformed'],
    ['a\\b', 'evidence-malformed'],
    ['folder/', 'evidence-malformed'],
    ['.hidden', 'evidence-malformed'],
    ['a/../b', 'evidence-malformed'],
    ['tệp.txt', 'evidence-malformed'],
  ])('added %s', async (name, expected) => {
    expect(await codes(stored([...entries, { name, content: Buffer.from('x') }]))).toEqual([expected]);
  });

  test('signed anew by another key proves nothing', async () => {
    const forged = await makeEvidence();
    const { verdict, container } = await judged(forged.container);
    expect(verdict).toBe('failed');
    expect(container?.findings.map(({ code }) => code)).toContain('evidence-signer-unknown');
  });

  test('of another container does not fit, though both are genuine', async () => {
    const other = entriesOf((await makeEvidence({ signer: made.signer })).container);
    for (const entry of entries.slice(1)) {
      const theirs = other.find(({ name }) => name === entry.name);
      if (theirs === undefined || theirs.content.equals(entry.content)) continue;
      const { verdict } = await judged(stored(entries.map((each) => (each === entry ? theirs : each))));
      expect({ name: entry.name, verdict }).toEqual({ name: entry.name, verdict: 'failed' });
    }
  });
});

describe('an archive', () => {
  test('cut anywhere near its end, or with bytes behind it, is no container', async () => {
    for (const length of [1, 21, 22, 40, 300]) {
      expect(await codes(made.container.subarray(0, made.container.length - length))).toEqual(['evidence-malformed']);
    }
    expect(await codes(Buffer.concat([made.container, Buffer.from('x')]))).toEqual(['evidence-malformed']);
  });

  test('with a wrong byte is never believed, but where only dates or versions of the archive differ', async () => {
    const step = Math.ceil(made.container.length / 150);
    for (let at = 38; at < made.container.length; at += step) {
      const changed = Buffer.from(made.container);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      const { verdict } = await judged(changed);
      if (verdict === 'passed') expect(entriesOf(changed)).toEqual(entries);
      else expect({ at, verdict }).toEqual({ at, verdict: 'failed' });
    }
  });

  test('that is packed again by another tool in the same order is taken, compressed it is not', async () => {
    expect(await codes(stored(entries))).toEqual([]);
    const again = zip(
      entries.map(({ name, content }) => ({
        name,
        size: content.length,
        async *open() {
          yield await Promise.resolve(content);
        },
      })),
    );
    expect((await collected(again)).equals(made.container)).toBe(true);
  });
});
