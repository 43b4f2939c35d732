// Packages signed by another implementation, with random text in them: they pass, however they are cut; with any one byte
// changed neither that implementation nor the gateway takes them.

import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SignedXml } from 'xml-crypto';
import { createTestPki, material, type PkiMaterial } from '../../certs/test-pki.ts';
import {
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  INCLUSIVE_C14N,
  RSA_SHA256_URI,
  SHA256_URI,
} from '../../src/core/signature/algorithms.ts';
import { documentPackage } from '../support/packages.ts';
import { judge, x509Data } from '../vectors/signed-packages.ts';

let rsa: PkiMaterial;
beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  rsa = material(await createTestPki(new Date()), { publicKey: createPublicKey(privateKey) }, { key: privateKey });
});

const FORMS = fc.constantFrom(EXCLUSIVE_C14N, INCLUSIVE_C14N);
const TEXT = fc
  .array(
    fc.constantFrom(
      'Về việc ',
      'thử',
      ' &amp; ',
      '&lt;',
      '&gt;',
      '&#x1F4C4;',
      '"',
      "'",
      'ệ'.normalize('NFD'),
      '>',
      '  ',
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts) => `V/v ${parts.join('')}.`);

function signed(subject: string, signedInfoForm: string, documentForm: string): string {
  const signer = new SignedXml({
    privateKey: rsa.key,
    signatureAlgorithm: RSA_SHA256_URI,
    canonicalizationAlgorithm: signedInfoForm,
    getKeyInfoContent: () => x509Data(rsa.certificates),
  });
  signer.addReference({
    xpath: '/*',
    isEmptyUri: true,
    uri: '',
    transforms: [ENVELOPED_SIGNATURE, documentForm],
    digestAlgorithm: SHA256_URI,
  });
  const unsigned = documentPackage({ fields: { Subject: { raw: subject } } }).toString('utf8');
  signer.computeSignature(unsigned, { location: { reference: "//*[local-name(.)='edXMLHeader']", action: 'append' } });
  return signer.getSignedXml();
}

/** The other implementation's word on value and digest; the certificate is given. */
function isTakenByOther(xml: string): boolean {
  try {
    const found = /<Signature xmlns.*<\/Signature>/s.exec(xml)?.[0];
    if (found === undefined) return false;
    const verifier = new SignedXml({
      publicCert: new X509Certificate(rsa.certificates[0]!).toString(),
      getCertFromKeyInfo: () => null,
    });
    verifier.loadSignature(found);
    return verifier.checkSignature(xml);
  } catch {
    return false;
  }
}

test('what another implementation signs passes, and no letter or digit of its content can be changed', () => {
  const tried = { content: 0 };
  fc.assert(
    fc.property(
      TEXT,
      FORMS,
      FORMS,
      fc.nat(),
      fc.nat({ max: 9 }),
      (subject, signedInfoForm, documentForm, where, shift) => {
        const xml = signed(subject, signedInfoForm, documentForm);
        expect(judge(xml, rsa).code).toBe('passed');
        expect(isTakenByOther(xml)).toBe(true);
        const bytes = Buffer.from(xml);
        const places = [...xml.matchAll(/>[^<>]*[a-z][^<>]*</g)]
          .map(({ index }) => Buffer.byteLength(xml.slice(0, index + 1)))
          .filter((at) => /[A-Za-z0-9]/.test(String.fromCharCode(bytes[at] ?? 0)));
        const at = places[where % places.length] ?? 0;
        const alphabet = 'aBcDeFgHiJ0'.replace(String.fromCharCode(bytes[at] ?? 0), '');
        bytes[at] = alphabet.charCodeAt(shift);
        tried.content += 1;
        expect([at, judge(bytes, rsa).report?.verdict ?? 'refused']).not.toEqual([at, 'passed']);
        expect([at, isTakenByOther(bytes.toString('utf8'))]).toEqual([at, isCertificate(xml, at)]);
      },
    ),
    { numRuns: 60 },
  );
  expect(tried.content).toBe(60);
});

/** KeyInfo is not signed: the other implementation has the certificate already and does not look there. */
function isCertificate(xml: string, at: number): boolean {
  const from = Buffer.byteLength(xml.slice(0, xml.indexOf('<KeyInfo>')));
  const to = Buffer.byteLength(xml.slice(0, xml.indexOf('</KeyInfo>')));
  return at > from && at < to;
}
