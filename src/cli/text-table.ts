// Tables for a terminal: columns as wide as what people see, not as many code units as a string holds.

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Widest it may get; longer text is cut with an ellipsis. */
  readonly limit?: number;
}

/**
 * Columns on a screen: marks that combine take none. Text is composed (NFC) first, so that both ways of writing
 * Vietnamese come out alike.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize('NFC')) {
    if (!/\p{M}|\p{Cf}/u.test(character)) width += 1;
  }
  return width;
}

/**
 * What may go to a terminal: characters that move the cursor, colour the screen or turn the reading direction are shown
 * as U+FFFD, because names and subjects come from outside.
 */
export function printable(text: string): string {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map((column) => column.title), ...rows].map((row) =>
    columns.map((column, index) => shorten(printable(row[index] ?? ''), column.limit ?? Infinity)),
  );
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ''))));
  const lines = cells.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  return [head, widths.map((width) => '─'.repeat(width)).join('  '), ...body, ''].join('\n');
}

function shorten(text: string, limit: number): string {
  if (displayWidth(text) <= limit) return text;
  return `${Array.from(text)
    .slice(0, limit - 1)
    .join('')}…`;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(width - displayWidth(text), 0));
  return align === 'left' ? text + space : space + text;
}
