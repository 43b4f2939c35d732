// Paths that a policy, a name constraint, their length or their key ends, and their neighbours that hold: rows for the same
// table as those of test-pki.ts.

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { type Authority, createAuthority, issue } from './authority.ts';
import { sequence, tagged, tlv } from '../src/core/crypto/der-writer.ts';
import { LEAF_NAME, type PkiCase, type PkiMaterial, type TestPki, list, material } from './test-pki.ts';
import {
  type Extension,
  basicConstraints,
  certificatePolicies,
  inhibitAnyPolicy,
  keyUsage,
  policyConstraints,
  policyMappings,
} from './x509.ts';

const ANY = '2.5.29.32.0';
const ONE = '1.3.6.1.4.1.99999.7.1';
const TWO = '1.3.6.1.4.1.99999.7.2';

/** Kinds of GeneralName that are text, by their tag. */
const NAME_TAGS = { email: 0x81, dns: 0x82, uri: 0x86, ip: 0x87 } as const;
type NameKind = keyof typeof NAME_TAGS;

const nameOf = (kind: NameKind, text: string): Buffer => tlv(NAME_TAGS[kind], Buffer.from(text, 'latin1'));

const alternativeNames = (kind: NameKind, ...texts: readonly string[]): Extension => ({
  oid: '2.5.29.17',
  value: sequence(...texts.map((text) => nameOf(kind, text))),
});

const constraintOn = (list: 'permitted' | 'excluded', kind: NameKind, subtree: string): Extension => ({
  oid: '2.5.29.30',
  critical: true,
  value: sequence(tagged(list === 'permitted' ? 0 : 1, sequence(nameOf(kind, subtree)))),
});

/**
 * Authorities one below the other under the root, with these extensions each, and a leaf with those under the last one;
 * lists for all of them.
 */
async function chain(
  pki: TestPki,
  authorities: readonly (readonly Extension[])[],
  leafHas: readonly Extension[],
  key: KeyObject = pki.leafKey,
): Promise<PkiMaterial> {
  const { now, root } = pki;
  let parent: Authority = root;
  const crls = [list(root, now)];
  for (const [index, extensions] of authorities.entries()) {
    const defaults = [basicConstraints(true), keyUsage('keyCertSign', 'cRLSign'), ...extensions];
    const name = [['CN', `Cấp ${index + 1}`]] as const;
    parent = await createAuthority({ name, key: 'ec', now, days: 365, parent, override: { extensions: defaults } });
    crls.push(list(parent, now));
  }
  const extensions = [basicConstraints(false), keyUsage('digitalSignature'), ...leafHas];
  const publicKey = createPublicKey(key);
  const { certificate } = issue(parent, { subject: LEAF_NAME, publicKey, now, days: 30, override: { extensions } });
  return material(pki, {}, { key, certificates: [certificate, ...parent.chain], crls });
}

interface ChainCase {
  readonly row: string;
  readonly name: string;
  /** Null: the path holds. */
  readonly reason: string | null;
  readonly authorities: readonly (readonly Extension[])[];
  readonly leaf: readonly Extension[];
}

const EXPLICIT = policyConstraints({ requireExplicit: 0 });

