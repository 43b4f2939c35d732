import { createPrivateKey, randomBytes, generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { Finding } from '../../core/problems/finding.ts';
import type { KeyReason } from '../../texts/keys.ts';
import { codeOf } from '../error-code.ts';

/** A fault of a token, as PKCS#11 names it. */
export type TokenFault = `CKR_${string}`;

/** A problem about one key file: it names the file and the reason, never what is in it. */
export function keyUnreadable(file: string, reason: KeyReason | TokenFault, cause?: unknown): ProblemError {
  return new ProblemError('key-unreadable', { file, reason }, { cause });
}

/** Reads a file whose path the operator gave. Rejects with `key-unreadable`. */
export async function readKeyFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = codeOf(error) || ('key-file-unreadable' satisfies KeyReason);
    throw new ProblemError('key-unreadable', { file, reason }, { cause: error });
  }
}

/** A finding when others than the owner may read the key; on systems without such rights there is nothing to find. */
export async function exposure(file: string): Promise<Finding | undefined> {
  if (process.platform === 'win32') return undefined;
  const mode = (await stat(file)).mode & 0o777;
  if ((mode & 0o077) === 0) return undefined;
  return { code: 'key-exposed', severity: 'warning', facts: { file, mode: mode.toString(8).padStart(4, '0') } };
}

/** A private key from PEM (PKCS#8, PKCS#1 or SEC1; encrypted with a passphrase). Rejects with `key-unreadable`. */
export function privateKeyOf(file: string, pem: Buffer, passphrase?: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw keyUnreadable(file, passphrase === undefined ? 'key-not-private' : 'key-or-passphrase-wrong', error);
  }
}

/** Writes a file that only its owner may read, whole or not at all, and never over one that is there. False: it was there. */
export async function writePrivate(file: string, content: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const staged = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    const handle = await open(staged, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(staged, file);
    await syncFolder(dirname(file));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const generate = promisify(generateKeyPair);

/** PKCS#8 PEM. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Makes sure that a private key lies at the path: an EC P-256 key with mode 0600, written at once or not at all. Several
 * processes may call it together; one of them makes the key. True: it was made now.
 */
export async function createFileKey(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw keyUnreadable(path, 'key-file-unreadable', error);
  }
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' });
  return writePrivate(path, pemOf(privateKey));
}
