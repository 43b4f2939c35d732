// What every implementation of the signer port promises.

import { createHash, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Signer } from '../../src/ports/signer.ts';

export interface SignerCase {
  /** Opens the signer under test over a key with a certificate and its issuer's. */
  readonly open: () => Promise<Signer>;
  readonly algorithm: Signer['algorithm'];
  /** DER, leaf first, as they must come out: byte for byte. */
  readonly certificates: () => readonly Buffer[];
  /** Attempts that must be rejected, and what must not be found in the rejection. */
  readonly unusable: readonly (readonly [what: string, open: () => Promise<Signer>])[];
  readonly secrets: readonly string[];
}

export function signerSuite(signerCase: SignerCase): void {
  const { open, algorithm, certificates, unusable, secrets } = signerCase;
  const data = Buffer.from('Biên nhận số 1');

  test('signs SHA-256 of the data, so that openssl and node verify it as it is', async () => {
    const signer = await open();
    expect(signer.algorithm).toBe(algorithm);
    expect(verify('sha256', data, signer.publicKey, await signer.sign(data))).toBe(true);
    expect(verify('sha256', Buffer.from('khác'), signer.publicKey, await signer.sign(data))).toBe(false);
    await signer.close();
  });

  test('is used by many at once', async () => {
    const signer = await open();
    const texts = Array.from({ length: 20 }, (_, index) => Buffer.from(String(index)));
    const signatures = await Promise.all(texts.map((text) => signer.sign(text)));
    texts.forEach((text, index) => {
      expect(verify('sha256', text, signer.publicKey, signatures[index]!)).toBe(true);
    });
    await signer.close();
  });

  test('names its key by the hash of its SubjectPublicKeyInfo', async () => {
    const signer = await open();
    const der = signer.publicKey.export({ type: 'spki', format: 'der' });
    expect(signer.keyId).toBe(createHash('sha256').update(der).digest('hex'));
    await signer.close();
  });

  test('gives certificate and chain, leaf first, byte for byte', async () => {
    const signer = await open();
    expect(signer.certificates.map((der) => der.toString('hex'))).toEqual(
      certificates().map((der) => der.toString('hex')),
    );
    await signer.close();
  });

  test('rejects after close', async () => {
    const signer = await open();
    await signer.close();
    await expect(signer.sign(data)).rejects.toMatchObject({ code: 'signing-unavailable', facts: {} });
    await signer.close();
  });

  test.each(unusable)('rejects %s', async (_, openUnusable) => {
    const error: unknown = await openUnusable().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'key-unreadable' });
    const facts = JSON.stringify((error as { facts: unknown }).facts);
    for (const secret of secrets) expect(facts).not.toContain(secret);
  });
}
