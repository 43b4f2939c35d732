// Proofs, kept once under their hash.

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { proofOf } from '../../../src/core/pki/proof.ts';
import { type RecordUnderTest } from './record.ts';

export function proofsContract(record: RecordUnderTest): void {
  describe('proofs', () => {
    const pieces = async (sha256: string, from = record.store): Promise<Buffer> => {
      const all: Buffer[] = [];
      for await (const piece of from.proofs.open(sha256)) all.push(piece);
      return Buffer.concat(all);
    };

    test('are kept once and found by their hash, from any process, in the order asked for', async () => {
      const [small, large] = [proofOf('certificate', randomBytes(700)), proofOf('crl', randomBytes(5 * 1024 * 1024))];
      await Promise.all([record.store.proofs.keep([small, large]), record.other.proofs.keep([large, small, large])]);
      await record.store.proofs.keep([small, large]);
      const unknown = proofOf('ocsp', randomBytes(50)).sha256;
      expect(await record.other.proofs.find([large.sha256, unknown, small.sha256])).toEqual([
        { kind: 'crl', sha256: large.sha256, size: large.der.length },
        { kind: 'certificate', sha256: small.sha256, size: small.der.length },
      ]);
      for (const { sha256, der } of [small, large]) expect((await pieces(sha256, record.other)).equals(der)).toBe(true);
    });

    test('one of exactly as many bytes as are read at once is whole', async () => {
      const proof = proofOf('crl', randomBytes(1024 * 1024));
      await record.store.proofs.keep([proof]);
      expect((await pieces(proof.sha256)).equals(proof.der)).toBe(true);
    });

    test('one that is not there, or is not what its hash says, is not given out', async () => {
      const [missing, wrong] = [proofOf('crl', randomBytes(40)), proofOf('crl', randomBytes(41))];
      await expect(pieces(missing.sha256)).rejects.toMatchObject({ code: 'content-corrupt' });
      await record.store.proofs.keep([{ ...wrong, der: randomBytes(2_000_000) }]);
      const given: Buffer[] = [];
      const reading = (async () => {
        for await (const piece of record.store.proofs.open(wrong.sha256)) given.push(piece);
      })();
      await expect(reading).rejects.toMatchObject({ code: 'content-corrupt' });
      expect(Buffer.concat(given).length).toBeLessThan(2_000_000);
    });
  });
}
