// `lienthong verify-audit`: whether the audit log is whole. Reads only.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { describe } from '../core/problems.ts';
import { openPool } from '../drivers/postgres/pool.ts';
import { verifyAudit, type AuditCheck, type AuditCheckOptions } from '../drivers/postgres/verify-audit.ts';
import type { ConfigOptions } from './configured.ts';
import { readJson, wrongUsage } from './credentials.ts';
import { withDatabase, type DatabaseUrls } from './database.ts';
import { EXIT } from './exit-codes.ts';
import { answer, progress, type CommonOptions } from './terminal.ts';

export interface VerifyAuditOptions extends CommonOptions, ConfigOptions {
  /** File with a head that was kept elsewhere, as `--json` prints it. */
  readonly head?: string;
  /** PEM file of the public key that signs heads. */
  readonly key?: string;
}

const Head = z.object({ seq: z.string().regex(/^\d{1,18}$/), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** Resolves to the exit status: 0 whole, 1 not. Rejects with `wrong-usage`, `file-unreadable` or `database-unavailable`. */
export async function verifyAuditLog(options: VerifyAuditOptions): Promise<number> {
  const against: AuditCheckOptions = {
    ...(options.head === undefined ? {} : { kept: await readHead(options.head) }),
    ...(options.key === undefined ? {} : { key: readKey(options.key) }),
  };
  if (options.json !== true) progress(options.lang === 'vi' ? 'Đang đọc nhật ký …' : 'Reading the audit log …');
  const verifyAt = async ({ runUrl }: DatabaseUrls): Promise<AuditCheck> => {
    const pool = openPool({ url: runUrl, name: 'lienthong verify-audit', connections: 1, log: () => undefined });
    try {
      return await verifyAudit(pool, against);
    } finally {
      await pool.end();
    }
  };
  // A log that was made just now is whole, and says nothing about the one that was meant.
  const check = await withDatabase(options, verifyAt, { existing: true });
  const ok = check.faults.length === 0;
  answer(options, { ok, ...check }, () => asText(check, options));
  return ok ? EXIT.done : EXIT.failed;
}

function asText({ rows, pending, head, faults }: AuditCheck, { lang }: CommonOptions): string {
  const lines = faults.map(({ code, facts }) => {
    const { title, todo } = describe(code, facts, lang);
    return `${code}: ${title} ${todo}\n`;
  });
  const whole = faults.length === 0;
  const texts = {
    vi: `Nhật ký: ${whole ? 'nguyên vẹn' : `${faults.length} lỗi`}, ${rows} dòng, ${pending} dòng chưa nối chuỗi`,
    en: `Audit log: ${whole ? 'whole' : `${faults.length} faults`}, ${rows} rows, ${pending} not chained yet`,
  };
  const at = lang === 'vi' ? 'đỉnh' : 'head';
  return `${lines.join('')}${texts[lang]}, ${at} ${head.seq} ${head.hash}\n`;
}

/** The head alone, or a whole answer of an earlier `verify-audit --json`. */
async function readHead(path: string): Promise<{ seq: bigint; hash: string }> {
  const json = await readJson(path);
  const parsed = z.union([Head, z.object({ head: Head }).transform(({ head }) => head)]).safeParse(json);
  if (!parsed.success) throw wrongUsage(`${path}: not a head of an audit log`);
  return { seq: BigInt(parsed.data.seq), hash: parsed.data.hash };
}

function readKey(path: string): KeyObject {
  try {
    return createPublicKey(readFileSync(path));
  } catch (error) {
    throw wrongUsage(`${path}: ${error instanceof Error ? error.message : 'not a public key'}`);
  }
}
