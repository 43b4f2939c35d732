// `lienthong pki …`: a development authority in a folder. Every certificate and every revocation is a file of its own,
// so that commands that run at once lose nothing, and the list is made from what lies there.
//
//   root.key root.pem crl.pem
//   organisations/<code>.key  organisations/<code>.pem   (certificate, then the root)
//   issued/<serial>.json      revoked/<serial>.json

import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Authority,
  type KeyKind,
  createAuthority,
  existingAuthority,
  issue,
  issueCrl,
  newKeyPair,
} from '../../../certs/authority.ts';
import type { RevokedEntry } from '../../../certs/x509.ts';
import { type Certificate, parseCertificate } from '../../core/pki/certificate.ts';
import { CRL_REASONS } from '../../core/pki/crl.ts';
import { derValues, toPem } from '../../core/crypto/pem.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import { codeOf } from '../../drivers/error-code.ts';
import { pemOf, privateKeyOf, readKeyFile, writePrivate } from '../../drivers/signers/key-file.ts';
import { EXIT } from '../exit-codes.ts';
import { type CommonOptions, answer, progress } from '../terminal.ts';
import type { Language } from '../../core/message/language.ts';
import { PKI_LABELS, TRUTHS } from '../../texts/commands.ts';
import { wordFor } from '../../texts/words.ts';
import { wrongUsage } from '../credentials.ts';

const ROOT_DAYS = 3650;
const DEFAULT_DAYS = 730;
const DEFAULT_LIST_DAYS = 30;

export interface InitOptions extends CommonOptions {
  /** Common name of the authority. */
  readonly name?: string;
  readonly key?: KeyKind;
  readonly crlDays?: number;
}

export interface IssueCertificateOptions extends CommonOptions {
  /** Code of the organisation the certificate is for. */
  readonly organisation: string;
  readonly name: string;
  readonly days?: number;
  readonly key?: KeyKind;
  /** Issues anew, with the same key, although a certificate is there. */
  readonly renew?: boolean;
}

export interface RevokeOptions extends CommonOptions {
  readonly organisation: string;
  /** One of `CRL_REASONS`. */
  readonly reason?: string;
  readonly crlDays?: number;
}

export interface CrlCommandOptions extends CommonOptions {
  readonly crlDays?: number;
}

/** Makes sure that an authority lies in the folder, with a list that is current. Resolves to the exit status. */
export async function pkiInit(folder: string, options: InitOptions, now = new Date()): Promise<number> {
  await mkdir(join(folder, 'organisations'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'issued'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'revoked'), { recursive: true, mode: 0o700 });
  const created = !(await exists(join(folder, 'root.pem')));
  if (created) await makeRoot(folder, options, now);
  await writeCrl(folder, options.crlDays, now);
  const root = await readCertificate(join(folder, 'root.pem'));
  const result = { created, ...described(root), certificate: join(folder, 'root.pem'), crl: join(folder, 'crl.pem') };
  answer(options, { ok: true, ...result }, () => lines(result, options.lang));
  return EXIT.done;
}

/** The key is written first and the certificate last: where the certificate is, the key and the record are too. */
async function makeRoot(folder: string, options: InitOptions, now: Date): Promise<void> {
  const { name = 'Lienthong development root', key: kind = 'ec' } = options;
  const key = await keyAt(join(folder, 'root.key'), kind);
  const subject = [
    ['C', 'VN'],
    ['CN', name],
  ] as const;
  const { chain } = await createAuthority({ name: subject, key, now, days: ROOT_DAYS });
  await writeWhole(join(folder, 'root.pem'), toPem('CERTIFICATE', chain[0]));
}

/** Issues a signing certificate for an organisation; when a good one is there, that one. Resolves to the exit status. */
export async function pkiIssue(folder: string, options: IssueCertificateOptions, now = new Date()): Promise<number> {
  const { organisation, name, days = DEFAULT_DAYS, key: kind = 'ec', renew = false } = options;
  const paths = organisationPaths(folder, organisation);
  const authority = await openAuthority(folder);
  const known = await readExisting(paths.certificate);
  const isRevoked = known !== null && (await exists(join(folder, 'revoked', `${known.serial}.json`)));
  const isCurrent = known !== null && !isRevoked && known.notAfter > now.getTime();
  const created = !isCurrent || renew;
  if (created) {
    // A key whose certificate was revoked is not certified again.
    if (isRevoked) await rename(paths.key, `${paths.key}.revoked-${known.serial}`).catch(ignoreMissing);
    await issueTo(folder, authority, { organisation, name, days, now, key: await keyAt(paths.key, kind) });
  }
  const certificate = await readCertificate(paths.certificate);
  const result = { created, organisation, ...described(certificate), key: paths.key, certificate: paths.certificate };
  answer(options, { ok: true, ...result }, () => lines(result, options.lang));
  return EXIT.done;
}

interface Issuing {
  readonly organisation: string;
  readonly name: string;
  readonly days: number;
  readonly now: Date;
  readonly key: KeyObject;
}

async function issueTo(folder: string, authority: Authority, issuing: Issuing): Promise<void> {
  const { organisation, name, days, now, key } = issuing;
  const subject = [
    ['C', 'VN'],
    ['O', name],
    ['UID', organisation],
    ['CN', name],
  ] as const;
  const { certificate, serial } = issue(authority, { subject, publicKey: createPublicKey(key), now, days });
  const record = { organisation, name, serial: serial.toString('hex'), issuedAt: now.toISOString() };
  await writePrivate(join(folder, 'issued', `${record.serial}.json`), `${JSON.stringify(record)}\n`);
  const chain = [certificate, ...authority.chain].map((der) => toPem('CERTIFICATE', der));
  await writeWhole(organisationPaths(folder, organisation).certificate, chain.join(''));
}

