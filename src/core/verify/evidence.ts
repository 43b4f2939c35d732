import type { Trust } from '../pki/trust.ts';
import type { Enrolment, TrustProfile } from '../route/registry.ts';
import type { ScanAnswer } from './scan.ts';

/** Everything a verification rests on besides the package itself. `readTrust` makes the first part, once per version. */
export interface Evidence extends Trust {
  /** The one trusted instant, taken at receipt. */
  readonly instant: Date;
  readonly profile: TrustProfile;
  /** Of the issuing organisation. Null where there is no registry (a file checked offline): then it is not checked. */
  readonly enrolments: readonly Enrolment[] | null;
  /** What a malware scanner said of each attachment, by its offset in the package. Null where none is set up. */
  readonly scans: ReadonlyMap<number, ScanAnswer> | null;
}
