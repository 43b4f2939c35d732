// The authority and the key of a benchmark: root, issuing authority, one RSA-2048 signer, and both lists.

import { createPublicKey } from 'node:crypto';
import { createAuthority, issue, issueCrl, newKeyPair } from '../../certs/authority.ts';
import type { SigningKey } from './signed-packages.ts';

export interface BenchPki {
  /** DER. */
  readonly root: Buffer;
  readonly intermediate: Buffer;
  readonly crls: readonly Buffer[];
  readonly signer: SigningKey;
}

export async function makePki(): Promise<BenchPki> {
  const now = new Date();
  const root = await createAuthority({
    name: [
      ['C', 'VN'],
      ['CN', 'Gốc đo tốc độ'],
    ],
    key: 'rsa-2048',
    now,
    days: 30,
  });
  const issuing = await createAuthority({
    name: [
      ['C', 'VN'],
      ['CN', 'Cơ quan cấp chứng thư đo tốc độ'],
    ],
    key: 'rsa-2048',
    now,
    days: 20,
    parent: root,
  });
  const key = await newKeyPair('rsa-2048');
  const subject = [
    ['C', 'VN'],
    ['O', 'UBND huyện Mẫu'],
    ['CN', 'UBND huyện Mẫu'],
  ] as const;
  const leaf = issue(issuing, { subject, publicKey: createPublicKey(key), now, days: 10 });
  return {
    root: root.chain[0],
    intermediate: issuing.chain[0],
    crls: [root, issuing].map((authority) => issueCrl(authority, { now, days: 7, number: 1, revoked: [] })),
    signer: { key, certificates: [leaf.certificate, issuing.chain[0]] },
  };
}
