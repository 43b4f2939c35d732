// Finds the signer's certificate among those that came with a signature, and judges its path.

import { createHash } from 'node:crypto';
import { type Result, refuse, ok } from '../problems/finding.ts';
import { keyWeakness } from '../crypto/keys.ts';
import type { AnchorPurpose } from '../registry/anchor.ts';
import type { SignerCertificate, SignerPaths } from './cache.ts';
import { type Certificate, certificateFacts, parseCertificate } from './certificate.ts';
import { type PathFault, type PathRequest, type TrustPath, datesFault, findPaths, nearest } from './path.ts';
import { NO_DEMAND, type PolicyDemand } from './policies.ts';
import { collectRevocation } from './revocation.ts';
import { type CheckedCertificate, type RevocationStatus, statusAt } from './revocation-status.ts';
import type { Trust } from './trust.ts';

/** A signer's certificate and its issuers' are three or four; more are an attack on the verifier. */
const MAX_CERTIFICATES = 10;

/**
 * Finds the signer's certificate among those that came along: the one that issued none of the others, authorities left
 * aside. Order is not believed. Refuses with `signature-keyinfo-forbidden` (none came), `signature-keyinfo-ambiguous`
 * (more than one may be meant), `certificate-malformed` or `certificate-key-weak`.
 */
function readSigner(ders: readonly Buffer[]): Result<SignerCertificate> {
  if (ders.length === 0) return refuse('signature-keyinfo-forbidden', { reason: 'no-certificate' });
  if (ders.length > MAX_CERTIFICATES)
    return refuse('certificate-malformed', { reason: 'too-many', count: ders.length });
  const certificates = new Map<string, Certificate>();
  for (const der of ders) {
    const certificate = parseCertificate(der);
    if (!certificate.ok) return certificate;
    certificates.set(certificate.value.fingerprint, certificate.value);
  }
  const pool = [...certificates.values()];
  const persons = pool.filter((certificate) => certificate.basicConstraints?.authority !== true);
  const candidates = withoutIssuers(persons.length > 0 ? persons : pool, pool);
  const [leaf, ...rivals] = candidates;
  if (leaf === undefined) return refuse('certificate-malformed', { reason: 'loop' });
  if (rivals.length > 0) return refuse('signature-keyinfo-ambiguous', { count: candidates.length });
  return withStrongKey({ leaf, companions: pool.filter((certificate) => certificate !== leaf) });
}

function readNamedSigner([first, ...ders]: readonly [Buffer, ...Buffer[]]): Result<SignerCertificate> {
  const leaf = parseCertificate(first);
  if (!leaf.ok) return leaf;
  const companions = ders.slice(0, MAX_CERTIFICATES).flatMap((der) => {
    const certificate = parseCertificate(der);
    return certificate.ok ? [certificate.value] : [];
  });
  return withStrongKey({ leaf: leaf.value, companions });
}

function withStrongKey(signer: SignerCertificate): Result<SignerCertificate> {
  const weakness = keyWeakness(signer.leaf.key);
  if (weakness === undefined) return ok(signer);
  return refuse('certificate-key-weak', { key: weakness, ...certificateFacts(signer.leaf) });
}

function withoutIssuers(candidates: readonly Certificate[], pool: readonly Certificate[]): Certificate[] {
  return candidates.filter((candidate) => {
    return !pool.some((subject) => subject !== candidate && subject.issuerKey === candidate.subjectKey);
  });
}

/** The path that stands best at the instant. `fault` undefined: its dates are right too. */
export interface JudgedPath {
  readonly path: TrustPath;
  readonly fault: PathFault | undefined;
  readonly statuses: readonly RevocationStatus[];
  readonly certificates: readonly CheckedCertificate[];
}

export interface JudgedSigner {
  readonly signer: SignerCertificate;
  readonly best: Result<JudgedPath>;
}

/**
 * Signer and path for the certificates of one signature. Structure comes from the trust's memory when the same
 * certificates were seen by the same lists and answers; the instant is judged each time.
 */
export function judgeSigner(
  ders: readonly Buffer[],
  purpose: AnchorPurpose,
  trust: Trust,
  instant: number,
): Result<JudgedSigner> {
  const sought = { purpose, policies: NO_DEMAND };
  return judge(memoryKey('any', ders, sought, trust), () => readSigner(ders), sought, trust, instant);
}

