// The path validation suite of NIST (PKITS 1.0.1), judged as a bare certificate is. What the suite calls rejected must not
// pass: it fails, or stays undecided where a revocation list is missing or says nothing.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { verdictOf } from '../../src/core/problems/finding.ts';
import { readTrust } from '../../src/core/pki/trust.ts';
import { type CertificateReport, verifyCertificate } from '../../src/core/verify/certificate.ts';
import { describeCorpus, judge, readLedger } from '../support/corpora.ts';

const CASE = z.looseObject({
  name: z.string(),
  trust_anchor: z.string(),
  cert: z.string(),
  intermediates: z.array(z.string()),
  crls: z.array(z.string()),
  params: z.strictObject({
    user_initial_policy_set: z.array(z.string()).nullable().default(null),
    initial_explicit_policy: z.boolean().default(false),
    initial_policy_mapping_inhibit: z.boolean().default(false),
    initial_any_policy_inhibit: z.boolean().default(false),
  }),
  check_revocation: z.boolean(),
  validation_time: z.iso.datetime(),
  expected: z.enum(['accept', 'reject']),
});

const OUTCOMES = { accept: ['passed'], reject: ['failed', 'undecided'] };

/** The suite asks for the path alone; what a certificate at its end may be used for, an authority's own say, is not asked. */
function pathVerdict({ findings }: CertificateReport): string {
  return verdictOf(findings.filter(({ code }) => code !== 'certificate-usage'));
}

function outcomeOf(folder: string, one: z.infer<typeof CASE>): string {
  const bytes = (path: string): Buffer => readFileSync(join(folder, path));
  const { params } = one;
  const trust = readTrust({
    anchors: [{ certificate: bytes(one.trust_anchor), purposes: ['package-signature'], revocation: 'required' }],
    intermediates: one.intermediates.map(bytes),
    crls: one.crls.map(bytes),
  });
  const report = verifyCertificate(bytes(one.cert), trust, {
    purpose: 'package-signature',
    instant: new Date(one.validation_time),
    policies: {
      acceptable: params.user_initial_policy_set,
      isExplicit: params.initial_explicit_policy,
      isMappingInhibited: params.initial_policy_mapping_inhibit,
      isAnyPolicyInhibited: params.initial_any_policy_inhibit,
    },
  });
  return pathVerdict(report);
}

describeCorpus('pkits', (folder) => {
  const path = join(folder, 'verdicts.json');
  const cases = existsSync(path)
    ? z.object({ cases: z.array(CASE) }).parse(JSON.parse(readFileSync(path, 'utf8'))).cases
    : [];
  const ledger = readLedger('pkits');

  test('is there, and so is every case of the ledger', () => {
    expect(cases).toHaveLength(246);
    const names = new Set(cases.map(({ name }) => name));
    expect(names.size).toBe(246);
    expect([...ledger.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  test('the ledger is short, and accepts nothing that must be refused', () => {
    expect(ledger.size).toBeLessThanOrEqual(5);
    expect([...ledger.values()].filter(({ actual }) => actual === 'passed')).toEqual([]);
  });

  test.each(cases)('$id $name: $expected', (one) => {
    judge(one.name, OUTCOMES[one.expected], outcomeOf(folder, one), ledger);
  });
});
