// Reads what may stand before the first element: a byte order mark, and the XML declaration with version 1.0 and UTF-8.

import { XmlFault } from './fault.ts';

/** The longest of the marks below: as many bytes tell every foreign encoding apart. */
export const SIGNATURE_BYTES = 5;

// Appendix F of XML 1.0, and UTF-7 by how '<' and its byte order mark look in it.
const FOREIGN_STARTS: readonly (readonly number[])[] = [
  [0xfe, 0xff], // UTF-16 big-endian, and UTF-32 2143
  [0xff, 0xfe], // UTF-16 little-endian, and UTF-32 little-endian
  [0x00, 0x00, 0xfe, 0xff], // UTF-32 big-endian
  [0x00, 0x00, 0xff, 0xfe], // UTF-32 3412
  [0x00, 0x00, 0x00, 0x3c],
  [0x00, 0x00, 0x3c, 0x00],
  [0x00, 0x3c],
  [0x3c, 0x00],
  [0x4c, 0x6f, 0xa7, 0x94], // EBCDIC "<?xm"
  [0x2b, 0x2f, 0x76], // UTF-7 byte order mark
  [0x2b, 0x41, 0x44, 0x77, 0x2d], // UTF-7 "<"
];

const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

function startsWith(data: Buffer, mark: readonly number[]): boolean {
  return mark.every((byte, k) => data[k] === byte);
}

/** Length of the byte order mark of UTF-8, if there is one. Refuses the patterns of other encodings. */
export function readByteOrderMark(data: Buffer): number {
  if (FOREIGN_STARTS.some((mark) => startsWith(data, mark))) {
    throw new XmlFault('xml-encoding-unsupported', { offset: 0, reason: 'not-utf-8' });
  }
  return startsWith(data, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}

const S = '[ \\t\\r\\n]';
const EQ = `${S}*=${S}*`;
const DECLARATION = new RegExp(
  `^<\\?xml${S}+version${EQ}(?:"(1\\.[0-9]+)"|'(1\\.[0-9]+)')` +
    `(?:${S}+encoding${EQ}(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?` +
    `(?:${S}+standalone${EQ}(?:"(?:yes|no)"|'(?:yes|no)'))?${S}*\\?>$`,
);

/** Checks the declaration, given whole as text. `offset` is that of its '<'. */
export function checkDeclaration(text: string, offset: number): void {
  const parts = DECLARATION.exec(text);
  if (parts === null) throw new XmlFault('xml-not-well-formed', { offset, reason: 'declaration' });
  const version = parts[1] ?? parts[2];
  if (version !== '1.0') throw new XmlFault('xml-version-unsupported', { offset, reason: 'version' });
  const encoding = parts[3] ?? parts[4];
  if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
    throw new XmlFault('xml-encoding-unsupported', { offset, reason: 'declared-encoding' });
  }
}
