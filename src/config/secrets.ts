// Keys and passwords: a type of their own that no log function takes. A key that the operator did not configure is made
// once under the data folder, readable by its owner only. The key that signs receipts is its signer's to make and to
// read.

import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isNativeError } from 'node:util/types';
import { ProblemError } from '../core/problems/problem-error.ts';
import type { ConfigReason } from '../texts/config.ts';
import type { KeyReason } from '../texts/keys.ts';
import type { Config, ConfiguredSecrets } from './config.ts';

export interface Secrets {
  /** P-256; signs access tokens. */
  readonly tokenKey: KeyObject;
  /** 32 bytes; authenticates inbox cursors. */
  readonly cursorKey: Buffer;
  readonly databaseUrl: string | undefined;
  readonly migrateUrl: string | undefined;
  readonly brokerUrl: string | undefined;
  readonly s3: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly signingPassphrase: string | undefined;
  readonly signingPin: string | undefined;
}

/** Reads the configured secrets and makes the missing keys. Rejects with `key-unreadable` or `config-invalid`. */
export function loadSecrets(config: Config, configured: ConfiguredSecrets): Secrets {
  const keys = path.join(config.dataDir, 'keys');
  const { accessKeyId, secretAccessKey } = configured;
  return {
    tokenKey: tokenKey(configured.tokenKey ?? ensureSecretFile(path.join(keys, 'tokens.pem'), newPrivateKey)),
    cursorKey: cursorKey(configured.cursorKey ?? ensureSecretFile(path.join(keys, 'cursors.hex'), newCursorKey)),
    databaseUrl: configured.databaseUrl,
    migrateUrl: configured.migrateUrl,
    brokerUrl: configured.brokerUrl,
    s3: accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey },
    signingPassphrase: configured.signingPassphrase,
    signingPin: configured.signingPin,
  };
}

/** Answers the file's text; makes the file with `make` when it is not there. Two processes that start at once agree on one. */
function ensureSecretFile(file: string, make: () => string): string {
  const present = readIfThere(file);
  if (present !== undefined) return present;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const handle = openSync(draft, 'wx', 0o600);
  try {
    writeSync(handle, make());
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    // A link fails when another process was first; then the other's key stands.
    linkSync(draft, file);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw new ProblemError('key-unreadable', { file: path.basename(file), reason: reasonOf(error) }, { cause: error });
  }
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function newCursorKey(): string {
  return `${randomBytes(32).toString('hex')}\n`;
}

function tokenKey(pem: string): KeyObject {
  const key = parseKey(pem);
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new ProblemError('config-invalid', {
      name: 'LIENTHONG_TOKEN_KEY',
      reason: 'p256-key-wanted' satisfies ConfigReason,
    });
  }
  return key;
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new ProblemError(
      'key-unreadable',
      { file: 'LIENTHONG_TOKEN_KEY', reason: 'key-not-private' satisfies KeyReason },
      { cause: error },
    );
  }
}

function cursorKey(text: string): Buffer {
  const hex = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    throw new ProblemError('config-invalid', {
      name: 'LIENTHONG_CURSOR_KEY',
      reason: 'hexadecimal-wanted' satisfies ConfigReason,
    });
  }
  return Buffer.from(hex, 'hex');
}

/** The system's word for what a file does not allow. */
function reasonOf(error: unknown): string {
  return isNativeError(error) && 'code' in error ? String(error.code) : ('key-file-unreadable' satisfies KeyReason);
}

function isCode(error: unknown, code: string): boolean {
  return isNativeError(error) && 'code' in error && error.code === code;
}
