/**
 * The beginning of a text, at most so many UTF-16 units of it. Never half of a character: a lone surrogate is no text, and
 * a database refuses it.
 */
export function excerpt(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
