import { METADATA_BYTES } from '../../../core/formats/agency/metadata.ts';
import { ARCHIVE_LIMITS } from '../../../core/archive/limits.ts';
import { EDXML_LIMITS } from '../../../core/formats/edxml/limits.ts';

/** Limits beyond which an agency package is refused. */
export interface ContainerLimits {
  readonly files: number;
  /** Bytes of one file, uncompressed. */
  readonly fileBytes: number;
  /** Bytes of all files together, uncompressed. */
  readonly totalBytes: number;
  readonly metadataBytes: number;
  /** Most bytes that one compressed byte may give, after the first `freeBytes`. */
  readonly ratio: number;
  readonly freeBytes: number;
}

/**
 * The limits of the national format, because the package becomes one of it; the ratio is that of files wrapped in a
 * ZIP.
 */
export const AGENCY_LIMITS: ContainerLimits = {
  files: EDXML_LIMITS.attachments,
  fileBytes: EDXML_LIMITS.attachmentBytes,
  totalBytes: EDXML_LIMITS.totalAttachmentBytes,
  metadataBytes: METADATA_BYTES,
  ratio: ARCHIVE_LIMITS.ratio,
  freeBytes: ARCHIVE_LIMITS.freeBytes,
};
