import { METADATA_BYTES } from '../../../core/formats/agency/metadata.ts';
import { ARCHIVE_LIMITS } from '../../../core/archive/limits.ts';
import { EDXML_LIMITS } from '../../../core/formats/edxml/limits.ts';

/** How much of an agency package is taken before it is given up. */
export interface ContainerLimits {
  readonly files: number;
  /** Bytes of one file, uncompressed. */
  readonly fileBytes: number;
  /** Bytes of all files together, uncompressed. */
  readonly totalBytes: number;
  readonly metadataBytes: number;
  /** How many bytes may come out of each byte that goes in, once more than `freeBytes` have come out. */
  readonly ratio: number;
  readonly freeBytes: number;
}

/** What the national format takes, for a package becomes one; the ratio as for files that are wrapped in a ZIP. */
export const AGENCY_LIMITS: ContainerLimits = {
  files: EDXML_LIMITS.attachments,
  fileBytes: EDXML_LIMITS.attachmentBytes,
  totalBytes: EDXML_LIMITS.totalAttachmentBytes,
  metadataBytes: METADATA_BYTES,
  ratio: ARCHIVE_LIMITS.ratio,
  freeBytes: ARCHIVE_LIMITS.freeBytes,
};
