// Random chains with faults, judged by two other implementations too. All must say the same.

import { execFile } from 'node:child_process';
import { createPublicKey, webcrypto } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as pkijs from 'pkijs';
import { type Authority, createAuthority, issue, newKeyPair } from '../../../../certs/authority.ts';
import {
  type Extension,
  type NameParts,
  basicConstraints,
  certificatePolicies,
  distinguishedName,
  inhibitAnyPolicy,
  keyUsage,
  nameConstraints,
  policyConstraints,
  policyMappings,
} from '../../../../certs/x509.ts';
import { NO_DEMAND } from '../../../../src/core/pki/policies.ts';
import { toPem } from '../../../../src/core/crypto/pem.ts';
import { readTrust } from '../../../../src/core/pki/trust.ts';
import { verifyCertificate } from '../../../../src/core/verify/certificate.ts';
import { requireTool } from '../../../support/tools.ts';

const now = new Date('2026-11-22T03:00:00Z');
const DAY = 24 * 3600 * 1000;
const ANY = '2.5.29.32.0';
const POLICIES = ['1.3.6.1.4.1.99999.7.1', '1.3.6.1.4.1.99999.7.2', ANY] as const;

const execFileAsync = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'lienthong-oracle-'));
afterAll(() => rmSync(folder, { recursive: true }));

let openssl: string;
let keys: readonly KeyObject[];
let root: Authority;
beforeAll(async () => {
  openssl = await requireTool('openssl');
  pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }));
  keys = await Promise.all(Array.from({ length: 5 }, () => newKeyPair('ec')));
  root = await createAuthority({ name: [['CN', 'Gốc Mẫu']], key: keys[0] ?? 'ec', now, days: 900 });
});

const policySet = fc.uniqueArray(fc.constantFrom(...POLICIES), { minLength: 1, maxLength: 3 });
const authority = fc.record({
  organisation: fc.constantFrom('A', 'B'),
  isAuthority: fc.constantFrom(true, true, true, true, false),
  pathLength: fc.option(fc.nat({ max: 2 }), { nil: undefined, freq: 2 }),
  signs: fc.constantFrom(true, true, true, true, false),
  isInDate: fc.constantFrom(true, true, true, true, true, false),
  policies: fc.option(policySet, { freq: 4 }),
  isMapped: fc.constantFrom(false, false, false, true),
  constraints: fc.option(
    fc.constantFrom({ requireExplicit: 0 }, { requireExplicit: 1 }, { requireExplicit: 0, inhibitMapping: 0 }),
    { freq: 2 },
  ),
  inhibitAny: fc.option(fc.nat({ max: 1 }), { freq: 1 }),
  subtree: fc.option(fc.constantFrom('permitted' as const, 'excluded' as const), { freq: 1 }),
});
type AuthorityPlan = typeof authority extends fc.Arbitrary<infer Plan> ? Plan : never;

const nameOf = (organisation: string, common: string): NameParts => [
  ['C', 'VN'],
  ['O', organisation],
  ['CN', common],
];

function extensionsOf(plan: AuthorityPlan): Extension[] {
  const { isAuthority, pathLength, signs, policies, isMapped, constraints, inhibitAny, subtree } = plan;
  return [
    basicConstraints(isAuthority, isAuthority ? pathLength : undefined),
    signs ? keyUsage('keyCertSign', 'cRLSign') : keyUsage('cRLSign'),
    ...(policies === null ? [] : [certificatePolicies(...policies)]),
    ...(isMapped ? [policyMappings([POLICIES[0], POLICIES[1]])] : []),
    ...(constraints === null ? [] : [policyConstraints(constraints)]),
    ...(inhibitAny === null ? [] : [inhibitAnyPolicy(inhibitAny)]),
    ...(subtree === null
      ? []
      : [
          nameConstraints(
            subtree,
            distinguishedName([
              ['C', 'VN'],
              ['O', 'A'],
            ]),
          ),
        ]),
  ];
}

interface Chain {
  readonly leaf: Buffer;
  readonly between: readonly Buffer[];
}

