import { createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Authority,
  createAuthority,
  existingAuthority,
  issue,
  issueCrl,
  newKeyPair,
  newSerial,
} from '../../../../certs/authority.ts';
import { implicit, integer, oid, sequence, tagged } from '../../../../src/core/crypto/der-writer.ts';
import { buildOcspAnswer } from '../../../../certs/ocsp.ts';
import {
  LEAF_NAME,
  type PkiMaterial,
  type TestPki,
  createTestPki,
  list,
  material,
} from '../../../../certs/test-pki.ts';
import { type Extension, basicConstraints, distinguishedName, keyUsage } from '../../../../certs/x509.ts';
import { wantedRevocation } from '../../../../src/core/pki/revocation.ts';
import { type JudgedPath, judgeSigner } from '../../../../src/core/pki/signer.ts';
import { readTrust } from '../../../../src/core/pki/trust.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
const serial = newSerial();
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki(now);
});

function judged(made: PkiMaterial): JudgedPath {
  const trust = readTrust({ ...made, asOf: made.instant });
  const signer = judgeSigner(made.certificates, 'package-signature', trust, made.instant.getTime());
  if (!signer.ok || !signer.value.best.ok) throw new Error(JSON.stringify(signer));
  return signer.value.best.value;
}

const uri = (text: string): Buffer => implicit(6, Buffer.from(text));
const access = (...urls: readonly string[]): Buffer =>
  sequence(...urls.map((url) => sequence(oid('1.3.6.1.5.5.7.48.1'), uri(url))));
const points = (...urls: readonly string[]): Buffer =>
  sequence(...urls.map((url) => sequence(tagged(0, tagged(0, uri(url))))));

describe('what is still to be learned', () => {
  const leaf = {
    serial,
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature'),
      {
        oid: '1.3.6.1.5.5.7.1.1',
        value: access('http://ocsp.example/a', 'ldap://ocsp.example', 'file:///etc/passwd', 'HTTPS://ocsp.example'),
      },
      { oid: '2.5.29.31', value: points('http://crl.example/1.crl', 'ldap://crl.example/cn=1') },
      { oid: '2.5.29.46', value: points('http://crl.example/delta.crl') },
    ],
  };
  const wanted = (more: Partial<PkiMaterial>): (readonly string[])[] =>
    wantedRevocation(judged(material(pki, { override: leaf }, more))).map(({ certificate, ocspUrls, crlUrls }) => [
      certificate.serial === serial.toString('hex') ? 'leaf' : 'intermediate',
      ...ocspUrls,
      ...crlUrls,
    ]);
  const asked = [
    'leaf',
    'http://ocsp.example/a',
    'HTTPS://ocsp.example',
    'http://crl.example/1.crl',
    'http://crl.example/delta.crl',
  ];
  const answer = (): Buffer => buildOcspAnswer(pki.sub, { producedAt: now, statements: [{ serial, thisUpdate: now }] });
  const old = (): Date => new Date(now.getTime() - 30 * 24 * 3600 * 1000);

  test.each<[string, () => Partial<PkiMaterial>, (readonly string[])[]]>([
    ['nothing at hand', () => ({ crls: [] }), [asked, ['intermediate']]],
    ['a list of the root', () => ({ crls: [list(pki.root, now)] }), [asked]],
    ['an old list', () => ({ crls: [list(pki.root, now), list(pki.sub, old())] }), [asked]],
    ['lists of all', () => ({}), []],
    ['an answer for the leaf', () => ({ crls: [list(pki.root, now)], answers: [answer()] }), []],
    [
      'an anchor without lists',
      () => ({
        crls: [],
        anchors: [{ certificate: pki.root.chain[0], purposes: ['package-signature'], revocation: 'not-published' }],
      }),
      [],
    ],
    ['revoked already', () => ({ crls: [list(pki.root, now), list(pki.sub, old(), [{ serial, at: old() }])] }), []],
  ])('%s', (_, more, expected) => {
    expect(wanted(more())).toEqual(expected);
  });
});

