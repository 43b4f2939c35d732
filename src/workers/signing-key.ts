// A signer whose key stands in the record: before it signs anything, and with the time when it last did.

import type { Signer } from '../ports/signer.ts';
import type { KeyStore } from '../ports/keys.ts';
import type { World } from '../ports/world.ts';
import type { WorkerEvents } from '../gateway/events.ts';

/** Milliseconds by which the recorded last use may be behind. */
const BEHIND = 600_000;

export interface RecordedPorts {
  readonly keys: Pick<KeyStore, 'use'>;
  readonly events: Pick<WorkerEvents, 'taskFailed'>;
}

/** Resolves when the key is recorded: nobody ever holds a signature whose key the gateway cannot show. */
export async function withRecordedKey(
  signer: Signer,
  { keys, events }: RecordedPorts,
  { monotonic }: Pick<World, 'monotonic'>,
): Promise<Signer> {
  await keys.use(signer);
  let recordedAt = monotonic();
  return {
    keyId: signer.keyId,
    algorithm: signer.algorithm,
    publicKey: signer.publicKey,
    certificates: signer.certificates,
    async sign(data) {
      const signature = await signer.sign(data);
      if (monotonic() - recordedAt >= BEHIND) {
        recordedAt = monotonic();
        // Nobody waits for it: the next signature says it again.
        keys.use(signer).catch((error: unknown) => events.taskFailed('record-key', error));
      }
      return signature;
    },
    close: () => signer.close(),
  };
}
