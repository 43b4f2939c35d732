import { createHash, createPublicKey, sign as signWith, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SignatureAlgorithm, Signer } from '../../ports/signer.ts';
import { keyUnreadable } from './key-file.ts';

const signAsync = promisify<string, Buffer, KeyObject, Buffer>(signWith);

/** A signer over a key in memory, however it was stored. `source` names where it came from, for problems. */
export function keySigner(source: string, key: KeyObject, certificates: readonly Buffer[]): Signer {
  const algorithm = algorithmOf(source, key);
  const publicKey = createPublicKey(key);
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const chain = orderedChain(source, keyInfo, certificates);
  let isOpen = true;
  return {
    keyId: createHash('sha256').update(keyInfo).digest('hex'),
    algorithm,
    publicKey,
    certificates: chain,
    async sign(data) {
      if (!isOpen) throw keyUnreadable(source, 'closed');
      try {
        return await signAsync('sha256', data, key);
      } catch (error) {
        throw keyUnreadable(source, 'signing failed', error);
      }
    },
    close() {
      isOpen = false;
      return Promise.resolve();
    },
  };
}

function algorithmOf(source: string, key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw keyUnreadable(
    source,
    `a key of kind ${key.asymmetricKeyType ?? 'unknown'} cannot sign here; RSA or EC P-256 can`,
  );
}

/** Leaf first, then each one's issuer; certificates that do not belong to the chain are left out. */
function orderedChain(source: string, keyInfo: Buffer, certificates: readonly Buffer[]): readonly Buffer[] {
  if (certificates.length === 0) return [];
  const parsed = certificates.map((der) => parse(source, der));
  let last = parsed.find((certificate) =>
    certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(keyInfo),
  );
  if (last === undefined) throw keyUnreadable(source, 'no certificate belongs to the key');
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
    throw keyUnreadable(source, 'a certificate beside the key cannot be read', error);
  }
}
