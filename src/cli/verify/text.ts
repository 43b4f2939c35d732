// The verification report for people.

import type { Finding, Verdict } from '../../core/problems/finding.ts';
import { additionInWords } from '../../texts/additions.ts';
import { describe } from '../../texts/describe.ts';
import type { OpenedPackage } from '../../core/open/opened.ts';
import type { PdfSignatureReport } from '../../core/verify/pdf-report.ts';
import type { CheckResult, DocumentReport, Report } from '../../core/verify/report.ts';
import { CHECKS, INSTANTS, LABELS, PARTS, SIGNATURE_KINDS, SIGNER_KINDS, VERDICTS } from '../../texts/verification.ts';
import { findingLines } from '../findings-text.ts';
import type { Language } from '../../core/message/language.ts';
import { printable } from '../text-table.ts';
import type { VerifiedContainer } from './container.ts';
import type { VerifiedDocument } from './document.ts';

export const MARKS: Readonly<Record<CheckResult, string>> = {
  passed: '✓',
  failed: '✗',
  undecided: '?',
  'not-run': '·',
};

/** The result of verifying one file. */
export interface Verification {
  readonly file: string;
  readonly verdict: Verdict;
  /** The cause to name first; null when passed. */
  readonly cause: Pick<Finding, 'code' | 'facts' | 'place'> | null;
  /** Null when the file could not be read as a package. */
  readonly opened: OpenedPackage | null;
  readonly report: Report | null;
  /** Null when the file is no PDF. */
  readonly document: VerifiedDocument | null;
  /** Null when the file is no evidence container; else package and report are those in it. */
  readonly container: VerifiedContainer | null;
}

/** The report as lines of text in one language. Text out of the file is made harmless for a terminal. */
export function renderVerification(verification: Verification, language: Language): string {
  const { file, verdict, cause, opened, report, document, container } = verification;
  const known = opened ?? document;
  const findings = [
    ...(container?.findings ?? []),
    ...((report ?? document?.report)?.findings ?? []),
    ...(opened?.findings ?? []),
  ];
  const lines = [
    line('file', known === null ? file : `${file} (${known.size} B, SHA-256 ${known.sha256})`, language),
    line('verdict', VERDICTS[verdict][language], language),
    ...(cause === null ? [] : causeLines(cause, language)),
    ...(container === null ? [] : containerLines(container, language)),
    ...(report === null ? [] : reportLines(report, language)),
    ...(report?.documents ?? []).flatMap((document) => documentLines(document, language)),
    ...(document?.report.signatures ?? []).flatMap((signature) => signatureLines(signature, language)),
    ...notedLines(findings, language),
  ];
  return `${lines.join('\n')}\n`;
}

export function line(label: keyof typeof LABELS, text: string, language: Language): string {
  return `${LABELS[label][language]}: ${printable(text)}`;
}

export function causeLines(cause: NonNullable<Verification['cause']>, language: Language): string[] {
  const { title, todo } = describe(cause.code, cause.facts, language);
  const place = cause.place === undefined ? '' : ` [${cause.place}]`;
  return [line('cause', `${title} (${cause.code})${place}`, language), line('todo', todo, language)];
}

function reportLines(report: Report, language: Language): string[] {
  const { instant, profile, checks, signer, revocation } = report;
  const signerLines =
    signer === null
      ? []
      : [
          line('signer', `${signer.subject} (${signer.algorithm})`, language),
          line('issuer', signer.issuer, language),
          line('valid', `${signer.notBefore} – ${signer.notAfter}`, language),
        ];
  return [
    line('instant', `${instant} (${profile})`, language),
    '',
    ...checks.map(({ name, result }) => `  ${MARKS[result]} ${CHECKS[name]?.[language] ?? name} (${name})`),
    '',
    ...signerLines,
    ...revocation.map(({ kind, issuer, thisUpdate, nextUpdate }) => {
      return line(kind, `${issuer}, ${thisUpdate} – ${nextUpdate ?? '…'}`, language);
    }),
  ];
}

/** The signer of the container, the time, and the container's statements. */
function containerLines({ receipt, recorded, seals }: VerifiedContainer, language: Language): string[] {
  const { signer = null, signedAt = null, timeStamp = null } = seals ?? {};
  const at = (instant: number | null): string => (instant === null ? '…' : new Date(instant).toISOString());
  return [
    ...(signer === null ? [] : [line('sealed', `${signer.subjectText}, ${at(signedAt)}`, language)]),
    ...(timeStamp === null
      ? []
      : [line('stamped', `${at(timeStamp.at)}, ${timeStamp.authority.subjectText}`, language)]),
    ...(receipt === null
      ? []
      : [line('accepted', `${receipt.message}, ${receipt.acceptedAt.toISOString()}`, language)]),
    ...(recorded === null ? [] : [line('recorded', VERDICTS[recorded][language], language)]),
  ];
}

/** One PDF file of a package, and its signatures. */
function documentLines(document: DocumentReport, language: Language): string[] {
  const { main, attachmentName, verdict, place, signatures, findings } = document;
  const part = PARTS[main ? 'main' : 'annex'][language];
  return [
    '',
    printable(`${part} “${attachmentName}” [${place}]: ${VERDICTS[verdict][language]}`),
    ...notedLines(findings, language).map((text) => `  ${text}`),
    ...signatures.flatMap((signature) => signatureLines(signature, language)),
  ];
}

/** One signature inside a PDF file: its signer, the instant of judgement and its source, and the findings. */
function signatureLines(signature: PdfSignatureReport, language: Language): string[] {
  const { field, kind, verdict, signer, signerKind, judgedAt, judgedBy, claims, additions = [], findings } = signature;
  const name = field === '' ? '' : ` “${field}”`;
  const beside = [claims.name, claims.reason].filter((claim) => claim !== undefined).join(', ');
  return [
    '',
    printable(`  ${MARKS[verdict]} ${SIGNATURE_KINDS[kind][language]}${name}: ${VERDICTS[verdict][language]}`),
    ...(signer === null
      ? []
      : [
          `  ${line('signer', `${signer.subject} (${SIGNER_KINDS[signerKind][language]})`, language)}`,
          `  ${line('issuer', signer.issuer, language)}`,
          `  ${line('instant', `${judgedAt}, ${INSTANTS[judgedBy][language]}`, language)}`,
        ]),
    ...(beside === '' ? [] : [`  ${line('claims', beside, language)}`]),
    ...additions.map((addition) => `  ${line('added', additionInWords(addition, language), language)}`),
    ...notedLines(findings, language).map((text) => `  ${text}`),
  ];
}

export function notedLines(findings: readonly Finding[], language: Language): string[] {
  return findings.length === 0 ? [] : [`${LABELS.findings[language]}:`, ...findingLines(findings, language)];
}
