// The verification report (báo cáo xác minh): every check with its result, every finding, and the verdict derived from them.

import { VERDICTS, type Finding, type Verdict } from '../problems/finding.ts';
import type { PdfReport } from './pdf-report.ts';
import type { ProofName } from '../pki/proof.ts';
import type { RevocationKind } from '../pki/proof-kinds.ts';
import type { SignerReport } from './signer-report.ts';

export const CHECK_RESULTS = [...VERDICTS, 'not-run'] as const;

export type CheckResult = (typeof CHECK_RESULTS)[number];

/** One PDF file of the package, and the lines of its signatures. */
export interface DocumentReport extends PdfReport {
  /** `Attachment[2]`. */
  readonly place: string;
  readonly attachmentName: string;
  /** Lower-case hex SHA-256 of the file itself, taken out of the archive around it. */
  readonly sha256: string;
  /** True for the document itself, false for its annexes. */
  readonly main: boolean;
}

export interface Report {
  readonly verdict: Verdict;
  /** ISO instant at which the certificates were judged. */
  readonly instant: string;
  /** Key of the profile that gave the verdict: `strict/package`. */
  readonly profile: string;
  /** ISO instants between which the connection has this profile; null: no beginning, or no end. */
  readonly profileDates: { readonly validFrom: string | null; readonly validTo: string | null };
  readonly checks: readonly { readonly name: string; readonly result: CheckResult }[];
  readonly findings: readonly Finding[];
  /** Signer of the package's own signature. */
  readonly signer: SignerReport | null;
  /** Every PDF file among the attachments, in their order. */
  readonly documents: readonly DocumentReport[];
  /**
   * The revocation data that was used: authority, times and lower-case hex SHA-256 of each list (`crl`) or answer
   * (`ocsp`).
   */
  readonly revocation: readonly {
    readonly kind: RevocationKind;
    readonly issuer: string;
    readonly thisUpdate: string;
    readonly nextUpdate: string | null;
    readonly sha256: string;
  }[];
  /** Certificates, lists and answers that the verdict rests on, by their hash. */
  readonly proofs: readonly ProofName[];
}
