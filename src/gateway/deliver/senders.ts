// The live senders of push connections: one each, opened at the first transmission, opened anew when the registry's
// settings change. The old one is closed after its last try.

import { isDeepStrictEqual } from 'node:util';
import type { Park, Retry } from '../../core/exchange/outcome.ts';
import type { Connection } from '../../core/registry/registry.ts';
import type { Adapter, Sender } from '../../ports/adapter.ts';
import type { RegistryStore } from '../../ports/registry.ts';

/** Seconds until the retry of a transmission that was leased while its connection was being paused. */
const PAUSED_AGAIN = 60;

/** A sender for one try; `giveBack` when it is over. */
export interface Loan {
  readonly kind: 'loan';
  readonly sender: Sender;
  readonly connection: Connection;
  giveBack(): void;
}

interface Entry {
  connection: Connection;
  readonly sender: Sender;
  loans: number;
  retired: boolean;
}

export class Senders {
  readonly #adapters: ReadonlyMap<string, Adapter>;
  readonly #registry: RegistryStore;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();

  constructor(adapters: ReadonlyMap<string, Adapter>, registry: RegistryStore) {
    this.#adapters = adapters;
    this.#registry = registry;
  }

  /** The connection's sender, or why there is none: a fault that a person must mend parks the transmission. */
  async lend(id: string): Promise<Loan | Park | Retry> {
    const { connections } = await this.#registry.snapshot();
    const connection = connections.get(id);
    if (connection === undefined) {
      this.#retire(id);
      return { kind: 'park', code: 'connection-unknown', facts: { connection: id } };
    }
    if (connection.paused) return { kind: 'retry', code: 'connection-paused', facts: {}, after: PAUSED_AGAIN };
    const entry = this.#current(connection) ?? this.#open(connection);
    return 'kind' in entry ? entry : this.#loan(entry);
  }

  /** Does not wait: cuts off tries under way. */
  async close(): Promise<void> {
    for (const id of [...this.#entries.keys()]) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) entry.loans = 0;
      this.#retire(id);
    }
    await Promise.all(this.#closing);
  }

  /** A snapshot keeps its objects until the registry moves on, so settings are compared once for each version. */
  #current(connection: Connection): Entry | undefined {
    const entry = this.#entries.get(connection.id);
    if (entry === undefined || entry.connection === connection) return entry;
    const { adapter, settings } = entry.connection;
    if (adapter === connection.adapter && isDeepStrictEqual(settings, connection.settings)) {
      entry.connection = connection;
      return entry;
    }
    this.#retire(connection.id);
    return undefined;
  }

  #open(connection: Connection): Entry | Park {
    const adapter = this.#adapters.get(connection.adapter);
    if (adapter?.connect === undefined) {
      return { kind: 'park', code: 'adapter-unknown', facts: { adapter: connection.adapter } };
    }
    const settings = adapter.settings.safeParse(connection.settings);
    if (!settings.success) {
      const name = settings.error.issues[0]?.path.join('.') ?? '';
      return { kind: 'park', code: 'connection-settings-invalid', facts: { name } };
    }
    const entry: Entry = { connection, sender: adapter.connect(settings.data), loans: 0, retired: false };
    this.#entries.set(connection.id, entry);
    return entry;
  }

  #loan(entry: Entry): Loan {
    entry.loans += 1;
    return {
      kind: 'loan',
      sender: entry.sender,
      connection: entry.connection,
      giveBack: () => {
        entry.loans -= 1;
        if (entry.retired && entry.loans === 0) this.#shut(entry);
      },
    };
  }

  #retire(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.retired = true;
    if (entry.loans === 0) this.#shut(entry);
  }

  #shut(entry: Entry): void {
    const closing = entry.sender.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
