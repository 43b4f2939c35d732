// The newest proving head of the audit log as files, so that openssl alone checks its signature and its time stamp.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { newestHead } from '../../drivers/postgres/audit/newest-head.ts';

/** `head.json` is what was signed, `head.sig` the signature, `head.pem` its key, `head.tst` the time stamp. */
export async function exportHead(pool: pg.Pool, folder: string): Promise<void> {
  const head = await newestHead(pool);
  if (head === undefined) return;
  await mkdir(folder, { recursive: true });
  const files = {
    'head.json': head.body,
    'head.sig': head.signature,
    'head.pem': head.publicKey,
    'head.tst': head.token,
  };
  for (const [name, content] of Object.entries(files)) {
    if (content !== null) await writeFile(path.join(folder, name), content);
  }
}
