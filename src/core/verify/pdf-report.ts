// The report on the signatures of one PDF file (báo cáo xác minh chữ ký số trên văn bản).

import type { Finding, Verdict } from '../problems/finding.ts';
import type { AdditionKind, AdditionSubject, PagePlace } from '../pdf/addition.ts';
import type { SignerReport } from './signer-report.ts';
import type { SignatureClaims } from '../pdf/signatures.ts';

/**
 * The signer's kind, by the registry's enrolments. `agency` (cơ quan): the issuing organisation's own certificate.
 * `competent-person` (người có thẩm quyền): the certificate of a person enrolled for the issuing organisation. `copy`
 * (bản sao): the certificate of the sending organisation, which did not issue the document and vouches for its copy.
 * `other`: neither organisation has enrolled the certificate, and no name makes the signer certain. `unknown`: there
 * was no registry to ask.
 */
export type SignerKind = (typeof SIGNER_KINDS)[number];

export const SIGNER_KINDS = ['agency', 'competent-person', 'copy', 'other', 'unknown'] as const;

/** The source of the instant at which a certificate was judged. */
export type InstantSource = (typeof INSTANT_SOURCES)[number];

export const INSTANT_SOURCES = ['time-stamp', 'document-time-stamp', 'first-seen'] as const;

export const PDF_SIGNATURE_KINDS = ['signature', 'certification', 'document-time-stamp'] as const;

/** One addition as it is told. */
export interface AdditionReport {
  /** The revision that brought it; 0: it belongs to none. */
  readonly revision: number;
  readonly kind: AdditionKind;
  readonly subject: AdditionSubject;
  /** Null where it shows nothing, or shows it everywhere. */
  readonly place: PagePlace | null;
  /** Full name of the field, where it is one. */
  readonly field: string | null;
  /** The first later signature whose bytes cover it: its field, and the subject of its certificate. Null where none does. */
  readonly coveredBy: { readonly field: string; readonly signer: string | null } | null;
  /** Words of the page that it covers, empty where it covers a picture; absent where it covers nothing. */
  readonly covers?: string;
}

export interface PdfSignatureReport {
  readonly field: string;
  readonly kind: (typeof PDF_SIGNATURE_KINDS)[number];
  /** The file's name for the form of the signature. */
  readonly subFilter: string;
  readonly verdict: Verdict;
  readonly signer: SignerReport | null;
  readonly signerKind: SignerKind;
  /** The signer's own statements, which no authority confirms. */
  readonly claims: SignatureClaims;
  /** ISO instant that the signer's clock claimed. */
  readonly claimedAt: string | null;
  /** ISO instant of a valid time stamp, and its authority. */
  readonly timeStamp: { readonly at: string; readonly authority: string } | null;
  readonly judgedAt: string;
  readonly judgedBy: InstantSource;
  /** The revision of the file that was signed; null where it is unknown. */
  readonly revision: number | null;
  /** What was added to the file after it, the gravest first; absent where nothing was. */
  readonly additions?: readonly AdditionReport[];
  readonly findings: readonly Finding[];
}

export interface PdfReport {
  readonly verdict: Verdict;
  /** Number of revisions of the file, the first one included. */
  readonly revisions: number;
  readonly signatures: readonly PdfSignatureReport[];
  /** Findings about the file as a whole. */
  readonly findings: readonly Finding[];
}