async function build(
  plans: readonly AuthorityPlan[],
  leaf: { organisation: string; policies: string[] | null },
): Promise<Chain> {
  let parent = root;
  for (const [index, plan] of plans.entries()) {
    const override = {
      extensions: extensionsOf(plan),
      ...(plan.isInDate
        ? {}
        : { notAfter: new Date(now.getTime() - DAY), notBefore: new Date(now.getTime() - 2 * DAY) }),
    };
    const name = nameOf(plan.organisation, `Cấp ${index}`);
    parent = await createAuthority({ name, key: keys[index + 1] ?? 'ec', now, days: 90, parent, override });
  }
  const extensions = [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    ...(leaf.policies === null ? [] : [certificatePolicies(...leaf.policies)]),
  ];
  const publicKey = createPublicKey(keys[4] ?? root.key);
  const subject = nameOf(leaf.organisation, 'Lá');
  const { certificate } = issue(parent, { subject, publicKey, now, days: 30, override: { extensions } });
  return { leaf: certificate, between: parent.chain.slice(0, -1) };
}

function ours({ leaf, between }: Chain): boolean {
  const trust = readTrust({
    anchors: [{ certificate: root.chain[0], purposes: ['package-signature'], revocation: 'not-published' }],
    intermediates: between,
    crls: [],
  });
  const question = { purpose: 'package-signature', policies: NO_DEMAND, instant: now } as const;
  return verifyCertificate(leaf, trust, question).verdict === 'passed';
}

async function theirs({ leaf, between }: Chain): Promise<boolean> {
  const read = (der: Buffer): pkijs.Certificate => pkijs.Certificate.fromBER(new Uint8Array(der));
  const engine = new pkijs.CertificateChainValidationEngine({
    trustedCerts: [read(root.chain[0])],
    certs: [...between.map(read).reverse(), read(leaf)],
    crls: [],
    checkDate: now,
  });
  const { result } = await engine.verify();
  return result;
}

async function openssls({ leaf, between }: Chain): Promise<boolean> {
  const files = { 'leaf.pem': [leaf], 'between.pem': between, 'root.pem': [root.chain[0]] };
  for (const [name, ders] of Object.entries(files)) {
    writeFileSync(join(folder, name), ders.map((der) => toPem('CERTIFICATE', der)).join(''));
  }
  const at = (name: string): string => join(folder, name);
  const untrusted = between.length === 0 ? [] : ['-untrusted', at('between.pem')];
  const instant = String(Math.floor(now.getTime() / 1000));
  const args = [
    'verify',
    '-policy_check',
    '-policy',
    ANY,
    '-attime',
    instant,
    '-CAfile',
    at('root.pem'),
    ...untrusted,
    at('leaf.pem'),
  ];
  return execFileAsync(openssl, args).then(
    () => true,
    () => false,
  );
}

const leafPlan = fc.record({ organisation: fc.constantFrom('A', 'B'), policies: fc.option(policySet, { freq: 4 }) });

/**
 * pkijs lets policies pass where an authority states none, and an authority stand below a path length of zero (RFC 5280
 * sections 6.1.3 e and 6.1.4 l): both are left out for it.
 */
const forPkijs = (plan: AuthorityPlan): AuthorityPlan => ({
  ...plan,
  pathLength: undefined,
  policies: null,
  isMapped: false,
  constraints: null,
  inhibitAny: null,
});

test.each<[name: string, judge: (chain: Chain) => Promise<boolean>, adapt: (plan: AuthorityPlan) => AuthorityPlan]>([
  ['pkijs', theirs, forPkijs],
  ['openssl', openssls, (plan) => plan],
])(
  'agrees with %s on random chains',
  async (_, judge, adapt) => {
    const seen = { passed: 0, failed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(authority, { maxLength: 3 }), leafPlan, async (plans, leaf) => {
        const chain = await build(plans.map(adapt), leaf);
        const verdict = ours(chain);
        seen[verdict ? 'passed' : 'failed'] += 1;
        expect(await judge(chain)).toBe(verdict);
      }),
      { numRuns: 150 },
    );
    expect(seen.passed).toBeGreaterThan(15);
    expect(seen.failed).toBeGreaterThan(15);
  },
  120_000,
);
