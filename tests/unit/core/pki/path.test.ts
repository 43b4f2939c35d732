// The cost of a path search is bounded for all sets of certificates.

import { createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority, issue, newKeyPair } from '../../../../certs/authority.ts';
import type { Authority } from '../../../../certs/authority.ts';
import {
  basicConstraints,
  certificatePolicies,
  keyUsage,
  policyConstraints,
  policyMappings,
} from '../../../../certs/x509.ts';
import { parseCertificate } from '../../../../src/core/pki/certificate.ts';
import type { Certificate } from '../../../../src/core/pki/certificate.ts';
import { findPaths } from '../../../../src/core/pki/path.ts';
import type { PathSearch } from '../../../../src/core/pki/path.ts';
import { readTrust } from '../../../../src/core/pki/trust.ts';

const now = new Date('2026-11-22T03:00:00Z');
const options = { key: 'ec', now, days: 30 } as const;

function parsed(der: Buffer): Certificate {
  const certificate = parseCertificate(der);
  if (!certificate.ok) throw new Error(JSON.stringify(certificate.facts));
  return certificate.value;
}

const policyIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `1.3.6.1.4.1.99999.8.${index}`);

let root: Authority;
beforeAll(async () => {
  root = await createAuthority({ ...options, name: [['CN', 'Gốc Mẫu']] });
});

async function search(authority: Authority, intermediates: readonly Buffer[]): Promise<PathSearch> {
  const key = await newKeyPair('ec');
  const extensions = [basicConstraints(false), keyUsage('digitalSignature'), certificatePolicies('2.5.29.32.0')];
  const leaf = issue(authority, {
    ...options,
    subject: [['CN', 'Lá']],
    publicKey: createPublicKey(key),
    override: { extensions },
  });
  const { anchors } = readTrust({
    anchors: [
      { certificate: root.chain.at(-1) ?? Buffer.alloc(0), purposes: ['package-signature'], revocation: 'required' },
    ],
    intermediates: [],
    crls: [],
  });
  return findPaths({
    leaf: parsed(leaf.certificate),
    intermediates: intermediates.map(parsed),
    anchors,
    purpose: 'package-signature',
  });
}

describe('bounded', () => {
  test('100 authorities, one below the other (C13)', async () => {
    let last = root;
    for (let depth = 0; depth < 100; depth += 1) {
      last = await createAuthority({ ...options, name: [['CN', `Cấp ${depth}`]], parent: last });
    }
    expect(await search(last, last.chain)).toMatchObject({
      paths: [],
      fault: { code: 'certificate-malformed', facts: { reason: 'limits' } },
    });
  });

  test('twelve authorities that all vouch for each other, and none for the anchor (C13)', async () => {
    const names = Array.from({ length: 12 }, (_, index) => [['CN', `Hội ${index}`]] as const);
    const keys = await Promise.all(names.map(() => newKeyPair('ec')));
    const ring = await Promise.all(
      names.map((name, index) => createAuthority({ ...options, name, key: keys[index] ?? 'ec' })),
    );
    const crossed = await Promise.all(
      ring.flatMap((parent, from) =>
        names
          .filter((_, to) => to !== from)
          .map((name) => createAuthority({ ...options, name, key: keys[names.indexOf(name)] ?? 'ec', parent })),
      ),
    );
    const [first = root] = ring;
    const found = await search(
      first,
      crossed.map(({ chain: [der] }) => der),
    );
    expect(found).toMatchObject({ paths: [], fault: { facts: { reason: 'limits' } } });
  });

  test('fifty authorities of one name, of which the last made the signature', async () => {
    const name = [['CN', 'Cùng tên']] as const;
    const same = await Promise.all(
      Array.from({ length: 50 }, () => createAuthority({ ...options, name, parent: root })),
    );
    const last = same.at(-1) ?? root;
    const found = await search(
      last,
      same.map(({ chain: [der] }) => der),
    );
    expect(found.paths).toHaveLength(1);
  });

  test('policies that each authority maps to all the others: a tree of 14^8 leaves', async () => {
    const ids = policyIds(14);
    const all = ids.flatMap((from) => ids.map((to) => [from, to] as const));
    const extensions = [
      basicConstraints(true),
      keyUsage('keyCertSign'),
      certificatePolicies(...ids),
      policyMappings(...all),
      policyConstraints({ requireExplicit: 0 }),
    ];
    let last = root;
    for (let depth = 0; depth < 8; depth += 1) {
      last = await createAuthority({
        ...options,
        name: [['CN', `Cấp ${depth}`]],
        parent: last,
        override: { extensions },
      });
    }
    const found = await search(last, last.chain);
    expect(found.paths).toHaveLength(1);
    expect([...(found.paths[0]?.policies ?? [])].sort()).toEqual([...ids].sort());
  });
});
