/** The bytes are not the PDF they should be. Never leaves this folder: its entrance turns it into a refusal. */
export class PdfFault extends Error {
  readonly kind: 'malformed' | 'limits';
  /** A few words for the facts. */
  readonly reason: string;

  constructor(kind: PdfFault['kind'], reason: string) {
    super(reason);
    this.name = 'PdfFault';
    this.kind = kind;
    this.reason = reason;
  }
}

export function malformed(reason: string): PdfFault {
  return new PdfFault('malformed', reason);
}
