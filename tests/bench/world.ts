// What the benchmarks over HTTP share: a gateway of its own with the small district in its registry, and the key that
// signs for it.

import { createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derValues } from '../../src/core/crypto/pem.ts';
import { LiveGateway, type OpenOptions } from '../support/live-gateway.ts';
import type { SigningKey } from './signed-packages.ts';

export interface BenchWorld {
  readonly gateway: LiveGateway;
  readonly signer: SigningKey;
  readonly folder: string;
  close(): Promise<void>;
}

export async function openWorld(options: OpenOptions = {}): Promise<BenchWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
  const gateway = await LiveGateway.open(join(folder, 'data'), options);
  const { keyPath, certificatesPath } = gateway.demo.world.sender.signing;
  return {
    gateway,
    signer: {
      key: createPrivateKey(await readFile(keyPath)),
      certificates: derValues(await readFile(certificatesPath), 'CERTIFICATE'),
    },
    folder,
    async close() {
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
