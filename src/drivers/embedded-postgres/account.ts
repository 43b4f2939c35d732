// PostgreSQL refuses to run as root. Where the gateway does, the server runs as another user of the machine.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../../core/problems/problem-error.ts';
import type { ConfigReason } from '../../texts/config.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Best first: a user made for the purpose, else the one that owns nothing. */
const CANDIDATES = ['postgres', 'nobody'] as const;

/** The user to run the server as; null when the gateway's own will do. */
export function serverAccount(passwd: () => string = () => readFileSync('/etc/passwd', 'utf8')): Account | null {
  if (process.getuid?.() !== 0) return null;
  const lines = passwd()
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of CANDIDATES) {
    const [, , uid, gid] = lines.find(([user]) => user === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new ProblemError('config-invalid', {
    name: 'database.url',
    reason: 'server-account-missing' satisfies ConfigReason,
  });
}

/** Whether the user may pass through every folder down to `target`, which exists. */
export function canReach(target: string, account: Account | null): boolean {
  if (account === null) return true;
  for (let folder = target; ; folder = path.dirname(folder)) {
    const { uid, gid, mode } = statSync(folder);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (path.dirname(folder) === folder) return true;
  }
}
