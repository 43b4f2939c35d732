/** Told of each attachment's decoded bytes while they pass, in the order of the package. */
export interface AttachmentTap {
  /** `offset` is that of the attachment's text in the package, as `Attachment.offset` has it. */
  begin(offset: number): void;
  /** The bytes are only lent: they change once this returns. */
  bytes(decoded: Buffer): void;
  end(): void;
}
