// What is told of the signatures of one PDF file (báo cáo xác minh chữ ký số trên văn bản).

import type { Finding, Verdict } from '../problems/finding.ts';
import type { AdditionKind, AdditionSubject, PagePlace } from '../pdf/addition.ts';
import type { SignerReport } from './signer-report.ts';
import type { SignatureClaims } from '../pdf/signatures.ts';

/**
 * Whose signature it is, as the registry's enrolments tell. `agency` (cơ quan): the issuing organisation's own certificate.
 * `competent-person` (người có thẩm quyền): a person's, enrolled for it. `copy` (bản sao): that of the sending organisation,
 * which is not the issuing one and vouches for its copy. `other`: nobody's who is enrolled for either; no name makes
 * certain whose. `unknown`: there was no registry to ask.
 */
export type SignerKind = (typeof SIGNER_KINDS)[number];

export const SIGNER_KINDS = ['agency', 'competent-person', 'copy', 'other', 'unknown'] as const;

/** By what the instant is known at which a certificate was judged. */
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
}

export interface PdfSignatureReport {
  readonly field: string;
  readonly kind: (typeof PDF_SIGNATURE_KINDS)[number];
  /** As the file names the form of the signature. */
  readonly subFilter: string;
  readonly verdict: Verdict;
  readonly signer: SignerReport | null;
  readonly signerKind: SignerKind;
  /** What the signer wrote beside; nobody vouches for it. */
  readonly claims: SignatureClaims;
  /** ISO instant that the signer's clock claimed. */
  readonly claimedAt: string | null;
  /** ISO instant of a time stamp that holds, and its authority. */
  readonly timeStamp: { readonly at: string; readonly authority: string } | null;
  readonly judgedAt: string;
  readonly judgedBy: InstantSource;
  /** Which revision of the file it signed; null where that cannot be told. */
  readonly revision: number | null;
  /** What was added to the file after it, the gravest first; absent where nothing was. */
  readonly additions?: readonly AdditionReport[];
  readonly findings: readonly Finding[];
}

export interface PdfReport {
  readonly verdict: Verdict;
  /** How often the file was added to, its first form counted. */
  readonly revisions: number;
  readonly signatures: readonly PdfSignatureReport[];
  /** Of the file as a whole. */
  readonly findings: readonly Finding[];
}