/**
 * Revokes an organisation's certificate and publishes the list. A repeated call gives the same answer. Resolves to the
 * exit status.
 */
export async function pkiRevoke(folder: string, options: RevokeOptions, now = new Date()): Promise<number> {
  const { organisation, reason = 'unspecified', crlDays } = options;
  const number = CRL_REASONS.findIndex((name) => name === reason);
  if (number === -1) throw wrongUsage('choice-unknown', { option: '--reason', choices: CRL_REASONS.join(', ') });
  const certificate = await readExisting(organisationPaths(folder, organisation).certificate);
  if (certificate === null) throw wrongUsage('value-unusable', { option: '--organisation', value: organisation });
  const { serial } = certificate;
  const record = { organisation, serial, revokedAt: now.toISOString(), reason: number };
  const changed = await writePrivate(join(folder, 'revoked', `${serial}.json`), `${JSON.stringify(record)}\n`);
  await writeCrl(folder, crlDays, now);
  const result = { changed, organisation, serial, crl: join(folder, 'crl.pem') };
  answer(options, { ok: true, ...result }, () => lines(result, options.lang));
  return EXIT.done;
}

/** Publishes a new list. Resolves to the exit status. */
export async function pkiCrl(folder: string, options: CrlCommandOptions, now = new Date()): Promise<number> {
  const revoked = await writeCrl(folder, options.crlDays, now);
  const result = { crl: join(folder, 'crl.pem'), revoked };
  answer(options, { ok: true, ...result }, () => lines(result, options.lang));
  return EXIT.done;
}

const REVOKED = z.object({ serial: z.hex(), revokedAt: z.iso.datetime(), reason: z.number().int().min(0).max(10) });

/** Answers how many certificates are on the list. Its number is the second it was made in: it rises by itself. */
async function writeCrl(folder: string, days = DEFAULT_LIST_DAYS, now: Date): Promise<number> {
  const authority = await openAuthority(folder);
  const revoked: RevokedEntry[] = [];
  for (const file of (await readdir(join(folder, 'revoked'))).filter((name) => name.endsWith('.json')).sort()) {
    const { serial, revokedAt, reason } = REVOKED.parse(
      JSON.parse(await readFile(join(folder, 'revoked', file), 'utf8')),
    );
    // RFC 5280 section 5.3.1: "unspecified" is not written.
    const reasons = reason === 0 ? {} : { reason };
    revoked.push({ serial: Buffer.from(serial, 'hex'), at: new Date(revokedAt), ...reasons });
  }
  const number = Math.floor(now.getTime() / 1000);
  await writeWhole(join(folder, 'crl.pem'), toPem('X509 CRL', issueCrl(authority, { now, days, number, revoked })));
  return revoked.length;
}

async function openAuthority(folder: string): Promise<Authority> {
  const root = await readExisting(join(folder, 'root.pem'));
  if (root === null) throw wrongUsage('authority-missing', { folder });
  const key = createPrivateKey(await readKeyFile(join(folder, 'root.key')));
  return existingAuthority(root.subject, key, [root.der]);
}

/** The key at the path, made now when there is none. */
async function keyAt(path: string, kind: KeyKind): Promise<KeyObject> {
  if (!(await exists(path))) {
    if (kind !== 'ec') progress(`${path}: …`);
    await writePrivate(path, pemOf(await newKeyPair(kind)));
  }
  return privateKeyOf(path, await readKeyFile(path));
}

/** Codes become file names here, so they must be codes (QĐ 20/2020: letters, digits and dots, at most 35). */
const CODE = /^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/;

function organisationPaths(folder: string, code: string): { readonly key: string; readonly certificate: string } {
  if (!CODE.test(code) || code.length > 35)
    throw wrongUsage('value-unusable', { option: '--organisation', value: code });
  const base = join(folder, 'organisations', code);
  return { key: `${base}.key`, certificate: `${base}.pem` };
}

async function readExisting(path: string): Promise<Certificate | null> {
  return (await exists(path)) ? readCertificate(path) : null;
}

async function readCertificate(path: string): Promise<Certificate> {
  const [der] = derValues(await readFile(path), 'CERTIFICATE');
  const certificate = der === undefined ? undefined : parseCertificate(der);
  if (certificate?.ok !== true) throw new ProblemError('file-unreadable', { file: path, reason: 'no certificate' });
  return certificate.value;
}

async function exists(path: string): Promise<boolean> {
  try {
    await readFile(path);
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** Readers see the old file or the new one. */
async function writeWhole(path: string, content: string): Promise<void> {
  const staged = `${path}.${process.pid}.new`;
  await writeFile(staged, content, { mode: 0o644 });
  await rename(staged, path);
}

function described(certificate: Certificate): Readonly<Record<string, string>> {
  return {
    serial: certificate.serial,
    notAfter: new Date(certificate.notAfter).toISOString(),
    fingerprint: certificate.fingerprint,
    keySha256: certificate.keySha256,
  };
}

function lines(
  result: Readonly<Partial<Record<keyof typeof PKI_LABELS, string | number | boolean>>>,
  language: Language,
): string {
  return Object.entries(result)
    .map(([name, value]) => `${wordFor(PKI_LABELS, name, language)}: ${wordFor(TRUTHS, String(value), language)}\n`)
    .join('');
}
