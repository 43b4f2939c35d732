// The gateway's database for commands that work on it beside a running gateway, or while none runs.

import { existsSync } from 'node:fs';
import { configured, type ConfigOptions } from './configured.ts';
import { loadSecrets } from '../config/secrets.ts';
import { ProblemError } from '../core/problems/problem-error.ts';
import { RUN_ROLE, runningUrls, startEmbedded } from '../drivers/embedded-postgres/embedded.ts';
import { migrate } from '../drivers/postgres/migrate.ts';

export interface DatabaseUrls {
  /** Both hold passwords: never shown. */
  readonly runUrl: string;
  readonly migrateUrl: string;
}

export interface DatabaseOptions {
  /** For commands that only look: no embedded database is made where there is none. */
  readonly existing?: boolean;
}

/**
 * Calls `work` with the addresses of the configured database. The embedded one is used as it runs, or started for the
 * time of the command where no gateway has it. Rejects with `file-unreadable` where an existing one is wanted and none is.
 */
export async function withDatabase<T>(
  options: ConfigOptions,
  work: (urls: DatabaseUrls) => Promise<T>,
  { existing = false }: DatabaseOptions = {},
): Promise<T> {
  const { config, secrets: written } = configured(options);
  if (config.database.kind === 'server') {
    const { databaseUrl = '', migrateUrl = databaseUrl } = loadSecrets(config, written);
    return work({ runUrl: databaseUrl, migrateUrl });
  }
  const { dataDir } = config.database;
  if (existing && !existsSync(dataDir)) throw new ProblemError('file-unreadable', { file: dataDir, reason: 'ENOENT' });
  const embedded = await startEmbedded({ dataDir, log: () => undefined }).catch((error: unknown) => {
    if (error instanceof ProblemError && error.code === 'data-directory-in-use') return null;
    throw error;
  });
  if (embedded === null) return work(runningUrls(dataDir));
  try {
    await migrate(embedded.migrateUrl, RUN_ROLE);
    return await work(embedded);
  } finally {
    await embedded.stop();
  }
}
