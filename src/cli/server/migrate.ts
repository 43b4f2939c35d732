// `lienthong migrate`: brings the database's schema up to this program, with a role of its own.

import { migrate } from '../../drivers/postgres/migrate.ts';
import type { ConfigOptions } from '../configured.ts';
import { withDatabase } from '../database.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, type CommonOptions } from '../terminal.ts';
import { MIGRATED } from '../../texts/commands.ts';

/** Resolves to the exit status. Rejects with `schema-too-new`, `config-invalid` or `database-unavailable`. */
export async function migrateDatabase(options: CommonOptions & ConfigOptions): Promise<number> {
  const migrated = await withDatabase(options, ({ runUrl, migrateUrl }) =>
    migrate(migrateUrl, decodeURIComponent(new URL(runUrl).username)),
  );
  const { version, applied } = migrated;
  answer(
    options,
    { ok: true, ...migrated },
    () => `${applied.map((name) => `+ ${name}\n`).join('')}${MIGRATED[options.lang](version, applied.length > 0)}\n`,
  );
  return EXIT.done;
}
