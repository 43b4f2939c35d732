// The two times a judgement knows: the instant everything is judged at, and when its evidence was gathered.

import { describe, expect, test } from '@jest/globals';
import { createTestPki, list, material } from '../../../../certs/test-pki.ts';
import { createPackageJudge } from '../../../../src/gateway/basis/judge.ts';
import { connection, organisation, registryOf } from '../../../support/registry.ts';
import { openedWith, signatureBy } from '../../core/verify/material.ts';

const FIRST_SEEN = new Date('2026-11-22T03:00:00Z');
const NOW = new Date('2026-11-25T03:00:00Z');

describe('evidence', () => {
  test.each([
    ['at receipt', FIRST_SEEN, 'future'],
    ['at a re-check days later', NOW, undefined],
  ])('%s is of now, and judged at the instant it was first seen', async (_when, now, reason) => {
    const pki = await createTestPki(FIRST_SEEN);
    const right = material(pki);
    const registry = registryOf([organisation('H99.12'), organisation('H99.13')], [], {
      anchors: right.anchors,
      crls: [list(pki.root, FIRST_SEEN), list(pki.sub, NOW)],
    });
    const opened = openedWith({ kind: 'present', material: signatureBy(right) });
    const inspected = { scans: null, documents: new Map() };
    const judge = createPackageJudge({ now: () => now });
    const { report, lacking } = await judge({ opened, inspected }, connection('x'), registry, FIRST_SEEN);
    expect(report.instant).toBe(FIRST_SEEN.toISOString());
    expect(report.findings.find(({ code }) => code === 'crl-invalid')?.facts['reason']).toBe(reason);
    expect(lacking).toHaveLength(reason === undefined ? 0 : 1);
  });
});
