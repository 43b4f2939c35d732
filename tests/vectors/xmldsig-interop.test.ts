// Public XML-DSig vectors. None is a package that may pass: as it is, it is no package at all, and its Signature put where
// one belongs breaks the profile. That refusal has the reason the corpus names. Where nothing but the envelope is wrong, what
// the gateway computes (canonical forms, digest, value) must agree with the vector, so that refusing is not all it can do.

import { createHash, createPublicKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createTestPki, material, type PkiMaterial } from '../../certs/test-pki.ts';
import { verifyValue } from '../../src/core/pki/signed.ts';
import { rawEcdsaLength } from '../../src/core/crypto/keys.ts';
import { ACCEPTED, INCLUSIVE_C14N } from '../../src/core/signature/algorithms.ts';
import { canonicalModeOf, digestNameOf } from '../../src/core/signature/computable.ts';
import { Canonicalizer } from '../../src/core/xml/canonical.ts';
import type { XmlElement, XmlHandler } from '../../src/core/xml/handler.ts';
import { XML_LIMITS } from '../../src/core/xml/limits.ts';
import { XmlScanner } from '../../src/core/xml/scanner.ts';
import { describeCorpus, judge as judgeCase, readLedger } from '../support/corpora.ts';
import { documentPackage } from '../support/packages.ts';
import { judge, withSignature } from './signed-packages.ts';

const VERDICTS = z.looseObject({
  cases: z.array(
    z.looseObject({
      id: z.string(),
      file: z.string(),
      crypto_expected: z.enum(['valid', 'invalid']).nullable(),
      gateway_expected: z.literal('reject'),
      gateway_reasons: z.array(z.string()),
      features: z.looseObject({ keyinfo: z.array(z.string()), references: z.array(z.unknown()) }),
    }),
  ),
});
type Case = z.infer<typeof VERDICTS>['cases'][number];

/** What the gateway calls the reasons of the corpus. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'digest-algorithm-not-allowed': ['signature-algorithm-forbidden'],
  'signature-algorithm-not-allowed': ['signature-algorithm-forbidden'],
  'c14n-not-allowed': ['signature-algorithm-forbidden'],
  'hmac-truncation': ['signature-algorithm-forbidden'],
  'transform-not-allowed': ['signature-transform-forbidden'],
  'external-reference': ['signature-reference-forbidden', 'signature-limits'],
  'xpointer-reference': ['signature-reference-forbidden', 'signature-limits'],
  'keyinfo-dereference': ['signature-keyinfo-forbidden'],
  'no-embedded-x509-certificate': ['signature-keyinfo-forbidden'],
  'not-the-expected-document-element': ['signature-scope-mismatch', 'signature-malformed'],
  'signer-not-under-gateway-trust-anchor': ['certificate-untrusted'],
  'doctype-present': [],
};

/** Refusals of a Signature's shape, before its algorithms are checked. */
function shapeCodes({ id, features: { keyinfo, references } }: Case): readonly string[] {
  const codes = EARLIER[id] === undefined ? [] : [EARLIER[id]];
  if (keyinfo.some((kind) => !kind.startsWith('X509Data/'))) codes.push('signature-keyinfo-forbidden');
  if (keyinfo.some((kind) => kind.includes('X509Digest'))) codes.push('signature-malformed');
  if (references.length > 1) codes.push('signature-limits');
  return codes;
}

/** Parts that no signature of a package has, or that the Signature alone does not bring along. */
const EARLIER: Readonly<Record<string, string>> = {
  'merlin-xmldsig-twenty-three/signature.xml': 'signature-malformed',
  'merlin-exc-c14n-one/exc-signature.xml': 'xml-not-well-formed', // its prefix is declared outside
  'aleksey-xmldsig-01/enveloped-sha256-eddsa-ed25519ctx-with-context-string.xml': 'schema-invalid',
  'aleksey-xmldsig-01/enveloped-sha256-eddsa-ed25519ph-with-context-string.xml': 'schema-invalid',
  'aleksey-xmldsig-01/enveloped-sha256-eddsa-ed448ph-with-context-string.xml': 'schema-invalid',
};

/** Beside these nothing of the profile is broken. */
const ENVELOPE_ONLY = new Set([
  'not-the-expected-document-element',
  'no-embedded-x509-certificate',
  'signer-not-under-gateway-trust-anchor',
]);

const AS_THEY_ARE = [
  'envelope-missing',
  'schema-invalid',
  'xml-doctype-forbidden',
  'xml-processing-instruction-forbidden',
];
const unsigned = documentPackage().toString('utf8');

/** Canonical subtree of the first element that is wanted, by the gateway's own scanner. */
function canonicalSubtree(xml: string, algorithm: string, isWanted: (element: XmlElement) => boolean): Buffer {
  const canonical = new Canonicalizer(canonicalModeOf(algorithm) ?? 'inclusive');
  let apex: XmlElement | null = null;
  let isDone = false;
  const handler: XmlHandler = {
    open(element) {
      if (apex === null && !isDone && isWanted(element)) apex = element;
      if (apex !== null) canonical.open(element);
    },
    text(bytes, escaped) {
      if (apex !== null) canonical.text(bytes, escaped);
    },
    cdata(bytes) {
      if (apex !== null) canonical.cdata(bytes);
    },
    close(element) {
      if (apex !== null) canonical.close(element);
      if (element === apex) {
        apex = null;
        isDone = true;
      }
    },
  };
  const scanner = new XmlScanner(handler, XML_LIMITS);
  scanner.feed(Buffer.from(xml));
  scanner.end();
  return canonical.heldBytes();
}

