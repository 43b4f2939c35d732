// The audit chain, written by one leader.

import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { AuditEntry } from '../../../src/ports/audit.ts';
import { AUDIT, type RecordUnderTest } from './record.ts';

export function sequencerContract(record: RecordUnderTest): void {
  test('audit rows are chained by one leader, whatever stands in them', async () => {
    const entries = Array.from({ length: 30 }, (_, n): AuditEntry => ({
      ...AUDIT,
      act: 'message.read',
      object: `a\u0000b${n}`,
      details: { n, name: 'Xã Mẫu “\u0000”' },
    }));
    await Promise.all(entries.map((entry) => record.store.messages.record([entry])));
    const done = await record.store.sequencer.sequence();
    expect(done?.rows).toBeGreaterThanOrEqual(30);
    expect(await record.other.sequencer.sequence()).toBeNull();
    const sign = (head: Buffer) =>
      Promise.resolve({ signature: createHash('sha256').update(head).digest(), keyId: 'test' });
    expect(await record.store.sequencer.signHead(sign)).toBe(true);
    expect(await record.store.sequencer.signHead(sign)).toBe(false);
  });
}
