// `lienthong verify-audit`: whether the audit log is whole. Reads only.

import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { readTrust } from '../../core/pki/trust.ts';
import { describe } from '../../texts/describe.ts';
import { readTrustFiles } from '../../drivers/disk/trust-folder.ts';
import { openPool } from '../../drivers/postgres/pool.ts';
import { readPublicKey } from '../../drivers/signers/public-key.ts';
import { verifyAudit, type AuditCheck, type AuditCheckOptions } from '../../drivers/postgres/audit/verify-audit.ts';
import { exportHead } from './head.ts';
import type { ConfigOptions } from '../configured.ts';
import { readJson, wrongUsage } from '../credentials.ts';
import { withDatabase, type DatabaseUrls } from '../database.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, progress, type CommonOptions } from '../terminal.ts';
import { AUDIT_CHECKED, READING_AUDIT } from '../../texts/commands.ts';

export interface VerifyAuditOptions extends CommonOptions, ConfigOptions {
  /** File with a head that was kept elsewhere, as `--json` prints it. */
  readonly head?: string;
  /** PEM files of the public keys that signed heads. */
  readonly key?: readonly string[];
  /** Files and folders of time-stamp authorities that are trusted. */
  readonly trust?: readonly string[];
  /** Folder for the newest stamped head, as files for `openssl`. */
  readonly export?: string;
}

const Head = z.object({ seq: z.string().regex(/^\d{1,18}$/), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** Resolves to the exit status: 0 whole, 1 not. Rejects with `wrong-usage`, `file-unreadable` or `database-unavailable`. */
export async function verifyAuditLog(options: VerifyAuditOptions): Promise<number> {
  const against: AuditCheckOptions = {
    ...(options.head === undefined ? {} : { head: await readHead(options.head) }),
    ...(options.key === undefined ? {} : { keys: await readKeys(options.key) }),
    ...(options.trust === undefined ? {} : { trust: await readAuthorities(options.trust) }),
  };
  if (options.json !== true) progress(READING_AUDIT[options.lang]);
  const verifyAt = async ({ runUrl }: DatabaseUrls): Promise<AuditCheck> => {
    const pool = openPool({ url: runUrl, name: 'lienthong verify-audit', connections: 1, log: () => undefined });
    try {
      const check = await verifyAudit(pool, against);
      if (options.export !== undefined) await exportHead(pool, options.export);
      return check;
    } finally {
      await pool.end();
    }
  };
  // A newly made log would be whole, and say nothing about the log that the operator meant.
  const check = await withDatabase(options, verifyAt, { existing: true });
  const ok = check.faults.length === 0;
  answer(options, { ok, ...check }, () => asText(check, options));
  return ok ? EXIT.done : EXIT.failed;
}

function asText({ rows, pending, head, heads, faults }: AuditCheck, { lang }: CommonOptions): string {
  const lines = faults.map(({ code, facts }) => {
    const { title, todo } = describe(code, facts, lang);
    return `${code}: ${title} ${todo}\n`;
  });
  const counted = AUDIT_CHECKED[lang]({ faults: faults.length, rows, pending, head, ...heads });
  return `${lines.join('')}${counted}\n`;
}

/** The head alone, or a whole answer of an earlier `verify-audit --json`. */
async function readHead(path: string): Promise<{ seq: bigint; hash: string }> {
  const json = await readJson(path);
  const parsed = z.union([Head, z.object({ head: Head }).transform(({ head }) => head)]).safeParse(json);
  if (!parsed.success) throw wrongUsage('head-invalid', { file: path });
  return { seq: BigInt(parsed.data.seq), hash: parsed.data.hash };
}

async function readKeys(files: readonly string[]): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = await Promise.all(files.map(readPublicKey));
  return new Map(keys.map(({ keyId, publicKey }) => [keyId, publicKey]));
}

/** An operator who names a file trusts it now; its revocation is not checked. */
async function readAuthorities(paths: readonly string[]): Promise<AuditCheckOptions['trust'] & object> {
  const trust = readTrust({ ...(await readTrustFiles(paths, 'not-published')), crls: [] });
  return { trust, instant: new Date() };
}
