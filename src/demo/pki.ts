// The keys of the demonstration: a root, an authority under it, and the district's signing key; made once, kept under the
// demonstration's folder. The revocation lists are issued anew at each start, because lists grow old.

import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createAuthority,
  existingAuthority,
  issue,
  issueCrl,
  newKeyPair,
  type Authority,
} from '../../certs/authority.ts';
import { distinguishedName, type NameParts } from '../../certs/x509.ts';
import { derValues, toPem } from '../core/crypto/pem.ts';
import { PARTIES } from './registry.ts';

export interface DemoPki {
  /** PEM. */
  readonly anchor: string;
  readonly anchorPath: string;
  readonly crls: readonly string[];
  readonly signingCertificate: string;
  readonly keyPath: string;
  /** Signer's certificate and its issuer's. */
  readonly certificatesPath: string;
}

const ROOT_NAME: NameParts = [
  ['C', 'VN'],
  ['O', 'Lienthong'],
  ['CN', 'Gốc trình diễn'],
];
const AUTHORITY_NAME: NameParts = [
  ['C', 'VN'],
  ['O', 'Lienthong'],
  ['CN', 'Cơ quan cấp chứng thư trình diễn'],
];
const SIGNER_NAME: NameParts = [
  ['C', 'VN'],
  ['O', PARTIES.sender.name],
  ['CN', PARTIES.sender.name],
];
const DAYS = { root: 3650, authority: 3000, signer: 1000, list: 30 } as const;
const DAY = 24 * 3600 * 1000;

export async function prepareDemoPki(folder: string, now: Date): Promise<DemoPki> {
  const path = (name: string): string => join(folder, name);
  if (!(await isUsable(path('signer.pem'), now))) await makePki(folder, now);
  const root = await readAuthority(ROOT_NAME, path('root.key.pem'), path('root.pem'));
  const authority = await readAuthority(AUTHORITY_NAME, path('authority.key.pem'), path('authority.pem'));
  // Rises with every list, and no two starts fall into one second.
  const number = Math.floor(now.getTime() / 1000);
  const crls = [root, authority].map((one) => issueCrl(one, { now, days: DAYS.list, number, revoked: [] }));
  const [leaf] = derValues(await readFile(path('signer.pem')), 'CERTIFICATE');
  if (leaf === undefined) throw new Error(`${path('signer.pem')} holds no certificate`);
  return {
    anchor: await readFile(path('root.pem'), 'utf8'),
    anchorPath: path('root.pem'),
    crls: crls.map((der) => toPem('X509 CRL', der)),
    signingCertificate: toPem('CERTIFICATE', leaf),
    keyPath: path('signer.key.pem'),
    certificatesPath: path('signer.pem'),
  };
}

/** False when there is none yet, or when it runs out before a list would. */
async function isUsable(certificatePath: string, now: Date): Promise<boolean> {
  const pem = await readFile(certificatePath, 'utf8').catch(() => undefined);
  return pem !== undefined && Date.parse(new X509Certificate(pem).validTo) > now.getTime() + DAYS.list * DAY;
}

/** The signer's certificate is written last: where it is, everything is. */
async function makePki(folder: string, now: Date): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const root = await createAuthority({ name: ROOT_NAME, key: 'ec', now, days: DAYS.root });
  const authority = await createAuthority({ name: AUTHORITY_NAME, key: 'ec', now, days: DAYS.authority, parent: root });
  const key = await newKeyPair('rsa-2048');
  const { certificate } = issue(authority, {
    subject: SIGNER_NAME,
    publicKey: createPublicKey(key),
    now,
    days: DAYS.signer,
  });
  await writeKey(join(folder, 'root.key.pem'), root.key);
  await writeKey(join(folder, 'authority.key.pem'), authority.key);
  await writeKey(join(folder, 'signer.key.pem'), key);
  await writeFile(join(folder, 'root.pem'), toPem('CERTIFICATE', root.chain[0]));
  await writeFile(join(folder, 'authority.pem'), toPem('CERTIFICATE', authority.chain[0]));
  await writeFile(
    join(folder, 'signer.pem'),
    [certificate, authority.chain[0]].map((der) => toPem('CERTIFICATE', der)).join(''),
  );
}

async function writeKey(path: string, key: KeyObject): Promise<void> {
  await writeFile(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}

async function readAuthority(name: NameParts, keyPath: string, certificatePath: string): Promise<Authority> {
  const [certificate] = derValues(await readFile(certificatePath), 'CERTIFICATE');
  if (certificate === undefined) throw new Error(`${certificatePath} holds no certificate`);
  return existingAuthority(distinguishedName(name), createPrivateKey(await readFile(keyPath)), [certificate]);
}
