// From an opened package and the evidence to the report: every check whose needs are met is run, and the verdict follows
// from what they noticed.

import type { Finding, Verdict } from '../finding.ts';
import type { OpenedPackage } from '../opened.ts';
import { addProofs, proofNames, type Proofs } from '../pki/proof.ts';
import { judgeSigner } from '../pki/signer.ts';
import type { JudgedPath, SignerCache } from '../pki/signer.ts';
import type { ProblemCode } from '../problems.ts';
import { SIGNATURE_PLACE } from '../signature/tree.ts';
import { hasNeed } from './check.ts';
import type { Context } from './check.ts';
import { CHECKS } from './checks/index.ts';
import type { Evidence } from './evidence.ts';
import type { CheckResult, Report } from './report.ts';
import { signerReport } from './signer-report.ts';

/**
 * Verifies one package. Pure: the same package and evidence give the same report; `cache` only spares repeated path work.
 * `findings` of the report are the checks' own; what the reader noticed is in `opened.findings`. What the verdict rests on is
 * added to `proofs`.
 */
export function verify(
  opened: OpenedPackage,
  evidence: Evidence,
  cache: SignerCache,
  proofs: Proofs = new Map(),
): Report {
  const context = contextOf(opened, evidence, cache);
  if (context.path !== undefined) addProofs(proofs, context.path);
  const findings: Finding[] = [];
  const checks = CHECKS.map((check) => {
    const { name } = check;
    if (!check.needs.every((need) => hasNeed(context, evidence, need))) return { name, result: 'not-run' as const };
    const noticed = check.run(opened, evidence, context).map(placed);
    findings.push(...noticed);
    return { name, result: noticed.some(({ code }) => UNCHECKED.has(code)) ? ('not-run' as const) : resultOf(noticed) };
  });
  const { signer } = context;
  return {
    verdict: resultOf(findings),
    instant: evidence.instant.toISOString(),
    profile: `${evidence.profile.profile}/${evidence.profile.evidence}`,
    checks,
    findings,
    signer: signer?.ok === true ? signerReport(signer.value.signer.leaf) : null,
    revocation: context.path === undefined ? [] : sourceReports(context.path),
    proofs: proofNames(proofs),
  };
}

/** What is found of the signature and its signer stands at the signature, unless the check knows better. */
function placed(finding: Finding): Finding {
  return { place: SIGNATURE_PLACE, ...finding };
}

/** A check that says it had nothing to compare with has not passed. */
const UNCHECKED: ReadonlySet<ProblemCode> = new Set(['enrolment-unchecked']);

function contextOf(opened: OpenedPackage, evidence: Evidence, cache: SignerCache): Context {
  const material = opened.signature.kind === 'present' ? opened.signature.material : undefined;
  if (material === undefined) return { material, signer: undefined, path: undefined };
  const instant = evidence.instant.getTime();
  const signer = judgeSigner(material.certificates, 'package-signature', evidence, instant, cache);
  return { material, signer, path: signer.ok && signer.value.best.ok ? signer.value.best.value : undefined };
}

function resultOf(findings: readonly Finding[]): Verdict & CheckResult {
  if (findings.some((finding) => finding.severity === 'error')) return 'failed';
  return findings.some((finding) => finding.severity === 'undecided') ? 'undecided' : 'passed';
}

function sourceReports(path: JudgedPath): Report['revocation'] {
  return path.statuses.flatMap((status) => {
    if (!('source' in status)) return [];
    const { kind, issuerText, thisUpdate, nextUpdate, proofs } = status.source;
    return {
      kind,
      issuer: issuerText,
      thisUpdate: new Date(thisUpdate).toISOString(),
      nextUpdate: nextUpdate === null ? null : new Date(nextUpdate).toISOString(),
      sha256: proofs[0].sha256,
    };
  });
}

/**
 * Of several causes the one to tell first: what makes the others moot comes before them. A signature that does not hold
 * says nothing of its signer; a signer who is not trusted need not be enrolled.
 */
const CAUSES: readonly ProblemCode[] = [
  'attachment-malware',
  'signature-missing',
  'signature-duplicated',
  'signature-malformed',
  'signature-limits',
  'signature-reference-forbidden',
  'signature-transform-forbidden',
  'signature-algorithm-forbidden',
  'signature-scope-mismatch',
  'signature-keyinfo-forbidden',
  'signature-keyinfo-ambiguous',
  'certificate-malformed',
  'certificate-key-weak',
  'signature-invalid',
  'pdf-malformed',
  'pdf-coverage',
  'document-signature-malformed',
  'document-signature-algorithm',
  'document-signature-invalid',
  'pdf-changed-after-signing',
  'certificate-revoked',
  'certificate-untrusted',
  'certificate-usage',
  'certificate-expired',
  'certificate-not-yet-valid',
  'signer-not-sender',
  'revocation-unknown',
  'revocation-stale',
];

/** The finding that a refusal or a hold is named after; null when the verdict is passed. */
export function firstCause(report: Pick<Report, 'verdict' | 'findings'>): Finding | null {
  if (report.verdict === 'passed') return null;
  const severity = report.verdict === 'failed' ? 'error' : 'undecided';
  const causes = report.findings.filter((finding) => finding.severity === severity);
  const rank = (finding: Finding): number => {
    const place = CAUSES.indexOf(finding.code);
    return place === -1 ? CAUSES.length : place;
  };
  return causes.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** What not even urgency excuses: delivered, it would have done its harm before anybody could look again. */
const NEVER_UNCHECKED: ReadonlySet<ProblemCode> = new Set(['attachment-unscanned']);

/** Whether an urgent document of this report may be delivered marked as unchecked. */
export function mayGoUnchecked(report: Pick<Report, 'findings'>): boolean {
  return !report.findings.some(({ code }) => NEVER_UNCHECKED.has(code));
}
