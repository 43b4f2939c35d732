// From an opened package and the evidence to the judgement: every check whose needs are met is run, and the verdict follows
// from what they noticed.

import { verdictOf, type Finding } from '../problems/finding.ts';
import type { OpenedPackage } from '../open/opened.ts';
import { proofNames, proofsOf, type Proofs } from '../pki/proof.ts';
import { lackingOf, type WantedRevocation } from '../pki/revocation.ts';
import { type JudgedPath, judgeSigner } from '../pki/signer.ts';
import type { ProblemCode } from '../problems/problems.ts';
import { profileKey } from '../registry/profile.ts';
import { SIGNATURE_PLACE } from '../signature/tree.ts';
import { type Check, type Context, hasNeed } from './check.ts';
import { CHECKS } from './checks/index.ts';
import { judgeDocuments } from './documents.ts';
import type { Basis } from './basis.ts';
import type { Report } from './report.ts';
import { requirementsOf } from './requirements.ts';
import { signerReport } from './signer-report.ts';

/** A package's judgement under one trust. */
export interface Judgement {
  readonly report: Report;
  /** What the report rests on, to be kept. */
  readonly proofs: Proofs;
  /** Certificates whose status is missing, each once, and where it could be asked for. */
  readonly lacking: readonly WantedRevocation[];
}

/**
 * Verifies one package. Pure: the same package and evidence give the same judgement; the trust's memory only spares repeated
 * path work. `findings` of the report are the checks' own; what the reader noticed is in `opened.findings`.
 */
export function verify(opened: OpenedPackage, basis: Basis): Judgement {
  const { context, paths } = contextOf(opened, basis);
  const findings: Finding[] = [];
  const checks = CHECKS.map((check) => {
    const { name } = check;
    if (!check.needs.every((need) => hasNeed(context, basis, need))) return { name, result: 'not-run' as const };
    const noticed = check.run(opened, basis, context).map((finding) => placed(finding, check));
    findings.push(...noticed.map((finding) => weighed(finding, check, context)));
    return {
      name,
      result: noticed.some(({ code }) => UNCHECKED.has(code)) ? ('not-run' as const) : verdictOf(noticed),
    };
  });
  const { signer } = context;
  const proofs = proofsOf(paths);
  const report = {
    verdict: verdictOf(findings),
    instant: basis.instant.toISOString(),
    profile: profileKey(basis.profile),
    profileDates: { validFrom: basis.profile.validFrom ?? null, validTo: basis.profile.validTo ?? null },
    checks,
    findings,
    signer: signer?.ok === true ? signerReport(signer.value.signer.leaf) : null,
    documents: context.documents,
    revocation: context.path === undefined ? [] : sourceReports(context.path),
    proofs: proofNames(proofs),
  };
  return { report, proofs, lacking: lackingOf(paths) };
}

/** Findings about the package's signature and signer point to the signature, unless the check names a better place. */
function placed(finding: Finding, { about }: Check): Finding {
  return about === 'package' ? { place: SIGNATURE_PLACE, ...finding } : finding;
}

/** A signature that is only recorded proves nothing, so its faults refuse nothing. */
function weighed(finding: Finding, { about }: Check, { requirements }: Context): Finding {
  const isRecorded = about === 'package' && requirements.packageSignature === 'recorded';
  return isRecorded ? { ...finding, severity: 'info' } : finding;
}

/** With one of these findings a check had nothing to compare with, or no signature, and so did not pass. */
const UNCHECKED: ReadonlySet<ProblemCode> = new Set(['enrolment-unchecked', 'envelope-unsigned', 'documents-unsigned']);

/** What the checks build on, and every path that the judgement rests on. */
function contextOf(
  { signature, message }: OpenedPackage,
  basis: Basis,
): { readonly context: Context; readonly paths: readonly JudgedPath[] } {
  const { reports: documents, paths } = judgeDocuments(message, basis);
  const requirements = requirementsOf(profileKey(basis.profile), message.kind);
  const isSigned = signature.kind !== 'absent';
  const material = signature.kind === 'present' ? signature.material : undefined;
  if (material === undefined) {
    return { context: { isSigned, material, signer: undefined, path: undefined, documents, requirements }, paths };
  }
  const signer = judgeSigner(material.certificates, 'package-signature', basis, basis.instant.getTime());
  const path = signer.ok && signer.value.best.ok ? signer.value.best.value : undefined;
  const context = { isSigned, material, signer, path, documents, requirements };
  return { context, paths: path === undefined ? paths : [...paths, path] };
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
