// Signatures as the axis' own library writes them: in the namespace of the package, RSA-SHA1, a canonical form by a name
// that does not exist. They are computed here by libxml2 and node:crypto alone, from what is in the file.

import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTestPki, material, type PkiMaterial, type TestPki } from '../../certs/test-pki.ts';
import { PackageReader } from '../../src/core/open/pipeline.ts';
import { profileAt, STRICT_PACKAGE, type TrustProfile } from '../../src/core/registry/profile.ts';
import {
  DSIG_NAMESPACE,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  INCLUSIVE_C14N,
  MISSPELT_EXCLUSIVE_C14N,
  RSA_SHA256_URI,
  SHA1_URI,
  SHA256_URI,
} from '../../src/core/signature/algorithms.ts';
import { canonicalByLibxml2 } from '../support/libxml2.ts';
import { documentPackage } from '../support/packages.ts';
import { judge, withSignature, x509Data, type Result } from './signed-packages.ts';

const QCVN = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';
const RSA_SHA1 = `${DSIG_NAMESPACE}rsa-sha1`;
const ECDSA_SHA1 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1';
const LEGACY: TrustProfile = { profile: 'legacy-sha1', evidence: 'package', validTo: '2999-01-01T00:00:00Z' };
const unsigned = documentPackage().toString('utf8');

interface Style {
  readonly namespace?: string;
  readonly signedInfoForm?: string;
  readonly signatureMethod?: string;
  readonly documentForm?: string | null;
  readonly digestMethod?: string;
}

/** As the library writes. */
const LIBRARY: Required<Style> = {
  namespace: QCVN,
  signedInfoForm: INCLUSIVE_C14N,
  signatureMethod: RSA_SHA1,
  documentForm: MISSPELT_EXCLUSIVE_C14N,
  digestMethod: SHA1_URI,
};

const HASHES: Readonly<Record<string, string>> = {
  [SHA1_URI]: 'sha1',
  [SHA256_URI]: 'sha256',
  [RSA_SHA1]: 'sha1',
  [ECDSA_SHA1]: 'sha1',
  [RSA_SHA256_URI]: 'sha256',
};
const MODES: Readonly<Record<string, 'exclusive' | 'inclusive'>> = {
  [EXCLUSIVE_C14N]: 'exclusive',
  [MISSPELT_EXCLUSIVE_C14N]: 'exclusive',
  [INCLUSIVE_C14N]: 'inclusive',
};

function canonical(xml: string, form: string, apex?: string): string {
  const bytes = canonicalByLibxml2(xml, { mode: MODES[form]!, ...(apex === undefined ? {} : { apex }) });
  if (bytes === null) throw new Error('libxml2 does not take the package');
  return bytes;
}

/** A package signed in this style, right in every part. */
function signedAs(style: Style, made: PkiMaterial): string {
  const { namespace, signedInfoForm, signatureMethod, documentForm, digestMethod } = { ...LIBRARY, ...style };
  const digest = createHash(HASHES[digestMethod]!)
    .update(canonical(unsigned, documentForm ?? INCLUSIVE_C14N))
    .digest('base64');
  const transforms = [ENVELOPED_SIGNATURE, ...(documentForm === null ? [] : [documentForm])];
  const written = withSignature(
    unsigned,
    `<Signature${namespace === QCVN ? '' : ` xmlns="${namespace}"`}>\n<SignedInfo>\n` +
      `<CanonicalizationMethod Algorithm="${signedInfoForm}"/>\n<SignatureMethod Algorithm="${signatureMethod}"/>\n` +
      `<Reference URI=""><Transforms>${transforms.map((name) => `<Transform Algorithm="${name}"/>`).join('')}</Transforms>` +
      `<DigestMethod Algorithm="${digestMethod}"/><DigestValue>${digest}</DigestValue></Reference>\n</SignedInfo>\n` +
      `<SignatureValue>@</SignatureValue><KeyInfo>${x509Data(made.certificates)}</KeyInfo></Signature>`,
  );
  const signedInfo = canonical(written, signedInfoForm, "//*[local-name(.)='SignedInfo']");
  const options = { key: made.key, dsaEncoding: 'ieee-p1363' } as const;
  const value = sign(HASHES[signatureMethod], Buffer.from(signedInfo), options).toString('base64');
  return written.replace('<SignatureValue>@', `<SignatureValue>${value}`);
}

let pki: TestPki;
let rsa: PkiMaterial;
let weak: PkiMaterial;
let genuine: string;

