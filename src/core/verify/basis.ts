import type { Trust } from '../pki/trust.ts';
import type { TrustProfile } from '../registry/profile.ts';
import type { Enrolment } from '../registry/registry.ts';
import type { OpenedPdf } from './ground.ts';
import type { ScanAnswer } from './scan.ts';

/** What the judgement of a PDF file rests on besides the file. */
export interface PdfEvidence extends Trust {
  /** The one trusted instant: when it was first seen, a package's receipt. */
  readonly instant: Date;
  /** Of the issuing organisation. Null where there is no registry (a file checked offline): then it is not checked. */
  readonly enrolments: readonly Enrolment[] | null;
  /**
   * Enrolments of the sending organisation, which may sign copies of documents that others issued; null without a
   * registry.
   */
  readonly senderEnrolments: readonly Enrolment[] | null;
}

/** Everything a verification rests on besides the package itself. `readTrust` makes the first part, once per version. */
export interface Basis extends PdfEvidence {
  /** The one that holds at the instant. */
  readonly profile: TrustProfile;
  /** What a malware scanner said of each attachment, by its offset in the package. Null where none is set up. */
  readonly scans: ReadonlyMap<number, ScanAnswer> | null;
  /** The PDF files among the attachments as they were read, by the attachment's offset in the package. */
  readonly documents: ReadonlyMap<number, OpenedPdf>;
}
