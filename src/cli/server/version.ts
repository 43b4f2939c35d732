// `lienthong --version`: the first question of a person who helps from afar.

import { packageCommit, packageVersion } from '../../config/paths.ts';
import { knownMigrations } from '../../drivers/postgres/migrate.ts';

/** Schema: the newest migration that this program knows. */
export function printVersion(): void {
  const schema = Math.max(...knownMigrations().map(({ version }) => version));
  process.stdout.write(
    [
      `lienthong ${packageVersion()}`,
      `commit    ${packageCommit() || 'unknown'}`,
      `Node      ${process.versions.node}`,
      `schema    ${schema}`,
      '',
    ].join('\n'),
  );
}
