import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { keySigner } from '../../../src/drivers/signers/key-signer.ts';
import { withRecordedKey } from '../../../src/workers/signing-key.ts';
import { fakeEvents } from '../../support/fake-events.ts';

const signer = keySigner('test', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, []);

function subject(fault?: Error) {
  const used: string[] = [];
  const events = fakeEvents();
  const clock = { now: 0 };
  const use = ({ keyId }: { readonly keyId: string }): Promise<void> => {
    used.push(keyId);
    return fault === undefined || used.length === 1 ? Promise.resolve() : Promise.reject(fault);
  };
  return { used, events, clock, ports: { keys: { use }, events }, world: { monotonic: () => clock.now } };
}

test('a key is recorded before it signs, and its use again every ten minutes in which it signs', async () => {
  const { used, clock, ports, world } = subject();
  const recorded = await withRecordedKey(signer, ports, world);
  expect(used).toEqual([signer.keyId]);
  await recorded.sign(Buffer.from('1'));
  expect(used).toHaveLength(1);
  clock.now = 600_000;
  await Promise.all(['2', '3'].map((text) => recorded.sign(Buffer.from(text))));
  expect(used).toHaveLength(2);
});

test('a key that cannot be recorded signs nothing', async () => {
  const { ports, world } = subject();
  const use = (): Promise<void> => Promise.reject(new Error('no record'));
  await expect(withRecordedKey(signer, { ...ports, keys: { use } }, world)).rejects.toThrow('no record');
});

test('a signature does not wait for the record of a later use, and stands without it', async () => {
  const { clock, events, ports, world } = subject(new Error('gone'));
  const recorded = await withRecordedKey(signer, ports, world);
  clock.now = 600_000;
  await recorded.sign(Buffer.from('1'));
  await Promise.resolve();
  expect(events.told).toEqual([['taskFailed', 'record-key', new Error('gone')]]);
});
