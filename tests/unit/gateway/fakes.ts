import { z } from 'zod';
import type { Connection, Registry } from '../../../src/core/registry/registry.ts';
import type { Adapter, Sender } from '../../../src/ports/adapter.ts';
import type { RenderingStore } from '../../../src/ports/renderings.ts';
import type { RegistryStore } from '../../../src/ports/registry.ts';

export function connection(change: Partial<Connection> = {}): Connection {
  return {
    id: 'commune',
    name: 'Xã Mẫu',
    adapter: 'fake',
    settings: { url: 'a' },
    role: 'endpoint',
    trust: { profile: 'strict', evidence: 'package' },
    sendsFor: [],
    receivesFor: [],
    issuers: [],
    paused: false,
    concurrency: 4,
    ...change,
  };
}

/** A registry whose connections can be changed; each change is a new version. */
export function registryOf(
  ...first: readonly Connection[]
): RegistryStore & { set(...next: readonly Connection[]): void } {
  let version = 0;
  let connections: readonly Connection[] = first;
  return {
    set(...next) {
      version += 1;
      connections = next;
    },
    snapshot: () =>
      Promise.resolve({
        version,
        organisations: new Map(),
        codes: new Map(),
        connections: new Map(connections.map((one) => [one.id, one])),
        clients: new Map(),
        enrolments: new Map(),
        anchors: [],
        intermediates: [],
        crls: [],
      } satisfies Registry),
  };
}

export interface FakeAdapter extends Adapter<{ url: string }> {
  /** Addresses of the senders opened, and of those closed, in order. */
  readonly opened: readonly string[];
  readonly closed: readonly string[];
}

export function fakeAdapter(send: Sender['send']): FakeAdapter {
  const opened: string[] = [];
  const closed: string[] = [];
  return {
    name: 'fake',
    settings: z.strictObject({ url: z.string() }),
    direction: 'push',
    connect({ url }) {
      opened.push(url);
      return {
        send,
        close: () => {
          closed.push(url);
          return Promise.resolve();
        },
      };
    },
    opened,
    closed,
  };
}

/** Rejects every call: a test without renderings must not use the store. */
export const NO_RENDERINGS: RenderingStore = {
  readSource: () => Promise.reject(new Error('nothing is rendered here')),
  assign: () => Promise.reject(new Error('nothing is rendered here')),
  keep: () => Promise.reject(new Error('nothing is rendered here')),
  listWaiting: () => Promise.reject(new Error('nothing is rendered here')),
  park: () => Promise.reject(new Error('nothing is rendered here')),
};