describe('a revocation', () => {
  test.each([
    [undefined, 'compromise'],
    [1, 'compromise'],
    [2, 'compromise'],
    [3, 'cessation'],
    [4, 'cessation'],
    [5, 'cessation'],
    [6, 'compromise'],
    [9, 'cessation'],
    [10, 'compromise'],
  ])('for reason %s may be a %s', (reason, cause) => {
    const at = new Date(now.getTime() - 1000);
    const revoked = [{ serial, at, ...(reason === undefined ? {} : { reason }) }];
    const made = material(pki, { override: { serial } }, { crls: [list(pki.root, now), list(pki.sub, now, revoked)] });
    expect(judged(made).statuses[0]).toMatchObject({ kind: 'revoked', cause });
  });

  test('on hold ends when a newer list no longer tells of it; every other stays', () => {
    const before = new Date(now.getTime() - 24 * 3600 * 1000);
    const kindAfter = (reason: number): string | undefined => {
      const crls = [
        list(pki.root, now),
        list(pki.sub, before, [{ serial, at: before, reason }]),
        list(pki.sub, now, []),
      ];
      return judged(material(pki, { override: { serial } }, { crls })).statuses[0]?.kind;
    };
    expect(kindAfter(6)).toBe('good');
    expect(kindAfter(5)).toBe('revoked');
  });
});

describe('lists that speak of a part', () => {
  const flag = (number: number): Buffer => implicit(number, Buffer.of(0xff));
  /** issuingDistributionPoint. */
  const scoped = (...fields: readonly Buffer[]): Extension => ({
    oid: '2.5.29.28',
    critical: true,
    value: sequence(...fields),
  });
  /** onlySomeReasons: a BIT STRING of one byte, from reason 0 on. */
  const reasons = (byte: number): Buffer => implicit(3, Buffer.of(0, byte));
  const delta = (base: number): Extension => ({ oid: '2.5.29.27', critical: true, value: integer(base) });
  const before = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
  const listOf = (number: number, extensions: readonly Extension[] = [], reason?: number): Buffer =>
    issueCrl(pki.sub, {
      now: before(100 - number),
      days: 7,
      number,
      revoked: reason === undefined ? [] : [{ serial, at: before(200), reason }],
      override: { extensions },
    });
  const HALF = [0b0111_1000, 0b0000_0111] as const;
  /** Reason 8 stands in a second byte. */
  const rest = implicit(3, Buffer.of(7, HALF[1], 0x80));

  test.each<[string, string, () => readonly Buffer[]]>([
    ['unknown', 'a delta without its list', () => [listOf(2, [delta(1)])]],
    ['good', 'a delta with its list', () => [listOf(1), listOf(2, [delta(1)])]],
    ['revoked', 'a delta that adds', () => [listOf(1), listOf(2, [delta(1)], 1)]],
    ['good', 'a delta that lifts a hold', () => [listOf(1, [], 6), listOf(2, [delta(1)], 8)]],
    ['revoked', 'a delta that lifts what is no hold', () => [listOf(1, [], 1), listOf(2, [delta(1)], 8)]],
    ['good', 'a delta to a later list, which does not count', () => [listOf(1), listOf(9, [delta(5)], 1)]],
    ['good', 'a delta older than its list, which does not count', () => [listOf(5), listOf(3, [delta(1)], 1)]],
    [
      'good',
      'a delta of another scope, which does not count',
      () => [listOf(1), listOf(2, [delta(1), scoped(flag(2))], 1)],
    ],
    ['unknown', 'some reasons', () => [listOf(1, [scoped(reasons(HALF[0]))])]],
    ['good', 'some reasons, and the others', () => [listOf(1, [scoped(reasons(HALF[0]))]), listOf(2, [scoped(rest)])]],
    [
      'revoked',
      'a hold for some reasons, and nothing newer for the others',
      () => [listOf(1, [scoped(reasons(HALF[0]))], 6), listOf(2, [scoped(rest)])],
    ],
    ['unknown', 'attribute certificates', () => [listOf(1, [scoped(flag(5))])]],
    ['unknown', 'authorities', () => [listOf(1, [scoped(flag(2))])]],
    ['good', 'users', () => [listOf(1, [scoped(flag(1))])]],
    ['good', 'certificates of others too', () => [listOf(1, [scoped(flag(4))])]],
    [
      'good',
      'the place that is the issuer itself',
      () => [listOf(1, [scoped(tagged(0, tagged(0, tagged(4, pki.sub.name))))])],
    ],
    ['unknown', 'another place', () => [listOf(1, [scoped(tagged(0, tagged(0, uri('http://crl.example/2.crl'))))])]],
  ])('%s: %s', (expected, _, lists) => {
    const made = material(pki, { override: { serial } }, { crls: [list(pki.root, now), ...lists()] });
    expect(judged(made).statuses[0]?.kind).toBe(expected);
  });

  test('a delta that is overdue takes nothing from its list', () => {
    const overdue = issueCrl(pki.sub, {
      now: before(50),
      days: 1,
      number: 2,
      revoked: [],
      override: { extensions: [delta(1)] },
    });
    const made = material(pki, { override: { serial } }, { crls: [list(pki.root, now), listOf(1), overdue] });
    expect(judged(made).statuses[0]?.kind).toBe('good');
  });
});

