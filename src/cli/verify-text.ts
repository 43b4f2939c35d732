// The verification report for people.

import type { Finding, Verdict } from '../core/finding.ts';
import { describe } from '../core/problems.ts';
import type { OpenedPackage } from '../core/opened.ts';
import type { PdfSignatureReport } from '../core/pdf/report.ts';
import type { CheckResult, DocumentReport, Report } from '../core/verify/report.ts';
import { findingLines } from './findings-text.ts';
import type { Language } from './terminal.ts';
import { printable } from './text-table.ts';
import type { VerifiedContainer } from './verify-container.ts';
import type { VerifiedDocument } from './verify-document.ts';

export const MARKS: Readonly<Record<CheckResult, string>> = {
  passed: '✓',
  failed: '✗',
  undecided: '?',
  'not-run': '·',
};

export type Texts = Readonly<Record<Language, string>>;

export const VERDICTS: Readonly<Record<Verdict, Texts>> = {
  passed: { vi: 'ĐẠT', en: 'PASSED' },
  failed: { vi: 'KHÔNG ĐẠT', en: 'FAILED' },
  undecided: { vi: 'CHƯA ĐỦ CĂN CỨ KẾT LUẬN', en: 'UNDECIDED' },
};

/** What is known of one file after it was looked at. */
export interface Verification {
  readonly file: string;
  readonly verdict: Verdict;
  /** The cause to tell first; null when passed. */
  readonly cause: Pick<Finding, 'code' | 'facts' | 'place'> | null;
  /** Null when the file could not be read as a package. */
  readonly opened: OpenedPackage | null;
  readonly report: Report | null;
  /** Null when the file is no PDF. */
  readonly document: VerifiedDocument | null;
  /** Null when the file is no evidence container; else package and report are those in it. */
  readonly container: VerifiedContainer | null;
}

/** What each check asks, by its name. */
const CHECKS: Readonly<Record<string, Texts>> = {
  'signature-present': { vi: 'Có chữ ký số của gói tin', en: 'The package bears a signature' },
  'signature-structure': { vi: 'Chữ ký số đúng cấu trúc', en: 'The signature has the right structure' },
  'signature-algorithm': { vi: 'Thuật toán được chấp nhận', en: 'Its algorithms are accepted' },
  'signature-scope': { vi: 'Chữ ký số bao trùm toàn bộ gói tin', en: 'It covers the whole package' },
  'document-digest': { vi: 'Nội dung không thay đổi sau khi ký', en: 'The content is unchanged' },
  'signer-certificate': { vi: 'Có chứng thư số của bên ký', en: "The signer's certificate is there" },
  'signature-value': { vi: 'Chữ ký số do khóa của bên ký tạo ra', en: "It was made by the signer's key" },
  'certificate-path': {
    vi: 'Chứng thư số do tổ chức được tin cậy cấp, còn hạn',
    en: 'The certificate is trusted and in date',
  },
  'certificate-usage': { vi: 'Chứng thư số được cấp để ký số', en: 'The certificate is for signing' },
  revocation: { vi: 'Chứng thư số không bị thu hồi', en: 'The certificate is not revoked' },
  'document-signed': { vi: 'Văn bản có chữ ký số cần có', en: 'The document bears the signature asked for' },
  'document-signatures': {
    vi: 'Mọi chữ ký số trong các tệp PDF đều đúng',
    en: 'Every signature inside the PDF files holds',
  },
  malware: { vi: 'Tệp đính kèm không có mã độc', en: 'The attachments hold no malware' },
  enrolment: { vi: 'Chứng thư số đã đăng ký cho cơ quan ban hành', en: 'The certificate is enrolled for the issuer' },
};

const LABELS = {
  file: { vi: 'Tệp', en: 'File' },
  verdict: { vi: 'Kết luận', en: 'Verdict' },
  cause: { vi: 'Nguyên nhân', en: 'Cause' },
  todo: { vi: 'Cần làm', en: 'To do' },
  instant: { vi: 'Thời điểm xét', en: 'Judged at' },
  signer: { vi: 'Bên ký', en: 'Signer' },
  issuer: { vi: 'Nơi cấp', en: 'Issued by' },
  valid: { vi: 'Hiệu lực', en: 'Valid' },
  crl: { vi: 'Danh sách thu hồi', en: 'Revocation list' },
  ocsp: { vi: 'Trả lời OCSP', en: 'OCSP answer' },
  findings: { vi: 'Ghi nhận', en: 'Findings' },
  purpose: { vi: 'Mục đích', en: 'Purpose' },
  anchor: { vi: 'Gốc tin cậy', en: 'Trusted authority' },
  policies: { vi: 'Chính sách chứng thư', en: 'Certificate policies' },
  claims: { vi: 'Bên ký tự ghi', en: 'The signer wrote' },
  sealed: { vi: 'Hồ sơ chứng cứ do', en: 'Container signed by' },
  stamped: { vi: 'Dấu thời gian', en: 'Time stamp' },
  accepted: { vi: 'Biên nhận', en: 'Receipt' },
  recorded: { vi: 'Kết luận đã ghi', en: 'Verdict recorded' },
} as const satisfies Record<string, Texts>;

/** The report as lines of text in one language. Whatever came out of the file is made harmless for a terminal. */
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
    ...(report?.documents ?? []).flatMap((each) => documentLines(each, language)),
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

/** Who vouches for the container, when, and what was stated in it. */
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

const PARTS: Readonly<Record<'main' | 'annex', Texts>> = {
  main: { vi: 'Văn bản', en: 'Document' },
  annex: { vi: 'Phụ lục', en: 'Annex' },
};

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

const SIGNATURE_KINDS: Readonly<Record<PdfSignatureReport['kind'], Texts>> = {
  signature: { vi: 'Chữ ký số', en: 'Signature' },
  certification: { vi: 'Chữ ký số xác nhận văn bản', en: 'Certifying signature' },
  'document-time-stamp': { vi: 'Dấu thời gian của văn bản', en: 'Document time stamp' },
};

const SIGNER_KINDS: Readonly<Record<PdfSignatureReport['signerKind'], Texts>> = {
  agency: { vi: 'chứng thư số của cơ quan ban hành', en: "the issuing agency's certificate" },
  'competent-person': { vi: 'chứng thư số của người có thẩm quyền', en: "a competent person's certificate" },
  copy: { vi: 'chứng thư số của cơ quan gửi, ký bản sao', en: "the sending agency's certificate, for a copy" },
  other: { vi: 'chứng thư số của cá nhân hoặc tổ chức khác', en: "a person's or another body's certificate" },
  unknown: { vi: 'không có danh bạ để đối chiếu', en: 'no registry to compare with' },
};

const INSTANTS: Readonly<Record<PdfSignatureReport['judgedBy'], Texts>> = {
  'time-stamp': { vi: 'theo dấu thời gian', en: 'by its time stamp' },
  'document-time-stamp': { vi: 'theo dấu thời gian của văn bản', en: 'by a document time stamp' },
  'first-seen': { vi: 'theo thời điểm nhận', en: 'by the time it was received' },
};

/** One signature inside a PDF file: who, judged at which instant and by what, and what was noticed. */
function signatureLines(signature: PdfSignatureReport, language: Language): string[] {
  const { field, kind, verdict, signer, signerKind, judgedAt, judgedBy, claims, findings } = signature;
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
    ...notedLines(findings, language).map((text) => `  ${text}`),
  ];
}

export function notedLines(findings: readonly Finding[], language: Language): string[] {
  return findings.length === 0 ? [] : [`${LABELS.findings[language]}:`, ...findingLines(findings, language)];
}
