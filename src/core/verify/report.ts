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
  /** Of the file itself, out of the archive around it. */
  readonly sha256: string;
  /** The document itself; the others are its annexes. */
  readonly main: boolean;
}

export interface Report {
  readonly verdict: Verdict;
  /** ISO instant the certificates were judged at. */
  readonly instant: string;
  /** Key of the profile that was asked for the verdict: `strict/package`. */
  readonly profile: string;
  /** ISO instants between which the connection has this profile; null: without a beginning, or an end. */
  readonly profileDates: { readonly validFrom: string | null; readonly validTo: string | null };
  readonly checks: readonly { readonly name: string; readonly result: CheckResult }[];
  readonly findings: readonly Finding[];
  /** Of the package's own signature. */
  readonly signer: SignerReport | null;
  /** Every PDF file among the attachments, in their order. */
  readonly documents: readonly DocumentReport[];
  /** Which revocation data was used: of each list (`crl`) or answer (`ocsp`) whose it is, its times, its lower-case hex SHA-256. */
  readonly revocation: readonly {
    readonly kind: RevocationKind;
    readonly issuer: string;
    readonly thisUpdate: string;
    readonly nextUpdate: string | null;
    readonly sha256: string;
  }[];
  /** The certificates, lists and answers it rests on, by their hash. */
  readonly proofs: readonly ProofName[];
}
