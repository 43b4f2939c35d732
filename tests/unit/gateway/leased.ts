import { createHash } from 'node:crypto';
import type { LeasedTransmission } from '../../../src/ports/work.ts';

const CONTENT = Buffer.from('<edXML/>');

/** A leased transmission of a small document to one addressee. */
export function leased(transmission: string, change: Partial<LeasedTransmission> = {}): LeasedTransmission {
  return {
    transmission,
    epoch: 1,
    message: 'm',
    kind: 'new',
    sender: 'H99.12',
    documentId: 'H99.12/2026/000001',
    connection: 'commune',
    urgent: false,
    unchecked: false,
    verdict: 'passed',
    referenceOnly: false,
    sha256: createHash('sha256').update(CONTENT).digest('hex'),
    size: CONTENT.length,
    inline: CONTENT,
    rendered: null,
    attempt: 1,
    deliveries: [{ id: `${transmission}-d`, organisation: 'H99.12.01' }],
    ...change,
  };
}