const POLICY_CASES: readonly ChainCase[] = [
  {
    row: 'C11',
    name: 'a policy asked for, and the same all the way',
    reason: null,
    authorities: [[certificatePolicies(ONE), EXPLICIT], [certificatePolicies(ONE)]],
    leaf: [certificatePolicies(ONE)],
  },
  {
    row: 'C11',
    name: 'a policy asked for, and another one stated',
    reason: 'policy',
    authorities: [[certificatePolicies(ONE), EXPLICIT], [certificatePolicies(ONE)]],
    leaf: [certificatePolicies(TWO)],
  },
  {
    row: 'C11',
    name: 'a policy asked for, and the one in between states none',
    reason: 'policy',
    authorities: [[certificatePolicies(ONE), EXPLICIT], []],
    leaf: [certificatePolicies(ONE)],
  },
  {
    row: 'C11',
    name: 'a policy asked for after two more certificates, and none there',
    reason: 'policy',
    authorities: [[certificatePolicies(ONE), policyConstraints({ requireExplicit: 2 })], [], []],
    leaf: [],
  },
  {
    row: 'C11',
    name: 'a policy asked for only further down than the path goes',
    reason: null,
    authorities: [[certificatePolicies(ONE), policyConstraints({ requireExplicit: 4 })], []],
    leaf: [],
  },
  {
    row: 'C11',
    name: 'policies that differ where none is asked for',
    reason: null,
    authorities: [[certificatePolicies(ONE)]],
    leaf: [certificatePolicies(TWO)],
  },
  {
    row: 'C11',
    name: 'a policy mapped to another',
    reason: null,
    authorities: [[certificatePolicies(ONE), policyMappings([ONE, TWO]), EXPLICIT]],
    leaf: [certificatePolicies(TWO)],
  },
  {
    row: 'C11',
    name: 'a policy mapped to another, and the first one used on',
    reason: 'policy',
    authorities: [[certificatePolicies(ONE), policyMappings([ONE, TWO]), EXPLICIT]],
    leaf: [certificatePolicies(ONE)],
  },
  {
    row: 'C11',
    name: 'a mapping that the authority above does not allow',
    reason: 'policy',
    authorities: [
      [certificatePolicies(ONE), policyConstraints({ requireExplicit: 0, inhibitMapping: 0 })],
      [certificatePolicies(ONE), policyMappings([ONE, TWO])],
    ],
    leaf: [certificatePolicies(TWO)],
  },
  {
    row: 'C11',
    name: 'every policy mapped to one',
    reason: 'policy-mapping',
    authorities: [[certificatePolicies(ANY), policyMappings([ANY, ONE])]],
    leaf: [certificatePolicies(ONE)],
  },
  {
    row: 'C11',
    name: 'any policy will do',
    reason: null,
    authorities: [[certificatePolicies(ANY), EXPLICIT], [certificatePolicies(ANY)]],
    leaf: [certificatePolicies(ONE)],
  },
  {
    row: 'C11',
    name: 'any policy, after it no longer stands for every one',
    reason: 'policy',
    authorities: [[certificatePolicies(ONE), EXPLICIT, inhibitAnyPolicy(0)], [certificatePolicies(ANY)]],
    leaf: [certificatePolicies(ONE)],
  },
  {
    row: 'C13',
    name: 'more policies than anybody has',
    reason: 'limits',
    authorities: [[certificatePolicies(...Array.from({ length: 300 }, (_, index) => `1.3.6.1.4.1.99999.8.${index}`))]],
    leaf: [],
  },
];

function nameCase(
  reason: string | null,
  list: 'permitted' | 'excluded',
  kind: NameKind,
  subtree: string,
  ...names: readonly string[]
): ChainCase {
  return {
    row: 'C11',
    name: `${kind} ${list} ${JSON.stringify(subtree)}: ${names.join(' ')}`,
    reason,
    authorities: [[constraintOn(list, kind, subtree)]],
    leaf: names.length === 0 ? [] : [alternativeNames(kind, ...names)],
  };
}

const outside = 'name-constraints';

