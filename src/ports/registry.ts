import type { Registry } from '../core/registry/registry.ts';

export interface RegistryStore {
  /** The current snapshot, kept in memory and refreshed when its version moved on. */
  snapshot(): Promise<Registry>;
}
