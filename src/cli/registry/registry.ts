// `lienthong registry apply FILE`: makes the registry what a file says, in one transaction with its audit row.

import { adapters } from '../../../adapters/index.ts';
import { openHttp } from '../../drivers/http-client.ts';
import { openPool } from '../../drivers/postgres/pool.ts';
import { applyRegistry, type Applied } from '../../drivers/postgres/registry/registry.ts';
import type { ConfigOptions } from '../configured.ts';
import { readJson, wrongUsage } from '../credentials.ts';
import { withDatabase } from '../database.ts';
import { EXIT } from '../exit-codes.ts';
import { answer, type CommonOptions } from '../terminal.ts';

/** Resolves to the exit status. */
export async function registryApply(path: string, options: CommonOptions & ConfigOptions): Promise<number> {
  const applied = await applyRegistryFile(path, options);
  const { version, isChange } = applied;
  const texts = {
    vi: `Danh bạ: phiên bản ${version}${isChange ? '' : ', không có gì thay đổi'}\n`,
    en: `Registry: version ${version}${isChange ? '' : ', nothing to change'}\n`,
  };
  answer(options, { ok: true, version, changed: isChange }, () => texts[options.lang]);
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
      throw wrongUsage(
        `${path}: connection ${String(id)}: adapter ${String(name)} is none of ${[...kinds.keys()].join(', ')}`,
      );
    }
    const checked = adapter.settings.safeParse(settings);
    const issue = checked.success ? undefined : checked.error.issues[0];
    if (issue !== undefined) {
      throw wrongUsage(`${path}: connection ${String(id)}: settings.${issue.path.join('.')}: ${issue.message}`);
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