const NAME_CASES: readonly ChainCase[] = [
  nameCase(null, 'permitted', 'dns', 'mau.vn', 'mau.vn', 'a.MAU.vn', 'a.b.mau.vn'),
  nameCase(outside, 'permitted', 'dns', 'mau.vn', 'a.mau.vn', 'xmau.vn'),
  nameCase(outside, 'permitted', 'dns', 'mau.vn', 'mau.vn.khac.vn'),
  nameCase(outside, 'permitted', 'dns', 'mau.vn', 'khac.vn\0.mau.vn'),
  nameCase(outside, 'permitted', 'dns', 'mau.vn', 'm\u00e0u.mau.vn'),
  nameCase(null, 'permitted', 'dns', 'mau.vn', '*.mau.vn'),
  nameCase(outside, 'permitted', 'dns', 'a.mau.vn', '*.mau.vn'),
  nameCase(outside, 'excluded', 'dns', 'mau.vn', 'a.mau.vn'),
  nameCase(outside, 'excluded', 'dns', 'mau.vn', 'a.mau.vn.'),
  nameCase(outside, 'excluded', 'dns', 'a.mau.vn', '*.mau.vn'),
  nameCase(null, 'excluded', 'dns', 'mau.vn', 'a.khac.vn'),
  nameCase(null, 'permitted', 'email', 'mau.vn', 'vanthu@MAU.vn'),
  nameCase(outside, 'permitted', 'email', 'mau.vn', 'vanthu@a.mau.vn'),
  nameCase(null, 'permitted', 'email', '.mau.vn', 'vanthu@a.mau.vn'),
  nameCase(outside, 'permitted', 'email', '.mau.vn', 'vanthu@mau.vn'),
  nameCase(null, 'permitted', 'email', 'vanthu@mau.vn', 'vanthu@mau.vn'),
  nameCase(outside, 'permitted', 'email', 'vanthu@mau.vn', 'Vanthu@mau.vn'),
  nameCase(outside, 'excluded', 'email', 'vanthu@mau.vn', 'Vanthu@mau.vn'),
  nameCase(outside, 'permitted', 'email', 'mau.vn', 'mau.vn'),
  nameCase(null, 'excluded', 'email', 'mau.vn', 'vanthu@khac.vn'),
  nameCase(null, 'permitted', 'uri', 'mau.vn', 'https://mau.vn/a', 'https://x@mau.vn:8443?a'),
  nameCase(outside, 'permitted', 'uri', 'mau.vn', 'https://a.mau.vn/'),
  nameCase(null, 'permitted', 'uri', '.mau.vn', 'https://a.mau.vn/'),
  nameCase(outside, 'permitted', 'uri', 'mau.vn', 'https://khac.vn/@mau.vn'),
  nameCase(outside, 'permitted', 'uri', 'mau.vn', 'https://khac.vn#@mau.vn'),
  nameCase(outside, 'excluded', 'uri', 'mau.vn', 'https://x:y@mau.vn/'),
  nameCase(outside, 'excluded', 'uri', 'mau.vn', 'https://10.0.0.1/'),
  nameCase(outside, 'excluded', 'uri', 'mau.vn', 'urn:mau'),
  nameCase(null, 'excluded', 'uri', 'mau.vn', 'https://khac.vn/'),
  nameCase(outside, 'permitted', 'ip', '\x0a\0\0\0\xff\0\0\0', '\x0a\0\0\x01'),
  nameCase(outside, 'excluded', 'ip', '\x0a\0\0\0\xff\0\0\0', '\x0b\0\0\x01'),
  nameCase(null, 'excluded', 'ip', '\x0a\0\0\0\xff\0\0\0'),
];

export const PATH_CASES: readonly PkiCase[] = [
  ...[...POLICY_CASES, ...NAME_CASES].map(({ row, name, reason, authorities, leaf }): PkiCase => {
    const code = reason === 'limits' ? 'certificate-malformed' : 'certificate-untrusted';
    return {
      row,
      name,
      verdict: reason === null ? 'passed' : code,
      ...(reason === null ? {} : { reason }),
      make: (pki) => chain(pki, authorities, leaf),
    };
  }),
  ...(['P-384', 'P-521'] as const).map((namedCurve): PkiCase => ({
    row: 'S20',
    name: `a package signed by a key on ${namedCurve}`,
    ...(namedCurve === 'P-384' ? { verdict: 'passed' } : { verdict: 'certificate-usage', reason: 'key-curve' }),
    make: (pki) => chain(pki, [], [], generateKeyPairSync('ec', { namedCurve }).privateKey),
  })),
  {
    row: 'S20',
    name: 'an authority on P-521',
    verdict: 'passed',
    make: async (pki) => {
      const key = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey;
      const { now, root } = pki;
      const large = await createAuthority({ name: [['CN', 'Khóa lớn']], key, now, days: 365, parent: root });
      const leaf = issue(large, { subject: LEAF_NAME, publicKey: createPublicKey(pki.leafKey), now, days: 30 });
      const crls = [list(root, now), list(large, now)];
      return material(pki, {}, { certificates: [leaf.certificate, ...large.chain], crls });
    },
  },
  {
    row: 'S20',
    name: 'an authority with an RSA key of 1024 bits',
    verdict: 'certificate-key-weak',
    make: async (pki) => {
      const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
      const { now, root } = pki;
      const weak = await createAuthority({ name: [['CN', 'Khóa yếu']], key, now, days: 365, parent: root });
      const leaf = issue(weak, { subject: LEAF_NAME, publicKey: createPublicKey(pki.leafKey), now, days: 30 });
      return material(pki, {}, { certificates: [leaf.certificate, ...weak.chain], crls: [list(root, now)] });
    },
  },
];
