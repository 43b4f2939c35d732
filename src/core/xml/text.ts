// From the bytes of character data to their value: references resolved, line ends made one.

const AMPERSAND = 0x26;

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The Char production of XML 1.0. */
export function isXmlCharacter(codePoint: number): boolean {
  return (
    codePoint === 0x9 ||
    codePoint === 0xa ||
    codePoint === 0xd ||
    (codePoint >= 0x20 && codePoint <= 0xd7ff) ||
    (codePoint >= 0xe000 && codePoint <= 0xfffd) ||
    (codePoint >= 0x10000 && codePoint <= 0x10ffff)
  );
}

/** Matches text outside the Char production; half a surrogate pair is no character. */
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Whether XML can carry this text. */
export function isXmlText(text: string): boolean {
  return !NO_CHARACTER.test(text);
}

/**
 * The text a reference stands for; `reference` is the part between '&' and ';'. Undefined for every name but the five
 * predefined ones (no DTD can declare more) and for a number that is no character of XML.
 */
export function referenceValue(reference: string): string | undefined {
  if (!reference.startsWith('#')) return Object.hasOwn(PREDEFINED, reference) ? PREDEFINED[reference] : undefined;
  const digits = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference);
  if (digits === null) return undefined;
  const codePoint = digits[1] === undefined ? parseInt(digits[2] ?? '', 10) : parseInt(digits[1], 16);
  return isXmlCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}

const SEMICOLON = 0x3b;

/**
 * Index after the ';' of the reference that begins with the '&' at `at`. 0 when it may go on beyond `end`, -1 when it
 * cannot be a reference, -2 when it is longer than `limit`.
 */
export function referenceEnd(data: Buffer, at: number, end: number, limit: number): number {
  for (let next = at + 1; next < end; next++) {
    if (next - at >= limit) return -2;
    const byte = data[next] ?? 0;
    if (byte === SEMICOLON) return next + 1;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
    if (!isDigit && !isLetter && !(byte === 0x23 && next === at + 1)) return -1;
  }
  return 0;
}

/** `text` with its references resolved. The scanner has checked them: an unknown one would be a defect of ours. */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;]*);/g, (_, reference: string) => referenceValue(reference) ?? '\uFFFD');
}

/** Line ends as XML 1.0 section 2.11 makes them. */
export function unifyLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** The value of a piece of character data as `XmlHandler.text` gives it. */
export function characterData(bytes: Buffer, escaped: boolean): string {
  const text = bytes.toString('utf8');
  if (!escaped) return text;
  const lines = unifyLineEnds(text);
  return bytes.includes(AMPERSAND) ? resolveReferences(lines) : lines;
}

/** The value of a CDATA section as `XmlHandler.cdata` gives it. */
export function sectionData(bytes: Buffer): string {
  return unifyLineEnds(bytes.toString('utf8'));
}