describe('lists signed by another key', () => {
  const signer = async (
    parent: TestPki['root'],
    more: { readonly usage?: 'cRLSign' | 'keyCertSign'; readonly name?: Buffer } = {},
  ): Promise<{ readonly authority: Authority; readonly serial: Buffer }> => {
    const key = await newKeyPair('ec');
    const { certificate, serial: own } = issue(parent, {
      subject: LEAF_NAME,
      publicKey: createPublicKey(key),
      now,
      days: 30,
      override: { subject: more.name ?? pki.sub.name, extensions: [keyUsage(more.usage ?? 'cRLSign')] },
    });
    return { authority: existingAuthority(more.name ?? pki.sub.name, key, [certificate]), serial: own };
  };
  const statusWith = (by: Authority, extra: Partial<PkiMaterial> = {}): string | undefined => {
    const crls = [list(pki.root, now), list(by, now)];
    const more = { crls, intermediates: [by.chain[0]], ...extra };
    return judged(material(pki, { override: { serial } }, more)).statuses[0]?.kind;
  };

  test('of the authority, certified by who certified the authority', async () => {
    const { authority } = await signer(pki.root);
    expect(statusWith(authority)).toBe('good');
  });

  test('whose certificate is not there', async () => {
    const { authority } = await signer(pki.root);
    expect(statusWith(authority, { intermediates: [] })).toBe('unknown');
  });

  test('that may not sign lists', async () => {
    const { authority } = await signer(pki.root, { usage: 'keyCertSign' });
    expect(statusWith(authority)).toBe('unknown');
  });

  test('that is revoked itself', async () => {
    const { authority, serial: own } = await signer(pki.root);
    const at = new Date(now.getTime() - 1000);
    const crls = [list(pki.root, now, [{ serial: own, at, reason: 1 }]), list(authority, now)];
    expect(statusWith(authority, { crls })).toBe('unknown');
  });

  test('of another holder of the same name under another authority', async () => {
    const other = await createAuthority({ name: [['CN', 'Khác']], key: 'ec', now, days: 30, parent: pki.root });
    const { authority } = await signer(other);
    const extra = {
      intermediates: [authority.chain[0], other.chain[0]],
      crls: [list(pki.root, now), list(other, now), list(authority, now)],
    };
    expect(statusWith(authority, extra)).toBe('unknown');
  });

  test('whose status only its own list tells', async () => {
    const { authority } = await signer(pki.sub);
    expect(statusWith(authority)).toBe('unknown');
  });

  test('of the authority that the certificate names', async () => {
    const name = distinguishedName([['CN', 'Nơi công bố Mẫu']]);
    const { authority } = await signer(pki.root, { name });
    const named = { oid: '2.5.29.31', value: sequence(sequence(tagged(2, tagged(4, name)))) };
    const override = { serial, extensions: [basicConstraints(false), keyUsage('digitalSignature'), named] };
    const indirect = { oid: '2.5.29.28', critical: true, value: sequence(implicit(4, Buffer.of(0xff))) };
    const kind = (crl: Buffer): string | undefined => {
      const more = { crls: [list(pki.root, now), crl], intermediates: [authority.chain[0]] };
      return judged(material(pki, { override }, more)).statuses[0]?.kind;
    };
    expect(kind(list(authority, now, [], [indirect]))).toBe('good');
    // The entry is of a certificate of the list's own issuer: the same serial number, but not this certificate.
    expect(kind(list(authority, now, [{ serial, at: now, reason: 1 }], [indirect]))).toBe('good');
    expect(kind(list(authority, now))).toBe('unknown');
  });
});
