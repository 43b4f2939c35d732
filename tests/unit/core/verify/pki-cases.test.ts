import { beforeAll, describe, expect, test } from '@jest/globals';
import { PATH_CASES } from '../../../../certs/path-cases.ts';
import { createTestPki, PKI_CASES } from '../../../../certs/test-pki.ts';
import type { TestPki } from '../../../../certs/test-pki.ts';
import { firstCause } from '../../../../src/core/verify/cause.ts';
import { verify } from '../../../../src/core/verify/verify.ts';
import { evidenceOf, openedWith, signatureBy } from './material.ts';

const now = new Date('2026-11-22T03:00:00.000Z');
let pki: TestPki;
beforeAll(async () => {
  pki = await createTestPki(now);
});

const CASES = [...PKI_CASES, ...PATH_CASES];

describe('certificates and lists', () => {
  test.each(CASES)('$row $name: $expected', async ({ make, verdict: expected, reason }) => {
    const made = await make(pki);
    const opened = openedWith({ kind: 'present', material: signatureBy(made) });
    const evidence = evidenceOf(made);
    const { report } = verify(opened, evidence);
    expect(firstCause(report)?.code ?? report.verdict).toBe(expected);
    if (reason !== undefined) expect(firstCause(report)?.facts['reason']).toBe(reason);
    // A second time, from the cache.
    expect(verify(opened, evidence).report).toEqual(report);
  });

  test.each(CASES)('$row $name is judged alike by what was kept of it alone', async ({ make }) => {
    const made = await make(pki);
    const opened = openedWith({ kind: 'present', material: signatureBy(made) });
    const { report: first, proofs } = verify(opened, evidenceOf(made));
    expect(first.proofs).toEqual([...proofs.values()].map(({ kind, sha256 }) => ({ kind, sha256 })));
    const ofKind = (kind: string) => [...proofs.values()].filter((proof) => proof.kind === kind).map(({ der }) => der);
    const kept = { ...made, intermediates: ofKind('certificate'), crls: ofKind('crl'), answers: ofKind('ocsp') };
    const { report: again } = verify(opened, evidenceOf(kept));
    expect([again.verdict, firstCause(again)?.code]).toEqual([first.verdict, firstCause(first)?.code]);
    expect(again.revocation).toEqual(first.revocation);
    expect(again.proofs).toEqual(first.proofs);
  });
});