const contentOf = (xml: string, name: string): string =>
  new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)</`).exec(xml)?.[1] ?? '';
const bytesOf = (xml: string, name: string): Buffer => Buffer.from(contentOf(xml, name), 'base64');
const attributeOf = (xml: string, element: string, name: string): string =>
  new RegExp(`<(?:\\w+:)?${element}\\b[^>]*\\s${name}="([^"]*)"`).exec(xml)?.[1] ?? '';

const CURVES: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  'urn:oid:1.2.840.10045.3.1.7': ['P-256', 32],
  'urn:oid:1.3.132.0.34': ['P-384', 48],
  'urn:oid:1.3.132.0.35': ['P-521', 66],
};

/** The keys that may be meant; none where the file only names one. */
function keysOf(xml: string): readonly KeyObject[] {
  if (xml.includes('X509Certificate>')) {
    const all = [...xml.matchAll(/<(?:\w+:)?X509Certificate>([^<]*)</g)];
    return all.map(([, text = '']) => new X509Certificate(Buffer.from(text, 'base64')).publicKey);
  }
  if (xml.includes('DEREncodedKeyValue')) {
    return [createPublicKey({ key: bytesOf(xml, 'DEREncodedKeyValue'), format: 'der', type: 'spki' })];
  }
  if (xml.includes('RSAKeyValue')) {
    const [n, e] = ['Modulus', 'Exponent'].map((name) => bytesOf(xml, name).toString('base64url'));
    return [createPublicKey({ key: { kty: 'RSA', n, e } as JsonWebKey, format: 'jwk' })];
  }
  const [crv, size] = CURVES[attributeOf(xml, 'NamedCurve', 'URI') || attributeOf(xml, 'NamedCurve', 'URN')] ?? [];
  if (crv === undefined || size === undefined) return [];
  const point = bytesOf(xml, 'PublicKey');
  const numbers =
    point.length > 0
      ? [point.subarray(1, 1 + size), point.subarray(1 + size)]
      : ['X', 'Y'].map((name) => {
          const value = BigInt(attributeOf(xml, name, 'Value'));
          return Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
        });
  const [x, y] = numbers.map((number) => number.toString('base64url'));
  return [createPublicKey({ key: { kty: 'EC', crv, x, y } as JsonWebKey, format: 'jwk' })];
}

/** `verified`, or what does not agree. */
function computed(xml: string): string {
  const id = attributeOf(xml, 'Reference', 'URI').slice(1);
  const object = canonicalSubtree(xml, INCLUSIVE_C14N, ({ attributes }) =>
    attributes.some(({ local, value }) => local === 'Id' && value === id),
  );
  const digest = createHash(digestNameOf(attributeOf(xml, 'DigestMethod', 'Algorithm')) ?? '').update(object);
  if (!digest.digest().equals(bytesOf(xml, 'DigestValue'))) return 'other digest';
  const form = attributeOf(xml, 'CanonicalizationMethod', 'Algorithm');
  const signedInfo = canonicalSubtree(xml, form, ({ local }) => local === 'SignedInfo');
  const method = ACCEPTED.strict.signatureMethods[attributeOf(xml, 'SignatureMethod', 'Algorithm')];
  const keys = keysOf(xml);
  if (method === undefined) return 'method not in the table';
  if (keys.length === 0) return 'no key in the file';
  const value = bytesOf(xml, 'SignatureValue');
  const isMade = keys.some((key) => {
    const length = rawEcdsaLength(key);
    return (length ?? value.length) === value.length && verifyValue(method, key, signedInfo, value, 'ieee-p1363');
  });
  return isMade ? 'verified' : 'other value';
}

describeCorpus('xmldsig-interop', (folder) => {
  const { cases } = VERDICTS.parse(JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')));
  const ledger = readLedger('xmldsig-interop');
  const textOf = ({ file }: Case): string => readFileSync(join(folder, file), 'utf8');
  let pki: PkiMaterial;
  beforeAll(async () => {
    pki = material(await createTestPki(new Date()));
  });

  test('is whole', () => {
    expect(cases).toHaveLength(208);
    expect(ledger.size).toBeLessThanOrEqual(5);
  });

  describe('as it is, it is no package', () => {
    test.each(cases)('$id', (each) => {
      expect(AS_THEY_ARE).toContain(judge(textOf(each), pki).code);
    });
  });

  describe('its Signature in a package is refused for what is wrong with it', () => {
    test.each(cases)('$id', (each) => {
      const text = textOf(each);
      const [signature = ''] = /<((?:[\w-]+:)?)Signature[\s>].*<\/\1Signature>/s.exec(text) ?? [];
      const { code, report } = judge(withSignature(unsigned, signature), pki);
      const told = new Set([code, ...(report?.findings ?? []).map((finding) => finding.code)]);
      const expected = [...each.gateway_reasons.flatMap((reason) => CODES[reason] ?? []), ...shapeCodes(each)];
      expect([...told].join(' ')).toMatch(new RegExp(expected.join('|')));
    });
  });

  describe('where only the envelope is wrong, digest and value are what the vector says', () => {
    const plain = cases.filter(({ gateway_reasons: reasons }) => reasons.every((reason) => ENVELOPE_ONLY.has(reason)));
    test.each(plain)('$id', (each) => {
      judgeCase(each.id, ['verified'], computed(textOf(each)), ledger);
    });
    test('nothing of the ledger is elsewhere', () => {
      expect([...ledger.keys()].filter((id) => !plain.some((each) => each.id === id))).toEqual([]);
    });
  });
});
