/** Receives each attachment's decoded bytes while they pass, in the order of the package. */
export interface AttachmentTap {
  /** `offset`: as `Attachment.offset`. */
  begin(offset: number): void;
  /** The bytes are only lent: they change after this returns. */
  bytes(decoded: Buffer): void;
  /**
   * For an attachment that is a ZIP archive: the bytes of its first file while it is inflated, lent as well. Only after
   * the whole package is read is it known whether the archive is sound and holds that one file.
   */
  opened?(inflated: Buffer): void;
  end(): void;
}
