// The verification report as a person without this program reads it on paper (an inspector, thanh tra): the sender and
// the package, each check with its evidence and instant, the missing checks, and the verdict. Content only; a printer
// lays it out.

import { additionInWords } from './additions.ts';
import { describe } from './describe.ts';
import { excerpt } from '../core/message/excerpt.ts';
import type { Facts, Finding } from '../core/problems/finding.ts';
import { type Message, documentIdOf, printedCode } from '../core/message/message.ts';
import type { Language, Texts } from '../core/message/language.ts';
import type { PdfSignatureReport } from '../core/verify/pdf-report.ts';
import { firstCause, isForReferenceOnly } from '../core/verify/cause.ts';
import type { PrintedLine, PrintedReport, PrintedSection } from '../core/verify/printed-report.ts';
import type { DocumentReport, Report } from '../core/verify/report.ts';
import type { SignerReport } from '../core/verify/signer-report.ts';
import {
  CHECK_RESULTS,
  CHECKS,
  INSTANTS,
  PARTS,
  SEVERITIES,
  SIGNATURE_KINDS,
  SIGNER_KINDS,
  VERDICTS,
} from './verification.ts';

/** The subject of the report. Names come from the registry, where it has them. */
export interface PrintedFacts {
  /** Id of the message. */
  readonly id: string;
  readonly message: Message;
  readonly sender: string;
  readonly issuer: string;
  readonly recipients: readonly string[];
  readonly sha256: string;
  readonly size: number;
  readonly receivedAt: Date;
  readonly report: Report;
}

const WORDS = {
  title: { vi: 'Báo cáo xác minh', en: 'Verification report' },
  verdict: { vi: 'Kết luận', en: 'Verdict' },
  cause: { vi: 'Nguyên nhân', en: 'Cause' },
  mark: { vi: 'Lưu ý', en: 'Mark' },
  todo: { vi: 'Cần làm', en: 'To do' },
  package: { vi: 'Gói tin', en: 'Package' },
  id: { vi: 'Mã thông điệp', en: 'Message' },
  document: { vi: 'Mã văn bản', en: 'Document' },
  code: { vi: 'Số, ký hiệu', en: 'Number and notation' },
  subject: { vi: 'Trích yếu', en: 'Subject' },
  issuer: { vi: 'Cơ quan ban hành', en: 'Issued by' },
  sender: { vi: 'Nơi gửi', en: 'Sent by' },
  recipients: { vi: 'Nơi nhận', en: 'Sent to' },
  received: { vi: 'Nhận lúc', en: 'Received at' },
  size: { vi: 'Kích thước', en: 'Size' },
  instant: { vi: 'Xét tại thời điểm', en: 'Judged at' },
  profile: { vi: 'Yêu cầu áp dụng', en: 'Profile' },
  checked: { vi: 'Đã kiểm tra', en: 'What was checked' },
  unchecked: { vi: 'Chưa kiểm tra', en: 'What was not checked' },
  signature: { vi: 'Chữ ký số của gói tin', en: 'Signature of the package' },
  signer: { vi: 'Bên ký', en: 'Signer' },
  authority: { vi: 'Nơi cấp chứng thư', en: 'Certificate issued by' },
  serial: { vi: 'Số chứng thư', en: 'Serial number' },
  valid: { vi: 'Hiệu lực', en: 'Valid' },
  whose: { vi: 'Là', en: 'It is' },
  claims: { vi: 'Bên ký tự ghi (không ai xác nhận)', en: 'The signer wrote (nobody vouches for it)' },
  added: { vi: 'Thêm sau khi ký', en: 'Added after signing' },
  revision: { vi: 'Ký trên bản thứ', en: 'Signed revision' },
  evidence: { vi: 'Căn cứ', en: 'Evidence' },
  crl: { vi: 'Danh sách thu hồi', en: 'Revocation list' },
  ocsp: { vi: 'Trả lời OCSP', en: 'OCSP answer' },
  certificate: { vi: 'Chứng thư số (SHA-256)', en: 'Certificate (SHA-256)' },
  findings: { vi: 'Ghi nhận', en: 'Findings' },
  none: { vi: 'Không có', en: 'None' },
  again: { vi: 'Kiểm tra lại', en: 'To check again' },
  how: {
    vi: 'Hồ sơ chứng cứ của thông điệp này (.asice) có gói tin, biên nhận và mọi căn cứ nêu trên, dưới chữ ký số của hệ thống liên thông; kết luận kiểm tra lại được bằng công cụ công khai mà không cần hệ thống này.',
    en: 'The evidence container of this message (.asice) holds the package, the receipt and all evidence named above under the signature of the gateway; the verdict can be proved again with public tools and without this system.',
  },
} as const satisfies Record<string, Texts>;

