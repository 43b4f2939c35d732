import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SigningKey } from '../../ports/signer.ts';
import { keyUnreadable, readKeyFile } from './key-file.ts';
import { keyNamed } from './key-signer.ts';

/** Reads a PEM file with a public key, or with a certificate that has one. Rejects with `key-unreadable`. */
export async function readPublicKey(file: string): Promise<SigningKey> {
  const pem = await readKeyFile(file);
  if (pem.includes('PRIVATE KEY')) throw keyUnreadable(file, 'key-not-public');
  return keyNamed(file, parse(file, pem));
}

function parse(file: string, pem: Buffer): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw keyUnreadable(file, 'public-file-unknown', error);
  }
}
