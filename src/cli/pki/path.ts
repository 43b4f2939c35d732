// `lienthong pki path LEAF --trust …`: whether a path leads from a certificate to a trusted one, without anything signed,
// database or network.

import { readFile } from 'node:fs/promises';
import type { Finding } from '../../core/problems/finding.ts';
import type { AnchorPurpose } from '../../core/registry/anchor.ts';
import { parseCertificate } from '../../core/pki/certificate.ts';
import { derValues } from '../../core/crypto/pem.ts';
import { NO_DEMAND } from '../../core/pki/policies.ts';
import { ProblemError } from '../../core/problems/problem-error.ts';
import {
  type AnchorOfPath,
  type CertificateOfPath,
  type CertificateReport,
  verifyCertificate,
} from '../../core/verify/certificate.ts';
import { firstCause } from '../../core/verify/cause.ts';
import { codeOf } from '../../drivers/error-code.ts';
import { wrongUsage } from '../credentials.ts';
import { VERDICT_STATUS } from '../exit-codes.ts';
import type { Language } from '../../core/message/language.ts';
import { type CommonOptions, answer } from '../terminal.ts';
import { printable } from '../text-table.ts';
import { type TrustOptions, readTrustOptions } from '../verify/trust-options.ts';
import { CERTIFICATE_DATES, PURPOSES, REVOCATION_STATUSES } from '../../texts/certificates.ts';
import { VERDICTS } from '../../texts/verification.ts';
import { causeLines, line, MARKS, notedLines } from '../verify/text.ts';

export interface PathOptions extends CommonOptions, TrustOptions {
  readonly purpose?: AnchorPurpose;
  /** Identifiers of certificate policies, one of which the path must be valid under. */
  readonly policy?: readonly string[];
}

/** Resolves to the exit status: 0 passed, 1 failed, 2 undecided. Rejects with a `ProblemError` for wrong usage. */
export async function pkiPath(file: string, options: PathOptions, now = new Date()): Promise<number> {
  const report = await checkPath(file, options, now);
  const cause = firstCause(report);
  answer(options, { ok: report.verdict === 'passed', file, cause, ...report }, () => {
    return renderPath(file, report, cause, options.lang);
  });
  return VERDICT_STATUS[report.verdict];
}

/** Judges the first certificate of a file; the others in it help to find its path, where they can be read. */
async function checkPath(file: string, options: PathOptions, now: Date): Promise<CertificateReport> {
  const { purpose = 'package-signature', policy = [] } = options;
  const wrong = policy.find((id) => !OBJECT_IDENTIFIER.test(id));
  if (wrong !== undefined) throw wrongUsage('value-unusable', { option: '--policy', value: wrong });
  const [leaf, ...beside] = await readLeaf(file);
  const { trust, instant } = await readTrustOptions(options, now, [purpose]);
  const intermediates = beside.flatMap((der) => {
    const certificate = parseCertificate(der);
    return certificate.ok ? [certificate.value] : [];
  });
  const policies = policy.length === 0 ? NO_DEMAND : { ...NO_DEMAND, acceptable: policy, isExplicit: true };
  const known = { ...trust, intermediates: [...trust.intermediates, ...intermediates] };
  return verifyCertificate(leaf, known, { purpose, policies, instant });
}

const OBJECT_IDENTIFIER = /^[0-2](\.(0|[1-9]\d{0,14})){1,30}$/;

async function readLeaf(file: string): Promise<readonly [Buffer, ...Buffer[]]> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ProblemError('file-unreadable', { file, reason: codeOf(cause) || 'unreadable' }, { cause });
  });
  const [leaf, ...others] = derValues(bytes, 'CERTIFICATE');
  if (leaf === undefined) throw new ProblemError('file-unreadable', { file, reason: 'no CERTIFICATE' });
  return [leaf, ...others];
}

function renderPath(file: string, report: CertificateReport, cause: Finding | null, language: Language): string {
  const { verdict, purpose, instant, path, anchor, policies, findings } = report;
  const lines = [
    line('file', file, language),
    line('verdict', VERDICTS[verdict][language], language),
    ...(cause === null ? [] : causeLines(cause, language)),
    line('instant', instant, language),
    line('purpose', `${PURPOSES[purpose][language]} (${purpose})`, language),
    '',
    ...path.flatMap((certificate) => certificateLines(certificate, language)),
    ...(anchor === null ? [] : anchorLines(anchor, language)),
    '',
    ...(policies.length === 0 ? [] : [line('policies', policies.join(' '), language)]),
    ...notedLines(findings, language),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

const GOOD_STATUSES: ReadonlySet<CertificateOfPath['status']> = new Set(['good', 'not-published']);

function certificateLines(certificate: CertificateOfPath, language: Language): string[] {
  const { subject, issuer, algorithm, serial, notBefore, notAfter, dates, status } = certificate;
  const isWrong = dates !== 'valid' || status === 'revoked';
  const mark = isWrong ? MARKS.failed : GOOD_STATUSES.has(status) ? MARKS.passed : MARKS.undecided;
  return [
    printable(`  ${mark} ${subject} (${algorithm}, ${serial})`),
    `    ${line('issuer', issuer, language)}`,
    `    ${line('valid', `${notBefore} – ${notAfter}, ${CERTIFICATE_DATES[dates][language]}; ${REVOCATION_STATUSES[status][language]}`, language)}`,
  ];
}

function anchorLines({ subject, notBefore, notAfter, dates }: AnchorOfPath, language: Language): string[] {
  const mark = dates === 'valid' ? MARKS.passed : MARKS.failed;
  return [
    `  ${mark} ${line('anchor', subject, language)}`,
    `    ${line('valid', `${notBefore} – ${notAfter}, ${CERTIFICATE_DATES[dates][language]}`, language)}`,
  ];
}
