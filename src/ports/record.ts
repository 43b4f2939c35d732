// The record. One implementation talks to PostgreSQL, embedded or server alike; the suite in tests/contract runs on both.
// All times that schedule or lease are the database's own. Every write carries its audit rows in the same transaction.

import type { InboxStore } from './inbox.ts';
import type { KeyStore } from './keys.ts';
import type { MessageStore } from './messages.ts';
import type { ProofStore } from './proofs.ts';
import type { NoticeStore } from './notices.ts';
import type { RecheckStore } from './rechecks.ts';
import type { RegistryStore } from './registry.ts';
import type { RenderingStore } from './renderings.ts';
import type { RevocationCache } from './revocation-cache.ts';
import type { SequencerStore } from './sequencer.ts';
import type { WorkStore } from './work.ts';

export interface Store {
  readonly messages: MessageStore;
  readonly work: WorkStore;
  readonly inbox: InboxStore;
  readonly rechecks: RecheckStore;
  readonly notices: NoticeStore;
  readonly renderings: RenderingStore;
  readonly sequencer: SequencerStore;
  readonly registry: RegistryStore;
  readonly proofs: ProofStore;
  readonly revocation: RevocationCache;
  readonly keys: KeyStore;
  /** Rejects with `database-unavailable` when the database does not answer within two seconds. */
  probe(): Promise<void>;
  close(): Promise<void>;
}
