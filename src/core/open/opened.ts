import type { Finding } from '../problems/finding.ts';
import type { Message } from '../message/message.ts';
import type { SignatureScan } from '../signature/material.ts';

/** The result of one pass over a package's bytes: the message and the signature, both from the same events. */
export interface OpenedPackage {
  readonly message: Message;
  /** The reader's notes; none of them refuses the package. */
  readonly findings: readonly Finding[];
  readonly signature: SignatureScan;
  /** Lower-case hex SHA-256 of all bytes. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}
