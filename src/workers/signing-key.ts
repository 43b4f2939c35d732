// A signer whose key the record holds before it signs anything, with the time of its last signature.

import type { Signer } from '../ports/signer.ts';
import type { KeyStore } from '../ports/keys.ts';
import type { World } from '../ports/world.ts';
import type { WorkerEvents } from '../gateway/events.ts';

/** Milliseconds by which the recorded last use may lag. */
const BEHIND = 600_000;

export interface RecordedPorts {
  readonly keys: Pick<KeyStore, 'use'>;
  readonly events: Pick<WorkerEvents, 'taskFailed'>;
}

/** Resolves when the key is recorded, so that the gateway can show the key of every signature. */
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
        // No caller waits for it: the next signature records it again.
        keys.use(signer).catch((error: unknown) => events.taskFailed('record-key', error));
      }
      return signature;
    },
    close: () => signer.close(),
  };
}