/** Most characters of one text, because a person reads the line. The project's own limit. */
const TEXT_CHARACTERS = 600;
/** Lines of one section: an attacker's package could cause thousands. */
const SECTION_LINES = 200;

/** The report in one language; the same facts give the same report. */
export function printedReport(facts: PrintedFacts, language: Language): PrintedReport {
  const { report, id, receivedAt } = facts;
  const line = lineIn(language);
  const cause = firstCause(report);
  const told = cause === null ? undefined : describe(cause.code, cause.facts, language);
  const sections: PrintedSection[] = [
    section(WORDS.package, packageLines(facts, language), language),
    section(WORDS.checked, checkLines(report, language, true), language),
    section(WORDS.unchecked, checkLines(report, language, false), language),
    section(WORDS.signature, report.signer === null ? [] : signerLines(report.signer, language), language),
    ...report.documents.map((document) => documentSection(document, language)),
    section(WORDS.evidence, evidenceLines(report, language), language),
    section(WORDS.findings, findingLines(report.findings, language), language),
    section(WORDS.again, [{ label: null, text: WORDS.how[language] }], language),
  ];
  return {
    language,
    title: WORDS.title[language],
    id,
    verdict: report.verdict,
    conclusion: [
      line('verdict', VERDICTS[report.verdict][language]),
      ...(told === undefined || cause === null ? [] : [line('cause', `${told.title} (${cause.code})`)]),
      ...(told === undefined ? [] : [line('todo', told.todo)]),
      ...(isForReferenceOnly(report) ? [line('mark', describe('documents-unsigned', {}, language).title)] : []),
    ],
    sections,
    at: receivedAt,
  };
}

function lineIn(language: Language): (word: keyof typeof WORDS, text: string) => PrintedLine {
  return (word, text) => ({ label: WORDS[word][language], text: printableText(text) });
}

function section(heading: Texts | string, lines: readonly PrintedLine[], language: Language): PrintedSection {
  const none: PrintedLine = { label: null, text: WORDS.none[language] };
  return {
    heading: typeof heading === 'string' ? heading : heading[language],
    lines: lines.length === 0 ? [none] : lines.slice(0, SECTION_LINES),
  };
}

/**
 * Makes a text printable: composed letters that every printer has. Characters that turn the reading direction, move the
 * pen or belong to another script become U+FFFD; spaces are single, and a long text is cut.
 */
export function printableText(text: string): string {
  return excerpt(text.normalize('NFC').replace(/\s+/gu, ' ').trim(), TEXT_CHARACTERS).replace(FOREIGN, '\uFFFD');
}

/** All characters but Latin letters, Vietnamese ones included, and common signs. */
const FOREIGN = /[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u017f\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9–—‘’“”•…₫]/gu;

function packageLines(facts: PrintedFacts, language: Language): readonly PrintedLine[] {
  const { message, report, recipients } = facts;
  const line = lineIn(language);
  const { validFrom, validTo } = report.profileDates;
  const dates = validFrom === null && validTo === null ? '' : `, ${dayOf(validFrom)} – ${dayOf(validTo)}`;
  return [
    line('id', facts.id),
    line('document', documentIdOf(message)),
    ...(message.kind === 'status' ? [] : [line('code', printedCode(message.code)), line('subject', message.subject)]),
    line('issuer', facts.issuer),
    line('sender', facts.sender),
    line('recipients', recipients.join('; ')),
    line('received', timeOf(facts.receivedAt.toISOString())),
    line('size', `${facts.size} byte`),
    line('instant', timeOf(report.instant)),
    line('profile', `${report.profile}${dates}`),
    { label: 'SHA-256', text: facts.sha256 },
  ];
}

