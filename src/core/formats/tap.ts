/** Told of each attachment's decoded bytes while they pass, in the order of the package. */
export interface AttachmentTap {
  /** `offset` is that of the attachment's text in the package, as `Attachment.offset` has it. */
  begin(offset: number): void;
  /** The bytes are only lent: they change once this returns. */
  bytes(decoded: Buffer): void;
  /**
   * Of an attachment that is a ZIP archive: the bytes of its first file as they come out, lent as well. Whether that is
   * the one file there is, or the archive broken, is known only when the package has been read.
   */
  opened?(inflated: Buffer): void;
  end(): void;
}
