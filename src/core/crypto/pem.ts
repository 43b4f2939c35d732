// PEM (RFC 7468): the text form in which certificates, lists and keys come as files.

interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,48})-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** Every block of a PEM file, in order; text around blocks is ignored, as the standard allows. */
function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, label = '', base64 = '']) => ({
    label,
    der: Buffer.from(base64, 'base64'),
  }));
}

export function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** The values of one kind in a file that is either PEM or a single DER value (which starts with a SEQUENCE). */
export function derValues(file: Buffer, label: string): Buffer[] {
  if (file[0] === 0x30) return [file];
  return pemBlocks(file.toString('latin1'))
    .filter((block) => block.label === label)
    .map((block) => block.der);
}
