/**
 * The beginning of a text, at most `length` UTF-16 units. It never ends in half a character: a database refuses a lone
 * surrogate.
 */
export function excerpt(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