/**
 * The same for a signature that names its signer's certificate, which is then the first; the others are hints, of which
 * those that cannot be read are left out. `policies`: what is asked of the path's certificate policies.
 */
export function judgeNamedSigner(
  ders: readonly [Buffer, ...Buffer[]],
  purpose: AnchorPurpose,
  trust: Trust,
  instant: number,
  policies: PolicyDemand = NO_DEMAND,
): Result<JudgedSigner> {
  const sought = { purpose, policies };
  return judge(memoryKey('first', ders, sought, trust), () => readNamedSigner(ders), sought, trust, instant);
}

/** The purpose that the path must serve. */
type Sought = Pick<PathRequest, 'purpose' | 'policies'>;

function judge(
  key: string,
  read: () => Result<SignerCertificate>,
  sought: Sought,
  trust: Trust,
  instant: number,
): Result<JudgedSigner> {
  let paths = trust.memory.paths.get(key);
  if (paths === undefined) {
    const signer = read();
    if (!signer.ok) return signer;
    paths = research(signer.value, sought, trust);
    if (paths.paths.length > 0) trust.memory.paths.set(key, paths);
  }
  return ok({ signer: paths.signer, best: bestPath(paths, instant, trust.asOf) });
}

function memoryKey(scope: 'any' | 'first', ders: readonly Buffer[], sought: Sought, trust: Trust): string {
  const { purpose, policies } = sought;
  const demand = policies === NO_DEMAND ? '' : JSON.stringify(policies);
  const hash = createHash('sha256');
  hash.update(`${scope} ${purpose} ${trust.revocationVersion} ${demand}`);
  for (const der of ders) hash.update(` ${der.length} `).update(der);
  return hash.digest('base64');
}

function research(signer: SignerCertificate, sought: Sought, trust: Trust): SignerPaths {
  const distinct = new Map(
    [...signer.companions, ...trust.intermediates].map((issuer) => [issuer.fingerprint, issuer]),
  );
  const intermediates = [...distinct.values()];
  const search = findPaths({ leaf: signer.leaf, intermediates, anchors: trust.anchors, ...sought });
  const ground = { certificates: intermediates, purpose: sought.purpose };
  const paths = search.paths.map((path) => ({
    path,
    certificates: collectRevocation(path, trust, ground),
  }));
  return { signer, search, paths };
}

/** The higher, the nearer to good. */
const STANDING: Readonly<Record<RevocationStatus['kind'], number>> = {
  revoked: 0,
  unknown: 2,
  stale: 3,
  'not-published': 4,
  good: 4,
};
const STANDING_OF_WRONG_DATES = 1;

function standing(path: JudgedPath): number {
  const statuses = path.statuses.map((status) => STANDING[status.kind]);
  return Math.min(...statuses, path.fault === undefined ? STANDING.good : STANDING_OF_WRONG_DATES);
}

/**
 * A certificate known to be revoked is revoked, whatever the anchor says; an anchor may only allow an unknown status.
 */
function statusUnder(
  path: TrustPath,
  certificate: CheckedCertificate,
  instant: number,
  asOf: number,
): RevocationStatus {
  const status = statusAt(certificate, instant, asOf);
  const isKnown = status.kind === 'good' || status.kind === 'revoked';
  return isKnown || path.anchor.revocation === 'required' ? status : { kind: 'not-published' };
}

function bestPath(signer: SignerPaths, instant: number, asOf: number): Result<JudgedPath> {
  if (signer.search.fault !== undefined) return refuse(signer.search.fault.code, signer.search.fault.facts);
  let best: JudgedPath | undefined;
  for (const { path, certificates } of signer.paths) {
    const statuses = certificates.map((certificate) => statusUnder(path, certificate, instant, asOf));
    const judgement: JudgedPath = { path, fault: datesFault(path, instant), statuses, certificates };
    if (best === undefined || isBetter(judgement, best)) best = judgement;
  }
  return best === undefined ? refuse('certificate-untrusted', { reason: 'no-issuer' }) : ok(best);
}

function isBetter(a: JudgedPath, b: JudgedPath): boolean {
  const difference = standing(a) - standing(b);
  if (difference !== 0) return difference > 0;
  return a.fault !== undefined && b.fault !== undefined && nearest(b.fault, a.fault) === a.fault;
}