const dayOf = (instant: string | null): string => (instant === null ? '…' : timeOf(instant));

const VIETNAM_MILLISECONDS = 7 * 3600 * 1000;

/** Vietnamese wall time, with its zone. */
function timeOf(instant: string): string {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return printableText(instant);
  const iso = new Date(at + VIETNAM_MILLISECONDS).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(0, 4)} ${iso.slice(11, 19)} (UTC+7)`;
}

function checkLines({ checks }: Report, language: Language, wasRun: boolean): readonly PrintedLine[] {
  return checks
    .filter(({ result }) => (result !== 'not-run') === wasRun)
    .map(({ name, result }) => ({ label: CHECK_RESULTS[result][language], text: CHECKS[name]?.[language] ?? name }));
}

function signerLines(signer: SignerReport, language: Language): readonly PrintedLine[] {
  const line = lineIn(language);
  return [
    line('signer', signer.subject),
    line('authority', signer.issuer),
    line('serial', `${signer.serial} (${signer.algorithm})`),
    line('valid', `${timeOf(signer.notBefore)} – ${timeOf(signer.notAfter)}`),
    { label: 'SHA-256', text: signer.fingerprint },
  ];
}

function documentSection(document: DocumentReport, language: Language): PrintedSection {
  const { main, attachmentName, verdict, sha256, signatures, findings } = document;
  const line = lineIn(language);
  const heading = printableText(`${PARTS[main ? 'main' : 'annex'][language]} “${attachmentName}”`);
  const lines = [
    line('verdict', VERDICTS[verdict][language]),
    { label: 'SHA-256', text: sha256 },
    ...findingLines(findings, language),
    ...signatures.flatMap((signature) => signatureLines(signature, language)),
  ];
  return section(heading, lines, language);
}

function signatureLines(signature: PdfSignatureReport, language: Language): readonly PrintedLine[] {
  const {
    field,
    kind,
    verdict,
    signer,
    signerKind,
    judgedAt,
    judgedBy,
    claims,
    revision,
    additions = [],
    findings,
  } = signature;
  const line = lineIn(language);
  const beside = [claims.name, claims.reason].filter((claim) => claim !== undefined).join(', ');
  return [
    { label: SIGNATURE_KINDS[kind][language], text: printableText(`“${field}”: ${VERDICTS[verdict][language]}`) },
    ...(signer === null ? [] : [line('whose', SIGNER_KINDS[signerKind][language]), ...signerLines(signer, language)]),
    line('instant', `${timeOf(judgedAt)}, ${INSTANTS[judgedBy][language]}`),
    ...(revision === null ? [] : [line('revision', String(revision))]),
    ...(beside === '' ? [] : [line('claims', beside)]),
    ...additions.map((addition) => line('added', additionInWords(addition, language))),
    ...findingLines(findings, language),
  ];
}

function evidenceLines({ revocation, proofs }: Report, language: Language): readonly PrintedLine[] {
  const line = lineIn(language);
  return [
    ...revocation.flatMap(({ kind, issuer, thisUpdate, nextUpdate, sha256 }) => [
      line(kind, `${issuer}; ${timeOf(thisUpdate)} – ${dayOf(nextUpdate)}`),
      { label: 'SHA-256', text: sha256 },
    ]),
    ...proofs.filter(({ kind }) => kind === 'certificate').map(({ sha256 }) => line('certificate', sha256)),
  ];
}

function findingLines(findings: readonly Finding[], language: Language): readonly PrintedLine[] {
  return findings.map(({ code, severity, facts, place }) => ({
    label: SEVERITIES[severity][language],
    text: printableText(sentenceOf(code, facts, place, language)),
  }));
}

function sentenceOf(code: Finding['code'], facts: Facts, place: string | undefined, language: Language): string {
  const where = place === undefined ? '' : ` [${place}]`;
  return `${describe(code, facts, language).title} (${code})${where}`;
}
