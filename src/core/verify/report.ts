// The verification report (báo cáo xác minh): every check with its result, every finding, and the verdict derived from them.

import type { Finding, Verdict } from '../finding.ts';
import type { ProofName } from '../pki/proof.ts';
import type { SignerReport } from './signer-report.ts';

export type CheckResult = 'passed' | 'failed' | 'undecided' | 'not-run';

export interface Report {
  readonly verdict: Verdict;
  /** ISO instant the certificates were judged at. */
  readonly instant: string;
  readonly profile: string;
  readonly checks: readonly { readonly name: string; readonly result: CheckResult }[];
  readonly findings: readonly Finding[];
  readonly signer: SignerReport | null;
  /** Which revocation data was used: of each list (`crl`) or answer (`ocsp`) whose it is, its times, its lower-case hex SHA-256. */
  readonly revocation: readonly {
    readonly kind: 'crl' | 'ocsp';
    readonly issuer: string;
    readonly thisUpdate: string;
    readonly nextUpdate: string | null;
    readonly sha256: string;
  }[];
  /** The certificates, lists and answers it rests on, by their hash. */
  readonly proofs: readonly ProofName[];
}
