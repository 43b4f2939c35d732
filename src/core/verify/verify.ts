// From an opened package and the evidence to the report: every check whose needs are met is run, and the verdict follows
// from what they noticed.

import { verdictOf, type Finding } from '../problems/finding.ts';
import type { OpenedPackage } from '../open/opened.ts';
import { addProofs, proofNames, type Proofs } from '../pki/proof.ts';
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

/**
 * Verifies one package. Pure: the same package and evidence give the same report; the trust's memory only spares repeated path work.
 * `findings` of the report are the checks' own; what the reader noticed is in `opened.findings`. What the verdict rests on is
 * added to `proofs`.
 */
export function verify(opened: OpenedPackage, basis: Basis, proofs: Proofs = new Map()): Report {
  const context = contextOf(opened, basis, proofs);
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
  return {
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
}

/** What is found of the package's signature and its signer stands at the signature, unless the check knows better. */
function placed(finding: Finding, { about }: Check): Finding {
  return about === 'package' ? { place: SIGNATURE_PLACE, ...finding } : finding;
}

/** A signature that is only recorded proves nothing, and its faults weigh as little. */
function weighed(finding: Finding, { about }: Check, { requirements }: Context): Finding {
  const isRecorded = about === 'package' && requirements.packageSignature === 'recorded';
  return isRecorded ? { ...finding, severity: 'info' } : finding;
}

/** A check that says it had nothing to compare with, or that no signature is there, has not passed. */
const UNCHECKED: ReadonlySet<ProblemCode> = new Set(['enrolment-unchecked', 'envelope-unsigned', 'documents-unsigned']);

function contextOf({ signature, message }: OpenedPackage, basis: Basis, proofs: Proofs): Context {
  const documents = judgeDocuments(message, basis, proofs);
  const requirements = requirementsOf(profileKey(basis.profile), message.kind);
  const isSigned = signature.kind !== 'absent';
  const material = signature.kind === 'present' ? signature.material : undefined;
  if (material === undefined) {
    return { isSigned, material, signer: undefined, path: undefined, documents, requirements };
  }
  const instant = basis.instant.getTime();
  const signer = judgeSigner(material.certificates, 'package-signature', basis, instant);
  const path = signer.ok && signer.value.best.ok ? signer.value.best.value : undefined;
  if (path !== undefined) addProofs(proofs, path);
  return { isSigned, material, signer, path, documents, requirements };
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
