// Certificate policies along a path (RFC 5280 section 6.1, in the form of RFC 9618: a graph with one node for each policy
// and depth, where the older tree had one for each way to it and grew without bound). Nodes point at their parents only, so
// whatever leads nowhere drops out by itself, and the graph is empty exactly when its last layer is.

import { isSelfIssued } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { ANY_POLICY } from './policy-extensions.ts';
import type { PolicyMapping } from './policy-extensions.ts';
import { grouped } from './groups.ts';

/** The demands of the verifier on a path's policies (the inputs of section 6.1.1 c, e, f and g). */
export interface PolicyDemand {
  /** Identifiers of those that will do; null: any. */
  readonly acceptable: readonly string[] | null;
  /** At least one acceptable policy must hold along the whole path. */
  readonly isExplicit: boolean;
  readonly isMappingInhibited: boolean;
  readonly isAnyPolicyInhibited: boolean;
}

/** The registry decides whom to believe; policies bind only where an authority on the path says that they do. */
export const NO_DEMAND: PolicyDemand = {
  acceptable: null,
  isExplicit: false,
  isMappingInhibited: false,
  isAnyPolicyInhibited: false,
};

/** The policies the path is valid under, or which certificate ends it and why. */
export type PolicyOutcome =
  | { readonly ok: true; readonly policies: readonly string[] }
  | { readonly ok: false; readonly reason: 'policy' | 'policy-mapping' | 'limits'; readonly certificate: Certificate };

/** Policies and mappings of one certificate; real ones have fewer than ten. */
const MAX_POLICIES = 256;

interface Node {
  readonly policy: string;
  /** Policies of the next certificate that count as this one. */
  readonly expectations: readonly string[];
  /** Nodes of the layer above. */
  readonly parents: readonly Node[];
}

/** All nodes of one depth, by their policy. */
type Layer = ReadonlyMap<string, Node>;

const ROOT: Layer = new Map([[ANY_POLICY, { policy: ANY_POLICY, expectations: [ANY_POLICY], parents: [] }]]);
const EMPTY: Layer = new Map();

/** The number of certificates that may follow before each of these holds; zero: it holds. */
interface Counters {
  readonly explicit: number;
  readonly mapping: number;
  readonly anyPolicy: number;
}

/** Carries policies from the anchor (not in the list) down to the leaf (first in the list). */
export function policiesOf(path: readonly Certificate[], demand: PolicyDemand): PolicyOutcome {
  const never = path.length + 1;
  let counters: Counters = {
    explicit: demand.isExplicit ? 0 : never,
    mapping: demand.isMappingInhibited ? 0 : never,
    anyPolicy: demand.isAnyPolicyInhibited ? 0 : never,
  };
  let layer = ROOT;
  for (const [height, certificate] of [...path.entries()].reverse()) {
    const { policies, policyMappings } = certificate;
    if ((policies?.length ?? 0) + policyMappings.length > MAX_POLICIES)
      return { ok: false, reason: 'limits', certificate };
    const mayBeAny = counters.anyPolicy > 0 || (height > 0 && isSelfIssued(certificate));
    layer = nextLayer(layer, policies, mayBeAny);
    if (counters.explicit === 0 && layer.size === 0) return { ok: false, reason: 'policy', certificate };
    if (height === 0) return conclude(layer, counters, certificate, demand);
    // Section 6.1.4 a: an authority that maps anyPolicy would map everything to everything.
    if (policyMappings.some(({ issuer, subject }) => issuer === ANY_POLICY || subject === ANY_POLICY))
      return { ok: false, reason: 'policy-mapping', certificate };
    layer = mapped(layer, policyMappings, counters.mapping > 0);
    counters = tightened(isSelfIssued(certificate) ? counters : countedDown(counters), certificate);
  }
  return { ok: true, policies: [] };
}

