import type { Finding } from './finding.ts';
import type { Message } from './message.ts';
import type { SignatureScan } from './signature/material.ts';

/** What one pass over a package's bytes learned. What is read is what was digested: there is no second parse. */
export interface OpenedPackage {
  readonly message: Message;
  /** Deviations the reader tolerated. */
  readonly findings: readonly Finding[];
  readonly signature: SignatureScan;
  /** Lower-case hex SHA-256 of all bytes as they came. */
  readonly sha256: string;
  readonly size: number;
}
