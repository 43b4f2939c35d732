import { createHash, createPublicKey, sign as signWith, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { SigningAlgorithm } from '../../core/crypto/signing-algorithms.ts';
import type { Signer, SigningKey } from '../../ports/signer.ts';
import type { KeyReason } from '../../texts/keys.ts';
import { keyUnreadable } from './key-file.ts';

const signAsync = promisify<string, Buffer, KeyObject, Buffer>(signWith);

/** Signs with a key, wherever it is kept: SHA-256 of the data; ECDSA as DER. */
type Sign = (data: Buffer) => Promise<Buffer>;

/** A signer over a key in memory, however it was stored. `source` names where it came from, for problems. */
export function keySigner(source: string, key: KeyObject, certificates: readonly Buffer[]): Signer {
  const sign: Sign = (data) => signAsync('sha256', data, key);
  return signerOver(source, { publicKey: createPublicKey(key), certificates, sign, release: () => Promise.resolve() });
}

export interface KeptKey {
  readonly publicKey: KeyObject;
  /** DER, in any order. */
  readonly certificates: readonly Buffer[];
  readonly sign: Sign;
  /** Called once, by `close`. */
  readonly release: () => Promise<void>;
}

/**
 * The signer port over a key that a file or a token keeps. Throws `key-unreadable` when key or certificates do not do.
 */
export function signerOver(source: string, { publicKey, certificates, sign, release }: KeptKey): Signer {
  let isOpen = true;
  return {
    ...keyNamed(source, publicKey),
    certificates: orderedChain(source, keyInfoOf(publicKey), certificates),
    async sign(data) {
      try {
        if (!isOpen) throw keyUnreadable(source, 'key-closed');
        return await sign(data);
      } catch (error) {
        throw new ProblemError('signing-unavailable', {}, { cause: error });
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await release();
    },
  };
}

/** A public key with its name. Throws `key-unreadable` for kinds that do not sign here. */
export function keyNamed(source: string, publicKey: KeyObject): SigningKey {
  const keyId = createHash('sha256').update(keyInfoOf(publicKey)).digest('hex');
  return { keyId, algorithm: algorithmOf(source, publicKey), publicKey };
}

/** SubjectPublicKeyInfo, DER. */
function keyInfoOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function algorithmOf(source: string, key: KeyObject): SigningAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  const kind = key.asymmetricKeyType ?? 'unknown';
  throw new ProblemError('key-unreadable', { file: source, reason: 'key-kind-unusable' satisfies KeyReason, kind });
}

/** Leaf first, then each one's issuer; certificates that do not belong to the chain are left out. */
function orderedChain(source: string, keyInfo: Buffer, certificates: readonly Buffer[]): readonly Buffer[] {
  if (certificates.length === 0) return [];
  const different = new Map(certificates.map((der) => [der.toString('latin1'), der]));
  const parsed = [...different.values()].map((der) => parse(source, der));
  let last = parsed.find((certificate) =>
    certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(keyInfo),
  );
  if (last === undefined) throw keyUnreadable(source, 'key-without-certificate');
  const chain: X509Certificate[] = [];
  while (last !== undefined && !chain.includes(last)) {
    chain.push(last);
    const current: X509Certificate = last;
    last = parsed.find((issuer) => issuer !== current && current.checkIssued(issuer));
  }
  return chain.map((certificate) => certificate.raw);
}

function parse(source: string, der: Buffer): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw keyUnreadable(source, 'certificate-beside-unreadable', error);
  }
}
