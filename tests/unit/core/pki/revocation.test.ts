import { beforeAll, describe, expect, test } from '@jest/globals';
import { newSerial } from '../../../../certs/authority.ts';
import { implicit, oid, sequence, tagged } from '../../../../src/core/pki/der-writer.ts';
import { buildOcspAnswer } from '../../../../certs/ocsp.ts';
import { createTestPki, list, material } from '../../../../certs/test-pki.ts';
import type { PkiMaterial, TestPki } from '../../../../certs/test-pki.ts';
import { basicConstraints, keyUsage } from '../../../../certs/x509.ts';
import { cacheOf } from '../../../../src/core/pki/cache.ts';
import { wantedRevocation } from '../../../../src/core/pki/revocation.ts';
import { judgeSigner } from '../../../../src/core/pki/signer.ts';
import type { JudgedPath, KnownSigner } from '../../../../src/core/pki/signer.ts';
import { readTrust } from '../../../../src/core/pki/trust.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
const serial = newSerial();
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki(now);
});

function judged(made: PkiMaterial): JudgedPath {
  const trust = readTrust({ ...made, asOf: made.instant });
  const cache = cacheOf<KnownSigner>(4);
  const signer = judgeSigner(made.certificates, 'package-signature', trust, made.instant.getTime(), cache);
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
