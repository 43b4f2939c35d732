// A small registry for tests: a province, two districts that follow older bodies, one hub and three offices' systems.

import type { Connection, Organisation, Registry } from '../../src/core/registry/registry.ts';
import { buildRegistry, type RegistryRows } from '../../src/core/registry/snapshot.ts';

export function organisation(code: string, more: Partial<Organisation> = {}): Organisation {
  return { code, name: `Cơ quan ${code}`, aliases: [], suspended: false, receivingConnection: `c-${code}`, ...more };
}

export function connection(id: string, more: Partial<Connection> = {}): Connection {
  return {
    id,
    name: `Kết nối ${id}`,
    adapter: 'inbox',
    settings: {},
    role: 'endpoint',
    trust: { profile: 'strict', evidence: 'package' },
    sendsFor: [],
    receivesFor: [],
    issuers: [],
    paused: false,
    concurrency: 4,
    ...more,
  };
}

/** Every organisation gets a connection of its own unless one is named; rows given win. */
export function registryOf(
  organisations: readonly Organisation[],
  connections: readonly Connection[] = [],
  more: Partial<RegistryRows> = {},
): Registry {
  const named = new Set(connections.map(({ id }) => id));
  const own = organisations
    .filter(({ receivingConnection }) => receivingConnection !== undefined && !named.has(receivingConnection))
    .map(({ code }) => connection(`c-${code}`, { sendsFor: [code], receivesFor: [code] }));
  return buildRegistry({
    version: 1,
    organisations,
    connections: [...own, ...connections],
    clients: [],
    enrolments: [],
    anchors: [],
    intermediates: [],
    crls: [],
    ...more,
  });
}
