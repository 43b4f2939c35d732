// Edge cases of signature values, for the primitives that every verdict rests on: those of packages (by the identifiers of
// XML-DSig), and those of access tokens. What is weak but legal ("acceptable") is to be refused.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { compactVerify, type JWK } from 'jose';
import { z } from 'zod';
import { children, readWhole, TAG, unsignedInteger } from '../../src/core/crypto/der.ts';
import { verifyValue } from '../../src/core/pki/signed.ts';
import { keyWeakness, rawEcdsaLength } from '../../src/core/crypto/keys.ts';
import { ACCEPTED } from '../../src/core/signature/algorithms.ts';
import { createTokens } from '../../src/http/auth.ts';
import { describeCorpus, readLedger } from '../support/corpora.ts';

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const MORE_2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const METHODS = ACCEPTED.strict.signatureMethods;

/** The method each file is about, and how many of its values are genuine. */
const FILES: readonly (readonly [file: string, method: string, genuine: number])[] = [
  ['rsa_signature_2048_sha256', `${MORE}rsa-sha256`, 9],
  ['rsa_signature_3072_sha256', `${MORE}rsa-sha256`, 8],
  ['rsa_signature_4096_sha512', `${MORE}rsa-sha512`, 7],
  ['rsa_pss_2048_sha256_mgf1_32', `${MORE_2007}sha256-rsa-MGF1`, 63],
  ['ecdsa_secp256r1_sha256', `${MORE}ecdsa-sha256`, 174],
  ['ecdsa_secp384r1_sha384', `${MORE}ecdsa-sha384`, 194],
  ['ecdsa_secp521r1_sha512', `${MORE}ecdsa-sha512`, 232],
];

const HEX = z.string().transform((text) => Buffer.from(text, 'hex'));
const RESULT = z.enum(['valid', 'invalid', 'acceptable']);
const VALUES = z.looseObject({
  testGroups: z.array(
    z.looseObject({
      publicKeyPem: z.string(),
      tests: z.array(z.looseObject({ tcId: z.number(), msg: HEX, sig: HEX, result: RESULT })),
    }),
  ),
});
const TOKENS = z.looseObject({
  testGroups: z.array(
    z.looseObject({
      public: z.unknown().optional(),
      private: z.unknown().optional(),
      tests: z.array(z.looseObject({ tcId: z.number(), jws: z.unknown(), result: RESULT })),
    }),
  ),
});

/** r‖s of a DER value. */
function rawOf(der: Buffer, length: number): Buffer {
  const numbers = children(readWhole(der, TAG.sequence)).map(unsignedInteger);
  return Buffer.concat(numbers.map((number) => Buffer.concat([Buffer.alloc(length / 2 - number.length), number])));
}

describeCorpus('wycheproof', (folder) => {
  const read = (name: string): unknown =>
    JSON.parse(gunzipSync(readFileSync(join(folder, `${name}_test.json.gz`))).toString('utf8'));
  const ledger = [...readLedger('wycheproof').values()];

  test.each(FILES)('%s', (file, uri, genuine) => {
    const method = METHODS[uri]!;
    const differences: { id: string; expected: string; actual: string }[] = [];
    let accepted = 0;
    for (const { publicKeyPem, tests } of VALUES.parse(read(file)).testGroups) {
      const key = createPublicKey(publicKeyPem);
      const rawLength = rawEcdsaLength(key);
      for (const { tcId, msg, sig, result } of tests) {
        const expected = result === 'valid' ? 'accepted' : 'refused';
        const isGood = verifyValue(method, key, msg, sig, 'der');
        const actual = isGood ? 'accepted' : 'refused';
        if (isGood) accepted += 1;
        if (actual !== expected) differences.push({ id: `${file}/${tcId}`, expected, actual });
        if (result === 'valid' && rawLength !== undefined) {
          expect(verifyValue(method, key, msg, rawOf(sig, rawLength), 'ieee-p1363')).toBe(true);
          // The other form of the same value is none.
          expect(verifyValue(method, key, msg, sig, 'ieee-p1363')).toBe(false);
        }
      }
    }
    const lines = ledger.filter(({ id }) => id.startsWith(`${file}/`));
    expect(differences).toEqual(lines.map(({ id, expected, actual }) => ({ id, expected, actual })));
    expect(accepted).toBe(genuine);
  });

  test('Ed25519 is not in the table, however genuine', () => {
    for (const { publicKeyPem, tests } of VALUES.parse(read('ed25519')).testGroups) {
      const key = createPublicKey(publicKeyPem);
      expect(keyWeakness(key)).toBe('ed25519');
      for (const { msg, sig } of tests) {
        for (const method of Object.values(METHODS)) expect(verifyValue(method!, key, msg, sig, 'der')).toBe(false);
      }
    }
  });

  test('the ledger accepts nothing, and is short', () => {
    expect(ledger.filter(({ actual }) => actual === 'accepted')).toEqual([]);
    expect(ledger.length).toBeLessThanOrEqual(5);
  });

  const groups = (name: string) => TOKENS.parse(read(name)).testGroups;

  test('tokens: of ES256 what is genuine verifies, of everything else nothing', async () => {
    const seen = { accepted: 0, refused: 0, otherKinds: 0 };
    for (const { public: shown, private: kept, tests } of groups('json_web_signature')) {
      const jwk = (shown ?? kept) as JsonWebKey;
      const isOurs = jwk.kty === 'EC' && jwk.crv === 'P-256';
      for (const { tcId, jws, result } of tests) {
        const isGood = await isVerified(jws, jwk);
        expect([tcId, isGood]).toEqual([tcId, result === 'valid' && isOurs]);
        if (!isOurs) seen.otherKinds += 1;
        else if (isGood) seen.accepted += 1;
        else seen.refused += 1;
      }
    }
    expect(seen.accepted).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
    expect(seen.otherKinds).toBeGreaterThan(0);
  });

  test('tokens: none is a token of this issuer', async () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    let tried = 0;
    for (const { private: kept, tests } of [...groups('json_web_signature'), ...groups('json_web_key')]) {
      const keys = [own, ...keysFrom(kept)];
      for (const key of keys) {
        const tokens = createTokens(key, 'https://gateway.example', { now: () => new Date() });
        for (const { jws } of tests) {
          const token = typeof jws === 'string' ? jws : JSON.stringify(jws);
          await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(427);
  });
});

/** By the one algorithm that tokens may name. */
async function isVerified(jws: unknown, key: JsonWebKey): Promise<boolean> {
  try {
    await compactVerify(jws as string, key as JWK, { algorithms: ['ES256'] });
    return true;
  } catch {
    return false;
  }
}

/** The private key of a group, when it is of the kind that the gateway signs tokens with. */
function keysFrom(jwk: unknown): readonly KeyObject[] {
  const { kty, crv, d } = (jwk ?? {}) as JsonWebKey;
  return kty === 'EC' && crv === 'P-256' && d !== undefined
    ? [createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })]
    : [];
}
