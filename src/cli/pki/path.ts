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
import { type CommonOptions, type Language, answer } from '../terminal.ts';
import { printable } from '../text-table.ts';
import { type TrustOptions, readTrustOptions } from '../verify/trust-options.ts';
import type { Texts } from '../../core/message/language.ts';
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
  if (wrong !== undefined) throw wrongUsage(`--policy ${wrong}`);
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

const DATES: Readonly<Record<CertificateOfPath['dates'], Texts>> = {
  valid: { vi: 'còn hạn', en: 'in date' },
  expired: { vi: 'đã hết hạn', en: 'expired' },
  'not-yet-valid': { vi: 'chưa có hiệu lực', en: 'not yet valid' },
};

const STATUSES: Readonly<Record<CertificateOfPath['status'], Texts>> = {
  good: { vi: 'không bị thu hồi', en: 'not revoked' },
  revoked: { vi: 'đã bị thu hồi', en: 'revoked' },
  stale: { vi: 'danh sách thu hồi đã cũ', en: 'revocation data too old' },
  unknown: { vi: 'chưa biết tình trạng thu hồi', en: 'revocation status unknown' },
  'not-published': { vi: 'nơi cấp không công bố danh sách thu hồi', en: 'its authority publishes no revocation data' },
  'not-asked': { vi: 'chưa xét thu hồi', en: 'revocation not looked for' },
};

const PURPOSES: Readonly<Record<AnchorPurpose, Texts>> = {
  'package-signature': { vi: 'ký gói tin', en: 'signing packages' },
  'document-signature': { vi: 'ký văn bản', en: 'signing documents' },
  'time-stamp': { vi: 'cấp dấu thời gian', en: 'time stamps' },
  'client-tls': { vi: 'kết nối TLS', en: 'TLS connections' },
};

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
    `    ${line('valid', `${notBefore} – ${notAfter}, ${DATES[dates][language]}; ${STATUSES[status][language]}`, language)}`,
  ];
}

function anchorLines({ subject, notBefore, notAfter, dates }: AnchorOfPath, language: Language): string[] {
  const mark = dates === 'valid' ? MARKS.passed : MARKS.failed;
  return [
    `  ${mark} ${line('anchor', subject, language)}`,
    `    ${line('valid', `${notBefore} – ${notAfter}, ${DATES[dates][language]}`, language)}`,
  ];
}
