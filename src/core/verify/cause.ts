// Chooses the one finding to name among several, and decides whether it refuses.

import type { Finding } from '../problems/finding.ts';
import type { ProblemCode } from '../problems/problems.ts';
import type { Report } from './report.ts';
import { requirementsOf } from './requirements.ts';

/**
 * The causes, in the order in which they are named: a cause that makes others moot comes before them. A signature that
 * does not hold says nothing of its signer; a signer that is not trusted need not be enrolled.
 */
const CAUSES: readonly ProblemCode[] = [
  'attachment-malware',
  'signature-missing',
  'document-signature-missing',
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
  'attachment-signature-invalid',
  'pdf-malformed',
  'pdf-coverage',
  'pdf-field-name-duplicated',
  'document-signature-malformed',
  'document-signature-algorithm',
  'document-signature-invalid',
  'pdf-changed-after-signing',
  'pdf-picture-covers-page',
  'pdf-picture-covers-text',
  'pdf-picture-by-stranger',
  'pdf-completion-unconfirmed',
  'pdf-field-filled',
  'pdf-field-added',
  'pdf-colours-added',
  'certificate-revoked',
  'certificate-untrusted',
  'certificate-usage',
  'certificate-expired',
  'certificate-not-yet-valid',
  'signer-not-sender',
  'revocation-unknown',
  'revocation-stale',
];

/** The finding that names a refusal or a hold; null when the verdict is passed. */
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

/** Findings of a broken document that a profile may let through: shown, not refused. */
const OF_BROKEN_DOCUMENTS: ReadonlySet<ProblemCode> = new Set(['attachment-signature-invalid']);

/** The finding for which a package is refused; null where it may be accepted, even with the verdict `failed`. */
export function refusalCause(report: Pick<Report, 'verdict' | 'profile' | 'findings'>): Finding | null {
  if (report.verdict !== 'failed') return null;
  const { brokenDocument } = requirementsOf(report.profile, 'new');
  const refusing =
    brokenDocument === 'refused'
      ? report.findings
      : report.findings.filter(({ code }) => !OF_BROKEN_DOCUMENTS.has(code));
  return firstCause({ verdict: 'failed', findings: refusing });
}

/**
 * Urgency excuses only a certificate's status that the gateway could not learn. The mark of an unchecked message says
 * just that, so a scanner's silence or an unreadable file must not go out under it.
 */
const MAY_GO_UNCHECKED: ReadonlySet<ProblemCode> = new Set(['revocation-unknown', 'revocation-stale']);

/** Findings that hold a message, even beside a broken document that a profile lets through. */
const NEVER_UNCHECKED: ReadonlySet<ProblemCode> = new Set(['attachment-unscanned']);

/** Whether a message that is not refused is held until more is known; an urgent one may go, marked as unchecked. */
export function mustWait(report: Pick<Report, 'verdict' | 'findings'>, urgent: boolean): boolean {
  if (report.findings.some(({ code }) => NEVER_UNCHECKED.has(code))) return true;
  if (report.verdict !== 'undecided') return false;
  const open = report.findings.filter(({ severity }) => severity === 'undecided');
  return !urgent || !open.every(({ code }) => MAY_GO_UNCHECKED.has(code));
}

/** Whether the documents of the message bear no signature, so that it is marked as being for reference only. */
export function isForReferenceOnly(report: Pick<Report, 'findings'>): boolean {
  return report.findings.some(({ code }) => code === 'documents-unsigned');
}
