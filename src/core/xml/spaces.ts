// XML calls four characters white space, and no other.

/** Without the white space at both ends; a no-break space is a character of the text. */
export function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  // A pattern for the blanks at the end would look at every run of blanks from each of its characters.
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

export function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}