/** Section 6.1.3 d and e. */
function nextLayer(above: Layer, policies: readonly string[] | null, mayBeAny: boolean): Layer {
  if (policies === null) return EMPTY;
  const expecting = grouped(
    [...above.values()].flatMap((node) => node.expectations.map((policy) => ({ policy, node }))),
    ({ policy }) => policy,
  );
  const parentsOf = (policy: string): readonly Node[] => (expecting.get(policy) ?? []).map(({ node }) => node);
  const anyPolicy = above.get(ANY_POLICY);
  const layer = new Map<string, Node>();
  for (const policy of policies.filter((id) => id !== ANY_POLICY)) {
    const parents = expecting.has(policy) ? parentsOf(policy) : anyPolicy === undefined ? [] : [anyPolicy];
    if (parents.length > 0) layer.set(policy, { policy, expectations: [policy], parents });
  }
  if (!mayBeAny || !policies.includes(ANY_POLICY)) return layer;
  for (const policy of expecting.keys()) {
    if (!layer.has(policy)) layer.set(policy, { policy, expectations: [policy], parents: parentsOf(policy) });
  }
  return layer;
}

/** Section 6.1.4 b. Where mapping is inhibited, what would be mapped is no longer valid. */
function mapped(layer: Layer, mappings: readonly PolicyMapping[], isAllowed: boolean): Layer {
  const nextLayer = new Map(layer);
  for (const [policy, pairs] of grouped(mappings, ({ issuer }) => issuer)) {
    const parents = (layer.get(policy) ?? layer.get(ANY_POLICY))?.parents;
    if (!isAllowed) nextLayer.delete(policy);
    else if (parents !== undefined)
      nextLayer.set(policy, { policy, expectations: [...new Set(pairs.map(({ subject }) => subject))], parents });
  }
  return nextLayer;
}

/** Section 6.1.4 h. */
function countedDown({ explicit, mapping, anyPolicy }: Counters): Counters {
  const decrement = (count: number): number => Math.max(count - 1, 0);
  return { explicit: decrement(explicit), mapping: decrement(mapping), anyPolicy: decrement(anyPolicy) };
}

/** Section 6.1.4 i and j: an authority can make them hold sooner, never later. */
function tightened(counters: Counters, { policyConstraints, inhibitAnyPolicy }: Certificate): Counters {
  return {
    explicit: Math.min(counters.explicit, policyConstraints?.requireExplicit ?? Infinity),
    mapping: Math.min(counters.mapping, policyConstraints?.inhibitMapping ?? Infinity),
    anyPolicy: Math.min(counters.anyPolicy, inhibitAnyPolicy ?? Infinity),
  };
}

/** Section 6.1.5 a, b and g. */
function conclude(layer: Layer, counters: Counters, leaf: Certificate, demand: PolicyDemand): PolicyOutcome {
  const isRequired = countedDown(counters).explicit === 0 || leaf.policyConstraints?.requireExplicit === 0;
  const valid = validPolicies(layer);
  const policies = demand.acceptable === null ? [...valid] : acceptablePolicies(valid, demand.acceptable);
  return isRequired && policies.length === 0
    ? { ok: false, reason: 'policy', certificate: leaf }
    : { ok: true, policies };
}

function acceptablePolicies(valid: ReadonlySet<string>, acceptable: readonly string[]): readonly string[] {
  return valid.has(ANY_POLICY) || acceptable.includes(ANY_POLICY)
    ? [...new Set(acceptable.includes(ANY_POLICY) ? valid : acceptable)]
    : acceptable.filter((policy) => valid.has(policy));
}

/** The path's policies in the anchor's words: those right below anyPolicy that lead down to the leaf, and anyPolicy itself if it does. */
function validPolicies(last: Layer): ReadonlySet<string> {
  const policies = new Set<string>(last.has(ANY_POLICY) ? [ANY_POLICY] : []);
  let nodes: ReadonlySet<Node> = new Set(last.values());
  while (nodes.size > 0) {
    for (const { policy, parents } of nodes) {
      if (policy !== ANY_POLICY && parents.some((parent) => parent.policy === ANY_POLICY)) policies.add(policy);
    }
    nodes = new Set([...nodes].flatMap(({ parents }) => parents));
  }
  return policies;
}
