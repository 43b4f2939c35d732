// Makes the report of a PDF from its signatures, their digests and the evidence. Each certificate is judged at the
// instant that is proven for its signature: that of a time stamp, else that at which the gateway first saw the file. A
// verdict that cannot be proven is undecided.

import type { ProvenTime } from '../cms/time-stamp.ts';
import { type Finding, type Verdict, mostTelling, verdictOf } from '../problems/finding.ts';
import type { JudgedPath } from '../pki/signer.ts';
import { withCarried } from '../pki/trust.ts';
import { type PdfSignature, type UnusableSignature, isUsable } from '../pdf/read.ts';
import { SUB_FILTERS } from '../pdf/sub-filters.ts';
import type { PdfEvidence } from './basis.ts';
import { findingOf } from './check.ts';
import type { Grounds, OpenedPdf } from './ground.ts';
import { judgeAdditions, type LaterSignatures } from './pdf-additions.ts';
import type { PdfReport, PdfSignatureReport } from './pdf-report.ts';
import { judgeSigner, kindOf, momentOf } from './pdf-signer.ts';
import {
  type DocumentTimeStamp,
  documentTimeStamps,
  sightOf,
  signatureTimeStamps,
  timeStampFault,
} from './pdf-time-stamps.ts';
import { signerReport } from './signer-report.ts';

interface PdfJudgement {
  readonly report: PdfReport;
  /** Those that the report rests on. */
  readonly paths: readonly JudgedPath[];
}

/** Judges all signatures. Pure: the trust's memory only spares repeated path work. */
export function judgePdf({ document, digestOf, grounds }: OpenedPdf, evidence: PdfEvidence): PdfJudgement {
  const bringsAlong = Object.values(document.carried).some(({ length }) => length > 0);
  const basis = bringsAlong ? withCarried(evidence, document.carried) : evidence;
  const { revisions, findings } = document;
  const usable = document.signatures.filter(isUsable);
  const stamps = documentTimeStamps(usable, digestOf, basis);
  // The newest first: what a later revision may show depends on whose signature brought it.
  const later = new Map<string, PdfSignatureReport>();
  const judgementOf = new Map<PdfSignature, SignatureJudgement>();
  for (const signature of usable.toSorted((a, b) => b.ranges[1].end - a.ranges[1].end)) {
    const stamp = stamps.find((candidate) => candidate.signature === signature);
    const judgement =
      stamp === undefined
        ? judgeSignature(signature, digestOf(signature), { stamps, later, grounds }, basis)
        : { report: timeStampReport(stamp, later, grounds), paths: [] };
    judgementOf.set(signature, judgement);
    later.set(signature.field, judgement.report);
  }
  const judgements = document.signatures.map((signature): SignatureJudgement => {
    if (!isUsable(signature)) return { report: unusable(signature, basis), paths: [] };
    const judgement = judgementOf.get(signature);
    if (judgement === undefined) throw new Error('a signature was not judged');
    return judgement;
  });
  const signatures = judgements.map(({ report }) => report);
  const unsigned: Finding[] =
    document.signatures.length === 0 && findings.every(({ severity }) => severity === 'warning')
      ? [{ code: 'document-unsigned', severity: 'info', facts: {} }]
      : [];
  const everyFinding = [...findings, ...unsigned];
  return {
    report: { verdict: wholeVerdict(signatures, everyFinding), revisions, signatures, findings: everyFinding },
    paths: [...stamps, ...judgements].flatMap(({ paths }) => paths),
  };
}

