// A key in a PKCS#11 token: a hardware security module, a smart card, SoftHSM. The key never leaves it; the PIN is
// given to the vendor's library alone.

import { createPublicKey, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { derValues } from '../../core/crypto/pem.ts';
import type { Signer } from '../../ports/signer.ts';
import { keyUnreadable, readKeyFile } from './key-file.ts';
import { signerOver } from './key-signer.ts';
import { nameOf, Pkcs11Token, type TokenKey, type TokenOptions } from './pkcs11-token.ts';

export interface Pkcs11SignerOptions extends TokenOptions {
  /** PEM file of certificates beside those in the token. */
  readonly certificates?: string;
}

/**
 * Opens a key of a token as a signer: EC P-256 or RSA. Rejects with `package-missing` when the optional package is not
 * installed and with `key-unreadable` for everything else: library, token, PIN, key, certificates.
 */
export async function openPkcs11Signer(options: Pkcs11SignerOptions): Promise<Signer> {
  const name = nameOf(options);
  const { certificates: file } = options;
  const beside = file === undefined ? [] : derValues(await readKeyFile(file), 'CERTIFICATE');
  const token = new Pkcs11Token(options);
  try {
    const key = token.read();
    const signer = signerOver(name, {
      publicKey: publicKeyOf(name, key),
      certificates: tokenCertificates(key, beside),
      sign: (data) => token.sign(data),
      release: () => token.close(),
    });
    await prove(name, signer, token);
    return signer;
  } catch (error) {
    await token.close();
    throw error;
  }
}

/** A key without a certificate of its own gets none of the others in the token. */
function tokenCertificates({ certificate, issuers: others }: TokenKey, beside: readonly Buffer[]): readonly Buffer[] {
  const chain = certificate === undefined ? beside : [certificate, ...beside];
  return chain.length === 0 ? [] : [...chain, ...others];
}

function publicKeyOf(name: string, { publicKey, certificate }: TokenKey): KeyObject {
  try {
    if (publicKey !== undefined) return createPublicKey({ key: publicKey, format: 'jwk' });
    if (certificate !== undefined) return new X509Certificate(certificate).publicKey;
  } catch (error) {
    throw keyUnreadable(name, 'public-key-unreadable', error);
  }
  throw keyUnreadable(name, 'public-key-missing');
}

/** A private key beside the public key of another would sign receipts that no one can verify. */
async function prove(name: string, { keyId, publicKey }: Signer, token: Pkcs11Token): Promise<void> {
  const probe = Buffer.from(keyId);
  if (!verify('sha256', probe, publicKey, await token.sign(probe))) throw keyUnreadable(name, 'public-key-foreign');
}
