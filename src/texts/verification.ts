// The words of the verification report, on a screen and on paper.

import type { Severity, Verdict } from '../core/problems/finding.ts';
import type { Texts } from '../core/message/language.ts';
import type { PdfSignatureReport } from '../core/verify/pdf-report.ts';
import type { CheckResult } from '../core/verify/report.ts';

export const VERDICTS: Readonly<Record<Verdict, Texts>> = {
  passed: { vi: 'ĐẠT', en: 'PASSED' },
  failed: { vi: 'KHÔNG ĐẠT', en: 'FAILED' },
  undecided: { vi: 'CHƯA ĐỦ CĂN CỨ KẾT LUẬN', en: 'UNDECIDED' },
};

/** The results of a check. */
export const CHECK_RESULTS: Readonly<Record<CheckResult, Texts>> = {
  passed: { vi: 'Đạt', en: 'Passed' },
  failed: { vi: 'Không đạt', en: 'Failed' },
  undecided: { vi: 'Chưa đủ căn cứ', en: 'Undecided' },
  'not-run': { vi: 'Chưa xét', en: 'Not looked at' },
};

/** The severities of findings. */
export const SEVERITIES: Readonly<Record<Severity, Texts>> = {
  error: { vi: 'Lỗi', en: 'Error' },
  undecided: { vi: 'Chưa đủ căn cứ', en: 'Undecided' },
  warning: { vi: 'Lưu ý', en: 'Warning' },
  info: { vi: 'Thông tin', en: 'Information' },
};

/** The question of each check, by its name. */
export const CHECKS: Readonly<Record<string, Texts>> = {
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

export const PARTS: Readonly<Record<'main' | 'annex', Texts>> = {
  main: { vi: 'Văn bản', en: 'Document' },
  annex: { vi: 'Phụ lục', en: 'Annex' },
};

export const SIGNATURE_KINDS: Readonly<Record<PdfSignatureReport['kind'], Texts>> = {
  signature: { vi: 'Chữ ký số', en: 'Signature' },
  certification: { vi: 'Chữ ký số xác nhận văn bản', en: 'Certifying signature' },
  'document-time-stamp': { vi: 'Dấu thời gian của văn bản', en: 'Document time stamp' },
};

export const SIGNER_KINDS: Readonly<Record<PdfSignatureReport['signerKind'], Texts>> = {
  agency: { vi: 'chứng thư số của cơ quan ban hành', en: "the issuing agency's certificate" },
  'competent-person': { vi: 'chứng thư số của người có thẩm quyền', en: "a competent person's certificate" },
  copy: { vi: 'chứng thư số của cơ quan gửi, ký bản sao', en: "the sending agency's certificate, for a copy" },
  other: { vi: 'chứng thư số của cá nhân hoặc tổ chức khác', en: "a person's or another body's certificate" },
  unknown: { vi: 'không có danh bạ để đối chiếu', en: 'no registry to compare with' },
};

export const INSTANTS: Readonly<Record<PdfSignatureReport['judgedBy'], Texts>> = {
  'time-stamp': { vi: 'theo dấu thời gian', en: 'by its time stamp' },
  'document-time-stamp': { vi: 'theo dấu thời gian của văn bản', en: 'by a document time stamp' },
  'first-seen': { vi: 'theo thời điểm nhận', en: 'by the time it was received' },
};

/** Labels before the lines of a report on a screen. */
export const LABELS = {
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
  added: { vi: 'Thêm sau khi ký', en: 'Added after signing' },
  sealed: { vi: 'Hồ sơ chứng cứ do', en: 'Container signed by' },
  stamped: { vi: 'Dấu thời gian', en: 'Time stamp' },
  accepted: { vi: 'Biên nhận', en: 'Receipt' },
  recorded: { vi: 'Kết luận đã ghi', en: 'Verdict recorded' },
} as const satisfies Record<string, Texts>;