/** A time stamp that proves nothing does not weaken the signatures; a broken one shows tampering. */
function wholeVerdict(signatures: readonly PdfSignatureReport[], findings: readonly Finding[]): Verdict {
  const verdicts = signatures.map(({ kind, verdict }) => {
    return kind === 'document-time-stamp' && verdict === 'undecided' ? 'passed' : verdict;
  });
  const everyVerdict = [...verdicts, verdictOf(findings)];
  if (everyVerdict.includes('failed')) return 'failed';
  return everyVerdict.includes('undecided') ? 'undecided' : 'passed';
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

function unusable({ field, subFilter, claims, refusal }: UnusableSignature, basis: PdfEvidence): PdfSignatureReport {
  return {
    field,
    kind: subFilter === SUB_FILTERS.timeStamp ? 'document-time-stamp' : 'signature',
    subFilter,
    verdict: 'failed',
    signer: null,
    signerKind: 'unknown',
    claims,
    claimedAt: null,
    timeStamp: null,
    judgedAt: basis.instant.toISOString(),
    judgedBy: 'first-seen',
    revision: null,
    findings: [findingOf(refusal)],
  };
}

function timeStampReport(
  { signature, proven, sight }: DocumentTimeStamp,
  later: LaterSignatures,
  grounds: Grounds,
): PdfSignatureReport {
  const { field, subFilter, claims, revision } = signature;
  const { additions, findings: changes } = judgeAdditions(signature, later, grounds);
  const findings = [...(proven.ok ? [] : [timeStampFault(proven)]), ...changes];
  return {
    field,
    kind: 'document-time-stamp',
    subFilter,
    verdict: verdictOf(findings),
    signer: proven.ok ? signerReport(proven.value.authority) : null,
    signerKind: 'other',
    claims,
    claimedAt: null,
    timeStamp: proven.ok ? stampFacts(proven.value) : null,
    judgedAt: iso(sight.at),
    judgedBy: sight.by,
    revision,
    ...(additions.length === 0 ? {} : { additions }),
    findings,
  };
}

function stampFacts({ at, authority }: ProvenTime): NonNullable<PdfSignatureReport['timeStamp']> {
  return { at: iso(at), authority: authority.subjectText };
}

interface SignatureJudgement {
  readonly report: PdfSignatureReport;
  readonly paths: readonly JudgedPath[];
}

/** What the judgement of one signature takes from the rest of the file. */
interface Surroundings {
  readonly stamps: readonly DocumentTimeStamp[];
  readonly later: LaterSignatures;
  readonly grounds: Grounds;
}

function judgeSignature(
  signature: PdfSignature,
  digest: Buffer,
  { stamps, later, grounds }: Surroundings,
  basis: PdfEvidence,
): SignatureJudgement {
  const { field, subFilter, claims, revision, content, restrictions } = signature;
  const sight = sightOf(signature, stamps, basis);
  const isSigned = content.kind === 'signature';
  const stamp = isSigned ? signatureTimeStamps(content.signer, sight, basis) : undefined;
  const claimed = isSigned ? (content.signer.signedAttributes?.signingTime ?? null) : null;
  const moment = momentOf(stamp?.earliest, sight, claimed);
  const signer = isSigned ? judgeSigner(content, { digest, subFilter, moment }, basis) : undefined;
  const leaf = signer?.leaf;
  const { additions, findings: changes } = judgeAdditions(signature, later, grounds);
  const unproven: Finding[] =
    moment.by === 'first-seen' && claimed !== null
      ? [{ code: 'document-time-unproven', severity: 'info', facts: { claimed: iso(claimed) } }]
      : [];
  const findings = [...(stamp?.findings ?? []), ...(signer?.findings ?? []), ...changes, ...unproven];
  const report: PdfSignatureReport = {
    field,
    kind: restrictions.isCertification ? 'certification' : 'signature',
    subFilter,
    verdict: verdictOf(findings),
    signer: leaf === undefined ? null : signerReport(leaf),
    signerKind: leaf === undefined ? 'unknown' : kindOf(leaf, basis, moment),
    claims,
    claimedAt: claimed === null ? null : iso(claimed),
    timeStamp: stamp?.earliest === undefined ? null : stampFacts(stamp.earliest),
    judgedAt: iso(moment.at),
    judgedBy: moment.by,
    revision,
    ...(additions.length === 0 ? {} : { additions }),
    findings: mostTelling(findings),
  };
  return { report, paths: [...(stamp?.paths ?? []), ...(signer?.paths ?? [])] };
}
