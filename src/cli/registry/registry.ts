// `lienthong registry apply FILE`: makes the registry what a file says, in one transaction with its audit row.

import { adapters } from '../../../adapters/index.ts';
import { shapeFault } from '../../core/problems/shape.ts';
import { openHttp } from '../../drivers/http-client.ts';
import { openPool } from '../../drivers/postgres/pool.ts';
import { applyRegistry, type Applied } from '../../drivers/postgres/registry/registry.ts';
import type { ConfigOptions } from '../configured.ts';
import { readJson, wrongUsage } from '../credentials.ts';
import { withDatabase } from '../database.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, type CommonOptions } from '../terminal.ts';
import { REGISTRY_APPLIED } from '../../texts/commands.ts';

/** Resolves to the exit status. */
export async function registryApply(path: string, options: CommonOptions & ConfigOptions): Promise<number> {
  const applied = await applyRegistryFile(path, options);
  const { version, isChange } = applied;
  answer(
    options,
    { ok: true, version, changed: isChange },
    () => `${REGISTRY_APPLIED[options.lang](version, isChange)}\n`,
  );
  return EXIT.done;
}

/** Rejects with `wrong-usage`, `file-unreadable`, `config-invalid` or `database-unavailable`. */
export async function applyRegistryFile(path: string, options: ConfigOptions): Promise<Applied> {
  const file = await readJson(path);
  checkAdapters(path, file);
  return withDatabase(options, async ({ runUrl }) => {
    const pool = openPool({ url: runUrl, name: 'lienthong registry', connections: 1, log: () => undefined });
    try {
      return await applyRegistry(pool, file);
    } finally {
      await pool.end();
    }
  });
}

/** The record keeps settings as they are written; whether an adapter can use them, only the adapter knows. */
function checkAdapters(path: string, file: unknown): void {
  const kinds = adapters(openHttp);
  for (const connection of connectionsOf(file)) {
    const { id, adapter: name, settings = {} } = connection;
    const adapter = typeof name === 'string' ? kinds.get(name) : undefined;
    if (adapter === undefined) {
      throw wrongUsage('adapter-unknown', {
        file: path,
        connection: String(id),
        adapter: String(name),
        choices: [...kinds.keys()].join(', '),
      });
    }
    const checked = adapter.settings.safeParse(settings);
    if (!checked.success) {
      const fault = shapeFault(checked.error, settings);
      throw wrongUsage('settings-invalid', { file: path, connection: String(id), ...fault });
    }
  }
}

function connectionsOf(file: unknown): readonly Readonly<Record<string, unknown>>[] {
  const listed: unknown = isRecord(file) ? file['connections'] : undefined;
  return Array.isArray(listed) ? listed.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
