import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTestPki, PKI_CASES } from '../../../../certs/test-pki.ts';
import type { TestPki } from '../../../../certs/test-pki.ts';
import { cacheOf } from '../../../../src/core/pki/cache.ts';
import type { KnownSigner } from '../../../../src/core/pki/signer.ts';
import { firstCause, verify } from '../../../../src/core/verify/verify.ts';
import { evidenceOf, openedWith, signatureBy } from './material.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki(now);
});

describe('certificates and lists', () => {
  test.each(PKI_CASES)('$row $name: $expected', async ({ make, expected, reason }) => {
    const made = await make(pki);
    const cache = cacheOf<KnownSigner>(10);
    const opened = openedWith({ kind: 'present', material: signatureBy(made) });
    const evidence = evidenceOf(made);
    const report = verify(opened, evidence, cache);
    expect(firstCause(report)?.code ?? report.verdict).toBe(expected);
    if (reason !== undefined) expect(firstCause(report)?.facts['reason']).toBe(reason);
    // A second time, from the cache.
    expect(verify(opened, evidence, cache)).toEqual(report);
  });
});