beforeAll(async () => {
  pki = await createTestPki(new Date());
  const withKey = (bits: number): PkiMaterial => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    return material(pki, { publicKey: createPublicKey(privateKey) }, { key: privateKey });
  };
  rsa = withKey(2048);
  weak = withKey(1024);
  genuine = signedAs({}, rsa);
});

const noticed = ({ report }: Result): readonly string[] => report?.findings.map(({ code }) => code) ?? [];

describe('until its date, what the library signs passes and says how weak it is (S18, S25); strictly it does not (S17)', () => {
  test.each<[what: string, style: Style, strictly: string]>([
    ['as the library writes it', {}, 'signature-malformed'],
    ['without the form that does not exist', { documentForm: null }, 'signature-malformed'],
    ['with the form as it is called', { documentForm: EXCLUSIVE_C14N }, 'signature-malformed'],
    ['with the default of the library in Java', { signedInfoForm: EXCLUSIVE_C14N }, 'signature-malformed'],
    ['with SHA-256', { signatureMethod: RSA_SHA256_URI, digestMethod: SHA256_URI }, 'signature-malformed'],
    ['in the namespace of signatures', { namespace: DSIG_NAMESPACE }, 'signature-transform-forbidden'],
    [
      'in the namespace of signatures, RSA-SHA1',
      { namespace: DSIG_NAMESPACE, documentForm: EXCLUSIVE_C14N, digestMethod: SHA256_URI },
      'signature-algorithm-forbidden',
    ],
    [
      'in the namespace of signatures, digest by SHA-1',
      { namespace: DSIG_NAMESPACE, documentForm: null, signatureMethod: RSA_SHA256_URI },
      'signature-algorithm-forbidden',
    ],
    [
      'in the namespace of signatures, only the form misspelt',
      { namespace: DSIG_NAMESPACE, signatureMethod: RSA_SHA256_URI, digestMethod: SHA256_URI },
      'signature-transform-forbidden',
    ],
  ])('%s', (_, style, strictly) => {
    const xml = signedAs(style, rsa);
    const result = judge(xml, rsa, null, LEGACY);
    expect(result.code).toBe('passed');
    expect(result.report?.findings).toContainEqual(
      expect.objectContaining({ code: 'signature-strength', severity: 'warning', facts: { strength: 'legacy-sha1' } }),
    );
    expect(judge(xml, rsa, null, STRICT_PACKAGE).code).toBe(strictly);
    expect(judge(xml, rsa, null, { profile: 'strict', evidence: 'package' }).report?.verdict).toBe('failed');
  });

  test('what is strong has nothing to say', () => {
    const strong = {
      namespace: DSIG_NAMESPACE,
      documentForm: null,
      signatureMethod: RSA_SHA256_URI,
      digestMethod: SHA256_URI,
    };
    const result = judge(signedAs(strong, rsa), rsa, null, LEGACY);
    expect(result.code).toBe('passed');
    expect(noticed(result)).not.toContain('signature-strength');
  });

  test('the date decides', () => {
    const until = { ...LEGACY, validFrom: '2026-01-01T00:00:00+07:00', validTo: '2027-01-01T00:00:00+07:00' };
    const at = (instant: string): string => judge(genuine, rsa, null, profileAt(until, new Date(instant))).code;
    expect(at('2025-12-31T16:59:59.999Z')).toBe('signature-malformed');
    expect(at('2025-12-31T17:00:00Z')).toBe('passed');
    expect(at('2026-12-31T16:59:59.999Z')).toBe('passed');
    expect(at('2026-12-31T17:00:00Z')).toBe('signature-malformed');
  });
});

