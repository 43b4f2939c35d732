// The four extensions by which authorities bind certificates to policies (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and
// 4.2.1.14). Qualifiers (where the policy's text lies, what a person should be shown) decide nothing and are not read.

import { children, DerFault, expectTag, implicit, oidValue, readWhole, smallInteger, TAG } from '../crypto/der.ts';

/** The policy that stands for every policy. */
export const ANY_POLICY = '2.5.29.32.0';

/** A policy of the issuer's and the one below it that counts as the same. */
export interface PolicyMapping {
  readonly issuer: string;
  readonly subject: string;
}

/** After how many further certificates something holds; null: it is not asked for. */
export interface PolicyConstraints {
  readonly requireExplicit: number | null;
  readonly inhibitMapping: number | null;
}

export interface PolicyExtensions {
  /** Identifiers; null: the certificate has no such extension. */
  readonly policies: readonly string[] | null;
  readonly policyMappings: readonly PolicyMapping[];
  readonly policyConstraints: PolicyConstraints | null;
  /** After how many further certificates anyPolicy stands for itself only. */
  readonly inhibitAnyPolicy: number | null;
}

export const NO_POLICIES: PolicyExtensions = {
  policies: null,
  policyMappings: [],
  policyConstraints: null,
  inhibitAnyPolicy: null,
};

/** By the extension's identifier. */
export const POLICY_READERS: readonly (readonly [string, (value: Buffer) => Partial<PolicyExtensions>])[] = [
  ['2.5.29.32', (value) => ({ policies: readPolicies(value) })],
  ['2.5.29.33', (value) => ({ policyMappings: readMappings(value) })],
  ['2.5.29.36', (value) => ({ policyConstraints: readConstraints(value) })],
  ['2.5.29.54', (value) => ({ inhibitAnyPolicy: smallInteger(readWhole(value, TAG.integer)) })],
];

/** SEQUENCE SIZE (1..) of `{ policy, qualifiers OPTIONAL }`, no policy twice. */
function readPolicies(value: Buffer): string[] {
  const policies = children(readWhole(value, TAG.sequence)).map((information) => {
    const [id, , ...rest] = children(expectTag(information, TAG.sequence));
    if (rest.length > 0) throw new DerFault('certificate policies');
    return oidValue(id);
  });
  if (policies.length === 0 || new Set(policies).size < policies.length) throw new DerFault('certificate policies');
  return policies;
}

function readMappings(value: Buffer): PolicyMapping[] {
  const mappings = children(readWhole(value, TAG.sequence)).map((pair) => {
    const [issuer, subject, ...rest] = children(expectTag(pair, TAG.sequence));
    if (rest.length > 0) throw new DerFault('policy mappings');
    return { issuer: oidValue(issuer), subject: oidValue(subject) };
  });
  if (mappings.length === 0) throw new DerFault('policy mappings');
  return mappings;
}

/** `[0]` and `[1]`, each an IMPLICIT INTEGER, in this order; never none of both. */
function readConstraints(value: Buffer): PolicyConstraints {
  const fields = children(readWhole(value, TAG.sequence));
  if (!CONSTRAINT_FIELDS.has(fields.map(({ tag }) => tag).join())) throw new DerFault('policy constraints');
  const number = (tag: number): number | null => {
    const field = fields.find((candidate) => candidate.tag === tag);
    return field === undefined ? null : smallInteger({ ...field, tag: TAG.integer });
  };
  return { requireExplicit: number(implicit(0)), inhibitMapping: number(implicit(1)) };
}

const CONSTRAINT_FIELDS: ReadonlySet<string> = new Set([
  `${implicit(0)}`,
  `${implicit(1)}`,
  `${implicit(0)},${implicit(1)}`,
]);
