// Signing keys, from their announcement to their last use.

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { keyNamed } from '../../../src/drivers/signers/key-signer.ts';
import { type RecordUnderTest } from './record.ts';

export function keysContract(record: RecordUnderTest): void {
  describe('signing keys', () => {
    const newKey = () => keyNamed('test', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
    const listed = async (key: { readonly keyId: string }) =>
      (await record.other.keys.list()).find(({ keyId }) => keyId === key.keyId);

    test('are shown from their announcement on, and are in use from their first use to their last', async () => {
      const next = newKey();
      await record.store.keys.announce([next]);
      expect(await listed(next)).toMatchObject({ algorithm: 'ES256', firstUsed: null, lastUsed: null });
      expect((await listed(next))?.publicKey.equals(next.publicKey)).toBe(true);
      await record.other.keys.use(next);
      const once = await listed(next);
      expect(once?.firstUsed).toBeInstanceOf(Date);
      await Promise.all([record.store.keys.use(next), record.other.keys.use(next), record.store.keys.announce([next])]);
      const again = await listed(next);
      expect(again?.firstUsed).toEqual(once?.firstUsed);
      expect(again?.lastUsed?.getTime()).toBeGreaterThanOrEqual(once?.lastUsed?.getTime() ?? Infinity);
    });

    test('stay when others sign', async () => {
      const [old, next] = [newKey(), newKey()];
      await record.store.keys.use(old);
      await record.store.keys.use(next);
      expect([await listed(old), await listed(next)]).toMatchObject([{ keyId: old.keyId }, { keyId: next.keyId }]);
    });
  });
}