describe('the profile is no wider than that', () => {
  const change = (from: string | RegExp, to: string) => (): string => {
    const changed = genuine.replace(from, () => to);
    if (changed === genuine) throw new Error(`nothing to replace: ${String(from)}`);
    return changed;
  };
  const signature = (): string => /<Signature>.*<\/Signature>/s.exec(genuine)![0];

  test.each<[what: string, make: () => string, code: string]>([
    ['content changed', change('V/v kết nối', 'V/v cắt kết nối'), 'signature-invalid'],
    ['value changed', change(/<SignatureValue>..../, '<SignatureValue>AAAA'), 'signature-invalid'],
    ['digest changed', change(/<DigestValue>..../, '<DigestValue>AAAA'), 'signature-invalid'],
    [
      'put into the namespace of signatures',
      change('<Signature>', `<Signature xmlns="${DSIG_NAMESPACE}">`),
      'signature-invalid',
    ],
    ['in an unknown namespace', change('<Signature>', '<Signature xmlns="urn:x">'), 'signature-malformed'],
    [
      'SignedInfo of another namespace',
      change('<SignedInfo>', `<SignedInfo xmlns="${DSIG_NAMESPACE}">`),
      'signature-malformed',
    ],
    ['a second one', () => withSignature(genuine, signature()), 'signature-duplicated'],
    [
      'a second one of the other namespace',
      () => withSignature(genuine, signature().replace('<Signature>', `<Signature xmlns="${DSIG_NAMESPACE}">`)),
      'signature-duplicated',
    ],
    [
      'in the body',
      () => unsigned.replace('</edXML:edXMLBody>', () => `${signature()}</edXML:edXMLBody>`),
      'schema-invalid',
    ],
    [
      'before the envelope',
      () => unsigned.replace('<edXML:edXMLEnvelope', () => `${signature()}<edXML:edXMLEnvelope`),
      'signature-malformed',
    ],
    [
      'in an extension of the header',
      () =>
        withSignature(
          unsigned,
          `<x xmlns="urn:x">${signature().replace('<Signature>', `<Signature xmlns="${QCVN}">`)}</x>`,
        ),
      'signature-malformed',
    ],
    [
      'the package in its Object',
      change('</Signature>', `<Object>${unsigned.slice(unsigned.indexOf('<edXML '))}</Object></Signature>`),
      'envelope-duplicated',
    ],
    ['a comment in it', change('<DigestValue>', '<DigestValue><!-- x -->'), 'signature-malformed'],
    ['RSA-MD5', change(RSA_SHA1, 'http://www.w3.org/2001/04/xmldsig-more#rsa-md5'), 'signature-algorithm-forbidden'],
    ['HMAC-SHA1', change(RSA_SHA1, `${DSIG_NAMESPACE}hmac-sha1`), 'signature-algorithm-forbidden'],
    ['DSA-SHA1', change(RSA_SHA1, `${DSIG_NAMESPACE}dsa-sha1`), 'signature-algorithm-forbidden'],
    ['ECDSA-SHA1', () => signedAs({ signatureMethod: ECDSA_SHA1 }, material(pki)), 'signature-algorithm-forbidden'],
    [
      'the misspelt form for SignedInfo',
      () => signedAs({ signedInfoForm: MISSPELT_EXCLUSIVE_C14N }, rsa),
      'signature-algorithm-forbidden',
    ],
    ['RSA of 1024 bits', () => signedAs({}, weak), 'certificate-key-weak'],
    [
      'no certificate that can be read',
      change(/<X509Certificate>.*<\/X509Certificate>/s, '<X509Certificate>MIIFqTCCBJG</X509Certificate>'),
      'certificate-malformed',
    ],
    ['no signature at all', () => unsigned, 'signature-missing'],
  ])('%s', (_, make, code) => {
    expect(judge(make(), rsa, null, LEGACY).code).toBe(code);
    expect(judge(make(), rsa).report?.verdict).not.toBe('passed');
  });
});

const SAMPLES = process.env['SAMPLES_DIR'];
const DUMMIES = ['edoc_new.edxml', 'edoc_revocation.edxml', 'edoc_update.edxml', 'edoc_replacement.edxml'];

if (SAMPLES === undefined || SAMPLES === '') {
  test('samples were not run: SAMPLES_DIR is not set', () => {
    process.stderr.write('signatures of the public samples were not run: SAMPLES_DIR is not set\n');
    expect(process.env['CI']).not.toBe('true');
  });
} else {
  describe('the dummies that SDK users copy are recognised', () => {
    test.each(DUMMIES)('%s', (name) => {
      const bytes = readFileSync(join(SAMPLES, 'vxp-sdk', name));
      const reader = new PackageReader();
      reader.feed(bytes);
      const opened = reader.end();
      expect(opened.ok && opened.value.signature).toMatchObject({
        kind: 'present',
        material: { namespace: QCVN, signatureMethod: RSA_SHA1, canonicalizationMethod: INCLUSIVE_C14N },
      });
      const byLegacy = judge(bytes, rsa, null, LEGACY);
      expect(byLegacy.report?.verdict).toBe('failed');
      // The text of their certificate is cut off, so there is no key to try the value with.
      expect(noticed(byLegacy)).toEqual(['signature-strength', 'signature-invalid', 'certificate-malformed']);
      expect(judge(bytes, rsa).code).toBe('signature-malformed');
    });
  });
}
