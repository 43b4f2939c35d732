import { FINDINGS_KEPT } from '../../problems/finding.ts';

/** Limits beyond which the reader of the national format refuses a package. */
export interface EdxmlLimits {
  readonly attachments: number;
  /** Decoded bytes of one attachment. */
  readonly attachmentBytes: number;
  /** Decoded bytes of all attachments together. */
  readonly totalAttachmentBytes: number;
  readonly recipients: number;
  /** Bytes of text of one field; validation limits its characters. */
  readonly fieldBytes: number;
  /** Bytes of text of all fields together: everything but the attachments' content is held while a package is read. */
  readonly textBytes: number;
  /** How often an element without a limit of its own may be repeated in one place. */
  readonly repeats: number;
  /** Findings kept; an attacker's package could cause one for each element. */
  readonly findings: number;
}

/** The gateway's own limits: neither the standard nor the national axis states any. */
export const EDXML_LIMITS: EdxmlLimits = {
  attachments: 1000,
  attachmentBytes: 200 * 1024 * 1024,
  totalAttachmentBytes: 300 * 1024 * 1024,
  recipients: 10_000,
  fieldBytes: 128 * 1024,
  textBytes: 8 << 20, // 10,000 addressees of some 600 bytes
  repeats: 10_000,
  findings: FINDINGS_KEPT,
};
